"""Corrections: the one way to mend a mistyped record, bound to the exact value that was wrong."""

from dataclasses import replace
from typing import Any

from throughput.instants import parse_instant, text_of
from throughput.orders import Order, Status, Term
from throughput.transitions.changes import LEDGER, Change, Kind, Verdict

# What may be mended, by its name in the configuration. The rest of an order is free to change anyway.
FIELDS = {
    "project": "project",
    "model": "model",
    "location": "location",
    "gsus": "gsus",
    "term": "term",
    "autoRenew": "auto_renew",
    "status": "status",
    "orderId": "order_id",
    "start": "start",
    "end": "end",
    "nextTermGsus": "next_term_gsus",
}


def apply(before: Order, after: Order) -> tuple[Order, list[Change]]:
    """The old order with its mistyped values replaced, and the change that says so; as it was where no new correction is made.

    A correction that stood there before doesn't count again, so that it can't lower the same order twice.
    """
    correction = after.correction
    if correction is None or correction == before.correction:
        return before, []
    mended: dict[str, Any] = {}
    for name, was in correction.was.items():
        field = FIELDS.get(name)
        if field is None:
            return before, [
                _wrong(
                    before,
                    f"correction.was names {name!r}, which can't be corrected",
                    f"name one of {', '.join(FIELDS)}",
                )
            ]
        recorded = getattr(before, field)
        if not _same(field, recorded, was):
            return before, [
                _wrong(
                    before,
                    f"correction.was says {name} {was}, but {shown(recorded)} is recorded",
                    f"name the exact old value: was: {{{name}: {shown(recorded)}}}",
                )
            ]
        mended[field] = getattr(after, field)
    corrected = replace(before, **mended)
    return corrected, [_made(before, after, correction.was)]


def _same(field: str, recorded: Any, was: Any) -> bool:
    if field in ("start", "end"):
        try:
            return recorded is not None and parse_instant(was) == recorded
        except ValueError:
            return False
    if isinstance(recorded, Term | Status):
        return bool(recorded.value == was)
    if isinstance(was, float) and was.is_integer():
        was = int(was)
    return type(was) is type(recorded) and bool(was == recorded)


def shown(value: Any) -> str:
    """A recorded value as the configuration spells it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_of(value) if hasattr(value, "year") else str(value)


def _wrong(order: Order, summary: str, instead: str) -> Change:
    return Change(
        order=order.name,
        kind=Kind.CORRECT,
        verdict=Verdict.REFUSED,
        pool=order.pool,
        summary=summary,
        reason="a correction must name the exact value that it replaces, so that it can't be used for anything else",
        source=LEDGER,
        instead=(instead,),
    )


def _made(before: Order, after: Order, was: Any) -> Change:
    parts = [
        f"{name} {shown(getattr(before, FIELDS[name]))} → {shown(getattr(after, FIELDS[name]))}"
        for name in sorted(was)
    ]
    assert after.correction is not None
    return Change(
        order=after.name,
        kind=Kind.CORRECT,
        verdict=Verdict.REVIEW,
        pool=after.pool,
        summary=f"record corrected: {', '.join(parts)}",
        reason=f"{after.correction.reason} (reviewed by {after.correction.reviewed_by})",
        source=LEDGER,
        old_gsus=before.gsus,
        new_gsus=after.gsus,
    )
