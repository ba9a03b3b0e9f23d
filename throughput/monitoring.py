"""What to watch per pool, as queries: utilisation, spillover, and 429s on dedicated traffic.

Metrics of the resource `aiplatform.googleapis.com/PublisherModel`, all Beta (https://cloud.google.com/monitoring/api/metrics_gcp_a_b,
2026; Use page, 2026-09-30). Their grain is a minute or more while enforcement is below one, so some spillover under 100 % is normal.
The name of the project label is reported to differ between descriptor and API, so no query filters on it; each project has its own.

For Anthropic models only the token counts tell purchased traffic from the rest (Metrics page). They aren't weighted by burndown rates,
so the utilisation computed from them is a lower bound, and refusals can't be told apart by kind of traffic.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from throughput.orders import ENDED, Order, Pool

_PREFIX = "aiplatform_googleapis_com:publisher_online_serving_"
_RESOURCE = 'monitored_resource="aiplatform.googleapis.com/PublisherModel"'
# Share of a pool's tokens that may spill before somebody should look; this project's own choice.
SPILLOVER_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One alert of a pool: `key` names it, `query` is PromQL that gives rows while it fires, `lasts` how long first."""

    key: str
    title: str
    query: str
    lasts: str
    meaning: str


def pool_key(pool: Pool) -> str:
    """A name for a pool's resources: location and model, stable and unique within a project."""
    return f"{pool.location}-{pool.model}"


def is_monitored(pool: Pool) -> bool:
    """Whether Google meters the pool: there is no monitoring of Provisioned Throughput for Veo 3 (Use page)."""
    return not pool.model.startswith("veo-")


def watched_pools(orders: Iterable[Order]) -> list[Pool]:
    """The pools that need alerts: those with an order that hasn't ended, where Google meters them."""
    return sorted({order.pool for order in orders if order.status not in ENDED and is_monitored(order.pool)})


def _series(metric: str, pool: Pool, extra: str = "") -> str:
    labels = f'{_RESOURCE},model_user_id="{pool.model}",location="{pool.location}"'
    return f"{_PREFIX}{metric}{{{labels}{',' + extra if extra else ''}}}"


def is_unweighted(pool: Pool) -> bool:
    """Whether only plain token counts tell purchased traffic from the rest: Anthropic models."""
    return pool.model.startswith("claude-")


def _tokens(pool: Pool, extra: str) -> str:
    metric = "token_count" if is_unweighted(pool) else "consumed_token_throughput"
    return _series(metric, pool, extra)


def utilisation_query(pool: Pool) -> str:
    """Share of the purchased tokens per second that is used, over five minutes; a lower bound where `is_unweighted`."""
    used = _tokens(pool, 'request_type="dedicated"')
    limit = _series("dedicated_token_limit", pool)
    return f"sum(rate({used}[5m])) / max({limit})"


def spillover_query(pool: Pool) -> str:
    """Share of the pool's tokens that went to pay-as-you-go, over five minutes."""
    spilled = _tokens(pool, 'request_type="spillover"')
    everything = _tokens(pool, 'request_type=~"dedicated|spillover"')
    return f"sum(rate({spilled}[5m])) / sum(rate({everything}[5m]))"


def refused_query(pool: Pool) -> str:
    """Requests per second that were refused with 429 although they asked for purchased capacity; all 429s where `is_unweighted`."""
    dedicated = "" if is_unweighted(pool) else 'request_type="dedicated",'
    refused = _series("model_invocation_count", pool, f'{dedicated}response_code="429"')
    return f"sum(rate({refused}[5m]))"


def watches(pool: Pool) -> list[Watch]:
    """The alerts of a pool; Google recommends the two on utilisation (Use page)."""
    bound = (
        " Counted in plain tokens: with burndown rates above 1 the true share is higher."
        if is_unweighted(pool)
        else ""
    )
    return [
        Watch(
            key="utilisation-80",
            title="uses more than 80 % of its GSUs",
            query=f"{utilisation_query(pool)} > 0.8",
            lasts="300s",
            meaning="Plan the next increase: it takes effect on approval, usually within 10 business days."
            + bound,
        ),
        Watch(
            key="utilisation-90",
            title="uses more than 90 % of its GSUs",
            query=f"{utilisation_query(pool)} > 0.9",
            lasts="300s",
            meaning="Spillover to pay-as-you-go is likely; with pt_only, 429s." + bound,
        ),
        Watch(
            key="spillover",
            title=f"spills more than {SPILLOVER_SHARE:.0%} of its tokens",
            query=f"{spillover_query(pool)} > {SPILLOVER_SHARE}",
            lasts="600s",
            meaning="What spills is billed as pay-as-you-go on top of the order.",
        ),
        Watch(
            key="refused",
            title="refuses dedicated requests with 429",
            query=f"{refused_query(pool)} > 0",
            lasts="300s",
            meaning="Clients that ask for pt_only get errors beyond the pool's capacity.",
        ),
    ]


def dashboard(pools: Iterable[Pool]) -> dict[str, Any]:
    """A dashboard with utilisation, spillover and refusals of each pool, as the Monitoring API takes it."""
    tiles = []
    for row, pool in enumerate(pools):
        charts = (
            ("utilisation", utilisation_query(pool)),
            ("spillover share", spillover_query(pool)),
            ("429s per second", refused_query(pool)),
        )
        for column, (title, query) in enumerate(charts):
            tiles.append(
                {
                    "xPos": column * 16,
                    "yPos": row * 12,
                    "width": 16,
                    "height": 12,
                    "widget": {
                        "title": f"{pool}: {title}",
                        "xyChart": {
                            "dataSets": [{"timeSeriesQuery": {"prometheusQuery": query}, "plotType": "LINE"}]
                        },
                    },
                }
            )
    return {"displayName": "Provisioned Throughput", "mosaicLayout": {"columns": 48, "tiles": tiles}}
