"""catalogue-fresh: facts age, and old ones say so."""

from collections.abc import Iterator

from throughput import catalogue
from throughput.orders import ENDED
from throughput.problems import ConfigError
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView

NAME = "catalogue-fresh"


def check(view: LedgerView) -> Iterator[Finding]:
    """The age of each catalogue row that an order which hasn't ended is judged by."""
    for order in view.new.values():
        if order.status in ENDED:
            continue
        try:
            row = catalogue.load().find(order.model, view.as_of)
        except ConfigError:
            continue  # model-available says so
        age = (view.as_of - row.as_of).days
        if age > view.rules.catalogue_max_age_days:
            yield Finding(
                rule=NAME,
                level="advice",
                order=order.name,
                path=("orders", order.name, "model"),
                code="catalogue/stale",
                message=f"{order.name}: what is known of {row.model} is {age} days old (as of {row.as_of}); rates, minimums and dates change under the same id.",
                remedy=f"compare with {row.source} and update the toolkit",
            )


RULE = Rule(
    name=NAME,
    title="The catalogue is fresh",
    description="Orders are judged by catalogue rows that aren't older than the environment allows.",
    severity="low",
    remediation=("Compare the row with its source, and update the toolkit.",),
    source="Models page: values changed under fixed model ids in 2025 and 2026",
    mandatory=False,
    knobs=("catalogueMaxAgeDays",),
    ledger=check,
)
