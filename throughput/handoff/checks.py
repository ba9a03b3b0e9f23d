"""What the buyer makes sure of before submitting: agreement, state, model, start, quota, contacts.

Checked against the ledger, the environment and the catalogue. What only the Console shows is put as something to look at.
"""

from datetime import timedelta

from throughput.config.models import Environment
from throughput.handoff.words import dollars
from throughput.handoff.work import Situation, Task, Work, is_partner, row_of
from throughput.instants import day_of
from throughput.terms import START_AHEAD_DAYS, is_frozen

# Purchase page, 2026-09-30.
QUOTA = "above about 30,000 requests a minute: also ask for more of “Online prediction requests per minute per region”"


def checks_of(task: Task, situation: Situation, environment: Environment, stack: str) -> tuple[str, ...]:
    """What to make sure of before submitting, one line each."""
    lines = [*_agreement(task, environment, stack), *_state_of(task, situation)]
    if task.work in (Work.PLACE, Work.REPLACE_REQUEST):
        lines += [*_placeable(task, situation), *_start(task, situation)]
    grows = task.work in (Work.PLACE, Work.REPLACE_REQUEST, Work.INCREASE, Work.CHANGE, Work.RELOCATE)
    if grows and not is_partner(task.order, situation):
        lines.append(f"Quota: {QUOTA}")
    contacts = ", ".join(environment.essential_contacts)
    lines.append(
        f"Essential Contacts (category Product updates): {contacts}"
        if contacts
        else "Essential Contacts: none recorded; without one nobody gets Google's expiry and renewal notices"
    )
    return tuple(lines)


def _agreement(task: Task, environment: Environment, stack: str) -> list[str]:
    limit = environment.rules.exposure_limit_usd
    if task.exposure_usd <= limit:
        return []
    approval = task.order.approval
    if approval is None:
        return [
            f"Approval: commits more than {dollars(limit)} and nobody has approved it; see pt check {stack}"
        ]
    return [f"Approval: {dollars(approval.exposure_usd)} by {approval.approved_by}"]


def _state_of(task: Task, situation: Situation) -> list[str]:
    subject = task.source or task.before
    if subject is None or task.work in (Work.WITHDRAW, Work.REPLACE_REQUEST):
        return []
    lines = []
    if is_frozen(subject, situation.as_of):
        lines.append("TOO LATE: in the last 5 days before an end without renewal nothing can be changed")
    lines.append("No change pending on it in the Console: Google takes one at a time")
    if task.work is Work.SCHEDULE and subject.end is not None:
        lines.append(
            f"Submit it well before {day_of(subject.end)}: Google usually takes up to 10 business days"
        )
    return lines


def _placeable(task: Task, situation: Situation) -> list[str]:
    order, row = task.order, row_of(task.order, situation)
    if row is None:
        return [f"Model: {order.model} isn't in the catalogue of {situation.as_of}; see pt catalog list"]
    lines = []
    if order.gsus < row.min_gsu:
        lines.append(
            f"TOO FEW: the minimum for {order.model} is {row.min_gsu} GSU (catalogue of {row.as_of})"
        )
    if row.locations is not None and order.location not in row.locations:
        lines.append(
            f"NOT OFFERED in {order.location}: the catalogue of {row.as_of} has {order.model} in {', '.join(row.locations)}"
        )
    retires = row.lifecycle.retires
    if retires is not None and task.until is not None and retires < task.until:
        lines.append(f"Lifecycle: {order.model} retires on {retires}, before the term ends; the fees stand")
    enabled = (
        "enabled in Model Garden, its terms accepted"
        if is_partner(order, situation)
        else "API aiplatform.googleapis.com on"
    )
    lines.append(f"Model: {enabled}, in {order.project}")
    return lines


def _start(task: Task, situation: Situation) -> list[str]:
    order = task.order
    if order.start is None:
        return []
    day = day_of(order.start)
    row = row_of(order, situation)
    if row is not None and (row.open_model or row.publisher != "google"):
        return ["Start: can't be chosen for this model; it starts as soon as capacity allows"]
    if day < situation.as_of:
        return [f"Start: {day} is past; leave the field empty or set a new start in the ledger"]
    if day > situation.as_of + timedelta(days=START_AHEAD_DAYS):
        first = day - timedelta(days=START_AHEAD_DAYS)
        return [f"Start: can be asked for {START_AHEAD_DAYS} days ahead at most, so place it from {first} on"]
    return ["Start: isn't guaranteed until the status is Approved; a late activation shifts the end"]
