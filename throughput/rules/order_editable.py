"""order-editable: nothing is changed that Google accepts no change for."""

from collections.abc import Iterator

from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView

NAME = "order-editable"


def check(view: LedgerView) -> Iterator[Finding]:
    """Edits of approved orders, of orders with a pending change, in the last days before a lapse, and of history."""
    for change in view.changes:
        if change.refused and change.rule == NAME:
            yield Finding(
                rule=NAME,
                order=change.order,
                path=("orders", change.order, change.field or "status"),
                code=f"order/{change.kind}",
                message=change.text,
            )


RULE = Rule(
    name=NAME,
    title="Orders change only when they can",
    description="Approved orders, orders with a pending change, orders in their last five days before a lapse, and ended orders take no change.",
    severity="high",
    remediation=(
        "Wait until the order is active or the pending change is recorded (pt order record).",
        "Place a new order instead.",
    ),
    source="Purchase page, 2026-09-30",
    ledger=check,
)
