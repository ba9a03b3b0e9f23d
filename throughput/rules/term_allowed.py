"""term-allowed: terms, renewals and starts that Google sells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from throughput import catalogue
from throughput.catalogue import ModelRow
from throughput.instants import midnight, text_of
from throughput.orders import ENDED, Order, Status, Term
from throughput.problems import ConfigError
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView
from throughput.terms import CALENDAR_DAYS, START_AHEAD_DAYS, fits_term

NAME = "term-allowed"


def check(view: LedgerView) -> Iterator[Finding]:
    """Weekly orders, asked-for starts, and recorded dates, of every order that hasn't ended."""
    for order in view.new.values():
        if order.status not in ENDED:
            row = _row(order, view)
            yield from _weekly(order, row)
            yield from _start(order, row, view)
            yield from _dates(order, view)


def _row(order: Order, view: LedgerView) -> ModelRow | None:
    try:
        return catalogue.load().find(order.model, view.as_of)
    except ConfigError:
        return None  # model-available says so


def is_google(row: ModelRow | None) -> bool:
    """Whether the Console's rules for Google models hold: not for partner models, nor for open ones, whoever published them."""
    return row is not None and row.publisher == "google" and not row.open_model


def _weekly(order: Order, row: ModelRow | None) -> Iterator[Finding]:
    if order.term is not Term.WEEK:
        return
    if row is not None and not is_google(row):
        yield _finding(
            order,
            "term",
            "term/weekly-partner",
            f"a 1-week term is sold for Google models only, not for {order.model}",
            "term: 1-month",
        )
    if order.auto_renew:
        yield _finding(
            order,
            "autoRenew",
            "term/weekly-renews",
            "a 1-week term never renews",
            "autoRenew: false, or a longer term",
        )


def _start(order: Order, row: ModelRow | None, view: LedgerView) -> Iterator[Finding]:
    if order.start is None or order.status not in (Status.DRAFT, Status.REQUESTED):
        return
    latest = midnight(view.as_of) + timedelta(days=START_AHEAD_DAYS)
    if order.start < midnight(view.as_of):
        yield from _passed(order, view)
        return
    if order.start > latest:
        message = f"start {text_of(order.start)} is more than {START_AHEAD_DAYS} days ahead"
        yield _finding(
            order,
            "start",
            "term/start-too-far",
            message,
            f"a start up to {text_of(latest)}, or none: as soon as there is capacity",
        )
    elif row is not None and not is_google(row):
        yield _finding(
            order,
            "start",
            "term/start-partner",
            f"a start can be asked for with Google models only, not for {order.model}",
            "leave start out",
        )


def _passed(order: Order, view: LedgerView) -> Iterator[Finding]:
    """A start in the past: refused where it is new, mentioned where a draft has grown old; a request may just be waiting."""
    before = view.old.get(order.name)
    new = before is None or before.start != order.start
    if not new and order.status is Status.REQUESTED:
        return
    finding = _finding(
        order,
        "start",
        "term/start-past",
        f"start {text_of(order.start) if order.start else ''} has passed, and the order isn't approved yet",
        "a start from today on, or none: as soon as there is capacity",
    )
    yield finding if new else replace(finding, level="advice")


def _dates(order: Order, view: LedgerView) -> Iterator[Finding]:
    if order.start is None or order.end is None or fits_term(order.term, order.start, order.end):
        return
    days = (order.end - order.start).days
    before = view.old.get(order.name)
    recorded_now = before is None or (before.start, before.end) != (order.start, order.end)
    if days < CALENDAR_DAYS[order.term][0] and not recorded_now:
        message = (
            f"its dates are {days} days, which isn't {order.term.words}: the longer term isn't recorded yet"
        )
        finding = _finding(
            order,
            "end",
            "term/not-recorded",
            message,
            "pt order record, once the Console shows the new dates",
        )
        yield replace(finding, level="advice")
    elif recorded_now:
        shortest, longest = CALENDAR_DAYS[order.term]
        message = (
            f"{text_of(order.start)} to {text_of(order.end)} is {days} days, which isn't {order.term.words}"
        )
        yield _finding(
            order,
            "end",
            "term/dates",
            message,
            f"the dates that the Console shows: {shortest} to {longest} days",
        )


def _finding(order: Order, field: str, code: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule=NAME,
        order=order.name,
        path=("orders", order.name, field),
        code=code,
        message=f"{order.name}: {message}.",
        remedy=f"write {remedy}",
    )


RULE = Rule(
    name=NAME,
    title="Terms are sold as written",
    description="Weekly orders are for Google models and never renew; a start lies at most two weeks ahead; recorded dates are one term.",
    severity="medium",
    remediation=("Choose a term and a start that Google sells.", "Record the dates that the Console shows."),
    source="Purchase page, 2026-09-30",
    ledger=check,
)
