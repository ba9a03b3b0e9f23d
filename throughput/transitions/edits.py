"""Changes to an order that is in both ledgers, by the status it had."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from throughput.catalogue import Catalogue
from throughput.exposure import ZERO, commitment_usd, committed_until
from throughput.instants import day_of, text_of
from throughput.orders import ENDED, Order, Status
from throughput.terms import CALENDAR_DAYS, expected_end, rolled
from throughput.transitions import active
from throughput.transitions.changes import LEDGER, PURCHASE, Change, Kind, Verdict
from throughput.transitions.transfers import Plan

# What never touches a commitment: free to change at any time.
_NOTES = ("renewal", "approval", "correction", "confirmed", "routing", "label", "owner", "notes")
# What does.
TERMS = (
    "project",
    "model",
    "location",
    "gsus",
    "term",
    "auto_renew",
    "order_id",
    "start",
    "end",
    "next_term_gsus",
    "from_",
    "superseded_by",
)


def judge(before: Order, after: Order, catalogue: Catalogue, as_of: date, plan: Plan) -> list[Change]:
    """Every change of one order, by the status it had. Gives one `Change` per kind of edit."""
    changes = _annotations(before, after)
    changed = [field for field in TERMS if getattr(before, field) != getattr(after, field)]
    if before.status == after.status and not changed:
        return changes
    judged_by: dict[Status, Callable[[], list[Change]]] = {
        Status.DRAFT: lambda: _draft(before, after, as_of),
        Status.REQUESTED: lambda: _requested(before, after, as_of),
        Status.APPROVED: lambda: _approved(before, after, changed, as_of),
        Status.ACTIVE: lambda: active.judge(before, after, catalogue, as_of, plan),
        Status.EXPIRED: lambda: _ended(before, after),
        Status.SUPERSEDED: lambda: _ended(before, after),
    }
    return changes + judged_by[before.status]()


def settled(before: Order, after: Order | None, as_of: date) -> Order:
    """The old order as the old curve should count it: with what Google itself moved.

    A late activation shifts the whole term, a renewal follows the calendar, and an active order may change model or place: none of
    these is a shrink when as many GSUs are committed for as long.
    """
    if after is None:
        return before
    if before.status in (Status.APPROVED, Status.ACTIVE) and _moved_whole(before, after, as_of):
        current = rolled(before, as_of)
        return replace(current, start=after.start, end=after.end)
    if before.status is Status.ACTIVE and after.status is Status.ACTIVE and active.may_move(before, after):
        return replace(before, model=after.model, location=after.location)
    return before


def _moved_whole(before: Order, after: Order, as_of: date) -> bool:
    """Whether the dates moved as a whole term does: an approved order activated, or a renewal recorded."""
    if after.status is not Status.ACTIVE or after.end is None:
        return False
    shortest = CALENDAR_DAYS[before.term][0]
    if before.status is Status.APPROVED:
        if before.end is not None and before.start is not None:
            return (
                after.start is not None
                and after.start >= before.start
                and after.end - after.start >= before.end - before.start
            )
        return after.start is not None and (after.end - after.start).days >= shortest
    renewed = rolled(before, as_of) != before and before.end is not None and after.end > before.end
    return renewed and before.end is not None and (after.end - before.end).days >= shortest


def _annotations(before: Order, after: Order) -> list[Change]:
    found = [field for field in _NOTES if getattr(before, field) != getattr(after, field)]
    if not found:
        return []
    words = ", ".join(
        {"renewal": "renewal review", "confirmed": "what the Console confirmed"}.get(field, field)
        for field in found
    )
    return [
        Change(
            order=after.name,
            kind=Kind.ANNOTATE,
            verdict=Verdict.ALLOWED,
            pool=after.pool,
            summary=f"{words} changed",
            reason="it touches no commitment",
            source=LEDGER,
        )
    ]


def _placed(before: Order, after: Order, as_of: date, verdict: Verdict, reason: str) -> Change:
    differences = [
        f"{field.rstrip('_').replace('_', ' ')} {_shown(getattr(before, field))} → {_shown(getattr(after, field))}"
        for field in ("gsus", "term", "model", "location", "project", "start", "status")
        if getattr(before, field) != getattr(after, field)
    ]
    return Change(
        order=after.name,
        kind=Kind.PLACE,
        verdict=verdict,
        pool=after.pool,
        summary=", ".join(differences) or "details changed",
        reason=reason,
        source=PURCHASE,
        old_gsus=before.gsus,
        new_gsus=after.gsus,
        until=day_of(committed_until(after, as_of)),
        exposure_usd=commitment_usd(after, as_of),
    )


def _shown(value: Any) -> str:
    return text_of(value) if hasattr(value, "year") else str(value)


def _draft(before: Order, after: Order, as_of: date) -> list[Change]:
    if after.status is Status.DRAFT:
        return [_placed(before, after, as_of, Verdict.ALLOWED, "a draft is free to change")]
    if after.status is Status.REQUESTED:
        return [
            _placed(before, after, as_of, Verdict.ALLOWED, "a request under review can still be cancelled")
        ]
    if after.status in ENDED:
        return [_placed(before, after, as_of, Verdict.REVIEW, "a draft was never in force")]
    return [_recorded(before, after, as_of, commits=True)]


def _requested(before: Order, after: Order, as_of: date) -> list[Change]:
    if after.status is Status.DRAFT or after.status in ENDED:
        change = Change(
            order=after.name,
            kind=Kind.DROP,
            verdict=Verdict.ALLOWED,
            pool=after.pool,
            summary=f"request for {before.gsus} GSU withdrawn",
            reason="a request under review can be cancelled; a person must do it in the Console",
            source=PURCHASE,
            effective="once a person has cancelled it",
        )
        return [change]
    if after.status is Status.REQUESTED:
        same = replace(before, order_id=after.order_id, auto_renew=after.auto_renew) == after
        if same and before.auto_renew == after.auto_renew:
            return [_recorded(before, after, as_of, commits=False)]
        reason = "a request under review can't be changed: a person cancels it and places this one"
        return [_placed(before, after, as_of, Verdict.REVIEW, reason)]
    return [_recorded(before, after, as_of, commits=after.gsus > before.gsus or after.term != before.term)]


def _approved(before: Order, after: Order, changed: list[str], as_of: date) -> list[Change]:
    recorded = {"order_id", "start", "end"} if after.status is Status.ACTIVE else {"order_id"}
    forbidden = [field for field in changed if field not in recorded]
    if after.status not in (Status.APPROVED, Status.ACTIVE, Status.SUPERSEDED):
        return [
            _refused(
                before,
                after,
                Kind.SHRINK,
                f"status approved → {after.status}",
                "an approved order can't be cancelled; billing starts when it becomes active",
                (
                    "keep status: approved",
                    "or, if it was recorded by mistake, add a correction that names status: approved",
                ),
            )
        ]
    if forbidden or after.status is Status.SUPERSEDED:
        what = (
            ", ".join(
                f"{field.rstrip('_').replace('_', ' ')} {_shown(getattr(before, field))} → {_shown(getattr(after, field))}"
                for field in forbidden
            )
            or "superseded"
        )
        kind = Kind.SHRINK if "gsus" in forbidden and after.gsus < before.gsus else _kind_of(forbidden)
        return [
            _refused(
                before,
                after,
                kind,
                what,
                "nothing about an approved order can be changed until it is active",
                ("wait until it is active, then change it",),
            )
        ]
    if _starts_later_for_less(before, after, as_of):
        return [
            _refused(
                before,
                after,
                Kind.SHRINK,
                f"recorded as active until {_shown(after.end)}, committed until {_shown(expected_end(before))}",
                "a term counts from activation and keeps its length",
                ("record the start and end that the Console shows: pt order record",),
            )
        ]
    return [_recorded(before, after, as_of, commits=False)]


def _starts_later_for_less(before: Order, after: Order, as_of: date) -> bool:
    end = expected_end(before)
    return (
        after.status is Status.ACTIVE
        and end is not None
        and after.end is not None
        and after.end < end
        and not _moved_whole(before, after, as_of)
    )


def _kind_of(fields: list[str]) -> Kind:
    table = {
        "gsus": Kind.GROW,
        "project": Kind.MOVE_PROJECT,
        "model": Kind.MOVE_MODEL,
        "location": Kind.RELOCATE,
        "term": Kind.LENGTHEN,
        "auto_renew": Kind.TOGGLE_RENEWAL,
        "next_term_gsus": Kind.SCHEDULE,
    }
    return next((table[field] for field in fields if field in table), Kind.CORRECT)


def _ended(before: Order, after: Order) -> list[Change]:
    return [
        _refused(
            before,
            after,
            Kind.CORRECT,
            f"record of an order that is {before.status} changed",
            "what happened can't be changed afterwards",
            ("add a correction that names the old values, if the record was wrong", "or add a new order"),
        )
    ]


def _recorded(before: Order, after: Order, as_of: date, *, commits: bool) -> Change:
    moved = (
        before.status is Status.APPROVED
        and after.status is Status.ACTIVE
        and before.start is not None
        and after.start != before.start
    )
    what = f"{before.status} → {after.status}" if before.status != after.status else "details recorded"
    until = committed_until(after, as_of)
    return Change(
        order=after.name,
        kind=Kind.RECORD,
        verdict=Verdict.REVIEW if commits or moved or after.gsus != before.gsus else Verdict.ALLOWED,
        pool=after.pool,
        summary=what if before.gsus == after.gsus else f"{what}, {before.gsus} → {after.gsus} GSU",
        reason="the record follows the Console"
        if not commits
        else "recorded as bought without having been requested; what it commits counts in full",
        source=LEDGER,
        old_gsus=before.gsus,
        new_gsus=after.gsus,
        until=day_of(until),
        exposure_usd=commitment_usd(after, as_of) if commits else ZERO,
    )


def _refused(
    before: Order, after: Order, kind: Kind, summary: str, reason: str, instead: tuple[str, ...]
) -> Change:
    return Change(
        order=before.name,
        kind=kind,
        verdict=Verdict.REFUSED,
        pool=before.pool,
        summary=summary,
        reason=reason,
        source=PURCHASE,
        old_gsus=before.gsus,
        new_gsus=after.gsus,
        instead=instead,
        rule="order-editable",
    )
