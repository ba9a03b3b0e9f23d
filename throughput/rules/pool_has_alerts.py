"""pool-has-alerts: capacity that is paid for is watched."""

from collections.abc import Iterator

from throughput.monitoring import watched_pools
from throughput.orders import COMMITTED
from throughput.rules.model import Finding, Resource, Rule
from throughput.rules.view import LedgerView

NAME = "pool-has-alerts"
_ALERT = "gcp:monitoring/alertPolicy:AlertPolicy"


def check(view: LedgerView, resources: list[Resource]) -> Iterator[Finding]:
    """Each pool with a committed order that Google meters, against the queries of the alert policies of its project."""
    alerts = [resource for resource in resources if resource.type == _ALERT]
    for pool in watched_pools(order for order in view.new.values() if order.status in COMMITTED):
        queries = [str(alert.inputs) for alert in alerts if alert.inputs.get("project") == pool.project]
        watched = [query for query in queries if f'"{pool.model}"' in query and f'"{pool.location}"' in query]
        wanted = {"utilisation": "dedicated_token_limit", "spillover": "spillover"}
        missing = [what for what, metric in wanted.items() if not any(metric in query for query in watched)]
        if missing:
            yield Finding(
                rule=NAME,
                code="alerts/missing",
                message=f"Pool {pool} in {pool.project} has no alert on {' and '.join(missing)}: it could be full, or unused, without anybody knowing.",
                remedy="use the Observability component",
            )


RULE = Rule(
    name=NAME,
    title="Pools have alerts",
    description="Every pool with a committed order has alerts on utilisation and spillover, where Google meters it.",
    severity="medium",
    remediation=("Use the Observability component, which makes them for every pool.",),
    source="Use page, 2026-09-30",
    stack=check,
)
