"""Changes to an active order: each kind of edit, its rule, and what is legal instead (Purchase page, 2026-09-30)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from throughput.catalogue import Catalogue, ModelRow
from throughput.exposure import ZERO, commitment_usd, committed_until
from throughput.instants import day_of, text_of
from throughput.orders import Order, Status
from throughput.problems import ConfigError
from throughput.terms import CALENDAR_DAYS, fits_term, has_ended, is_frozen, rolled
from throughput.transitions.changes import LEDGER, PURCHASE, RESTRUCTURE, Change, Kind, Verdict
from throughput.transitions.transfers import Plan

_ON_APPROVAL = "on approval, usually within 10 business days"


@dataclass(frozen=True, kw_only=True)
class _Edit:
    before: Order
    after: Order
    current: Order  # `before` as Google sees it: rolled into the term that runs now
    catalogue: Catalogue
    as_of: date
    plan: Plan

    def change(
        self,
        kind: Kind,
        verdict: Verdict,
        summary: str,
        reason: str,
        *,
        source: str = PURCHASE,
        effective: str | None = None,
        exposure: Decimal = ZERO,
        instead: tuple[str, ...] = (),
    ) -> Change:
        return Change(
            order=self.before.name,
            kind=kind,
            verdict=verdict,
            pool=self.before.pool,
            summary=summary,
            reason=reason,
            source=source,
            old_gsus=self.current.gsus,
            new_gsus=self.after.gsus,
            effective=effective,
            until=day_of(
                committed_until(self.after if verdict is not Verdict.REFUSED else self.current, self.as_of)
            ),
            exposure_usd=exposure,
            instead=instead,
        )

    def refused(self, kind: Kind, summary: str, reason: str, *instead: str, source: str = PURCHASE) -> Change:
        return self.change(kind, Verdict.REFUSED, summary, reason, source=source, instead=instead)

    @property
    def ends(self) -> str:
        return text_of(self.current.end) if self.current.end else "its end"


def may_move(before: Order, after: Order) -> bool:
    """Whether the order moves in place to another model or location, whole."""
    return (
        (before.model, before.location) != (after.model, after.location)
        and after.gsus >= before.gsus
        and after.project == before.project
    )


def judge(before: Order, after: Order, catalogue: Catalogue, as_of: date, plan: Plan) -> list[Change]:
    """Every change of an order that was active. Gives one `Change` per kind of edit."""
    edit = _Edit(
        before=before, after=after, current=rolled(before, as_of), catalogue=catalogue, as_of=as_of, plan=plan
    )
    if after.status is not Status.ACTIVE:
        return list(_left_active(edit))
    blocked = _blocked(edit)
    if blocked is not None:
        return [blocked]
    return [change for judged in (_dates, _gsus, _place, _term, _renewal, _links) for change in judged(edit)]


def _left_active(edit: _Edit) -> Iterator[Change]:
    before, after = edit.before, edit.after
    if after.status is Status.SUPERSEDED:
        yield from _superseded(edit)
    elif after.status is Status.EXPIRED and has_ended(before, edit.as_of) and not before.auto_renew:
        yield edit.change(
            Kind.EXPIRE,
            Verdict.ALLOWED,
            f"expired on {edit.ends}: {before.gsus} GSU gone",
            "its term is over and it wasn't to renew",
        )
    elif after.status is Status.EXPIRED and before.auto_renew and has_ended(before, edit.as_of):
        yield edit.refused(
            Kind.EXPIRE,
            f"recorded as expired, but auto-renewal was on: {edit.current.gsus} GSU run on until {edit.ends}",
            "Google renews such an order by itself and bills it",
            f"record the renewal: start: '{text_of(edit.current.start or edit.as_of)}' and end: '{edit.ends}'",
            "or, if auto-renewal had been turned off in the Console, add a correction that names autoRenew: true",
        )
    else:
        yield edit.refused(
            Kind.EXPIRE if after.status is Status.EXPIRED else Kind.SHRINK,
            f"status active → {after.status}, {edit.current.gsus} GSU committed until {edit.ends}",
            "an active order can't be cancelled before its term ends",
            "keep status: active until then",
            "or set autoRenew: false, so that it lapses at its end",
        )


def _superseded(edit: _Edit) -> Iterator[Change]:
    gsus = edit.current.gsus
    taken = edit.plan.taken_from(edit.before.name)
    names = ", ".join(edit.after.superseded_by)
    if taken >= gsus:
        yield edit.change(
            Kind.SPLIT,
            Verdict.REVIEW,
            f"superseded by {names}, which takes all {gsus} GSU over",
            "the order that is split or moved ends when what supersedes it is active",
            source=RESTRUCTURE,
        )
    elif not any(
        change.order in (edit.before.name, *edit.after.superseded_by) for change in edit.plan.refusals
    ):
        yield edit.refused(
            Kind.SHRINK,
            f"superseded by {names}, which takes over only {taken} of {gsus} GSU",
            "a split or move keeps every GSU until the end",
            f"give the other {gsus - taken} GSU to {names} or to another order with from: {edit.before.name}",
            source=RESTRUCTURE,
        )


def _blocked(edit: _Edit) -> Change | None:
    """Google accepts no change while one is pending, nor in the last days before a lapse."""
    before, after = edit.before, edit.after
    asks = [
        field
        for field in ("gsus", "model", "location", "term", "auto_renew")
        if getattr(edit.current, field) != getattr(after, field)
    ]
    if not asks:
        return None
    kind = (
        Kind.SHRINK
        if after.gsus < edit.current.gsus
        else Kind.GROW
        if "gsus" in asks
        else Kind.TOGGLE_RENEWAL
        if asks == ["auto_renew"]
        else Kind.MOVE_MODEL
        if "model" in asks
        else Kind.RELOCATE
        if "location" in asks
        else Kind.LENGTHEN
    )
    what = ", ".join(
        f"{field.replace('_', ' ')} {getattr(before, field)} → {getattr(after, field)}" for field in asks
    )
    if before.pending_gsus is not None and after.gsus != (
        before.confirmed.gsus if before.confirmed else None
    ):
        confirmed = before.confirmed.gsus if before.confirmed else "?"
        return _uneditable(
            edit,
            kind,
            what,
            f"a change from {confirmed} to {before.gsus} GSU is pending, and Google takes one change at a time",
            f"wait until it is done, and record it: pt order record … --gsus {before.gsus}",
        )
    if is_frozen(before, edit.as_of):
        return _uneditable(
            edit,
            kind,
            what,
            f"the order ends on {edit.ends} without renewal, and in its last 5 days nothing can be changed",
            "let it lapse and place a new order",
        )
    return None


def _uneditable(edit: _Edit, kind: Kind, summary: str, reason: str, *instead: str) -> Change:
    return replace(edit.refused(kind, summary, reason, *instead), rule="order-editable")


def _dates(edit: _Edit) -> Iterator[Change]:
    before, after, current = edit.before, edit.after, edit.current
    if before.order_id != after.order_id:
        if before.order_id is None:
            yield edit.change(
                Kind.RECORD,
                Verdict.ALLOWED,
                f"order id {after.order_id} recorded",
                "the record follows the Console",
                source=LEDGER,
            )
        else:
            yield edit.refused(
                Kind.CORRECT,
                f"order id {before.order_id} → {after.order_id}",
                "the id names what was bought",
                f"if it was mistyped, add a correction with was: {{orderId: '{before.order_id}'}}",
                source=LEDGER,
            )
    if (before.start, before.end) == (after.start, after.end):
        return
    if current != before and after.end is not None and before.end is not None and after.end > before.end:
        yield from _renewed(edit)
    elif after.end is None or (current.end is not None and after.end < current.end):
        yield edit.refused(
            Kind.SHRINK,
            f"end {edit.ends} → {text_of(after.end) if after.end else 'nothing'}",
            "a term can't end early",
            f"keep end: '{edit.ends}'",
            "or, if it was mistyped, add a correction that names the old end",
        )
    elif after.term.rank > before.term.rank:
        return  # A longer term moves the end; _term says so.
    elif _lengthened_before(before, after):
        yield edit.change(
            Kind.RECORD,
            Verdict.ALLOWED,
            f"longer term recorded: ends on {text_of(after.end)}",
            "the dates follow the longer term that was asked for before",
            source=LEDGER,
        )
    else:
        what = "start" if before.end == after.end else "end"
        old, new = getattr(before, what), getattr(after, what)
        yield edit.refused(
            Kind.CORRECT,
            f"{what} {text_of(old) if old else 'nothing'} → {text_of(new) if new else 'nothing'}",
            "the dates of an active order are what the Console shows; they move only with a longer term or a renewal",
            f"if the record was wrong, add a correction that names the old {what}",
            source=LEDGER,
        )


def _lengthened_before(before: Order, after: Order) -> bool:
    """Whether the dates are those of a longer term that an earlier change asked for, and that is in force now."""
    if before.start is None or before.end is None or after.start is None or after.end is None:
        return False
    asked_for = not fits_term(before.term, before.start, before.end) and after.end > before.end
    return asked_for and fits_term(after.term, after.start, after.end)


def _renewed(edit: _Edit) -> Iterator[Change]:
    before, after, current = edit.before, edit.after, edit.current
    assert after.end is not None
    assert before.end is not None
    shortest = timedelta(days=CALENDAR_DAYS[before.term][0])
    if after.end - before.end < shortest:
        yield edit.refused(
            Kind.SHRINK,
            f"renewed until {text_of(after.end)}, less than a term after {text_of(before.end)}",
            "a renewal runs for the whole term",
            f"record end: '{edit.ends}'",
        )
        return
    yield edit.change(
        Kind.RENEW,
        Verdict.ALLOWED,
        f"renewed until {text_of(after.end)} with {after.gsus} GSU",
        f"auto-renewal was on, with {current.gsus} GSU scheduled",
    )


def _gsus(edit: _Edit) -> Iterator[Change]:
    before, after, current = edit.before, edit.after, edit.current
    if after.gsus > current.gsus:
        extra = after.gsus - current.gsus
        exposure = commitment_usd(current, edit.as_of, extra)
        yield edit.change(
            Kind.GROW,
            Verdict.ALLOWED,
            f"{current.gsus} → {after.gsus} GSU",
            f"an increase keeps the end, {edit.ends}, and can't be undone before it",
            effective=_ON_APPROVAL,
            exposure=exposure,
        )
    elif after.gsus < current.gsus and not (
        current != before and after.gsus == before.gsus and after.end == before.end
    ):
        given = edit.plan.taken_from(before.name)
        lost = current.gsus - after.gsus
        if given >= lost:
            yield edit.change(
                Kind.SPLIT,
                Verdict.REVIEW,
                f"{current.gsus} → {after.gsus} GSU, {lost} of them to {_takers(edit)}",
                "a split or move keeps every GSU until the end",
                source=RESTRUCTURE,
            )
        else:
            yield _shrunk(edit, lost, given)


def _takers(edit: _Edit) -> str:
    return ", ".join(t.taker.name for t in edit.plan.transfers.values() if t.source.name == edit.before.name)


def _shrunk(edit: _Edit, lost: int, given: int) -> Change:
    name, after = edit.before.name, edit.after
    left = f"those {lost} GSU" if not given else f"{lost - given} of those {lost} GSU"
    review = f"keep gsus: {edit.current.gsus} and set nextTermGsus: {after.gsus}"
    if not edit.before.auto_renew:
        review = f"keep gsus: {edit.current.gsus}; it doesn't renew, so all of it ends on {edit.ends}"
    return edit.refused(
        Kind.SHRINK,
        f"{edit.current.gsus} → {after.gsus} GSU before its term ends on {edit.ends}",
        f"nothing takes over {left}, so the pool would fall below what is committed; Google lowers an order only at its auto-renewal",
        review,
        f"split {lost - given} GSU into another order (from: {name}) and move them to a model or project that needs them",
    )


def _place(edit: _Edit) -> Iterator[Change]:
    before, after = edit.before, edit.after
    if before.project != after.project:
        yield edit.refused(
            Kind.MOVE_PROJECT,
            f"project {before.project} → {after.project}",
            "an order moves to another project by being superseded there, and both ends must say so",
            f"add a new order in {after.project} with from: {before.name}, and set this one to status: superseded with supersededBy",
            source=RESTRUCTURE,
        )
    if before.model != after.model:
        yield _model_moved(edit)
    if before.location != after.location:
        old_cost, new_cost = (
            commitment_usd(edit.current, edit.as_of),
            commitment_usd(replace(edit.current, location=after.location), edit.as_of),
        )
        yield edit.change(
            Kind.RELOCATE,
            Verdict.REVIEW,
            f"location {before.location} → {after.location}, {edit.current.gsus} GSU",
            "an active order can change its location and keeps its end; requests to the old one become pay-as-you-go",
            effective=_ON_APPROVAL,
            exposure=max(ZERO, new_cost - old_cost),
        )


def _model_moved(edit: _Edit) -> Change:
    before, after = edit.before, edit.after
    what = f"model {before.model} → {after.model}, {edit.current.gsus} GSU"
    old, new = _row(edit, before.model), _row(edit, after.model)
    if old is None or new is None:
        return edit.refused(
            Kind.MOVE_MODEL,
            what,
            "one of the models isn't in the catalogue of this date, so the move can't be judged",
            "name models that the catalogue has: pt catalog list",
            source=LEDGER,
        )
    if (old.publisher, old.open_model) != (new.publisher, new.open_model):
        return edit.refused(
            Kind.MOVE_MODEL,
            what,
            f"an order can't change publisher: {_family(old)} → {_family(new)}",
            f"place a new order for {after.model}, and let this one lapse",
        )
    if new.preview and not old.preview:
        return edit.refused(
            Kind.MOVE_MODEL,
            what,
            "an order can move from preview to general availability, not back",
            f"place a new order for {after.model}",
        )
    return edit.change(
        Kind.MOVE_MODEL,
        Verdict.REVIEW,
        what,
        "an active order can change model within a publisher and keeps its end; requests to the old model become pay-as-you-go",
        effective=_ON_APPROVAL,
    )


def _family(row: ModelRow) -> str:
    return "an open model" if row.open_model else row.publisher


def _row(edit: _Edit, model: str) -> ModelRow | None:
    try:
        return edit.catalogue.find(model, edit.as_of)
    except ConfigError:
        return None


def _term(edit: _Edit) -> Iterator[Change]:
    before, after = edit.before, edit.after
    if after.term is before.term:
        return
    if after.term.rank < before.term.rank:
        yield edit.refused(
            Kind.SHORTEN,
            f"{before.term.words} → {after.term.words}",
            "a committed term can be made longer, never shorter",
            f"keep term: {before.term}",
            "and set autoRenew: false, so that it lapses at its end",
        )
    else:
        longer = after if after.end != before.end else replace(after, end=None, start=None)
        exposure = max(ZERO, commitment_usd(longer, edit.as_of) - commitment_usd(edit.current, edit.as_of))
        yield edit.change(
            Kind.LENGTHEN,
            Verdict.REVIEW,
            f"{before.term.words} → {after.term.words}",
            "a longer term supersedes the order after a capacity review, and bills nothing twice",
            source=RESTRUCTURE,
            effective="after Google's capacity review",
            exposure=exposure,
        )


def _renewal(edit: _Edit) -> Iterator[Change]:
    before, after, current = edit.before, edit.after, edit.current
    if before.auto_renew != after.auto_renew:
        then = (
            "renews at the end of each term"
            if after.auto_renew
            else f"lapses on {edit.ends}: {after.gsus} GSU go"
        )
        yield edit.change(
            Kind.TOGGLE_RENEWAL,
            Verdict.REVIEW,
            f"auto-renewal {'on' if after.auto_renew else 'off'}: it {then}",
            "auto-renewal can be changed while the order is active",
            effective=f"at the end of the term, {edit.ends}",
        )
    scheduled_done = current != before and after.next_term_gsus is None
    if before.next_term_gsus != after.next_term_gsus and not scheduled_done:
        now = after.next_term_gsus or after.gsus
        was = before.next_term_gsus or before.gsus
        yield edit.change(
            Kind.SCHEDULE,
            Verdict.REVIEW,
            f"next term with {now} GSU instead of {was}",
            "a decrease or increase can be scheduled for the auto-renewal",
            effective=f"at the auto-renewal on {edit.ends}",
        )


def _links(edit: _Edit) -> Iterator[Change]:
    before, after = edit.before, edit.after
    if (
        before.from_ != after.from_
        and after.name not in edit.plan.transfers
        and not any(c.order == after.name for c in edit.plan.refusals)
    ):
        yield edit.change(
            Kind.RECORD,
            Verdict.REVIEW,
            f"from {before.from_ or 'nothing'} → {after.from_ or 'nothing'}",
            "where capacity came from is history",
            source=LEDGER,
        )
    elif before.from_ != after.from_ and after.name in edit.plan.transfers:
        transfer = edit.plan.transfers[after.name]
        yield edit.change(
            transfer.kind,
            Verdict.REVIEW,
            f"takes {transfer.gsus} GSU over from {after.from_}",
            "a split or move keeps every GSU until the end",
            source=RESTRUCTURE,
        )
