"""The next step of each order on its way from an estimate to a renewal, and the command for it.

Used by `pt order next`, by the "next" column of `pt orders` and by what `pt up` says a person must do. A step names what to do; whether
it has been done shows only once somebody records it, since Google's Console tells nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from throughput import catalogue
from throughput.catalogue import Catalogue
from throughput.exposure import ZERO
from throughput.handoff.words import asked_for, dollars, promised
from throughput.handoff.work import Channel, Situation, Task, is_partner, tasks
from throughput.instants import day_of, text_of
from throughput.orders import ENDED, Ledger, Order, Status
from throughput.renewals import RenewalItem, ReviewState
from throughput.terms import has_ended, rolled

# How long after activation somebody should look whether requests really use the order; this project's own choice.
VERIFY_DAYS = 7


class Stage(StrEnum):
    """The stations of an order, in the order in which it passes them."""

    ESTIMATE = "estimate"
    FIT = "fit"
    PRICE = "price"
    PLACE = "place"
    APPROVE = "approve"
    ACTIVATE = "activate"
    VERIFY = "verify"
    WATCH = "watch"
    RENEW = "renew"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What comes next for one order.

    `words` is a whole line, `short` a few words for a table's cell, `command` what to run. `person` says that a person has to act
    outside this tool. `exposure_usd` is what the step commits at list price, irrevocable until `until`; `due` when it should be done.
    """

    order: str
    name: Stage
    words: str
    short: str
    command: str
    person: bool = False
    exposure_usd: Decimal = ZERO
    until: date | None = None
    due: date | None = None

    def plain(self) -> dict[str, Any]:
        """As plain JSON values, without what is unset."""
        values = {
            "order": self.order,
            "step": self.name.value,
            "words": self.words,
            "short": self.short,
            "command": self.command,
            "person": self.person,
            "exposureUsd": f"{self.exposure_usd:.2f}" if self.exposure_usd else None,
            "until": self.until.isoformat() if self.until else None,
            "due": self.due.isoformat() if self.due else None,
        }
        return {key: value for key, value in values.items() if value is not None}


def next_step(
    order: Order,
    as_of: date,
    renewal_item: RenewalItem | None = None,
    *,
    stack: str,
    before: Order | None = None,
    wanted: Mapping[str, Order] | None = None,
    in_force: Mapping[str, Order] | None = None,
    elsewhere: Mapping[str, Order] | None = None,
    exposure_limit: Decimal | None = None,
    models: Catalogue | None = None,
) -> Step:
    """The next step of one order.

    `before` is the order as it was in force, where that is known; `wanted` and `in_force` are the ledgers around both, needed for
    splits and moves only. With `exposure_limit`, a draft above it that nobody approved has to be agreed on first.
    """
    situation = _situation(as_of, wanted or {order.name: order}, in_force, elsewhere, models)
    found = _steps(order, before, situation, stack, renewal_item, exposure_limit)
    return found[0] if found else _settled(order, as_of, stack, renewal_item)


def human_steps(
    ledger: Ledger,
    baseline_ledger: Ledger | None,
    as_of: date,
    stack: str,
    *,
    renewals: Iterable[RenewalItem] = (),
    elsewhere: Mapping[str, Order] | None = None,
    models: Catalogue | None = None,
) -> tuple[Step, ...]:
    """Everything that a person must do now: purchases and changes first, then what to record, then reviews.

    `baseline_ledger` is the ledger that was in force before this deployment; None on the first one. Reviews are named for the
    `renewals` handed in.
    """
    before = baseline_ledger or Ledger()
    situation = _situation(as_of, ledger, before, elsewhere, models)
    items = {item.name: item for item in renewals}
    found = [
        step
        for name in sorted({*ledger, *before})
        for step in _steps(ledger.get(name), before.get(name), situation, stack, items.get(name), None)
        if step.person
    ]
    return tuple(sorted(found, key=lambda step: list(Stage).index(step.name)))


def _situation(
    as_of: date,
    wanted: Mapping[str, Order],
    in_force: Mapping[str, Order] | None,
    elsewhere: Mapping[str, Order] | None,
    models: Catalogue | None,
) -> Situation:
    return Situation(
        as_of=as_of,
        models=catalogue.load() if models is None else models,
        wanted=wanted,
        in_force=in_force or {},
        elsewhere=elsewhere or {},
    )


def _steps(
    order: Order | None,
    before: Order | None,
    situation: Situation,
    stack: str,
    item: RenewalItem | None,
    exposure_limit: Decimal | None,
) -> list[Step]:
    work = [_of_task(task, stack, exposure_limit) for task in tasks(order, before, situation)]
    if order is None:
        return work
    records = [] if work and order.status is Status.ACTIVE else _recording(order, situation, stack)
    return work + records + _reviews(item, stack)


def _of_task(task: Task, stack: str, exposure_limit: Decimal | None) -> Step:
    order = task.order
    words = f"{asked_for(task)}{promised(task)}"
    if exposure_limit is not None and task.exposure_usd > exposure_limit and order.approval is None:
        return Step(
            order=order.name,
            name=Stage.PRICE,
            words=f"agree on what {order.name} commits: {dollars(task.exposure_usd)} until {task.until}, and nobody has approved it",
            short=f"approve {dollars(task.exposure_usd)}",
            command=f"pt check {stack}",
            person=True,
            exposure_usd=task.exposure_usd,
            until=task.until,
        )
    asked = task.channel is Channel.ACCOUNT_TEAM
    return Step(
        order=order.name,
        name=Stage.PLACE,
        words=words,
        short=f"{'ask the account team: ' if asked else ''}{task.work}",
        command=f"pt order sheet {stack} {order.name}",
        person=True,
        exposure_usd=task.exposure_usd,
        until=task.until,
    )


def _recording(order: Order, situation: Situation, stack: str) -> list[Step]:
    """What to look up in the Console and write into the ledger."""
    command = f"pt order record {stack} {order.name}"
    if order.status is Status.REQUESTED:
        who = "the account team" if is_partner(order, situation) else "Google"
        return [
            _record(
                order,
                Stage.APPROVE,
                f"see what {who} decided about {order.name}, and record it",
                "record the approval",
                f"{command} --status approved{'' if order.order_id else ' --id ID'}",
            )
        ]
    if order.status is Status.APPROVED:
        planned = f" (asked to start on {text_of(order.start)})" if order.start else ""
        return [
            _record(
                order,
                Stage.ACTIVATE,
                f"record {order.name} once it is active{planned}: billing begins then",
                "record the activation",
                f"{command} --status active --start DATE",
            )
        ]
    if order.status is Status.ACTIVE and has_ended(order, situation.as_of):
        return [_past_end(order, situation.as_of, command)]
    pending = order.confirmed
    if order.status is Status.ACTIVE and pending is not None and pending.gsus > order.gsus:
        return [
            _record(
                order,
                Stage.VERIFY,
                f"record that {order.name} holds {order.gsus} GSU now; on {pending.on} the Console showed {pending.gsus}",
                f"confirm {order.gsus} GSU",
                f"{command} --gsus {order.gsus} --effective DATE",
            )
        ]
    return []


def _past_end(order: Order, as_of: date, command: str) -> Step:
    end = text_of(day_of(order.end)) if order.end else "its end"
    if not order.auto_renew:
        return _record(
            order,
            Stage.RENEW,
            f"record that {order.name} expired on {end}: {order.gsus} GSU gone",
            "record the end",
            f"{command} --status expired",
        )
    current = rolled(order, as_of)
    starts = text_of(current.start) if current.start else end
    return _record(
        order,
        Stage.RENEW,
        f"record the renewal of {order.name}: its term ended on {end}, and it should run on with {current.gsus} GSU",
        "record the renewal",
        f"{command} --start {starts} --end {text_of(current.end) if current.end else 'DATE'} --gsus {current.gsus}",
    )


def _record(order: Order, stage: Stage, words: str, short: str, command: str) -> Step:
    return Step(order=order.name, name=stage, words=words, short=short, command=command, person=True)


def _reviews(item: RenewalItem | None, stack: str) -> list[Step]:
    if item is None or not item.needs_review:
        return []
    late = " (overdue)" if item.state is ReviewState.OVERDUE else ""
    wrong = f"; the recorded review doesn't count: {item.problems[0].message}" if item.problems else ""
    return [
        Step(
            order=item.name,
            name=Stage.RENEW,
            words=f"review {item.name} by {item.due}{late}: on {item.ends} it {item.then}{wrong}",
            short=f"review by {item.due}{late}",
            command=f"pt renewals review {stack} {item.name}",
            person=True,
            exposure_usd=item.at_stake_usd,
            until=item.next_term_ends,
            due=item.due,
        )
    ]


def _settled(order: Order, as_of: date, stack: str, item: RenewalItem | None) -> Step:
    """What is left when nothing has to be done: look whether it works, then watch it."""
    if order.status in ENDED:
        return Step(
            order=order.name,
            name=Stage.DONE,
            words=f"{order.name} is {order.status}: nothing left to do",
            short="–",
            command=f"pt orders {stack}",
        )
    if order.start is not None and as_of < day_of(order.start) + timedelta(days=VERIFY_DAYS):
        return Step(
            order=order.name,
            name=Stage.VERIFY,
            words=f"see whether requests really use {order.name}: project, location and model must match exactly",
            short="verify that requests use it",
            command=f"pt status {stack}",
        )
    then = f" On {item.ends} it {item.then}." if item is not None else ""
    review = (
        f" Its review opens on {item.opens}."
        if item and item.renews and item.state is ReviewState.NOT_OPEN
        else ""
    )
    return Step(
        order=order.name,
        name=Stage.WATCH,
        words=f"watch the utilisation of {order.name}.{then}{review}",
        short="watch",
        command=f"pt status {stack}",
        due=item.opens if item is not None and item.state is ReviewState.NOT_OPEN else None,
    )


@dataclass(frozen=True, kw_only=True)
class Station:
    """One stage of the way, with the command that does it and whether the order has passed it."""

    stage: Stage
    words: str
    command: str
    state: str


def way(order: Order, step: Step, stack: str) -> tuple[Station, ...]:
    """All nine stages for one order: passed, now, later, or "yours to judge" where the ledger can't know.

    Nothing records that an estimate was made or compared, so a draft's first two stages are left to the reader.
    """
    size = f"pt size --model {order.model} --location {order.location}"
    lines = (
        (Stage.ESTIMATE, "how many GSUs the workload needs", size),
        (
            Stage.FIT,
            "whether Provisioned Throughput is the right way to buy it",
            f"pt fit --model {order.model}",
        ),
        (Stage.PRICE, "what it commits, and who agreed to that", f"pt check {stack}"),
        (Stage.PLACE, "the form that the buyer fills in", f"pt order sheet {stack} {order.name}"),
        (
            Stage.APPROVE,
            "Google's approval, recorded with its id",
            f"pt order record {stack} {order.name} --status approved --id ID",
        ),
        (
            Stage.ACTIVATE,
            "the start and end that the Console shows",
            f"pt order record {stack} {order.name} --status active --start DATE",
        ),
        (Stage.VERIFY, "whether requests really use it", f"pt status {stack}"),
        (Stage.WATCH, "utilisation and drift", f"pt status {stack}"),
        (Stage.RENEW, "what happens at the end of the term", f"pt renewals review {stack} {order.name}"),
    )
    stages = [stage for stage, _, _ in lines]
    now = stages.index(step.name) if step.name in stages else len(stages)
    return tuple(
        Station(stage=stage, words=words, command=command, state=_state_of(order, stage, index, now))
        for index, (stage, words, command) in enumerate(lines)
    )


def _state_of(order: Order, stage: Stage, index: int, now: int) -> str:
    if index == now:
        return "now"
    if index > now:
        return "later"
    unknown = order.status is Status.DRAFT and stage in (Stage.ESTIMATE, Stage.FIT)
    return "yours to judge" if unknown else "passed"
