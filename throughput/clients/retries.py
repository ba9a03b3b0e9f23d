"""How often to try again, by routing mode.

Google advises truncated exponential back-off for 408, 429 and 5xx, adds that more retries may not help where purchased capacity is
exceeded, and asks for patience instead of retries on Flex:
https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/retry-strategy (2026-08-22).
"""

from dataclasses import dataclass

from throughput.orders import Routing


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Requests in all (the first included), seconds to wait for an answer, and why."""

    attempts: int
    timeout_seconds: int
    note: str

    @property
    def retries(self) -> int:
        """Requests after the first."""
        return self.attempts - 1


_SPILLS = Plan(
    attempts=3,
    timeout_seconds=60,
    note="Beyond the pool the server spills over by itself; retries are for 5xx and a busy PayGo.",
)
_PAYGO = Plan(
    attempts=4, timeout_seconds=60, note="PayGo answers 429 when it is busy: back off and try again."
)
_FLEX = Plan(
    attempts=1, timeout_seconds=1800, note="Flex may take up to 30 minutes: wait instead of retrying."
)

PLANS: dict[Routing, Plan] = {
    Routing.PT_THEN_ON_DEMAND: _SPILLS,
    Routing.PT_ONLY: Plan(
        attempts=1,
        timeout_seconds=60,
        note="No retry: a full window stays full, up to two minutes on small orders; 429 is yours to handle.",
    ),
    Routing.PT_THEN_PRIORITY: _SPILLS,
    Routing.PT_THEN_FLEX: _FLEX,
    Routing.ON_DEMAND: _PAYGO,
    Routing.PRIORITY_ONLY: _PAYGO,
    Routing.FLEX_ONLY: _FLEX,
}
