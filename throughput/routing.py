"""How a request is routed: the seven modes, their headers and what comes back.

What routes is project, location and exact model version, steered by two headers. Labels never route; ours is attribution at best.
Sources: the Use page (2026-09-30), the Priority and Flex pages (2026-08-20), all under
https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/.
"""

from dataclasses import dataclass

from throughput.orders import Routing

REQUEST_TYPE = "X-Vertex-AI-LLM-Request-Type"
SHARED_TYPE = "X-Vertex-AI-LLM-Shared-Request-Type"
LABEL_KEY = "dedicated-capacity"


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One routing mode: header values (None: header absent), the traffic types to expect in order, and where it works."""

    routing: Routing
    request_type: str | None
    shared_type: str | None
    traffic_types: tuple[str, ...]
    global_only: bool
    words: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers in their canonical spelling; gRPC clients need them in lower case."""
        pairs = ((REQUEST_TYPE, self.request_type), (SHARED_TYPE, self.shared_type))
        return {name: value for name, value in pairs if value is not None}

    @property
    def uses_pt(self) -> bool:
        """Whether purchased throughput can serve the request at all."""
        return self.request_type != "shared"

    @property
    def beyond_capacity(self) -> str | None:
        """Traffic type once the pool is full; None when the request is then refused with 429."""
        return None if self.request_type == "dedicated" else self.traffic_types[-1]


_PT, _PAYGO = "PROVISIONED_THROUGHPUT", "ON_DEMAND"
_PRIORITY, _FLEX = "ON_DEMAND_PRIORITY", "ON_DEMAND_FLEX"

MODES: dict[Routing, Mode] = {
    mode.routing: mode
    for mode in (
        Mode(
            routing=Routing.PT_THEN_ON_DEMAND,
            request_type=None,
            shared_type=None,
            traffic_types=(_PT, _PAYGO),
            global_only=False,
            words="Provisioned Throughput, then Standard PayGo",
        ),
        Mode(
            routing=Routing.PT_ONLY,
            request_type="dedicated",
            shared_type=None,
            traffic_types=(_PT,),
            global_only=False,
            words="Provisioned Throughput only; 429 beyond it",
        ),
        Mode(
            routing=Routing.PT_THEN_PRIORITY,
            request_type=None,
            shared_type="priority",
            traffic_types=(_PT, _PRIORITY),
            global_only=True,
            words="Provisioned Throughput, then Priority PayGo",
        ),
        Mode(
            routing=Routing.PT_THEN_FLEX,
            request_type=None,
            shared_type="flex",
            traffic_types=(_PT, _FLEX),
            global_only=True,
            words="Provisioned Throughput, then Flex PayGo",
        ),
        Mode(
            routing=Routing.ON_DEMAND,
            request_type="shared",
            shared_type=None,
            traffic_types=(_PAYGO,),
            global_only=False,
            words="Standard PayGo only; purchased throughput is bypassed",
        ),
        # Beyond the ramp limit Google downgrades Priority to Standard, so ON_DEMAND can come back here.
        Mode(
            routing=Routing.PRIORITY_ONLY,
            request_type="shared",
            shared_type="priority",
            traffic_types=(_PRIORITY, _PAYGO),
            global_only=True,
            words="Priority PayGo only; purchased throughput is bypassed",
        ),
        Mode(
            routing=Routing.FLEX_ONLY,
            request_type="shared",
            shared_type="flex",
            traffic_types=(_FLEX,),
            global_only=True,
            words="Flex PayGo only; purchased throughput is bypassed",
        ),
    )
}


def headers_of(routing: Routing) -> dict[str, str]:
    """The routing headers of a mode, canonical spelling; empty for the default mode."""
    return MODES[routing].headers
