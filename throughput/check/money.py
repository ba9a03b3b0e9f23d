"""From which real use on an order beats pay-as-you-go: for text in, by the price book, at the order's own term."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from throughput import catalogue, prices
from throughput.check.report import BreakEven
from throughput.orders import Order
from throughput.prices.breakeven import break_even, gsu_month_value, mix_price
from throughput.problems import ConfigError
from throughput.rules import LedgerView
from throughput.transitions import Kind

_CATEGORY = "input_text"
_CHANNELS = ("standard", "priority")


def break_evens(view: LedgerView) -> tuple[BreakEven, ...]:
    """One figure for each order that is placed or grown and has a price for text in; the workload's own mix is `pt size`'s business."""
    bought = (Kind.PLACE, Kind.GROW)
    names = dict.fromkeys(
        change.order for change in view.changes if change.kind in bought and not change.refused
    )
    return tuple(_each(view, names))


def _each(view: LedgerView, names: dict[str, None]) -> Iterator[BreakEven]:
    for name in names:
        order = view.new.get(name)
        shares = _shares(order, view.as_of) if order is not None else ()
        if order is not None and shares:
            yield BreakEven(order=name, term=order.term.words, shares=shares)


def _shares(order: Order, as_of: date) -> tuple[tuple[str, Decimal], ...]:
    try:
        row = catalogue.load().find(order.model, as_of)
    except ConfigError:
        return ()
    book = prices.load()
    if _CATEGORY not in row.categories or not book.has_paygo(row.model):
        return ()
    found = []
    for channel in _CHANNELS:
        mix = mix_price(book, row, row.tiers[0], {_CATEGORY: Decimal(1)}, channel, order.location, as_of)
        if not mix.missing and mix.usd:
            value = gsu_month_value(row.throughput_per_gsu, mix.usd / mix.burndown)
            found.append((channel, break_even(book, order.term, order.location, value)))
    return tuple(found)
