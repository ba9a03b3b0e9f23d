"""A billing budget over the environment's projects. It alerts and never stops spending; an order's fee isn't stoppable anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.config.models import Budget as BudgetConfig


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """`numbers` are the projects it covers, `channels` who hears of it."""

    billing_account: str
    numbers: Sequence[pulumi.Input[str]]
    channels: Sequence[pulumi.Input[str]]
    config: BudgetConfig
    provider: pulumi.ProviderResource


class Budget(pulumi.ComponentResource):
    """One budget with its thresholds."""

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Budget", name, {}, opts)
        units, cents = divmod(int(args.config.amount_usd * 100), 100)
        gcp.billing.Budget(
            name,
            billing_account=args.billing_account,
            display_name=f"Vertex AI {pulumi.get_stack()}",
            amount={
                "specified_amount": {"currency_code": "USD", "units": str(units), "nanos": cents * 10_000_000}
            },
            budget_filter={
                "projects": [pulumi.Output.concat("projects/", number) for number in args.numbers]
            },
            threshold_rules=[{"threshold_percent": share} for share in sorted(set(args.config.thresholds))],
            all_updates_rule={"monitoring_notification_channels": list(args.channels)}
            if args.channels
            else None,
            opts=child(self, args.provider),
        )
        self.register_outputs({"amountUsd": float(args.config.amount_usd)})
