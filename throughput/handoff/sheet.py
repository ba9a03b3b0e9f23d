"""The hand-off sheet of one piece of work: where to click, what to type, what it commits, what to send back.

It holds exactly the values that the Console's form asks for, and says which fields to leave. It can't see the Console: what it says
about pending changes and contacts is what the ledger and the environment record.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from throughput.config.models import Environment
from throughput.exposure import ZERO
from throughput.handoff.checks import checks_of
from throughput.handoff.costs import costs_of
from throughput.handoff.work import Channel, Setting, Situation, Task, Work, form_of
from throughput.orders import Order, Status
from throughput.roles import BUYER_ROLE

CONSOLE = "Console › Vertex AI › Provisioned Throughput"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything the buyer needs on one page. Each part is a tuple of lines; `request` is the letter to the account team."""

    stack: str
    task: Task
    title: str
    where: str
    who: tuple[str, ...]
    steps: tuple[str, ...]
    sets: tuple[Setting, ...]
    leave: tuple[Setting, ...]
    costs: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    request: str | None = None

    @property
    def order(self) -> Order:
        """The order that the work is about."""
        return self.task.order

    def plain(self) -> dict[str, Any]:
        """As plain JSON values, without what is unset."""
        task = self.task
        values: dict[str, Any] = {
            "order": self.order.name,
            "work": task.work.value,
            "channel": task.channel.value,
            "title": self.title,
            "orderId": self.order.order_id,
            "where": self.where,
            "who": list(self.who),
            "steps": list(self.steps),
            "set": [_plain_setting(setting) for setting in self.sets],
            "leave": [_plain_setting(setting) for setting in self.leave],
            "costs": list(self.costs),
            "exposureUsd": f"{task.exposure_usd:.2f}",
            "until": task.until.isoformat() if task.until else None,
            "before": list(self.before),
            "after": list(self.after),
            "request": self.request,
        }
        return {key: value for key, value in values.items() if value is not None}


def _plain_setting(setting: Setting) -> dict[str, str]:
    values = {"field": setting.label, "from": setting.old, "to": setting.new}
    return {key: value for key, value in values.items() if value is not None}


def sheet_of(task: Task, situation: Situation, stack: str, environment: Environment) -> Sheet:
    """The sheet of one piece of work."""
    return Sheet(
        stack=stack,
        task=task,
        title=_title(task),
        where=_where(task),
        who=_who(task, environment),
        steps=_steps(task),
        sets=task.sets,
        leave=_leave(task),
        costs=costs_of(task, situation),
        before=checks_of(task, situation, environment, stack),
        after=_after(task, stack),
        request=_request(task) if task.channel is Channel.ACCOUNT_TEAM else None,
    )


_TITLES = {
    Work.PLACE: "PLACE a new order",
    Work.REPLACE_REQUEST: "CANCEL the request and place it anew",
    Work.WITHDRAW: "CANCEL a request that is under review",
    Work.INCREASE: "INCREASE an active order",
    Work.SCHEDULE: "SCHEDULE the next term of an active order",
    Work.TOGGLE: "TURN AUTO-RENEWAL",
    Work.MOVE_MODEL: "CHANGE THE MODEL of an active order",
    Work.RELOCATE: "CHANGE THE REGION of an active order",
    Work.CHANGE: "CHANGE an active order",
    Work.SPLIT: "SPLIT an active order",
    Work.MOVE_PROJECT: "MOVE an active order to another project",
    Work.LENGTHEN: "LENGTHEN THE TERM of an active order",
}


def _title(task: Task) -> str:
    if task.work is Work.PLACE and task.channel is Channel.ACCOUNT_TEAM:
        return "ASK THE ACCOUNT TEAM for a new order"
    if task.work is Work.TOGGLE:
        return f"{_TITLES[task.work]} {task.sets[0].new.upper()} for an active order"
    return _TITLES[task.work]


def _handle(order: Order | None) -> str:
    return (order.order_id or order.name) if order is not None else "the order"


_BUTTONS = {
    Work.SPLIT: "Split",
    Work.MOVE_PROJECT: "Change scope",
    Work.LENGTHEN: "Increase term",
    Work.WITHDRAW: "Cancel",
    Work.REPLACE_REQUEST: "Cancel, then New order",
}


def _where(task: Task) -> str:
    if task.channel is Channel.ACCOUNT_TEAM:
        return "Your Google Cloud account representative; the Console doesn't take this"
    project = (task.source or task.before or task.order).project
    if task.work is Work.PLACE:
        return f"{CONSOLE} › New order (project {project})"
    subject = task.source or task.before or task.order
    button = "Split" if not task.whole else _BUTTONS.get(task.work, "Edit")
    return f"{CONSOLE} › {_handle(subject)} › {button} (project {project})"


def _who(task: Task, environment: Environment) -> tuple[str, ...]:
    project = (task.source or task.order).project
    people = (
        environment.buyers.group if environment.buyers else "nobody is named: set environment.buyers.group"
    )
    if task.channel is Channel.ACCOUNT_TEAM:
        return (f"buyers: {people}",)
    lines = [f"{BUYER_ROLE} in {project}", f"buyers: {people}"]
    if task.work is Work.MOVE_PROJECT and task.order.project != project:
        lines[0] += f" and in {task.order.project}, in the same organisation"
    return tuple(lines)


def _steps(task: Task) -> tuple[str, ...]:
    order = task.order
    if task.takes_over:
        return _transfer_steps(task)
    if task.work is Work.REPLACE_REQUEST:
        return (
            f"Cancel the request {_handle(task.before)}: a request under review can't be changed.",
            "Place a new order with the values below.",
        )
    if task.work is Work.WITHDRAW:
        return (
            f"Cancel {_handle(order)} while it is pending review. Once it is approved, nothing can stop it.",
        )
    return ()


def _transfer_steps(task: Task) -> tuple[str, ...]:
    assert task.source is not None
    order, handle = task.order, _handle(task.source)
    steps = []
    part = "the new order" if not task.whole else handle
    if not task.whole or task.work is Work.SPLIT:
        steps.append(
            f"Split {task.gsus} GSU off {handle} into a new order; it becomes active within about 10 minutes."
        )
        part = "the new order"
    doing = {
        Work.MOVE_PROJECT: f"Change the scope of {part} to project {order.project}; about 15 minutes, the end stays.",
        Work.MOVE_MODEL: f"Edit {part}: model {order.model}; usually done within 10 business days.",
        Work.RELOCATE: f"Edit {part}: region {order.location}; usually done within 10 business days.",
        Work.LENGTHEN: f"Increase the term of {part} to {order.term.words}; Google reviews the capacity first.",
    }
    if task.work in doing:
        steps.append(doing[task.work])
    return tuple(steps)


def _leave(task: Task) -> tuple[Setting, ...]:
    """The fields that stay as they are: named, so that nobody touches them by mistake."""
    if task.work in (Work.PLACE, Work.REPLACE_REQUEST, Work.WITHDRAW):
        return ()
    subject = task.source or task.before or task.order
    touched = {setting.label for setting in task.sets}
    return tuple(
        setting
        for setting in form_of(subject)
        if setting.label not in touched
        and setting.label not in ("Start", "Project")
        # A split changes the GSUs of both orders; the steps say how.
        and not (setting.label == "GSUs" and task.source is not None)
    )


def _after(task: Task, stack: str) -> tuple[str, ...]:
    order = task.order
    record = f"pt order record {stack} {order.name}"
    if task.work in (Work.PLACE, Work.REPLACE_REQUEST):
        return (
            f"{record} --status requested --id ID",
            f"{record} --status approved",
            f"{record} --status active --start DATE --end DATE",
        )
    if task.work is Work.WITHDRAW:
        return ("Nothing to record: the ledger has it withdrawn already.",)
    if task.takes_over:
        lines = [f"{record} --status active --id ID --start DATE --end DATE"]
        if not task.whole:
            left = "GSUS" if task.left is None else task.left
            lines.append(f"pt order record {stack} {order.from_} --gsus {left} --effective DATE")
        return tuple(lines)
    if task.work is Work.LENGTHEN:
        return (
            "Write the new start and end into the same change of the stack file: a term and its dates change together.",
        )
    if any(setting.label == "GSUs" for setting in task.sets):
        return (f"{record} --gsus {order.gsus} --effective DATE",)
    return ("Nothing to record: the ledger says it already. Tell whoever asked that the Console shows it.",)


def _request(task: Task) -> str:
    """The letter to the account representative: facts only, and what to confirm in writing."""
    order = task.order
    what = {
        Work.PLACE: f"a new Provisioned Throughput order, {order.gsus} GSU of {order.model}",
        Work.WITHDRAW: f"cancelling our request for {order.gsus} GSU of {order.model}",
    }.get(
        task.work,
        f"a change to our Provisioned Throughput order {_handle(task.source or task.before or order)}",
    )
    values = [f"  {setting.label}: {setting}" for setting in (task.sets or form_of(order))]
    keeps = [f"  {setting.label}: {setting.new} (stays)" for setting in _leave(task)]
    asks = (
        [
            "Please confirm in writing, before anything is committed: the price per GSU, the start, the end and the order id."
        ]
        if task.work is not Work.WITHDRAW
        else ["Please confirm in writing that it is cancelled."]
    )
    return "\n".join((f"We ask for {what}.", "", *values, *keeps, "", *asks))


def committed_by(sheets: tuple[Sheet, ...]) -> Decimal:
    """Dollars that all sheets together commit."""
    return sum((sheet.task.exposure_usd for sheet in sheets), ZERO)


def undone(order: Order) -> str | None:
    """Why there is nothing to hand over for an order, or None where its status doesn't say."""
    return {
        Status.REQUESTED: "it is under review; record what Google decides",
        Status.APPROVED: "it is approved; nothing can be changed until it is active",
        Status.EXPIRED: "it has expired",
        Status.SUPERSEDED: "it was superseded",
    }.get(order.status)
