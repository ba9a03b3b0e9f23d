"""routing-allowed: orders use only routing modes that this environment and their location allow."""

from collections.abc import Iterator

from throughput import catalogue
from throughput.orders import ENDED, Order
from throughput.problems import ConfigError
from throughput.routing import MODES
from throughput.rules.model import Finding, Rule
from throughput.rules.term_allowed import is_google
from throughput.rules.view import LedgerView

NAME = "routing-allowed"


def check(view: LedgerView) -> Iterator[Finding]:
    """The routing of every order that hasn't ended."""
    for order in view.new.values():
        if order.status in ENDED:
            continue
        mode = MODES[order.routing]
        if order.routing not in view.rules.routing:
            allowed = ", ".join(view.rules.routing)
            yield _finding(
                order,
                "routing/environment",
                f"routing {order.routing} isn't allowed in this environment",
                f"one of {allowed}",
            )
        if mode.global_only and order.location != "global":
            yield _finding(
                order,
                "routing/location",
                f"routing {order.routing} works on the global endpoint only, and the order is in {order.location}",
                "pt_then_on_demand",
            )
        elif mode.shared_type is not None and not _google(order, view):
            yield _finding(
                order,
                "routing/publisher",
                f"Priority and Flex exist for Google models only, not for {order.model}",
                "pt_then_on_demand",
            )


def _google(order: Order, view: LedgerView) -> bool:
    try:
        return is_google(catalogue.load().find(order.model, view.as_of))
    except ConfigError:
        return True  # model-available says so


def _finding(order: Order, code: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule=NAME,
        order=order.name,
        path=("orders", order.name, "routing"),
        code=code,
        message=f"{order.name}: {message}.",
        remedy=f"routing: {remedy}",
    )


RULE = Rule(
    name=NAME,
    title="Routing is allowed here",
    description="An order's routing mode is one that the environment allows, that its location serves and that its publisher has.",
    severity="medium",
    remediation=(
        "Choose a mode that environment.rules.routing lists.",
        "Use Priority and Flex on the global endpoint only.",
    ),
    source="Priority and Flex pages, 2026-08-20",
    knobs=("routing",),
    ledger=check,
)
