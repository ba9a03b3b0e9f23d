"""How long terms run, and which term an order is in.

Google says that a term counts from activation and documents neither the exact length of "1 month" nor the hour of expiry (Purchase
page, 2026-09-30). Where no end is recorded yet, 7, 30, 90 and 365 days are assumed; a recorded end may differ as calendars do.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from throughput.instants import midnight
from throughput.orders import COMMITTED, Order, Status, Term

ASSUMED_DAYS = {Term.WEEK: 7, Term.MONTH: 30, Term.QUARTER: 90, Term.YEAR: 365}
# Shortest and longest that a recorded term can be by the calendar: February, three months with it, a leap year; a day for the hour.
CALENDAR_DAYS = {Term.WEEK: (6, 8), Term.MONTH: (27, 32), Term.QUARTER: (88, 93), Term.YEAR: (364, 367)}

# The order can't be changed when it expires in less than this without auto-renewal (Purchase page, 2026-09-30).
FROZEN_DAYS = 5
# A start may be asked for at most this far ahead, Google models only (Purchase page, 2026-09-30).
START_AHEAD_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Span:
    """What an order commits: GSUs from `start` until `end`."""

    start: datetime
    end: datetime
    gsus: int


def assumed_length(term: Term) -> timedelta:
    """Length of a term for planning, where no end is recorded."""
    return timedelta(days=ASSUMED_DAYS[term])


def fits_term(term: Term, start: datetime, end: datetime) -> bool:
    """Whether recorded dates can be one term by the calendar."""
    shortest, longest = CALENDAR_DAYS[term]
    return timedelta(days=shortest) <= end - start <= timedelta(days=longest)


def expected_end(order: Order) -> datetime | None:
    """The recorded end, or start plus the term; None while neither is known."""
    if order.end is not None:
        return order.end
    return order.start + assumed_length(order.term) if order.start is not None else None


def rolled(order: Order, as_of: date) -> Order:
    """The order as Google sees it: an active order that auto-renews goes on with its next term's GSUs once the recorded end is past.

    Leaving the old dates in the file must not make a running commitment disappear.
    """
    now = midnight(as_of)
    if order.status is not Status.ACTIVE or not order.auto_renew or order.end is None or order.end > now:
        return order
    # The recorded length, so that calendar months stay what they were; the assumed one where the start is unknown.
    length = order.end - order.start if order.start is not None else assumed_length(order.term)
    periods = (now - order.end) // length + 1
    start = order.end + (periods - 1) * length
    return replace(
        order, start=start, end=start + length, gsus=order.next_term_gsus or order.gsus, next_term_gsus=None
    )


def has_ended(order: Order, as_of: date) -> bool:
    """Whether the recorded end has passed."""
    return order.end is not None and order.end <= midnight(as_of)


def is_frozen(order: Order, as_of: date) -> bool:
    """Whether the order is in its last days without auto-renewal, when Google accepts no change."""
    if order.status is not Status.ACTIVE or order.auto_renew or order.end is None:
        return False
    left = order.end - midnight(as_of)
    return timedelta(0) < left < timedelta(days=FROZEN_DAYS)


def committed_span(order: Order, as_of: date, source: Order | None = None) -> Span | None:
    """What the order commits from `as_of` on, or None.

    Approved and active orders commit. So does one that takes over another's capacity (`source`), whatever its own status: that
    capacity is already paid for.
    """
    takes_over = source is not None and order.status in (Status.DRAFT, Status.REQUESTED)
    if order.status not in COMMITTED and not takes_over:
        return None
    now = midnight(as_of)
    current = rolled(order, as_of)
    start = current.start if current.start is not None and current.start > now else now
    end = current.end
    if end is None and source is not None and source.end is not None and order.term == source.term:
        end = rolled(source, as_of).end
    if end is None:
        end = (current.start or now) + assumed_length(order.term)
    return Span(start=start, end=end, gsus=current.gsus) if end > start else None
