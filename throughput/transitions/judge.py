"""Judging a whole ledger against the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from throughput.catalogue import Catalogue
from throughput.exposure import ZERO, commitment_usd, committed_until
from throughput.instants import day_of, text_of
from throughput.orders import ENDED, Ledger, Order, Pool, Status
from throughput.terms import Span, has_ended, rolled
from throughput.transitions import corrections, edits
from throughput.transitions.changes import LEDGER, PURCHASE, RESTRUCTURE, Change, Kind, Verdict
from throughput.transitions.curve import Dip, first_dip, spans_of
from throughput.transitions.transfers import Plan, Transfer, moved_spans, plan_transfers

_KIND_RANKS = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a judgement looks at besides the one order."""

    old: Ledger
    new: Ledger
    catalogue: Catalogue
    as_of: date
    plan: Plan


def transitions(
    old: Ledger,
    new: Ledger,
    catalogue: Catalogue,
    as_of: date,
    *,
    stack: str = "",
    elsewhere: Mapping[str, Order] | None = None,
) -> tuple[Change, ...]:
    """All changes from `old` to `new`, judged as of a date, sorted by order name.

    `stack` and `elsewhere` (orders of other stacks by STACK/ORDER) matter only for moves between stacks. No change yields an empty
    tuple; the order of orders doesn't matter; whatever lowers a pool's curve without a declared transfer holds a refused change.
    """
    if old == new:
        return ()
    others = elsewhere or {}
    plan = plan_transfers(old, new, as_of, stack, others)
    context = Context(old=old, new=new, catalogue=catalogue, as_of=as_of, plan=plan)
    changes = list(plan.refusals)
    mended: dict[str, Order] = {}
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is not None and after is not None:
            before, found = corrections.apply(before, after)
            changes += found
            if found and not any(change.refused for change in found):
                mended[name] = before
        changes += _one(context, before, after)
    changes += _safety_net(context, changes, mended, others)
    return tuple(
        sorted(changes, key=lambda change: (change.order, _KIND_RANKS[change.kind], change.field or ""))
    )


def _one(context: Context, before: Order | None, after: Order | None) -> list[Change]:
    if before is None:
        assert after is not None
        return _appeared(context, after)
    if after is None:
        return _vanished(context, before)
    return edits.judge(before, after, context.catalogue, context.as_of, context.plan)


def _appeared(context: Context, order: Order) -> list[Change]:
    if any(change.order == order.name for change in context.plan.refusals):
        return []
    transfer = context.plan.transfers.get(order.name)
    if transfer is not None:
        return [_taken_over(order, transfer, context.as_of)]
    until = day_of(committed_until(order, context.as_of)) if order.status not in ENDED else None
    exposure = commitment_usd(order, context.as_of)
    what = f"new, {order.gsus} GSU, {order.term.words}"
    if order.status in (Status.DRAFT, Status.REQUESTED):
        return [
            Change(
                order=order.name,
                kind=Kind.PLACE,
                verdict=Verdict.ALLOWED,
                pool=order.pool,
                summary=what,
                reason="a person places it; once approved it can't be cancelled",
                source=PURCHASE,
                old_gsus=0,
                new_gsus=order.gsus,
                effective=_start_words(order),
                until=until,
                exposure_usd=exposure,
            )
        ]
    return [
        Change(
            order=order.name,
            kind=Kind.RECORD,
            verdict=Verdict.ALLOWED if order.status in ENDED else Verdict.REVIEW,
            pool=order.pool,
            summary=f"{what}, recorded as {order.status}",
            reason="a purchase that this ledger didn't hold before; what it commits counts in full",
            source=LEDGER,
            old_gsus=0,
            new_gsus=order.gsus,
            effective="already in force" if order.status is Status.ACTIVE else None,
            until=until,
            exposure_usd=exposure,
        )
    ]


def _start_words(order: Order) -> str:
    return f"start {text_of(order.start)}" if order.start is not None else "as soon as Google has capacity"


def _taken_over(order: Order, transfer: Transfer, as_of: date) -> Change:
    source = transfer.source
    before = commitment_usd(source, as_of, transfer.gsus)
    settled = (
        order
        if order.end is not None or transfer.kind is Kind.LENGTHEN
        else replace(order, start=source.start, end=source.end)
    )
    exposure = max(ZERO, commitment_usd(settled, as_of) - before)
    extra = order.gsus - transfer.gsus
    more = f", and {extra} GSU more" if extra > 0 else ""
    return Change(
        order=order.name,
        kind=transfer.kind,
        verdict=Verdict.REVIEW,
        pool=order.pool,
        summary=f"takes {transfer.gsus} GSU over from {order.from_}{more}",
        reason=_transfer_reason(transfer),
        source=RESTRUCTURE,
        old_gsus=0,
        new_gsus=order.gsus,
        effective="once a person has done it in the Console",
        until=day_of(committed_until(settled, as_of)),
        exposure_usd=exposure,
    )


def _transfer_reason(transfer: Transfer) -> str:
    if transfer.kind is Kind.SPLIT:
        return "a split keeps model, location, term and end, and bills nothing twice"
    if transfer.kind is Kind.LENGTHEN:
        return "a longer term supersedes the order after a capacity review, and bills nothing twice"
    if transfer.kind is Kind.MOVE_PROJECT:
        return "an order can move to another project of the same organisation and keeps its end"
    return "an active order can change model within a publisher, or location, and keeps its end"


def _vanished(context: Context, order: Order) -> list[Change]:
    gsus = rolled(order, context.as_of).gsus
    base: dict[str, Any] = {
        "order": order.name,
        "kind": Kind.DROP,
        "pool": order.pool,
        "old_gsus": gsus,
        "new_gsus": 0,
    }
    if order.status is Status.DRAFT:
        return [
            Change(
                **base,
                verdict=Verdict.ALLOWED,
                summary=f"draft of {gsus} GSU withdrawn",
                reason="a draft was never placed",
                source=LEDGER,
            )
        ]
    if order.status is Status.REQUESTED:
        return [
            Change(
                **base,
                verdict=Verdict.ALLOWED,
                summary=f"request for {gsus} GSU withdrawn",
                reason="a request under review can be cancelled; a person must do it in the Console",
                source=PURCHASE,
                effective="once a person has cancelled it",
            )
        ]
    if order.status in ENDED:
        return [
            Change(
                **base,
                verdict=Verdict.ALLOWED,
                summary=f"record of an order that is {order.status} removed",
                reason="it commits nothing any more",
                source=LEDGER,
            )
        ]
    if (
        order.status is Status.ACTIVE
        and order.end
        and has_ended(order, context.as_of)
        and not order.auto_renew
    ):
        return [
            Change(
                **base,
                verdict=Verdict.REVIEW,
                summary=f"removed after its term ended on {text_of(order.end)}",
                reason="its term is over; set status: expired to keep the record",
                source=LEDGER,
            )
        ]
    return [_dropped(order, context, base)]


def _dropped(order: Order, context: Context, base: Mapping[str, Any]) -> Change:
    end = text_of(day_of(committed_until(order, context.as_of)))
    renamed = next(
        (
            name
            for name, other in context.new.items()
            if name not in context.old and order.order_id and other.order_id == order.order_id
        ),
        None,
    )
    instead = [f"keep {order.name} in the file until it ends"]
    if order.auto_renew:
        instead.append("set autoRenew: false, so that it lapses at its end")
    if renamed:
        instead = [
            f"keep the name {order.name}: it is what {renamed} is called in the ledger's history",
            f"or keep {order.name} with status: superseded and supersededBy: {renamed}, and from: {order.name} on {renamed}",
        ]
    return Change(
        **base,
        verdict=Verdict.REFUSED,
        summary=f"{base['old_gsus']} GSU removed from the ledger, committed until {end}",
        reason="taking the record away doesn't end the commitment: the bill stays, and nothing watches it any more",
        source=PURCHASE,
        until=day_of(committed_until(order, context.as_of)),
        instead=tuple(instead),
    )


def _safety_net(
    context: Context, changes: list[Change], mended: Mapping[str, Order], elsewhere: Mapping[str, Order]
) -> list[Change]:
    """Refuse any pool whose curve falls after declared transfers, unless a refused change there says so already."""
    refused_orders = {change.order for change in changes if change.refused}
    covered = {
        order.pool
        for name in refused_orders
        for order in (context.old.get(name), context.new.get(name))
        if order
    }
    baseline = _adjusted_baseline(context, mended, elsewhere)
    offered = spans_of(context.new, context.as_of, elsewhere)
    found = []
    for pool in sorted({*baseline, *offered}):
        dip = first_dip(pool, baseline.get(pool, []), offered.get(pool, []))
        if dip is not None and pool not in covered:
            found.append(_fallen(context, dip))
    return found


def _adjusted_baseline(
    context: Context, mended: Mapping[str, Order], elsewhere: Mapping[str, Order]
) -> dict[Pool, list[Span]]:
    """The old curve after corrections, declared transfers, in-place moves and late activations."""
    settled = {
        name: edits.settled(mended.get(name, order), context.new.get(name), context.as_of)
        for name, order in context.old.items()
    }
    spans = dict(spans_of(Ledger(settled), context.as_of, elsewhere))
    for source, taker, span in moved_spans(context.plan, context.as_of, context.old):
        spans.setdefault(source.pool, []).append(replace(span, gsus=-span.gsus))
        if taker is not None:
            spans.setdefault(taker.pool, []).append(span)
    return spans


def _fallen(context: Context, dip: Dip) -> Change:
    touched = [
        name
        for name in sorted({*context.old, *context.new})
        if context.old.get(name) != context.new.get(name)
    ]
    pool_of = {name: order.pool for ledger in (context.new, context.old) for name, order in ledger.items()}
    name = next(
        (name for name in touched if context.old.get(name) and context.old[name].pool == dip.pool), None
    )
    name = name or next((name for name in touched if pool_of[name] == dip.pool), touched[0])
    return Change(
        order=name,
        kind=Kind.SHRINK,
        verdict=Verdict.REFUSED,
        pool=dip.pool,
        summary=f"the pool falls from {dip.committed} to {dip.offered} GSU between {_day(dip.start)} and {_day(dip.end)}",
        reason="nothing takes over those GSU, so the pool would fall below what is committed; Google lowers an order only at its auto-renewal",
        source=PURCHASE,
        old_gsus=dip.committed,
        new_gsus=dip.offered,
        until=day_of(dip.end),
        instead=(
            "keep GSUs and dates as they are recorded, and set nextTermGsus for the next term",
            "declare a split or move: the taker says from, with all GSU that the giver loses and the same end",
        ),
    )


def _day(moment: datetime) -> str:
    return text_of(day_of(moment))
