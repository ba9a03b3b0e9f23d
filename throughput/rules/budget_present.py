"""budget-present: somebody hears when spending runs away."""

from collections.abc import Iterator

from throughput.orders import ENDED
from throughput.rules.model import Finding, Resource, Rule
from throughput.rules.view import LedgerView

NAME = "budget-present"


def check(view: LedgerView, resources: list[Resource]) -> Iterator[Finding]:
    """A budget in every stack that holds orders."""
    orders = [order for order in view.new.values() if order.status not in ENDED]
    if orders and not any(resource.type == "gcp:billing/budget:Budget" for resource in resources):
        yield Finding(
            rule=NAME,
            level="advice",
            path=("environment", "budget"),
            code="budget/missing",
            message=f"Stack {view.stack} holds {len(orders)} {'order' if len(orders) == 1 else 'orders'} and no budget: what spills over to pay-as-you-go has no alarm.",
            remedy="environment.budget: {amountUsd: …}",
        )


RULE = Rule(
    name=NAME,
    title="A budget is present",
    description="A stack with orders has a billing budget with thresholds.",
    severity="low",
    remediation=("Add environment.budget.",),
    source="this project's own rule",
    mandatory=False,
    stack=check,
)
