"""Who is served by purchased throughput: the budget of an enforcement window, whole-request admission, reconciliation.

The rules (Use page, 2026-09-30, https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/provisioned-throughput/use-provisioned-throughput):
a window's budget is GSUs x tokens per second per GSU x seconds; windows follow the platform's clock, not the first request; when the
estimate of an arriving request exceeds what the window has left, the WHOLE request goes elsewhere; after completion the difference
between estimate and use is credited or debited; what a window leaves unused is lost.

What the page leaves open is decided here so that a window never gives more than was bought: a debit that the window can't carry is
owed, and charged to the following windows before anything new is admitted; a credit only helps the window that had reserved it.
Nothing here reads a clock: `now` is seconds since 1970, UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a pool may serve per window: its GSUs together, burndown tokens per second per GSU, window length in seconds."""

    gsus: int
    tokens_per_second: Decimal
    window_seconds: int

    def __post_init__(self) -> None:
        if self.gsus < 0 or self.tokens_per_second <= 0 or self.window_seconds < 1:
            raise ValueError(
                f"a pool needs GSUs >= 0, tokens per second > 0 and a window of at least 1 s, found {self}"
            )

    @property
    def budget(self) -> int:
        """Burndown tokens per window, rounded down."""
        return int(self.gsus * self.tokens_per_second * self.window_seconds)

    @property
    def tokens_limit(self) -> int:
        """Burndown tokens per second of the whole pool: what monitoring shows as `dedicated_token_limit`."""
        return int(self.gsus * self.tokens_per_second)

    def window_at(self, now: float) -> int:
        """Number of the window that `now` falls in."""
        return int(now // self.window_seconds)


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """An admitted request's claim: the window that serves it and the burndown tokens it holds."""

    window: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A pool's state: the current window, the tokens charged to it, and the tokens owed to later windows."""

    window: int = -1
    charged: int = 0
    owed: int = 0

    def left(self, capacity: Capacity) -> int:
        """Burndown tokens that the current window can still admit."""
        return capacity.budget - self.charged


def at(capacity: Capacity, meter: Meter, now: float) -> Meter:
    """The meter as of `now`: a new window starts with what is owed. A clock that steps back stays in the window it had."""
    window = capacity.window_at(now)
    if window <= meter.window:
        return meter
    passed = (window - meter.window - 1) * capacity.budget if meter.owed else 0
    return _settled(capacity, Meter(window=window, owed=max(0, meter.owed - passed)))


def admit(capacity: Capacity, meter: Meter, now: float, estimate: int) -> tuple[Meter, Reservation | None]:
    """Admit a request of `estimate` burndown tokens, whole or not at all. Returns the new meter, and None when it must spill."""
    if estimate < 1:
        raise ValueError(f"an estimate is at least one token, found {estimate}")
    current = at(capacity, meter, now)
    if estimate > current.left(capacity):
        return current, None
    reservation = Reservation(window=current.window, tokens=estimate)
    return replace(current, charged=current.charged + estimate), reservation


def reconcile(capacity: Capacity, meter: Meter, now: float, reservation: Reservation, actual: int) -> Meter:
    """Settle an admitted request that took `actual` burndown tokens."""
    if actual < 0:
        raise ValueError(f"a request can't take {actual} tokens")
    current = at(capacity, meter, now)
    difference = actual - reservation.tokens
    if difference > 0:
        return _settled(capacity, replace(current, owed=current.owed + difference))
    if reservation.window == current.window:
        return _settled(capacity, replace(current, charged=current.charged + difference))
    return current


def _settled(capacity: Capacity, meter: Meter) -> Meter:
    """Charge what is owed as far as the window has room."""
    paid = min(meter.owed, meter.left(capacity))
    return replace(meter, charged=meter.charged + paid, owed=meter.owed - paid)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A request for `spilled`: when it comes (seconds), its estimate and what it takes in the end (burndown tokens)."""

    at: float
    estimate: int
    actual: int


def spilled(capacity: Capacity, arrivals: Iterable[Arrival]) -> Sequence[bool]:
    """For requests in time order, each finished as it arrives: which ones a pool sends elsewhere."""
    meter, fates = Meter(), []
    for arrival in arrivals:
        meter, reservation = admit(capacity, meter, arrival.at, arrival.estimate)
        fates.append(reservation is None)
        if reservation is not None:
            meter = reconcile(capacity, meter, arrival.at, reservation, arrival.actual)
    return fates
