"""Writing a purchase back: which keys of an order change, and whether the dates can be true.

It records what a person saw in the Console. It believes no date that can't be one term of the order, and no day that hasn't come.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from throughput.handoff.edits import Edit, Refused
from throughput.instants import day_of, midnight, text_of
from throughput.orders import Confirmed, Order, Status
from throughput.terms import ASSUMED_DAYS, CALENDAR_DAYS, assumed_length, fits_term, has_ended


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the Console shows, as far as it was told. None: not said."""

    order_id: str | None = None
    status: Status | None = None
    start: datetime | None = None
    end: datetime | None = None
    gsus: int | None = None
    effective: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said at all."""
        return self == Seen()


@dataclass(frozen=True, kw_only=True)
class Record:
    """The order as it should read afterwards, the keys to write, and what was assumed on the way, in words."""

    order: Order
    edits: tuple[Edit, ...]
    notes: tuple[str, ...]


def record(order: Order, seen: Seen, as_of: date, others: Mapping[str, Order]) -> Record:
    """What to write for what was seen. `others` are the other orders of all stacks, by a name to show.

    Raises `Refused` for dates that can't be one term, days to come, an id that another order has, and missing values.
    """
    notes: list[str] = []
    _check_id(order, seen, others)
    _check_days(order, seen, as_of)
    after = replace(
        order,
        order_id=seen.order_id or order.order_id,
        status=seen.status or order.status,
        start=seen.start or order.start,
        end=seen.end or order.end,
    )
    renewed = _is_renewal(order, seen, as_of)
    if renewed and seen.start is None:
        after = replace(after, start=order.end)
        notes.append(f"start {text_of(after.start)} is where the term before ended" if after.start else "")
    after = _with_end(order, after, seen, notes)
    _check_term(after, renewed, seen)
    after = _with_gsus(after, seen, as_of, renewed, notes)
    return Record(order=after, edits=edits_between(order, after), notes=tuple(notes))


_KEYS = (
    ("gsus", "gsus"),
    ("autoRenew", "auto_renew"),
    ("status", "status"),
    ("orderId", "order_id"),
    ("start", "start"),
    ("end", "end"),
    ("nextTermGsus", "next_term_gsus"),
    ("confirmed", "confirmed"),
    ("renewal", "renewal"),
)


def edits_between(before: Order, after: Order) -> tuple[Edit, ...]:
    """The keys that differ between two states of an order, under their names in the configuration, in the order people read them."""
    return tuple(
        Edit(order=after.name, key=key, value=plain_value(getattr(after, field)))
        for key, field in _KEYS
        if getattr(before, field) != getattr(after, field)
    )


def plain_value(value: Any) -> Any:
    """A field's value as the stack file holds it: dates as text, records as mappings."""
    if isinstance(value, Confirmed):
        return {"gsus": value.gsus, "date": value.on.isoformat()}
    if isinstance(value, datetime | date):
        return text_of(value)
    if isinstance(value, Status):
        return value.value
    if hasattr(value, "for_term_ending"):
        return {
            "decision": value.decision.value,
            "forTermEnding": value.for_term_ending.isoformat(),
            "reviewedBy": value.reviewed_by,
            "reviewedOn": value.reviewed_on.isoformat(),
            "reason": value.reason,
        }
    return value


def _check_id(order: Order, seen: Seen, others: Mapping[str, Order]) -> None:
    if seen.order_id is None:
        return
    for name, other in others.items():
        if other.order_id == seen.order_id:
            raise Refused(
                f"{order.name}: order id {seen.order_id} is recorded for {name} already.\n"
                "  Every order in the Console has its own id; a split makes a new one. Look it up again."
            )


def _check_days(order: Order, seen: Seen, as_of: date) -> None:
    becomes = seen.status or order.status
    start = seen.start or order.start
    if becomes is Status.ACTIVE and start is None:
        raise Refused(
            f"{order.name}: an active order needs the day it became active.\n"
            "  Add --start DATE (UTC), as the Console shows it."
        )
    if becomes is Status.ACTIVE and start is not None and start >= midnight(as_of) + timedelta(days=1):
        raise Refused(
            f"{order.name}: active from {text_of(start)}, which is after {as_of}.\n"
            "  Record it once the Console shows Active: --status active --start DATE. Until then it is approved."
        )
    if seen.effective is not None and seen.effective > as_of:
        raise Refused(
            f"{order.name}: --effective {seen.effective} is after {as_of}.\n  Record it on the day it is done."
        )
    if seen.effective is not None and seen.gsus is None:
        raise Refused(
            f"{order.name}: --effective says since when the GSUs hold.\n  Add --gsus N, as the Console shows them."
        )


def _is_renewal(order: Order, seen: Seen, as_of: date) -> bool:
    # Before the recorded end nothing has renewed yet; a later end is then a longer term, or a mistake.
    if order.status is not Status.ACTIVE or not order.auto_renew or order.end is None:
        return False
    if not has_ended(order, as_of):
        return False
    moved = seen.start or seen.end
    return moved is not None and (seen.end or moved) > order.end


def _with_end(before: Order, after: Order, seen: Seen, notes: list[str]) -> Order:
    """Compute the end where only the start was told and the order becomes active or enters its next term."""
    needs = after.status is Status.ACTIVE and seen.end is None and seen.start is not None
    if not needs or after.start is None:
        return after
    if before.start == after.start and before.end is not None:
        return after
    if before.from_ is not None and not has_ended(before, day_of(after.start)):
        raise Refused(
            f"{after.name}: its capacity comes from {before.from_}, and a split or move keeps that order's end.\n"
            "  Add --end DATE, as the Console shows it."
        )
    end = after.start + assumed_length(after.term)
    notes.append(
        f"end {text_of(end)} is computed: {text_of(after.start)} + {ASSUMED_DAYS[after.term]} days. "
        "Google doesn't document how long a month is; if the Console shows another end, record it with --end."
    )
    return replace(after, end=end)


def _check_term(after: Order, renewed: bool, seen: Seen) -> None:
    if seen.start is None and seen.end is None:
        return
    if after.start is None or after.end is None:
        return
    # A split or move keeps the end of the order it came from, so its own dates are no whole term.
    if after.from_ is not None and not renewed:
        return
    if after.end <= after.start or not fits_term(after.term, after.start, after.end):
        raise Refused(_implausible(after))


def _implausible(order: Order) -> str:
    assert order.start is not None
    assert order.end is not None
    shortest, longest = CALENDAR_DAYS[order.term]
    first, last = (day_of(order.start + timedelta(days=days)) for days in (shortest, longest))
    days = (order.end - order.start).days
    return (
        f"{order.name}: from {text_of(order.start)} to {text_of(order.end)} is {days} days, which can't be {order.term.words}.\n"
        f"  Plausible ends for {order.term.words} from {text_of(order.start)}: {first} to {last}. Look the dates up again."
    )


def _with_gsus(after: Order, seen: Seen, as_of: date, renewed: bool, notes: list[str]) -> Order:
    if renewed:
        gsus = seen.gsus or after.next_term_gsus or after.gsus
        notes.append(
            f"recorded as renewed with {gsus} GSU; nextTermGsus is used up"
            if after.next_term_gsus
            else f"recorded as renewed with {gsus} GSU"
        )
        after = replace(after, gsus=gsus, next_term_gsus=None)
        if after.confirmed is not None and after.start is not None:
            after = replace(after, confirmed=Confirmed(gsus=gsus, on=day_of(after.start)))
    if seen.gsus is None:
        return after
    on = seen.effective or (
        day_of(after.start)
        if after.start is not None and (renewed or (after.confirmed is None and seen.start))
        else as_of
    )
    if seen.effective is None:
        notes.append(f"confirmed as of {on}, since --effective wasn't given")
    if seen.gsus != after.gsus:
        notes.append(
            f"the ledger says {after.gsus} GSU, the Console {seen.gsus}: "
            + (
                "still pending"
                if seen.gsus < after.gsus
                else "raise gsus in a reviewed change if the Console is right"
            )
        )
    return replace(after, confirmed=Confirmed(gsus=seen.gsus, on=on))
