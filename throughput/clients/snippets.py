"""A snippet for one order and one client: refused with a reason, or rendered from the client's template.

What pins the request to the order is project, location and exact model version; what steers it are the headers of the order's mode.
The label only attributes what spills over.
"""

from dataclasses import dataclass

from throughput.clients.matrix import TEMPLATES, Client, Publisher
from throughput.clients.render import Value, render
from throughput.clients.retries import PLANS
from throughput.labels import checked_headers, checked_labels, labels_header
from throughput.names import location, model_id, order_name, project_id
from throughput.orders import Order, Status
from throughput.routing import LABEL_KEY, MODES, Mode


@dataclass(frozen=True, kw_only=True)
class Target:
    """An order, seen as what a client calls: its stack, who publishes its model and how, and whether a prompt can be sent to it."""

    stack: str
    order: Order
    publisher: str
    kind: Publisher
    takes_prompts: bool = True

    @property
    def mode(self) -> Mode:
        """The order's routing mode."""
        return MODES[self.order.routing]


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """Code or configuration, and how it is called as a file."""

    client: Client
    text: str
    file: str


def host_of(place: str) -> str:
    """The API's address for a location (locations page, 2026-08-22): global, the multi-regions us and eu, or a region."""
    if place == "global":
        return "https://aiplatform.googleapis.com"
    if place in ("us", "eu"):
        return f"https://aiplatform.{place}.rep.googleapis.com"
    return f"https://{place}-aiplatform.googleapis.com"


def refusals(target: Target, client: Client, *, planned: bool) -> list[str]:
    """Why a snippet would not do what it says; empty when it would."""
    order, found = target.order, []
    if order.status is not Status.ACTIVE and not planned:
        found.append(
            f"{order.name} is {order.status}, not active: requests would be served by PayGo, or refused. "
            "With --planned the snippet is written all the same."
        )
    if target.kind not in client.templates:
        able = ", ".join(client.publishers)
        found.append(
            f"{client.name} calls models of {able}; {order.model} is published by {target.publisher} ({target.kind})."
        )
    if not target.takes_prompts:
        found.append(
            f"{order.model} isn't called with a prompt and an answer, which is what the snippets are written for."
        )
    if target.mode.global_only and order.location != "global":
        found.append(
            f"{order.routing} works in location global only; {order.name} is in {order.location}. "
            "There, pt_then_on_demand, pt_only or on_demand can be used."
        )
    return found


def snippet(target: Target, client: Client) -> Snippet:
    """Render the client's template for an order that nothing refuses. Raises `ValueError` for a value outside its charset."""
    file = client.templates[target.kind]
    template = (TEMPLATES / file).read_text(encoding="utf-8")
    return Snippet(client=client, text=render(template, client.language, _values(target, client)), file=file)


def _values(target: Target, client: Client) -> dict[str, Value]:
    order, mode, plan = target.order, target.mode, PLANS[target.order.routing]
    headers, labels = checked_headers(mode.headers), checked_labels({LABEL_KEY: order.label_value})
    lines = [f"{name}: {value}" for name, value in (headers | labels_header(labels)).items()]
    return {
        "about": f"Order {order.name} of stack {target.stack}: {order.gsus} GSUs of {order.model} in {order.location}. Written by pt snippet.",
        "stack": target.stack,
        "order": order_name(order.name),
        "project": project_id(order.project),
        "location": location(order.location),
        "model": model_id(order.model),
        "openai_model": f"{target.publisher}/{order.model}",
        "litellm_model": f"vertex_ai/{order.model}",
        "mode": str(order.routing),
        "words": f"{mode.words}." if not mode.words.endswith(".") else mode.words,
        "headers": headers,
        "header_arguments": tuple(
            word for name, value in headers.items() for word in ("-H", f"{name}: {value}")
        ),
        "metadata": {name.lower(): value for name, value in headers.items()},
        "header_lines": "\n".join(lines),
        "label_key": LABEL_KEY,
        "label": order.label_value,
        "labels": labels,
        "attempts": plan.attempts,
        "retries": plan.retries,
        "timeout_s": plan.timeout_seconds,
        "timeout_ms": plan.timeout_seconds * 1000,
        "retry_note": plan.note,
        "expected": mode.traffic_types[0],
        "mismatch": _mismatch(mode),
        "host": host_of(order.location),
    }


def _mismatch(mode: Mode) -> str:
    """What is probably wrong when another traffic type comes back."""
    if mode.uses_pt:
        return "the pool is full right now, or project, location or model version match no active order"
    if mode.shared_type == "priority":
        return "the headers did not arrive, or Priority was downgraded past its ramp limit"
    return "the routing headers did not arrive"
