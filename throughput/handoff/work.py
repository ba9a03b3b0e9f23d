"""What a person still has to do about an order in the Console, found by comparing what is wanted with what is in force.

A change that was deployed but not yet confirmed looks the same as one that nobody asked for: apart from the GSUs (`confirmed`), the
ledger doesn't record what the Console shows. That is why callers hand in the ledger that was in force before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from throughput.catalogue import Catalogue, ModelRow
from throughput.exposure import ZERO, commitment_usd, committed_until
from throughput.instants import day_of, text_of
from throughput.orders import ENDED, Order, Status
from throughput.problems import ConfigError
from throughput.terms import has_ended, rolled
from throughput.transitions.changes import Kind
from throughput.transitions.transfers import transfer_kind


class Work(StrEnum):
    """One thing that a person does about an order."""

    PLACE = "place"
    REPLACE_REQUEST = "replace the request"
    WITHDRAW = "withdraw the request"
    INCREASE = "increase"
    SCHEDULE = "schedule the next term"
    TOGGLE = "toggle auto-renewal"
    MOVE_MODEL = "change the model"
    RELOCATE = "change the location"
    CHANGE = "change"
    SPLIT = "split"
    MOVE_PROJECT = "move to another project"
    LENGTHEN = "lengthen the term"


class Channel(StrEnum):
    """Where the work is done."""

    CONSOLE = "console"
    ACCOUNT_TEAM = "account team"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One field of the form: its value now (None on a new order) and the one to set."""

    label: str
    old: str | None
    new: str

    def __str__(self) -> str:
        return self.new if self.old is None else f"{self.old} → {self.new}"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One piece of work on one order.

    `order` is what is wanted, `before` what is in force, `source` the order whose capacity a split, move or longer term takes, `gsus`
    how many of them it concerns. `whole` says that all of the source goes over. `exposure_usd` is what it commits beyond what is
    committed, at list price, until `until`.
    """

    work: Work
    channel: Channel
    order: Order
    before: Order | None = None
    source: Order | None = None
    gsus: int
    whole: bool = True
    left: int | None = None
    sets: tuple[Setting, ...] = ()
    exposure_usd: Decimal = ZERO
    until: date | None = None

    @property
    def takes_over(self) -> bool:
        """Whether a new order takes capacity over from `source`, rather than an order being changed in place."""
        return self.source is not None and self.before is None


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the work on one order is judged by, besides the order itself."""

    as_of: date
    models: Catalogue
    # The ledgers as they are wanted and as they are in force; in a pull request they differ, after a deployment they don't.
    wanted: Mapping[str, Order]
    in_force: Mapping[str, Order]
    # Orders of other stacks, by STACK/ORDER.
    elsewhere: Mapping[str, Order]


def tasks(order: Order | None, before: Order | None, situation: Situation) -> tuple[Task, ...]:
    """The work on one order, in the order in which to do it. `order` None means that it was taken out of the ledger."""
    if order is None or (order.status in (Status.DRAFT, *ENDED) and _was(before, Status.REQUESTED)):
        if before is None or before.status is not Status.REQUESTED:
            return ()
        return (
            Task(
                work=Work.WITHDRAW,
                channel=_channel(before, Work.WITHDRAW, situation),
                order=before,
                gsus=before.gsus,
            ),
        )
    if order.status is Status.DRAFT:
        return (_taken_over(order, situation) if order.from_ else _placed(order, situation),)
    if order.status is Status.REQUESTED:
        return tuple(_requested(order, before, situation))
    if order.status is Status.ACTIVE and not (has_ended(order, situation.as_of) and not order.auto_renew):
        return tuple(_active(order, before, situation))
    return ()


def _was(before: Order | None, status: Status) -> bool:
    return before is not None and before.status is status


def row_of(order: Order, situation: Situation) -> ModelRow | None:
    """The catalogue's row for the order's model, or None when the catalogue of that date has none."""
    try:
        return situation.models.find(order.model, situation.as_of)
    except ConfigError:
        return None


def is_partner(order: Order, situation: Situation) -> bool:
    """Whether the model is sold through the account team only: Claude (Models page and FAQ, 2026-10-08)."""
    row = row_of(order, situation)
    return row.publisher == "anthropic" if row is not None else order.model.startswith("claude")


def _channel(order: Order, work: Work, situation: Situation) -> Channel:
    if is_partner(order, situation):
        return Channel.ACCOUNT_TEAM
    row = row_of(order, situation)
    # The Console changes online orders of Google's own models only (Purchase page, 2026-09-30).
    if row is not None and row.open_model and work not in (Work.PLACE, Work.WITHDRAW, Work.REPLACE_REQUEST):
        return Channel.ACCOUNT_TEAM
    return Channel.CONSOLE


def _placed(order: Order, situation: Situation) -> Task:
    return Task(
        work=Work.PLACE,
        channel=_channel(order, Work.PLACE, situation),
        order=order,
        gsus=order.gsus,
        sets=form_of(order),
        exposure_usd=commitment_usd(order, situation.as_of),
        until=day_of(committed_until(order, situation.as_of)),
    )


def form_of(order: Order) -> tuple[Setting, ...]:
    """Every field of the Console's order form for a new order."""
    values = (
        ("Project", order.project),
        ("Model", order.model),
        ("Region", order.location),
        ("GSUs", str(order.gsus)),
        ("Term", order.term.words),
        ("Auto-renew", _switch(order.auto_renew)),
        ("Start", text_of(order.start) if order.start else "as soon as possible"),
    )
    return tuple(Setting(label=label, old=None, new=value) for label, value in values)


def _switch(value: bool) -> str:
    return "on" if value else "off"


def _requested(order: Order, before: Order | None, situation: Situation) -> Iterator[Task]:
    if before is None or before.status is not Status.REQUESTED:
        return
    same = replace(before, order_id=order.order_id)
    if form_of(same) != form_of(order):
        placed = _placed(order, situation)
        sets = tuple(
            Setting(label=new.label, old=old.new if old.new != new.new else None, new=new.new)
            for old, new in zip(form_of(same), placed.sets, strict=True)
        )
        extra = max(ZERO, placed.exposure_usd - commitment_usd(before, situation.as_of))
        yield replace(placed, work=Work.REPLACE_REQUEST, before=before, sets=sets, exposure_usd=extra)


def _active(order: Order, before: Order | None, situation: Situation) -> Iterator[Task]:
    base = in_force(order, before, situation.as_of)
    edits = _edits(order, base)
    if edits:
        yield _edit_task(order, base, edits, situation)
    if order.term.rank > base.term.rank:
        longer = order if order.end != base.end else replace(order, start=None, end=None)
        more = commitment_usd(longer, situation.as_of) - commitment_usd(base, situation.as_of)
        yield Task(
            work=Work.LENGTHEN,
            channel=_channel(order, Work.LENGTHEN, situation),
            order=order,
            before=base,
            source=base,
            gsus=order.gsus,
            sets=(Setting(label="Term", old=base.term.words, new=order.term.words),),
            exposure_usd=max(ZERO, more),
            until=day_of(committed_until(longer, situation.as_of)),
        )


def in_force(order: Order, before: Order | None, as_of: date) -> Order:
    """The order as the Console should show it now: what was in force before, with the GSUs that were confirmed since."""
    base = rolled(before, as_of) if before is not None and before.status is Status.ACTIVE else order
    if order.confirmed is not None and order.confirmed.gsus < order.gsus:
        return replace(base, gsus=order.confirmed.gsus)
    return base


def _edits(order: Order, base: Order) -> dict[Work, Setting]:
    found: dict[Work, Setting] = {}
    if order.gsus > base.gsus:
        found[Work.INCREASE] = Setting(label="GSUs", old=str(base.gsus), new=str(order.gsus))
    if order.model != base.model:
        found[Work.MOVE_MODEL] = Setting(label="Model", old=base.model, new=order.model)
    if order.location != base.location:
        found[Work.RELOCATE] = Setting(label="Region", old=base.location, new=order.location)
    if order.auto_renew != base.auto_renew:
        found[Work.TOGGLE] = Setting(
            label="Auto-renew", old=_switch(base.auto_renew), new=_switch(order.auto_renew)
        )
    next_now = (base.next_term_gsus or base.gsus) if base.auto_renew else order.gsus
    next_new = order.next_term_gsus or order.gsus
    scheduled = order.next_term_gsus != base.next_term_gsus and next_now != next_new
    if order.auto_renew and scheduled:
        found[Work.SCHEDULE] = Setting(
            label="GSUs from the next term on", old=str(next_now), new=str(next_new)
        )
    return found


def _edit_task(order: Order, base: Order, edits: Mapping[Work, Setting], situation: Situation) -> Task:
    work = next(iter(edits)) if len(edits) == 1 else Work.CHANGE
    exposure = ZERO
    if Work.INCREASE in edits:
        exposure += commitment_usd(base, situation.as_of, order.gsus - base.gsus)
    if Work.RELOCATE in edits:
        there = replace(base, location=order.location)
        more = commitment_usd(there, situation.as_of) - commitment_usd(base, situation.as_of)
        exposure += max(ZERO, more)
    return Task(
        work=work,
        channel=_channel(order, work, situation),
        order=order,
        before=base,
        gsus=order.gsus - base.gsus if work is Work.INCREASE else order.gsus,
        sets=tuple(edits.values()),
        exposure_usd=exposure,
        until=day_of(committed_until(base, situation.as_of)),
    )


_TRANSFERS = {
    Kind.MOVE_PROJECT: Work.MOVE_PROJECT,
    Kind.MOVE_MODEL: Work.MOVE_MODEL,
    Kind.RELOCATE: Work.RELOCATE,
    Kind.LENGTHEN: Work.LENGTHEN,
}


def _taken_over(order: Order, situation: Situation) -> Task:
    source, wanted = _source(order, situation)
    whole = wanted is not None and wanted.status is Status.SUPERSEDED and len(wanted.superseded_by) == 1
    work = (
        _TRANSFERS.get(transfer_kind(source, order), Work.SPLIT) if source is not None else Work.MOVE_PROJECT
    )
    current = rolled(source, situation.as_of) if source is not None else None
    return Task(
        work=work,
        channel=_channel(source or order, work, situation),
        order=order,
        source=current,
        gsus=order.gsus,
        whole=whole,
        left=None if whole or wanted is None else wanted.gsus,
        sets=_differences(current, order),
        exposure_usd=_extra(current, order, work, situation.as_of),
        until=_transfer_end(current, order, work, situation.as_of),
    )


def _source(order: Order, situation: Situation) -> tuple[Order | None, Order | None]:
    """Where the capacity comes from: as it is in force, and as it is wanted."""
    reference = order.from_ or ""
    wanted = situation.wanted.get(reference) or situation.elsewhere.get(reference)
    return situation.in_force.get(reference) or wanted, wanted


def _differences(source: Order | None, order: Order) -> tuple[Setting, ...]:
    if source is None:
        return form_of(order)
    pairs = (
        ("Project", source.project, order.project),
        ("Model", source.model, order.model),
        ("Region", source.location, order.location),
        ("Term", source.term.words, order.term.words),
        ("Auto-renew", _switch(source.auto_renew), _switch(order.auto_renew)),
    )
    return tuple(Setting(label=label, old=old, new=new) for label, old, new in pairs if old != new)


def _settled(source: Order, order: Order, work: Work) -> Order:
    """A taker without dates of its own keeps its source's; a longer term begins anew."""
    if order.end is not None or work is Work.LENGTHEN:
        return order
    return replace(order, start=source.start, end=source.end)


def _extra(source: Order | None, order: Order, work: Work, as_of: date) -> Decimal:
    if source is None:
        return ZERO
    taken = min(order.gsus, source.gsus)
    # A source that was marked as superseded in the same change still commits what it committed.
    before = commitment_usd(replace(source, status=Status.ACTIVE), as_of, taken)
    return max(ZERO, commitment_usd(_settled(source, order, work), as_of) - before)


def _transfer_end(source: Order | None, order: Order, work: Work, as_of: date) -> date | None:
    if source is None:
        return day_of(order.end) if order.end else None
    return day_of(committed_until(_settled(source, order, work), as_of))
