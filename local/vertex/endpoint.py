"""The endpoint: which path is answered by whom, and how it is started."""

import asyncio
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from local.vertex import anthropic, credentials, gemini, live, monitoring, openai
from local.vertex.calls import Calls, Recorded
from local.vertex.errors import Refused, error_response
from local.vertex.http import HttpServer, Request, Response
from local.vertex.metering import Counters
from local.vertex.models import ServedModel, capacities
from local.vertex.monitoring import Monitoring
from local.vertex.pools import PaygoLimits, Pools
from throughput.admission import Meter
from throughput.orders import Order, Pool

_VERSION = r"/v1(?:beta1)?"
_MODEL_METHOD = re.compile(
    _VERSION + r"/projects/([^/]+)/locations/([^/]+)/publishers/([^/]+)/models/([^/:]+):(\w+)"
)
_CHAT = re.compile(_VERSION + r"/projects/([^/]+)/locations/([^/]+)/endpoints/openapi/chat/completions")
REQUESTS_PATH = "/local/requests"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the endpoint behaves beyond the ledger."""

    latency_seconds: float = 0.0
    paygo: PaygoLimits = field(default_factory=PaygoLimits)
    audit: Callable[[Pool, Meter], None] | None = None
    seen: Callable[[Recorded], None] | None = None
    tls: ssl.SSLContext | None = None


class Endpoint:
    """An endpoint for some orders. It listens on loopback only: it takes any credential for good."""

    def __init__(
        self,
        orders: Iterable[Order],
        models: Mapping[str, ServedModel],
        clock: Callable[[], float],
        options: Options | None = None,
    ) -> None:
        self.options = options or Options()
        ledger = list(orders)
        held = capacities(ledger, models)
        self.pools = Pools(capacities=held, clock=clock, limits=self.options.paygo, audit=self.options.audit)
        self.counters = Counters(clock)
        self.calls = Calls(
            models=models,
            pools=self.pools,
            counters=self.counters,
            latency_seconds=self.options.latency_seconds,
        )
        self.monitoring = Monitoring(counters=self.counters, capacities=held, models=models)
        self.project = next((order.project for order in ledger), "local-project")
        self.server = HttpServer(self.handle)
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns the base URL. Raises `ValueError` for an address that isn't loopback, `OSError` for one in use."""
        if not is_loopback(host):
            raise ValueError(
                f"{host!r} isn't a loopback address; this endpoint takes any credential and must not be reachable"
            )
        bound, given = await self.server.start(host, port, self.options.tls)
        scheme = "https" if self.options.tls else "http"
        self.url = f"{scheme}://[{bound}]:{given}" if ":" in bound else f"{scheme}://{bound}:{given}"
        return self.url

    async def stop(self) -> None:
        """End every connection and stop listening."""
        await self.server.stop()

    async def handle(self, request: Request) -> Response:
        """Answer one request."""
        recorded: Recorded | None = None
        try:
            if (response := credentials.answer(request, self.project, self.counters.clock())) is not None:
                return response
            if request.path == REQUESTS_PATH:
                return Response(
                    body=json.dumps(
                        {"version": 1, "requests": [one.summary() for one in self.calls.recent]}
                    ).encode()
                )
            _authenticated(request)
            if found := monitoring.PATH.fullmatch(request.path):
                return self.monitoring.list(request, found[1])
            recorded = self.calls.arrived(request)
            response = await self._model_call(request, recorded)
        except Refused as refusal:
            if recorded is not None:
                recorded.status = refusal.status
            response = error_response(refusal)
        except Exception as defect:  # noqa: BLE001 - a client must get an answer, and the endpoint must go on
            response = error_response(
                Refused(500, f"A defect of this stand-in: {type(defect).__name__}: {defect}")
            )
        if recorded is not None and self.options.seen is not None:
            self.options.seen(recorded)
        return response

    async def _model_call(self, request: Request, recorded: Recorded) -> Response:
        if live.PATH.fullmatch(request.path):
            return live.upgrade(self.calls, request, recorded)
        if request.method != "POST":
            raise Refused(405, "POST is expected.")
        if found := _CHAT.fullmatch(request.path):
            return await openai.complete(self.calls, request, recorded, found[1], found[2])
        found = _MODEL_METHOD.fullmatch(request.path)
        if found is None:
            raise Refused(404, f"This stand-in has nothing at {request.path}.")
        pool, method = Pool(project=found[1], location=found[2], model=found[4]), found[5]
        if method in ("generateContent", "streamGenerateContent"):
            return await gemini.generate(self.calls, request, recorded, pool, method)
        if method in ("rawPredict", "streamRawPredict") and found[3] == "anthropic":
            return await anthropic.message(self.calls, request, recorded, pool, method)
        if method in ("embedContent", "predict"):
            return await gemini.embed(self.calls, request, recorded, pool, method)
        if method == "countTokens":
            return await gemini.count_tokens(self.calls, request, recorded, pool)
        raise Refused(501, f"This stand-in doesn't do {method} for publisher {found[3]}.")


def _authenticated(request: Request) -> None:
    bearer = (request.header("Authorization") or "").removeprefix("Bearer ").strip()
    if not bearer and not request.header("x-goog-api-key"):
        raise Refused(
            401, "Request is missing required authentication credential. Expected OAuth 2 access token."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    """Run an endpoint on a thread of its own while the block lasts; for code that isn't asynchronous."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="vertex-endpoint", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(endpoint.start(), loop).result()
        yield endpoint
    finally:
        asyncio.run_coroutine_threadsafe(endpoint.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
