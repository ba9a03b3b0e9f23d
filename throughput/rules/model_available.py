"""model-available: the exact model version can be bought there, in that amount, for that long."""

from collections.abc import Iterator
from datetime import date

from throughput import catalogue
from throughput.catalogue import ModelRow
from throughput.exposure import committed_until
from throughput.instants import day_of
from throughput.orders import ENDED, Order, Status, Term
from throughput.problems import ConfigError
from throughput.rules.model import Finding, Level, Rule
from throughput.rules.view import LedgerView

NAME = "model-available"


def check(view: LedgerView) -> Iterator[Finding]:
    """Catalogue, location, amount and lifetime of every order that hasn't ended."""
    for order in view.new.values():
        if order.status in ENDED:
            continue
        try:
            row = catalogue.load().find(order.model, view.as_of)
        except ConfigError as error:
            problem = error.problems[0]
            yield _finding(
                order,
                "model",
                "model/unknown",
                problem.message.rstrip("."),
                problem.hint or "pt catalog list",
                _level(order, view),
            )
            continue
        yield from _offered(order, row, _level(order, view))
        yield from _amount(order, row, view)
        yield from _lifetime(order, row, view)


def _level(order: Order, view: LedgerView) -> Level:
    """Facts can change under an order that runs unchanged: nothing can be done about it then, so it is only mentioned."""
    before = view.old.get(order.name)
    grown = before is not None and before.gsus != order.gsus
    return "violation" if grown or _newly_committed(order, view) else "advice"


def _offered(order: Order, row: ModelRow, level: Level) -> Iterator[Finding]:
    if not row.orderable:
        yield _finding(
            order,
            "model",
            "model/not-orderable",
            f"{order.model} isn't a model version that can be ordered",
            "pt catalog list",
            level,
        )
    if row.locations is None:
        message = f"whether {order.model} is sold in {order.location} isn't established" + (
            f": {row.locations_note}" if row.locations_note else ""
        )
        yield _finding(
            order,
            "location",
            "model/location-unknown",
            message,
            "ask before you place it; see pt catalog show " + order.model,
            "advice",
        )
    elif order.location not in row.locations:
        yield _finding(
            order,
            "location",
            "model/location",
            f"{order.model} isn't sold in {order.location}",
            f"choose one of {', '.join(row.locations)}",
            level,
        )


def _amount(order: Order, row: ModelRow, view: LedgerView) -> Iterator[Finding]:
    for field, gsus in (("gsus", order.gsus), ("nextTermGsus", order.next_term_gsus)):
        if gsus is None:
            continue
        # What the next term is to have can still be changed.
        level = _level(order, view) if field == "gsus" else "violation"
        if gsus < row.min_gsu:
            yield _finding(
                order,
                field,
                "model/minimum",
                f"{field} {gsus} is below the minimum of {row.min_gsu} for {order.model}",
                f"at least {row.min_gsu}",
                level,
            )
        elif (gsus - row.min_gsu) % row.increment:
            yield _finding(
                order,
                field,
                "model/increment",
                f"{field} {gsus} isn't {row.min_gsu} plus a multiple of {row.increment}",
                f"steps of {row.increment}",
                level,
            )


def _lifetime(order: Order, row: ModelRow, view: LedgerView) -> Iterator[Finding]:
    retires = row.lifecycle.retires
    until = day_of(committed_until(order, view.as_of))
    if retires is not None and retires <= until:
        official = row.lifecycle.retires_official
        source = (
            "Google's pages"
            if official
            else f"{row.lifecycle.retires_source or 'a third party'}, not confirmed by Google"
        )
        level: Level = "violation" if official and _newly_committed(order, view) else "advice"
        message = f"{order.model} {_gone(retires, view.as_of)} ({source}), before the order ends on {until}; the fee stands all the same"
        yield _finding(
            order, "model", "model/retires", message, "choose a model that lasts, or a shorter term", level
        )
    elif row.lifecycle.short_term and order.term is Term.YEAR and _newly_committed(order, view):
        message = f"{order.model} is a short-term model, retired 45 days after its replacement; a 1-year order would outlive it"
        yield _finding(
            order,
            "term",
            "model/short-term",
            message,
            "choose a shorter term, and plan the change of model",
            "advice",
        )


def _gone(retires: date, as_of: date) -> str:
    return f"was retired on {retires}" if retires <= as_of else f"retires on {retires}"


def _newly_committed(order: Order, view: LedgerView) -> bool:
    """Whether this change can still be stopped: what is approved or active already is paid for anyway."""
    before = view.old.get(order.name)
    running = order.status in (Status.ACTIVE, Status.APPROVED)
    return (
        not running
        or before is None
        or (before.model, before.term, before.location) != (order.model, order.term, order.location)
    )


def _finding(
    order: Order, field: str, code: str, message: str, remedy: str, level: Level = "violation"
) -> Finding:
    return Finding(
        rule=NAME,
        level=level,
        order=order.name,
        path=("orders", order.name, field),
        code=code,
        message=f"{order.name}: {message}.",
        remedy=remedy,
    )


RULE = Rule(
    name=NAME,
    title="Models can be bought as ordered",
    description="The exact model version is in the catalogue, sold in that location, in that amount, and lives until the order ends.",
    severity="high",
    remediation=(
        "Choose a version, location and amount that pt catalog show MODEL names.",
        "Choose a term that ends before the model retires.",
    ),
    source="Models page, about 2026-10-08; model versions page, 2026-08-22",
    ledger=check,
)
