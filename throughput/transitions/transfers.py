"""Declared moves of capacity: splits, moves to another project, model or place, longer terms, within a stack or between two.

A transfer is declared, never inferred: the taker says `from`, the giver lowers its GSUs or is superseded and says `supersededBy`, and
both ends must agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from throughput.instants import text_of
from throughput.orders import COMMITTED, Ledger, Order, Status
from throughput.terms import Span, committed_span, rolled
from throughput.transitions.changes import LEDGER, RESTRUCTURE, Change, Kind, Verdict


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """`gsus` of what `source` had committed go to `taker`."""

    source: Order
    taker: Order
    gsus: int
    kind: Kind


@dataclass(kw_only=True)
class Plan:
    """All declared transfers of one change, by taker, with what is wrong about them."""

    transfers: dict[str, Transfer] = field(default_factory=dict)
    refusals: list[Change] = field(default_factory=list)
    # Orders given up to other stacks, where this ledger's curve falls on purpose.
    sent_away: dict[str, int] = field(default_factory=dict)

    def taken_from(self, name: str) -> int:
        """GSUs that declared takers in this ledger got from an order of it."""
        inside = sum(
            t.gsus for t in self.transfers.values() if t.source.name == name and t.taker.from_ == name
        )
        return inside + self.sent_away.get(name, 0)


def plan_transfers(old: Ledger, new: Ledger, as_of: date, stack: str, elsewhere: Mapping[str, Order]) -> Plan:
    """Pair takers with givers. Returns the transfers and a refusal for each declaration that doesn't hold."""
    plan = Plan()
    released = {name: _released(old[name], new.get(name), as_of) for name in old}
    for name, taker in new.items():
        if taker.from_ is None or (name in old and old[name].from_ == taker.from_):
            continue
        if "/" in taker.from_:
            _arrive(plan, stack, taker, elsewhere)
        elif taker.from_ in old:
            _take(plan, old[taker.from_], new.get(taker.from_), taker, released, as_of)
        elif taker.from_ not in new:
            plan.refusals.append(
                refusal(
                    taker,
                    kind=Kind.SPLIT,
                    summary=f"takes capacity from {taker.from_!r}, which this ledger has never had",
                    reason="capacity can only come from an order that is recorded",
                    instead=(
                        "name the order it really came from, or take from away and place it as a new order",
                    ),
                )
            )
    for name, order in old.items():
        after = new.get(name)
        if after is not None and after.status is Status.SUPERSEDED and order.status in COMMITTED:
            _depart(plan, stack, order, after, new, elsewhere, as_of)
    return plan


def refusal(
    order: Order, *, kind: Kind, summary: str, reason: str, instead: tuple[str, ...], source: str = LEDGER
) -> Change:
    """A refused change of an order."""
    return Change(
        order=order.name,
        kind=kind,
        verdict=Verdict.REFUSED,
        pool=order.pool,
        summary=summary,
        reason=reason,
        source=source,
        instead=instead,
    )


def transfer_kind(source: Order, taker: Order) -> Kind:
    """What a transfer is called, by what differs between giver and taker."""
    if source.project != taker.project:
        return Kind.MOVE_PROJECT
    if source.model != taker.model:
        return Kind.MOVE_MODEL
    if source.location != taker.location:
        return Kind.RELOCATE
    if taker.term.rank > source.term.rank:
        return Kind.LENGTHEN
    return Kind.SHORTEN if taker.term.rank < source.term.rank else Kind.SPLIT


def _released(before: Order, after: Order | None, as_of: date) -> int:
    if before.status not in COMMITTED or after is None:
        return 0
    gsus = rolled(before, as_of).gsus
    return gsus if after.status is Status.SUPERSEDED else max(0, gsus - after.gsus)


def _take(
    plan: Plan, source: Order, source_after: Order | None, taker: Order, released: dict[str, int], as_of: date
) -> None:
    name = source.name
    if source.status is not Status.ACTIVE:
        plan.refusals.append(
            refusal(
                taker,
                kind=transfer_kind(source, taker),
                source=RESTRUCTURE,
                summary=f"takes capacity from {name}, which is {source.status}",
                reason="only an active order can be split, moved or given a longer term",
                instead=(f"wait until {name} is active, or change the draft itself",),
            )
        )
        return
    if source_after is None:
        return  # The vanished source is refused on its own; one refusal says it.
    if source_after.status is Status.SUPERSEDED and taker.name not in source_after.superseded_by:
        plan.refusals.append(
            refusal(
                taker,
                kind=transfer_kind(source, taker),
                summary=f"says from: {name}, but {name} names {', '.join(source_after.superseded_by)} as what superseded it",
                reason="both ends of a move must agree",
                instead=(f"add {taker.name} to supersededBy of {name}, or take from away here",),
            )
        )
        return
    if released[name] <= 0:
        plan.refusals.append(
            refusal(
                taker,
                kind=transfer_kind(source, taker),
                summary=f"takes {taker.gsus} GSU from {name}, which gives none up",
                reason="both ends of a split or move must agree: what one gains the other loses",
                instead=(
                    f"lower gsus of {name} by {taker.gsus} in the same change, or take from away and place it as a new order",
                ),
            )
        )
        return
    gsus = min(taker.gsus, released[name])
    released[name] -= gsus
    transfer = Transfer(
        source=rolled(source, as_of), taker=taker, gsus=gsus, kind=transfer_kind(source, taker)
    )
    plan.transfers[taker.name] = transfer
    _check_shape(plan, transfer)


def _check_shape(plan: Plan, transfer: Transfer) -> None:
    source, taker = transfer.source, transfer.taker
    if transfer.kind is Kind.SHORTEN:
        plan.refusals.append(
            refusal(
                taker,
                kind=Kind.SHORTEN,
                source=RESTRUCTURE,
                summary=f"{source.term.words} → {taker.term.words} for {transfer.gsus} GSU from {source.name}",
                reason="a committed term can be made longer, never shorter",
                instead=(f"keep term: {source.term}",),
            )
        )
    same_term = taker.term == source.term
    if same_term and taker.end is not None and source.end is not None and taker.end != source.end:
        plan.refusals.append(
            refusal(
                taker,
                kind=transfer.kind,
                source=RESTRUCTURE,
                summary=f"ends on {text_of(taker.end)}, but {source.name}, where its capacity comes from, ends on {text_of(source.end)}",
                reason="a split or move keeps the end date",
                instead=(f"set end: '{text_of(source.end)}'",),
            )
        )


def _arrive(plan: Plan, stack: str, taker: Order, elsewhere: Mapping[str, Order]) -> None:
    reference = taker.from_ or ""
    source = elsewhere.get(reference)
    here = f"{stack}/{taker.name}"
    if source is None:
        problem, instead = "which isn't there", "name the order it really came from, as STACK/ORDER"
    elif here not in source.superseded_by:
        problem, instead = (
            f"which doesn't say so ({source.status})",
            f"in the same change set status: superseded and supersededBy: {here} on {reference}",
        )
    else:
        gsus = min(taker.gsus, source.gsus)
        # There it is superseded by now; what it hands over was committed until this change.
        plan.transfers[taker.name] = Transfer(
            source=replace(source, status=Status.ACTIVE),
            taker=taker,
            gsus=gsus,
            kind=transfer_kind(source, taker),
        )
        return
    plan.refusals.append(
        refusal(
            taker,
            kind=Kind.MOVE_PROJECT,
            summary=f"says from: {reference}, {problem}",
            reason="both ends of a move must agree",
            instead=(instead,),
        )
    )


def _depart(
    plan: Plan,
    stack: str,
    order: Order,
    after: Order,
    new: Ledger,
    elsewhere: Mapping[str, Order],
    as_of: date,
) -> None:
    for reference in after.superseded_by:
        here = f"{stack}/{order.name}" if "/" in reference else order.name
        taker = elsewhere.get(reference) if "/" in reference else new.get(reference)
        if taker is None or taker.from_ != here:
            plan.refusals.append(
                refusal(
                    order,
                    kind=Kind.SPLIT,
                    summary=f"says supersededBy: {reference}, which {'is not there' if taker is None else f'does not say from: {here}'}",
                    reason="both ends of a split or move must agree",
                    instead=(f"add {reference} with from: {here}, or keep this order as it was",),
                )
            )
        elif "/" in reference:
            span = committed_span(replace(taker, from_=None), as_of, order)
            end = rolled(order, as_of).end
            holds = span is not None and (end is None or span.end >= end)
            plan.sent_away[order.name] = plan.sent_away.get(order.name, 0) + (taker.gsus if holds else 0)


def moved_spans(plan: Plan, as_of: date, old: Ledger) -> list[tuple[Order, Order | None, Span]]:
    """What to move in the old curve before comparing: from an order's pool to a taker's pool (None: to another stack)."""
    moves: list[tuple[Order, Order | None, Span]] = []
    for transfer in plan.transfers.values():
        source = old.get(transfer.source.name) if transfer.taker.from_ == transfer.source.name else None
        span = committed_span(source, as_of) if source is not None else None
        if source is not None and span is not None:
            moves.append((source, transfer.taker, replace(span, gsus=transfer.gsus)))
    for name, gsus in plan.sent_away.items():
        span = committed_span(old[name], as_of)
        if span is not None and gsus:
            moves.append((old[name], None, replace(span, gsus=min(gsus, span.gsus))))
    return moves
