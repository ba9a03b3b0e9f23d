"""GSUs for one pool: units x burndown x rate ÷ throughput per GSU, the buffer, the minimum, and the window.

The second constraint: a request larger than a whole enforcement window can never be served by Provisioned Throughput, so the answer is
the smallest number from the estimate on whose window holds the largest request. Where Google gives a range of window lengths the
shortest is used. Every number is exact (fractions); nothing is rounded before the end.
https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/provisioned-throughput/measure-provisioned-throughput
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from throughput.catalogue import ModelRow, Tier
from throughput.sizing.categories import input_tokens
from throughput.sizing.workload import Request, Workload, refuse, request_of

_MOST = 10**9


@dataclass(frozen=True, kw_only=True)
class Line:
    """One category of a request: quantity, rate, and their product."""

    category: str
    quantity: Fraction
    rate: Fraction

    @property
    def burndown(self) -> Fraction:
        """Burndown units of this category per request."""
        return self.quantity * self.rate


@dataclass(frozen=True, kw_only=True)
class Part:
    """A workload's share of a pool: its request's lines and tier, and its rates per second."""

    workload: Workload
    request: Request
    tier: Tier
    lines: tuple[Line, ...]
    rate: Fraction
    sized_rate: Fraction
    largest: Fraction

    @property
    def per_request(self) -> Fraction:
        """Burndown units of one request."""
        return sum((line.burndown for line in self.lines), Fraction(0))

    @property
    def per_second(self) -> Fraction:
        """Burndown units per second on average."""
        return self.per_request * self.rate

    @property
    def sized_per_second(self) -> Fraction:
        """Burndown units per second at the rate that is sized for."""
        return self.per_request * self.sized_rate


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A number of GSUs and the steps to it; `raw` is the exact quotient after the buffer.

    `gsus_at_longest` would do if every window had the longest length of its range.
    """

    raw: Fraction
    by_throughput: int
    gsus: int
    gsus_at_longest: int
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The sizing of one pool."""

    row: ModelRow
    location: str
    parts: tuple[Part, ...]
    buffer: Fraction
    before_buffer: Answer
    answer: Answer

    @property
    def per_second(self) -> Fraction:
        """Burndown units per second on average."""
        return sum((part.per_second for part in self.parts), Fraction(0))

    @property
    def sized_per_second(self) -> Fraction:
        """Burndown units per second at the rate that is sized for."""
        return sum((part.sized_per_second for part in self.parts), Fraction(0))

    @property
    def largest(self) -> Fraction:
        """Burndown units of the largest single request."""
        return max(part.largest for part in self.parts)

    @property
    def utilisation(self) -> Fraction:
        """Average share of the answer's GSUs that is used."""
        return self.per_second / (self.answer.gsus * Fraction(self.row.throughput_per_gsu))

    def off_by(self, factor: Fraction) -> Answer:
        """The answer when the workload is `factor` times what was said."""
        return _answer(self.row, self.parts, self.buffer, factor)


def pools(workloads: Iterable[Workload]) -> Mapping[tuple[str, str], Sequence[Workload]]:
    """Workloads that share a pool, by model and location, in the order they first appear."""
    found: dict[tuple[str, str], list[Workload]] = {}
    for workload in workloads:
        found.setdefault((workload.model, workload.location), []).append(workload)
    return found


def estimate(row: ModelRow, workloads: Sequence[Workload], buffer: Fraction) -> Estimate:
    """Size the workloads of one pool together: burndown is summed before anything is rounded. `buffer` is 0.25 for 25 %."""
    if not 0 <= buffer <= 10:
        raise refuse(
            f"a buffer of {float(buffer) * 100:g} % is out of range.", "Allowed: 0 to 1000; usual: 20 to 30"
        )
    parts = tuple(part_of(row, workload) for workload in workloads)
    return Estimate(
        row=row,
        location=workloads[0].location,
        parts=parts,
        buffer=buffer,
        before_buffer=_answer(row, parts, Fraction(0), Fraction(1)),
        answer=_answer(row, parts, buffer, Fraction(1)),
    )


def part_of(row: ModelRow, workload: Workload) -> Part:
    """One workload against its model's row: what a request burns down, and how often."""
    request = request_of(workload, row)
    tier = _tier(row, input_tokens(request.quantities))
    premium = _premium(row, workload)
    rate = _rate(workload)
    return Part(
        workload=workload,
        request=request,
        tier=tier,
        lines=tuple(
            Line(category=name, quantity=Fraction(amount), rate=Fraction(tier.rates[name]) * premium)
            for name, amount in request.quantities.items()
        ),
        rate=rate,
        sized_rate=rate * workload.peak,
        largest=_largest(row, workload, request, premium),
    )


def _tier(row: ModelRow, tokens: Decimal) -> Tier:
    # Tiers of the character era are printed for a context in tokens; about four characters are one.
    size = tokens / 4 if row.unit == "characters/s" else tokens
    tier = row.tier_for(size)
    if tier is None:
        printed = "; ".join(str(tier) for tier in row.tiers)
        raise refuse(f"{row.model} has no rates for {size:,} input tokens.", f"Its table prints: {printed}")
    return tier


def _premium(row: ModelRow, workload: Workload) -> Fraction:
    premium = workload.tuned_premium
    if premium is None:
        return Fraction(1)
    if row.tuning is None:
        raise refuse(
            f"Provisioned Throughput doesn't cover tuned versions of {row.model}.",
            "Leave --tuned-premium out",
        )
    return 1 + Fraction(premium) if row.tuning == "premium" else Fraction(1)


def _rate(workload: Workload) -> Fraction:
    live = workload.live
    if live is not None:
        return Fraction(live.turns) * Fraction(live.sessions) / Fraction(live.session_seconds)
    return workload.qps


def _largest(row: ModelRow, workload: Workload, request: Request, premium: Fraction) -> Fraction:
    largest = {name: amount * workload.largest for name, amount in request.quantities.items()}
    tier = _tier(row, input_tokens(largest))
    units = sum(
        (Fraction(amount) * Fraction(tier.rates[name]) * premium for name, amount in largest.items()),
        Fraction(0),
    )
    return units + Fraction(row.media.request_extra) if largest.get("output_video") else units


def _answer(row: ModelRow, parts: Sequence[Part], buffer: Fraction, factor: Fraction) -> Answer:
    per_second = sum((part.sized_per_second for part in parts), Fraction(0)) * factor
    raw = per_second * (1 + buffer) / Fraction(row.throughput_per_gsu)
    rounded = max(1, ceil(raw / row.increment) * row.increment)
    why = []
    least = max(rounded, row.min_gsu)
    if least > rounded:
        why.append(f"the minimum of {row.model} is {row.min_gsu} GSU")
    avatar = row.media.avatar_min_gsu
    if (
        avatar is not None
        and least < avatar
        and any(p.request.quantities.get("output_video_avatar") for p in parts)
    ):
        least = avatar
        why.append(f"sessions with avatar video are served only from {avatar} GSU on")
    largest = max(part.largest for part in parts)
    gsus = fitting(row, least, largest)
    if gsus > least:
        why.append("the largest request must fit one enforcement window")
    return Answer(
        raw=raw,
        by_throughput=least,
        gsus=gsus,
        gsus_at_longest=fitting(row, least, largest, longest=True),
        why=tuple(why),
    )


def fitting(row: ModelRow, least: int, largest: Fraction, *, longest: bool = False) -> int:
    """The smallest number of GSUs, from `least` on, whose window holds the largest request (burndown units).

    The shortest length of a window counts, or its `longest`.
    """
    if least > _MOST:
        raise refuse(
            f"this workload needs {least:,} GSU, which can't be meant.", "Check the rate and the quantities"
        )
    if not has_window(row):
        return least
    per_gsu = Fraction(row.throughput_per_gsu)
    for index, band in enumerate(row.windows):
        last = row.windows[index + 1].from_gsus - 1 if index + 1 < len(row.windows) else None
        if last is not None and last < least:
            continue
        seconds = band.window.high_s if longest else band.window.low_s
        needed = ceil(largest / (per_gsu * seconds) / row.increment) * row.increment
        count = max(least, band.from_gsus, needed)
        if last is None or count <= last:
            return count
    return least


def has_window(row: ModelRow) -> bool:
    """Whether a window is published for the model: its own table, or the general rule, which speaks of tokens."""
    return row.windows_special or row.unit == "tokens/s"


def window_budget(row: ModelRow, gsus: int, seconds: int) -> Fraction:
    """Burndown units that a window of so many seconds holds."""
    return gsus * Fraction(row.throughput_per_gsu) * seconds
