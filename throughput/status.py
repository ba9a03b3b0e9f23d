"""The ledger against what monitoring says is active. Pure: measured figures in, findings out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from throughput.monitoring import is_monitored
from throughput.orders import Ledger, Pool, Status
from throughput.terms import committed_span


class State(StrEnum):
    """How a pool's record and its monitoring relate."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NO_DATA = "no data"
    NOT_METERED = "not metered"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What monitoring shows of a pool: GSUs active now, and the share of the purchased tokens used, average and highest minute."""

    gsus: int | None
    average: float | None
    peak: float | None


@dataclass(frozen=True, kw_only=True)
class PoolStatus:
    """One pool: what the ledger holds as active, what was measured, and what follows."""

    pool: Pool
    recorded: int
    measured: Measured
    state: State
    words: str

    @property
    def wrong(self) -> bool:
        """Whether somebody has to look at it: it differs, or it couldn't be checked."""
        return self.state in (State.DIFFERS, State.NO_DATA)


def active_gsus(ledger: Ledger, as_of: date) -> dict[Pool, int]:
    """GSUs per pool that are active by the ledger: what the Console confirmed where that is recorded, so a pending increase isn't a drift."""
    found: dict[Pool, int] = {}
    for order in ledger.values():
        span = committed_span(order, as_of) if order.status is Status.ACTIVE else None
        if span is not None:
            pending = order.pending_gsus is not None and order.confirmed is not None
            gsus = order.confirmed.gsus if pending and order.confirmed else span.gsus
            found[order.pool] = found.get(order.pool, 0) + gsus
    return dict(sorted(found.items()))


def compare(recorded: Mapping[Pool, int], measured: Mapping[Pool, Measured]) -> list[PoolStatus]:
    """Each recorded pool against its measurement."""
    return [
        _one(pool, gsus, measured.get(pool, Measured(gsus=None, average=None, peak=None)))
        for pool, gsus in recorded.items()
    ]


def _one(pool: Pool, recorded: int, measured: Measured) -> PoolStatus:
    if not is_monitored(pool):
        state, words = State.NOT_METERED, "Google doesn't meter Provisioned Throughput for Veo"
    elif measured.gsus is None:
        state, words = (
            State.NO_DATA,
            "monitoring shows no purchased throughput here: see the order in the Console",
        )
    elif measured.gsus != recorded:
        state = State.DIFFERS
        words = f"the ledger holds {recorded} GSU, monitoring shows {measured.gsus}: compare with the Console (pt order import)"
    else:
        state, words = State.AGREES, ""
    return PoolStatus(pool=pool, recorded=recorded, measured=measured, state=state, words=words)
