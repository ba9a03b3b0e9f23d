"""One model call through the endpoint: opened against the pools, answered by a dialect, closed with what it took."""

import asyncio
import base64
import binascii
import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.vertex.errors import Refused
from local.vertex.http import Request
from local.vertex.metering import Counters, Served
from local.vertex.models import ServedModel
from local.vertex.pools import SHARED, Grant, Pools
from local.vertex.routing import Asked, asked_for
from throughput.names import label_key, label_value
from throughput.orders import Pool
from throughput.routing import LABEL_KEY

# What is kept of a request for those who ask what arrived.
KEPT_REQUESTS = 1000
KEPT_BODY = 64 * 1024

# Without a limit in the request: what is reserved for the answer, and what the stand-in's answer then takes.
ESTIMATED_OUTPUT = 256
ANSWERED_OUTPUT = 64


@dataclass(kw_only=True)
class Recorded:
    """What arrived and what came of it."""

    at: float
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    pool: Pool | None = None
    routing: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    traffic_type: str | None = None
    tokens: int = 0

    def header_values(self, name: str) -> list[str]:
        """Every line of a header, any spelling."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def summary(self) -> dict[str, Any]:
        """The line that `/local/requests` shows: no credentials, no content."""
        return {
            "at": self.at,
            "path": self.path,
            "project": self.pool.project if self.pool else None,
            "location": self.pool.location if self.pool else None,
            "model": self.pool.model if self.pool else None,
            "routing": self.routing,
            "label": self.labels.get(LABEL_KEY),
            "status": self.status,
            "trafficType": self.traffic_type,
            "tokens": self.tokens,
        }


@dataclass(kw_only=True)
class Call:
    """An open call."""

    pool: Pool
    publisher: str
    method: str
    model: ServedModel
    grant: Grant
    input_tokens: int
    output_tokens: int
    recorded: Recorded

    @property
    def traffic_type(self) -> str:
        """Who serves it."""
        return self.grant.traffic_type


@dataclass(kw_only=True)
class Calls:
    """Opens and closes calls; knows the models, the pools, the counters and what came in lately."""

    models: Mapping[str, ServedModel]
    pools: Pools
    counters: Counters
    latency_seconds: float = 0.0
    recent: deque[Recorded] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))

    def arrived(self, request: Request) -> Recorded:
        """Remember a request."""
        recorded = Recorded(
            at=self.pools.clock(),
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=request.body[:KEPT_BODY],
        )
        self.recent.append(recorded)
        return recorded

    async def open(
        self,
        request: Request,
        recorded: Recorded,
        *,
        pool: Pool,
        method: str,
        input_tokens: int,
        output_limit: int | None,
        labels: Mapping[str, str],
    ) -> Call:
        """Admit one call. Raises `Refused`: unknown model, undocumented headers or labels, or no capacity on its path."""
        model = self.model_of(pool)
        recorded.pool, recorded.labels = pool, labels
        asked = asked_for(request)
        recorded.routing = asked.routing
        estimate = model.burndown(input_tokens, output_limit or ESTIMATED_OUTPUT)
        grant = self.admit(asked, pool, model, method, estimate)
        recorded.traffic_type = grant.traffic_type
        call = Call(
            pool=pool,
            publisher=model.publisher,
            method=method,
            model=model,
            grant=grant,
            input_tokens=input_tokens,
            output_tokens=output_limit or ANSWERED_OUTPUT,
            recorded=recorded,
        )
        if self.latency_seconds:
            await self._wait(call)
        return call

    def admit(self, asked: Asked, pool: Pool, model: ServedModel, method: str, estimate: int) -> Grant:
        """A grant for the call, or `Refused`; a refusal is counted too."""
        try:
            return self.pools.grant(pool, asked.mode, estimate)
        except Refused as refusal:
            kind = "dedicated" if asked.mode.beyond_capacity is None else SHARED
            self.count(pool, model, kind, method, refusal.status, 0, 0)
            raise

    def model_of(self, pool: Pool) -> ServedModel:
        """The model of a pool's path. Raises `Refused` (404): an alias or a misspelt id serves nobody."""
        model = self.models.get(pool.model)
        if model is None:
            path = f"projects/{pool.project}/locations/{pool.location}/publishers/*/models/{pool.model}"
            raise Refused(
                404, f"Publisher Model `{path}` was not found or your project does not have access to it."
            )
        return model

    async def _wait(self, call: Call) -> None:
        try:
            await asyncio.sleep(self.latency_seconds)
        except asyncio.CancelledError:
            self.close(call, 0)
            raise

    def close(self, call: Call, output_tokens: int | None = None) -> None:
        """Settle a call with the output that was produced; all of it unless said."""
        produced = call.output_tokens if output_tokens is None else output_tokens
        used = call.model.burndown(call.input_tokens, produced)
        call.grant.settle(used)
        call.recorded.status, call.recorded.tokens = 200, used
        self.count(
            call.pool, call.model, call.grant.request_type, call.method, 200, call.input_tokens, produced
        )

    def count(
        self,
        pool: Pool,
        model: ServedModel,
        request_type: str,
        method: str,
        code: int,
        input_tokens: int,
        output_tokens: int,
    ) -> None:
        """Count one finished request."""
        self.counters.record(
            Served(
                project=pool.project,
                location=pool.location,
                publisher=model.publisher,
                model=pool.model,
                request_type=request_type,
                method=method,
                code=code,
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                consumed=model.burndown(input_tokens, output_tokens) if code == 200 else 0,
            )
        )


def field_of(message: Mapping[str, Any], name: str) -> Any:
    """A field by its camelCase name or, as Google's APIs also take it, in snake_case; None when it is absent."""
    if name in message:
        return message[name]
    return message.get(re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name))


def json_body(request: Request) -> dict[str, Any]:
    """The request's body. Raises `Refused` (400)."""
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Refused(400, "The body isn't JSON.") from error
    if not isinstance(body, dict):
        raise Refused(400, "The body isn't a JSON object.")
    return body


def object_of(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A field that holds an object; empty when it is absent. Raises `Refused` (400)."""
    value = field_of(message, name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(400, f"{name}: an object is expected.")
    return value


def checked_labels(raw: object, most: int) -> dict[str, str]:
    """Labels of a request, by the documented charset and number. Raises `Refused` (400)."""
    if raw is None:
        return {}
    if not isinstance(raw, dict) or len(raw) > most:
        raise Refused(400, f"labels: a map of at most {most} entries is expected.")
    try:
        return {
            label_key(str(key)): label_value(value if isinstance(value, str) else "?")
            for key, value in raw.items()
        }
    except ValueError as error:
        raise Refused(400, f"labels: {error}.") from error


def header_labels(request: Request) -> dict[str, str]:
    """Labels of a partner model's request: base64 of a JSON object in `X-Vertex-AI-Labels`. Raises `Refused` (400)."""
    raw = request.header("X-Vertex-AI-Labels")
    if raw is None:
        return {}
    try:
        return checked_labels(json.loads(base64.b64decode(raw, validate=True)), 32)
    except (binascii.Error, ValueError) as error:
        raise Refused(400, "X-Vertex-AI-Labels isn't base64 of a JSON object.") from error


def whole_number(body: Mapping[str, Any], *names: str) -> int | None:
    """The first of some fields that is set, as a positive number. Raises `Refused` (400)."""
    for name in names:
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise Refused(400, f"{name}: a whole number of at least 1 is expected.")
        return value
    return None
