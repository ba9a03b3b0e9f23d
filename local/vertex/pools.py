"""The pools of an endpoint and what happens to a request: served by purchased throughput, sent to PayGo, or refused.

Admission is `throughput.admission`; this module keeps one meter per pool, the PayGo limits, and hands out grants that are settled when
the answer is complete. What isn't documented is decided so: several active orders of a pool add up and share the window of their sum;
Priority and Flex outside `global` are served as Standard PayGo.
Sources: the Use page (2026-09-30); Priority (2026-08-20); Flex (2026-08-20); pool of a Live session: the Live page (2026-09-30).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from local.vertex.errors import EXCEEDED_PT, EXHAUSTED_PAYGO, Refused
from throughput.admission import Capacity, Meter, Reservation, admit, at, reconcile
from throughput.orders import Pool
from throughput.routing import Mode

DEDICATED, SPILLOVER, SHARED = "dedicated", "spillover", "shared"
PT, PAYGO = "PROVISIONED_THROUGHPUT", "ON_DEMAND"
PRIORITY, FLEX = "ON_DEMAND_PRIORITY", "ON_DEMAND_FLEX"


@dataclass(frozen=True, kw_only=True)
class PaygoLimits:
    """What PayGo serves per minute and model: Standard tokens (None: without limit), the Priority ramp, Flex requests."""

    standard_tokens: int | None = None
    priority_tokens_pro: int = 1_000_000
    priority_tokens_other: int = 4_000_000
    flex_requests: int = 3_000


@dataclass
class Grant:
    """A request that may be served. `settle` is called once, with the burndown tokens it took; later calls do nothing."""

    traffic_type: str
    request_type: str
    estimate: int
    _settle: Callable[[int], None] | None = None

    def settle(self, actual: int) -> None:
        """Reconcile the estimate with what was used."""
        done, self._settle = self._settle, None
        if done is not None:
            done(actual)


@dataclass
class _Minute:
    """What was used of a limit in the current minute."""

    number: int = -1
    used: int = 0

    def take(self, now: float, amount: int, limit: int) -> bool:
        """Use `amount` if the minute still has it."""
        if (number := int(now // 60)) != self.number:
            self.number, self.used = number, 0
        if self.used + amount > limit:
            return False
        self.used += amount
        return True


@dataclass(kw_only=True)
class Pools:
    """Meters of all pools. `audit`, when given, sees every change of a meter: the tests prove the budget with it."""

    capacities: Mapping[Pool, Capacity]
    clock: Callable[[], float]
    limits: PaygoLimits = field(default_factory=PaygoLimits)
    audit: Callable[[Pool, Meter], None] | None = None
    _meters: dict[Pool, Meter] = field(default_factory=dict)
    _minutes: dict[tuple[str, Pool], _Minute] = field(default_factory=dict)

    def grant(self, pool: Pool, mode: Mode, estimate: int) -> Grant:
        """Decide on a request of `estimate` burndown tokens. Raises `Refused` (429) with the documented text of its path."""
        if mode.uses_pt:
            reservation = self._reserve(pool, estimate)
            if reservation is not None:
                return Grant(PT, DEDICATED, estimate, lambda actual: self._settle(pool, reservation, actual))
            if mode.beyond_capacity is None:
                raise Refused(429, EXCEEDED_PT)
        # A request that had no pool to spill from counts as shared, like one that asked for PayGo.
        spilled = mode.uses_pt and pool in self.capacities
        return Grant(self._paygo(pool, mode, estimate), SPILLOVER if spilled else SHARED, estimate)

    def burst(self, pool: Pool, tokens: int) -> None:
        """Charge a turn of a Live session that purchased throughput serves: never refused, owed to later windows when too much."""
        capacity = self.capacities[pool]
        meter = at(capacity, self._meters.get(pool, Meter()), self.clock())
        claim = Reservation(window=meter.window, tokens=0)
        self._keep(pool, reconcile(capacity, meter, self.clock(), claim, tokens))

    def left(self, pool: Pool) -> int | None:
        """Burndown tokens that the pool's current window still has; None when there is no such pool."""
        capacity = self.capacities.get(pool)
        if capacity is None:
            return None
        return at(capacity, self._meters.get(pool, Meter()), self.clock()).left(capacity)

    def _reserve(self, pool: Pool, estimate: int) -> Reservation | None:
        capacity = self.capacities.get(pool)
        if capacity is None:
            return None
        meter, reservation = admit(capacity, self._meters.get(pool, Meter()), self.clock(), estimate)
        self._keep(pool, meter)
        return reservation

    def _settle(self, pool: Pool, reservation: Reservation, actual: int) -> None:
        self._keep(
            pool, reconcile(self.capacities[pool], self._meters[pool], self.clock(), reservation, actual)
        )

    def _keep(self, pool: Pool, meter: Meter) -> None:
        self._meters[pool] = meter
        if self.audit is not None:
            self.audit(pool, meter)

    def _paygo(self, pool: Pool, mode: Mode, estimate: int) -> str:
        """Traffic type on the PayGo side. Raises `Refused` (429)."""
        if pool.location == "global":
            if mode.shared_type == "flex":
                if not self._take("flex", pool, 1, self.limits.flex_requests):
                    raise Refused(429, EXHAUSTED_PAYGO)
                return FLEX
            ramp = (
                self.limits.priority_tokens_pro if "-pro" in pool.model else self.limits.priority_tokens_other
            )
            if mode.shared_type == "priority" and self._take("priority", pool, estimate, ramp):
                return PRIORITY
        limit = self.limits.standard_tokens
        if limit is not None and not self._take("standard", pool, estimate, limit):
            raise Refused(429, EXHAUSTED_PAYGO)
        return PAYGO

    def _take(self, kind: str, pool: Pool, amount: int, limit: int) -> bool:
        return self._minutes.setdefault((kind, pool), _Minute()).take(self.clock(), amount, limit)


def tokens_of(texts: Iterable[str]) -> int:
    """Tokens of some text, by the rule of thumb of four characters per token; at least one."""
    return max(1, -(-sum(map(len, texts)) // 4))
