"""Commitment curves: GSUs committed in a pool at each instant, and where one lies below another.

A curve is kept as signed spans. Comparing two is one sweep over their edges, and a pool whose spans didn't change isn't swept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from throughput.orders import Ledger, Order, Pool
from throughput.terms import Span, committed_span


@dataclass(frozen=True, kw_only=True)
class Dip:
    """Where a pool falls below what is committed: from when to when, and to how many GSUs from how many at its first edge."""

    pool: Pool
    start: datetime
    end: datetime
    committed: int
    offered: int


Spans = Mapping[Pool, list[Span]]


def source_of(order: Order, ledgers: Iterable[Mapping[str, Order]]) -> Order | None:
    """The order that `order` takes capacity over from, wherever it is known."""
    if order.from_ is None:
        return None
    return next((ledger[order.from_] for ledger in ledgers if order.from_ in ledger), None)


def spans_of(ledger: Ledger, as_of: date, elsewhere: Mapping[str, Order]) -> dict[Pool, list[Span]]:
    """What each pool has committed from `as_of` on."""
    found: dict[Pool, list[Span]] = defaultdict(list)
    for order in ledger.values():
        span = committed_span(order, as_of, source_of(order, (ledger, elsewhere)))
        if span is not None:
            found[order.pool].append(span)
    return found


def first_dip(pool: Pool, old: list[Span], new: list[Span]) -> Dip | None:
    """The first stretch in which `new` lies below `old`; None when it never does."""
    if sorted(old, key=_key) == sorted(new, key=_key):
        return None
    edges: dict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for which, spans in enumerate((old, new)):
        for span in spans:
            edges[span.start][which] += span.gsus
            edges[span.end][which] -= span.gsus
    committed = offered = 0
    start: datetime | None = None
    at_start = (0, 0)
    for moment in sorted(edges):
        committed += edges[moment][0]
        offered += edges[moment][1]
        if offered < committed and start is None:
            start, at_start = moment, (committed, offered)
        elif offered >= committed and start is not None:
            return Dip(pool=pool, start=start, end=moment, committed=at_start[0], offered=at_start[1])
    return None


def gsu_hours(spans: Iterable[Span]) -> float:
    """GSU-time of a curve, in GSU-hours."""
    return sum(span.gsus * (span.end - span.start).total_seconds() / 3600 for span in spans)


def _key(span: Span) -> tuple[datetime, datetime, int]:
    return (span.start, span.end, span.gsus)
