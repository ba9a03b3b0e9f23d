"""label-valid: attribution labels that Google accepts, and that tell orders apart."""

from collections.abc import Iterator

from throughput.names import label_value
from throughput.orders import ENDED
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView

NAME = "label-valid"


def check(view: LedgerView) -> Iterator[Finding]:
    """The label of every order that hasn't ended; two orders with one label can't be told apart."""
    seen: dict[tuple[str, str], str] = {}
    for order in view.new.values():
        if order.status in ENDED:
            continue
        try:
            label_value(order.label_value)
        except ValueError as error:
            yield Finding(
                rule=NAME,
                order=order.name,
                path=("orders", order.name, "label"),
                code="label/charset",
                message=f"{order.name}: label {order.label_value!r} is refused by Google; {error}.",
                remedy="write a label of allowed characters",
            )
        first = seen.setdefault((order.project, order.label_value), order.name)
        if first != order.name:
            yield Finding(
                rule=NAME,
                level="advice",
                order=order.name,
                path=("orders", order.name, "label"),
                code="label/shared",
                message=f"{order.name} has the same label as {first}, {order.label_value!r}: what spills over can't be told apart.",
                remedy="give each order a label of its own",
            )


RULE = Rule(
    name=NAME,
    title="Labels are valid",
    description="The attribution label of an order is in the documented charset, at most 63 characters, and its own. It never routes.",
    severity="low",
    remediation=("Use lower-case letters, digits, _ and -.",),
    source="Labels page, 2026-07-30",
    ledger=check,
)
