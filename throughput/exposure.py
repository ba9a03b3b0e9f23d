"""What an order commits in money: GSUs × list price per GSU-hour × hours, in USD, without tax or negotiated discount.

How Google prorates isn't documented; the full list price for every hour is assumed, so the figure errs towards more.
"""

from datetime import date, datetime
from decimal import Decimal

from throughput import prices
from throughput.instants import midnight
from throughput.orders import COMMITTED, ENDED, Order
from throughput.terms import assumed_length, rolled

ZERO = Decimal(0)
# A term's price depends on its length only; any day serves to span one.
EPOCH = date(2026, 1, 1)


def committed_until(order: Order, as_of: date) -> datetime:
    """When the order's current commitment ends: recorded, or computed from its start or, without one, from `as_of`."""
    current = rolled(order, as_of)
    return current.end or _beginning(current, as_of) + assumed_length(current.term)


def _beginning(order: Order, as_of: date) -> datetime:
    """When the term starts. What nobody has approved yet can't have started: a start that has passed counts as today."""
    today = midnight(as_of)
    if order.start is None or (order.status not in COMMITTED and order.start < today):
        return today
    return order.start


def commitment_usd(order: Order, as_of: date, gsus: int | None = None) -> Decimal:
    """Dollars that an order still commits from `as_of` to its end, for all its GSUs or for `gsus` of them.

    A draft counts as if it were placed: that is what agreeing to it would commit. Ended orders commit nothing.
    """
    if order.status in ENDED:
        return ZERO
    current = rolled(order, as_of)
    start = max(current.start or midnight(as_of), midnight(as_of))
    count = current.gsus if gsus is None else gsus
    return prices.commitment_usd(count, order.term, order.location, start, committed_until(order, as_of))


def next_term_usd(order: Order) -> Decimal:
    """Dollars that the next auto-renewal commits: the next term's GSUs for one whole term."""
    start = midnight(EPOCH)
    gsus = order.next_term_gsus or order.gsus
    return prices.commitment_usd(gsus, order.term, order.location, start, start + assumed_length(order.term))
