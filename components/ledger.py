"""The ledger of orders as one protected resource.

It keeps a record. It never buys, resizes or cancels, because no documented public API does; removing it removes the record and leaves the
bill. All orders are in one resource, so that an order that disappears is an update that every rule sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from throughput.config.models import Environment
from throughput.config.order_models import plain_order
from throughput.orders import Ledger as OrderLedger
from throughput.orders import Order


@dataclass(frozen=True, kw_only=True)
class LedgerArgs:
    """Plain values only: an unknown would turn a mandatory policy into a note. `elsewhere` are other stacks' ends of moves."""

    stack: str
    environment: Environment
    ledger: OrderLedger
    elsewhere: Mapping[str, Order]


class Ledger(pulumi.CustomResource):
    """The record; its provider judges every change of it."""

    pools: pulumi.Output[Any]
    toPlace: pulumi.Output[Any]
    exposureUsd: pulumi.Output[str]
    nextDates: pulumi.Output[Any]

    def __init__(self, name: str, args: LedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        protected = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True))
        outputs = {"pools": None, "toPlace": None, "exposureUsd": None, "nextDates": None}
        super().__init__(
            "vertex-throughput:index:Ledger", name, {**ledger_inputs(args), **outputs}, protected
        )


def ledger_inputs(args: LedgerArgs) -> dict[str, Any]:
    """The inputs that the program sends; the provider's Check adds baseline and changes."""
    environment = args.environment
    inputs: dict[str, Any] = {
        "stack": args.stack,
        "environment": {
            "approvers": list(environment.approvers),
            "deployers": list(environment.deployers),
            "emulated": environment.emulated,
            "buyersGroup": environment.buyers.group if environment.buyers else None,
            "rules": environment.rules.model_dump(mode="json", by_alias=True),
        },
        "orders": {name: plain_order(order) for name, order in args.ledger.items()},
        "elsewhere": {reference: plain_order(order) for reference, order in args.elsewhere.items()},
    }
    if environment.as_of is not None:
        inputs["asOf"] = environment.as_of.isoformat()
    return inputs
