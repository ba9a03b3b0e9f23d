"""What the endpoint's tests share: models, orders, a clock that is set by hand, and a client that sends exactly what it is told."""

import http.client
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.vertex.endpoint import Endpoint, Options
from local.vertex.models import Rates, ServedModel, Window
from throughput.orders import Confirmed, Order, Routing, Status, Term

FLASH, CLAUDE, OPEN, EMBEDDING = (
    "gemini-3.6-flash",
    "claude-opus-5",
    "gpt-oss-120b-maas",
    "gemini-embedding-001",
)
PROJECT = "acme-local"
NOON = 1_790_000_040.0


def model(name: str, publisher: str, *rates: Rates) -> ServedModel:
    """A model of 100 burndown tokens per second and GSU, with windows of 10 s, from 10 GSUs on of 1 s."""
    return ServedModel(
        model=name,
        publisher=publisher,
        tokens_per_second=Decimal(100),
        rates=rates or (Rates(up_to_input=None, input=Decimal(1), output=Decimal(5)),),
        windows=(Window(from_gsus=1, seconds=10), Window(from_gsus=10, seconds=1)),
    )


MODELS = {
    one.model: one
    for one in (
        model(FLASH, "google"),
        model(CLAUDE, "anthropic"),
        model(OPEN, "openai"),
        model(EMBEDDING, "google"),
    )
}


def order(name: str = "chat", **fields: Any) -> Order:
    """An active order of one GSU in `global`: a window of 1,000 burndown tokens."""
    values: dict[str, Any] = {
        "name": name,
        "project": PROJECT,
        "model": FLASH,
        "location": "global",
        "gsus": 1,
        "term": Term.MONTH,
        "status": Status.ACTIVE,
    }
    return Order(**values | fields)


def confirmed(gsus: int) -> Confirmed:
    """What the Console showed."""
    from datetime import date

    return Confirmed(gsus=gsus, on=date(2026, 11, 1))


class Clock:
    """Seconds since 1970, as set."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def endpoint(
    orders: Iterable[Order] = (), clock: Clock | None = None, options: Options | None = None
) -> Endpoint:
    """An endpoint for these orders, or for one order of one GSU."""
    return Endpoint(list(orders) or [order()], MODELS, clock or Clock(), options)


@dataclass(frozen=True)
class Answer:
    """A status and a body."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def traffic_type(self) -> str | None:
        """Who served it, in the Gemini form."""
        found: str | None = self.json.get("usageMetadata", {}).get("trafficType")
        return found

    @property
    def message(self) -> str:
        """The text of an error."""
        return str(self.json["error"]["message"])


def call(
    target: Endpoint,
    path: str,
    body: Any = None,
    headers: Sequence[tuple[str, str]] = (),
    *,
    method: str = "POST",
    authorized: bool = True,
) -> Answer:
    """Send one request with exactly these header lines."""
    host, port = target.url.split("://")[1].rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in [*headers, ("Content-Length", str(len(data)))]:
            connection.putheader(name, value)
        if authorized:
            connection.putheader("Authorization", "Bearer local")
        connection.endheaders(data)
        response = connection.getresponse()
        return Answer(response.status, response.read())
    finally:
        connection.close()


def gemini_path(
    method: str = "generateContent", location: str = "global", name: str = FLASH, version: str = "v1"
) -> str:
    """The path of one of Gemini's methods."""
    return f"/{version}/projects/{PROJECT}/locations/{location}/publishers/google/models/{name}:{method}"


def prompt(output: int | None = None, text: str = "ping", **fields: Any) -> dict[str, Any]:
    """A generateContent body. "ping" is one token in; every token out burns five."""
    config = {} if output is None else {"generationConfig": {"maxOutputTokens": output}}
    return {"contents": [{"role": "user", "parts": [{"text": text}]}], **config, **fields}


def routing_headers(routing: Routing) -> list[tuple[str, str]]:
    """The header lines of a mode."""
    from throughput.routing import headers_of

    return list(headers_of(routing).items())
