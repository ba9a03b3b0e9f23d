"""grow-only: a pool never falls below what is committed."""

from collections.abc import Iterator

from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView

NAME = "grow-only"


def check(view: LedgerView) -> Iterator[Finding]:
    """Every refused change, and a baseline that can't be trusted: without one nothing is known to hold."""
    if view.baseline in ("missing", "broken"):
        said = "isn't there" if view.baseline == "missing" else "doesn't match its seal"
        yield Finding(
            rule=NAME,
            code="baseline/" + view.baseline,
            message=f"The ledger of stack {view.stack} can't be judged: the baseline that the provider writes {said}.",
            remedy="run with the ledger's own provider and an unedited state; restore the state from its last good version",
        )
    for change in view.changes:
        if change.refused and change.rule == NAME:
            yield Finding(
                rule=NAME,
                order=change.order,
                path=("orders", change.order, change.field or "gsus"),
                code=f"order/{change.kind}",
                message=change.text,
            )


RULE = Rule(
    name=NAME,
    title="Commitments only grow",
    description="A pool's committed GSUs never fall before the orders' terms end, after declared splits and moves are netted out.",
    severity="critical",
    remediation=(
        "Keep the order as it was recorded.",
        "Lower it at its auto-renewal with nextTermGsus, or let it lapse with autoRenew: false.",
        "Declare a split or move with from and supersededBy, so that every GSU goes somewhere.",
        "Mend a mistyped record with a correction that names the exact old value.",
    ),
    source="Purchase page, 2026-09-30",
    ledger=check,
)
