"""record-current: an order past its end says what happened."""

from collections.abc import Iterator

from throughput.instants import text_of
from throughput.orders import Status
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView
from throughput.terms import has_ended, rolled

NAME = "record-current"


def check(view: LedgerView) -> Iterator[Finding]:
    """Active orders whose recorded end has passed."""
    for order in view.new.values():
        if order.status is not Status.ACTIVE or order.end is None or not has_ended(order, view.as_of):
            continue
        if order.auto_renew:
            current = rolled(order, view.as_of)
            happened = f"it has renewed with {current.gsus} GSU by itself"
            remedy = f"look in the Console and record it: pt order record {view.stack} {order.name} --start {text_of(order.end)} --gsus {current.gsus}"
        else:
            happened = "it lapsed unless somebody changed that in the Console"
            remedy = f"record what happened: pt order record {view.stack} {order.name} --status expired"
        yield Finding(
            rule=NAME,
            order=order.name,
            path=("orders", order.name, "end"),
            code="record/past-end",
            message=f"{order.name} is recorded as active, but its term ended on {text_of(order.end)}; {happened}.",
            remedy=remedy,
        )


RULE = Rule(
    name=NAME,
    title="Records are current",
    description="An active order past its recorded end says what happened: renewed with how many GSUs, or expired.",
    severity="medium",
    remediation=("Look the order up in the Console, and record what it shows.",),
    source="Purchase page, 2026-09-30",
    ledger=check,
)
