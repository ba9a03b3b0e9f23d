"""The Console's export held against the ledgers of all stacks: what matches, differs, is unknown here or missing there.

An order id decides. Without one, a row belongs to the one order of the same pool, GSUs and term that has no id yet; where two could be
meant, neither is taken. Only what can't hide a mistake is updated: an id, a status that goes forward, dates that weren't recorded, and
the GSUs that the Console confirms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from throughput.console_csv import ConsoleOrder, Export
from throughput.handoff.recording import Seen
from throughput.instants import day_of, text_of
from throughput.orders import ENDED, Ledger, Order, Status
from throughput.terms import rolled

_RANK = {
    Status.DRAFT: 0,
    Status.REQUESTED: 1,
    Status.APPROVED: 2,
    Status.ACTIVE: 3,
    Status.EXPIRED: 4,
    Status.SUPERSEDED: 4,
}
_EXPECTED = frozenset({Status.REQUESTED, Status.APPROVED, Status.ACTIVE})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that differs, by its name in the configuration. `safe` says that an import may write it; `why` why not."""

    field: str
    ledger: str
    console: str
    safe: bool
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Match:
    """An order of a ledger and its row in the export. `by` says how it was recognised."""

    stack: str
    order: Order
    row: ConsoleOrder
    by: str
    differences: tuple[Difference, ...]

    @property
    def seen(self) -> Seen:
        """What an import may record for it."""
        safe = {difference.field for difference in self.differences if difference.safe}
        return Seen(
            order_id=self.row.order_id if "orderId" in safe else None,
            status=self.row.status if "status" in safe else None,
            start=self.row.start if "start" in safe else None,
            end=self.row.end if "end" in safe else None,
            gsus=self.row.gsus if "confirmed" in safe else None,
        )


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A row that no ledger holds; `candidates` are orders (STACK/ORDER) that it could be, where several could."""

    row: ConsoleOrder
    candidates: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The whole comparison. `past` counts rows of ended orders that no ledger holds, which nobody needs to act on."""

    matches: tuple[Match, ...]
    unknown: tuple[Unknown, ...]
    missing: tuple[tuple[str, Order], ...]
    past: int

    @property
    def differing(self) -> tuple[Match, ...]:
        """Matches in which a field differs."""
        return tuple(match for match in self.matches if match.differences)

    @property
    def agrees(self) -> bool:
        """Whether ledger and Console say the same."""
        return not (self.differing or self.unknown or self.missing)


def reconcile(export: Export, ledgers: Mapping[str, Ledger], as_of: date) -> Reconciliation:
    """Hold an export against ledgers, by stack name. Rows and orders come out sorted by stack and name."""
    free = {(stack, name): order for stack, ledger in ledgers.items() for name, order in ledger.items()}
    matches, unknown, past = [], [], 0
    later = []
    for row in export.orders:
        key = next(
            (key for key, order in free.items() if row.order_id and order.order_id == row.order_id), None
        )
        if key is None:
            later.append(row)
            continue
        matches.append(_match(key[0], free.pop(key), row, "order id", as_of))
    for row in later:
        key, by, candidates = _guess(row, free)
        if key is not None:
            matches.append(_match(key[0], free.pop(key), row, by, as_of))
        elif row.cancelled or row.status in ENDED:
            past += 1
        else:
            unknown.append(Unknown(row=row, candidates=candidates))
    missing = [(stack, order) for (stack, _), order in sorted(free.items()) if order.status in _EXPECTED]
    return Reconciliation(
        matches=tuple(sorted(matches, key=lambda match: (match.stack, match.order.name))),
        unknown=tuple(unknown),
        missing=tuple(missing),
        past=past,
    )


_Key = tuple[str, str]


def _guess(row: ConsoleOrder, free: Mapping[_Key, Order]) -> tuple[_Key | None, str, tuple[str, ...]]:
    """The order without an id that a row must be, how that was found, and the candidates where it isn't clear."""
    if row.cancelled:
        return None, "", ()
    projects = {order.project for order in free.values()}
    found = [
        key
        for key, order in free.items()
        if (order.model, order.location) == (row.model, row.location)
        and order.status not in ENDED
        and (order.order_id is None or row.order_id is None)
        # The export may show a display name or a number instead of the id.
        and (row.project is None or row.project not in projects or row.project == order.project)
    ]
    named = [key for key in found if row.name is not None and key[1] == row.name.lower()]
    if len(named) == 1:
        return named[0], "name and pool", ()
    same = [key for key in found if free[key].gsus == row.gsus and row.term in (None, free[key].term)]
    if len(same) == 1:
        return same[0], "pool, GSUs and term", ()
    return None, "", tuple(f"{stack}/{name}" for stack, name in sorted(same or found))


def _match(stack: str, order: Order, row: ConsoleOrder, by: str, as_of: date) -> Match:
    differences = tuple(_differences(order, row, as_of))
    return Match(stack=stack, order=order, row=row, by=by, differences=differences)


def _differences(order: Order, row: ConsoleOrder, as_of: date) -> Iterator[Difference]:
    if row.order_id is not None and row.order_id != order.order_id:
        yield _differs("orderId", order.order_id, row.order_id, safe=order.order_id is None)
    yield from _status(order, row)
    for field, old, new in (("model", order.model, row.model), ("location", order.location, row.location)):
        if old != new:
            yield _differs(field, old, new, why="declare the move in a reviewed change")
    if row.term is not None and row.term is not order.term:
        yield _differs(
            "term", order.term.words, row.term.words, why="a committed term is history: add a correction"
        )
    if row.auto_renew is not None and row.auto_renew != order.auto_renew and order.status not in ENDED:
        shown = ("on" if order.auto_renew else "off", "on" if row.auto_renew else "off")
        yield _differs("autoRenew", *shown, why="decide which is right: pt renewals review, or the Console")
    yield from _gsus(order, row, as_of)
    yield from _dates(order, row, as_of)


def _differs(field: str, ledger: Any, console: Any, *, safe: bool = False, why: str = "") -> Difference:
    reason = "" if safe else why or "somebody must look which is right"
    return Difference(field=field, ledger=_shown(ledger), console=_shown(console), safe=safe, why=reason)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return text_of(value) if isinstance(value, datetime | date) else str(value)


def _status(order: Order, row: ConsoleOrder) -> Iterator[Difference]:
    if row.cancelled:
        if order.status not in (Status.SUPERSEDED, Status.DRAFT):
            why = "a split or move leaves the original cancelled: record what superseded it; or the request was withdrawn"
            yield _differs("status", order.status, "cancelled", why=why)
        return
    if row.status is None or row.status is order.status:
        return
    forward = _RANK[row.status] > _RANK[order.status] and row.status is not Status.SUPERSEDED
    yield _differs("status", order.status, row.status, safe=forward, why="a status doesn't go back")


def _gsus(order: Order, row: ConsoleOrder, as_of: date) -> Iterator[Difference]:
    confirmed = order.confirmed.gsus if order.confirmed is not None else None
    wanted = rolled(order, as_of).gsus
    if order.status in ENDED or row.gsus == (wanted if confirmed is None else confirmed):
        return
    if row.gsus == wanted or (confirmed is None and row.gsus < wanted and row.status is Status.ACTIVE):
        shown = confirmed if confirmed is not None else order.gsus
        yield _differs("confirmed", f"{shown} GSU", f"{row.gsus} GSU", safe=row.status is Status.ACTIVE)
    else:
        yield _differs("gsus", wanted, row.gsus, why="change gsus in a reviewed change, or add a correction")


def _dates(order: Order, row: ConsoleOrder, as_of: date) -> Iterator[Difference]:
    renewed = order.auto_renew and order.end is not None and rolled(order, as_of) != order
    settles = (
        order.status in (Status.DRAFT, Status.REQUESTED, Status.APPROVED) and row.status is Status.ACTIVE
    )
    for field, old, new in (("start", order.start, row.start), ("end", order.end, row.end)):
        if new is None or _same(old, new):
            continue
        safe = old is None or settles or (renewed and row.status is Status.ACTIVE and new > old)
        yield _differs(
            field,
            old,
            new,
            safe=safe,
            why="dates of an active order move only with a longer term or a renewal",
        )


def _same(old: datetime | None, new: datetime) -> bool:
    """Equal, or the same day where one of them names no hour."""
    if old is None:
        return False
    dates_only = (old.hour, old.minute) == (0, 0) or (new.hour, new.minute) == (0, 0)
    return day_of(old) == day_of(new) if dates_only else old.replace(second=0) == new.replace(second=0)
