"""Who may place and change orders, and optionally a deny policy that keeps everybody else from it.

An order can't be cancelled once approved, and several broad roles hold the permission to place one. The deny policy takes it from all of
them but the buyers' group.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.config.models import Buyers as BuyersConfig
from throughput.roles import BUYER_ROLE, ORDERING_PERMISSIONS


@dataclass(frozen=True, kw_only=True)
class BuyersArgs:
    """The project that they buy for."""

    project_id: str
    config: BuyersConfig
    provider: pulumi.ProviderResource


class Buyers(pulumi.ComponentResource):
    """The group's role on one project, and the deny policy where it is asked for."""

    def __init__(self, name: str, args: BuyersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Buyers", name, {}, opts)
        gcp.projects.IAMMember(
            f"{args.project_id}-buyers",
            project=args.project_id,
            role=BUYER_ROLE,
            member=f"group:{args.config.group}",
            opts=child(self, args.provider),
        )
        if args.config.deny_others:
            gcp.iam.DenyPolicy(
                f"{args.project_id}-only-buyers-order",
                name="only-buyers-order",
                parent=f"cloudresourcemanager.googleapis.com%2Fprojects%2F{args.project_id}",
                display_name="Only the buyers' group places and changes orders",
                rules=[
                    {
                        "description": "Orders of Provisioned Throughput can't be cancelled once approved",
                        "deny_rule": {
                            "denied_principals": ["principalSet://goog/public:all"],
                            "exception_principals": [f"principalSet://goog/group/{args.config.group}"],
                            "denied_permissions": list(ORDERING_PERMISSIONS),
                        },
                    }
                ],
                opts=child(self, args.provider),
            )
        self.register_outputs({"group": args.config.group})
