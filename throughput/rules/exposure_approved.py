"""exposure-approved: a change that commits much money was agreed to by an approver."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from throughput import catalogue, prices
from throughput.exposure import ZERO, commitment_usd
from throughput.instants import day_of, midnight
from throughput.orders import COMMITTED, Approval, Order
from throughput.problems import ConfigError
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView
from throughput.terms import expected_end
from throughput.transitions import Change, Kind, Verdict

NAME = "exposure-approved"


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What one order's changes commit, and until when; `until` is None while nobody can know.

    `ceiling` is the most that `usd` can become as days pass: a longer term begins whenever Google grants it, so the later that is, the
    less of the running term it replaces.
    """

    order: Order
    usd: Decimal
    until: date | None
    ceiling: Decimal

    @property
    def block(self) -> str:
        """The approval to paste, without the name of who approves: rounded up to the next hundred, so that it stays valid."""
        amount = int((self.ceiling / 100).to_integral_value(rounding=ROUND_CEILING)) * 100
        until = f"until: '{self.until}', " if self.until else ""
        return f"approval: {{gsus: {self.order.gsus}, {until}exposureUsd: {amount}, approvedBy: …}}"


def check(view: LedgerView) -> Iterator[Finding]:
    """Each order whose changes commit more than the limit, alone or with the change's other orders, and each correction."""
    found = exposures(view)
    limit = view.rules.exposure_limit_usd
    # Many small orders are one large change. What was bought before it was recorded can't be stopped any more, so it counts alone.
    bought = {change.order for change in view.changes if change.kind is Kind.RECORD and change.exposure_usd}
    small = [
        one
        for one in found
        if one.usd <= limit and one.order.name not in bought and _wrong(view, one) is not None
    ]
    together = sum((one.usd for one in small), ZERO)
    for exposure in found:
        if exposure.usd > limit:
            yield from _approved(view, exposure)
        elif exposure in small and together > limit:
            yield from _approved(view, exposure, together)
    yield from _corrections(view)


def exposures(view: LedgerView) -> list[Exposure]:
    """What each order's changes commit beyond what was committed."""
    sums: dict[str, Decimal] = {}
    for change in view.changes:
        if not change.refused:
            sums[change.order] = sums.get(change.order, ZERO) + change.exposure_usd
    return [
        _exposure(view, view.new[name], usd)
        for name, usd in sorted(sums.items())
        if usd > 0 and name in view.new
    ]


def _exposure(view: LedgerView, order: Order, usd: Decimal) -> Exposure:
    before = view.old.get(order.name)
    undated = order.end is None if before is None else order.end == before.end
    longer = any(change.order == order.name and change.kind is Kind.LENGTHEN for change in view.changes)
    if not (longer and undated):
        return Exposure(order=order, usd=usd, until=_until(order, view.changes, view.as_of), ceiling=usd)
    if before is None:
        ceiling = max(usd, commitment_usd(order, view.as_of))
    else:
        ceiling = usd + commitment_usd(before, view.as_of)
    return Exposure(order=order, usd=usd, until=None, ceiling=ceiling)


def _until(order: Order, changes: tuple[Change, ...], as_of: date) -> date | None:
    end = expected_end(order)
    if end is None or (
        order.status not in COMMITTED and order.start is not None and order.start < midnight(as_of)
    ):
        return None  # A start that has passed says nothing about when a draft will end.
    named = [
        change.until
        for change in changes
        if change.order == order.name and change.until and change.exposure_usd
    ]
    return max(named, default=day_of(end))


def _wrong(view: LedgerView, exposure: Exposure) -> str | None:
    approval = exposure.order.approval
    return "nobody has approved it" if approval is None else _mismatch(view, exposure, approval)


def _approved(view: LedgerView, exposure: Exposure, together: Decimal = ZERO) -> Iterator[Finding]:
    order, approval = exposure.order, exposure.order.approval
    wrong = _wrong(view, exposure)
    if wrong is None:
        return
    others = f", and ${_whole(together):,} with the change's other unapproved orders," if together else ","
    until = f"until {exposure.until}" if exposure.until else f"for {order.term.words}"
    notes = _notes(order, view)
    yield Finding(
        rule=NAME,
        order=order.name,
        path=("orders", order.name, "approval"),
        code="exposure/unapproved" if approval is None else "exposure/not-covered",
        message=(
            f"{order.name} commits ${_whole(exposure.usd):,} {until}{others} more than the ${view.rules.exposure_limit_usd:,.0f} that needs no approval, and {wrong}."
            + (f" {notes}" if notes else "")
        ),
        remedy=f"after agreeing, an approver adds to {order.name}: {exposure.block}",
    )


def _mismatch(view: LedgerView, exposure: Exposure, approval: Approval) -> str | None:
    if not _is_approver(approval.approved_by, view):
        return f"{approval.approved_by} isn't one of the approvers ({', '.join(view.approvers) or 'there are none'})"
    if approval.gsus != exposure.order.gsus:
        return f"its approval is for {approval.gsus} GSU, not {exposure.order.gsus}"
    if approval.until is None and exposure.until is not None and exposure.order.status in COMMITTED:
        return f"its approval names no end, and this runs until {exposure.until}"
    if approval.until is not None and exposure.until is not None and approval.until != exposure.until:
        return f"its approval is until {approval.until}, not {exposure.until}"
    if approval.exposure_usd < exposure.usd:
        return f"its approval covers only ${_whole(approval.exposure_usd):,}"
    return None


def _is_approver(address: str, view: LedgerView) -> bool:
    return address.casefold() in {approver.casefold() for approver in view.approvers}


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_CEILING))


def _notes(order: Order, view: LedgerView) -> str:
    book = prices.load()
    try:
        publisher = catalogue.load().find(order.model, view.as_of).publisher
    except ConfigError:
        return ""
    notes = [f"Price: {book.note_for(publisher)}"]
    offer = book.promotion(order.model, "pt", view.as_of)
    if offer is not None:
        notes.append(
            f"A promotion may give {offer.share:.0%} back until {offer.last_day} ({offer.payout}; {offer.confidence}); it isn't taken off."
        )
    return " ".join(note if note.endswith(".") else f"{note}." for note in notes)


def _corrections(view: LedgerView) -> Iterator[Finding]:
    for name, order in view.new.items():
        made = any(
            change.order == name and change.kind == "correct" and change.verdict is Verdict.REVIEW
            for change in view.changes
        )
        if made and order.correction is not None and not _is_approver(order.correction.reviewed_by, view):
            yield Finding(
                rule=NAME,
                order=name,
                path=("orders", name, "correction", "reviewedBy"),
                code="correction/reviewer",
                message=f"{name}: the correction was reviewed by {order.correction.reviewed_by}, who isn't one of the approvers ({', '.join(view.approvers) or 'there are none'}).",
                remedy="let an approver review it, and name them in correction.reviewedBy",
            )


RULE = Rule(
    name=NAME,
    title="Exposure is approved",
    description="A change that commits more than the environment's limit, in one order or in several, carries approvals that name the same GSUs and end and cover it.",
    severity="critical",
    remediation=(
        "Agree on the commitment with an approver.",
        "Paste the approval block that the message prints, with the approver's address.",
    ),
    source="prices: third-party readings of 2026-09-23 and 2026-10-09",
    knobs=("exposureLimitUsd",),
    ledger=check,
)
