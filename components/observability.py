"""Alerts per pool and a dashboard per project. It watches; what to do about it is in each alert's text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.monitoring import Watch, dashboard, pool_key, watches
from throughput.orders import Pool


@dataclass(frozen=True, kw_only=True)
class ObservabilityArgs:
    """The pools of one project that are watched, and who hears of it."""

    project_id: str
    pools: Sequence[Pool]
    channels: Sequence[pulumi.Input[str]]
    provider: pulumi.ProviderResource


class Observability(pulumi.ComponentResource):
    """Four alert policies per pool, and one dashboard."""

    def __init__(
        self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("vertex-throughput:components:Observability", name, {}, opts)
        self._args = args
        for pool in args.pools:
            for watch in watches(pool):
                self._alert(pool, watch)
        if args.pools:
            gcp.monitoring.Dashboard(
                args.project_id,
                project=args.project_id,
                dashboard_json=json.dumps(dashboard(args.pools), sort_keys=True),
                opts=child(self, args.provider),
            )
        self.register_outputs({"pools": [pool_key(pool) for pool in args.pools]})

    def _alert(self, pool: Pool, watch: Watch) -> None:
        gcp.monitoring.AlertPolicy(
            f"{self._args.project_id}-{pool_key(pool)}-{watch.key}",
            project=self._args.project_id,
            display_name=f"{pool} {watch.title}",
            combiner="OR",
            conditions=[
                {
                    "display_name": watch.title,
                    "condition_prometheus_query_language": {
                        "query": watch.query,
                        "duration": watch.lasts,
                        "evaluation_interval": "60s",
                    },
                }
            ],
            documentation={"content": watch.meaning, "mime_type": "text/markdown"},
            notification_channels=list(self._args.channels),
            user_labels={
                "pool_location": pool.location,
                "pool_model": pool.model.replace(".", "_").replace("@", "_")[:63],
            },
            opts=child(self, self._args.provider),
        )
