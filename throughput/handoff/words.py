"""Words that the sheet, the steps and the tables share."""

from decimal import ROUND_CEILING, Decimal

from throughput.handoff.work import Channel, Task, Work


def dollars(amount: Decimal) -> str:
    """Whole US dollars, rounded up, so that what is shown never understates: $14,850."""
    return f"${int(amount.to_integral_value(rounding=ROUND_CEILING)):,}"


def asked_for(task: Task) -> str:
    """What a person does, in one line, without its price: "increase chat: 45 → 60 GSU"."""
    order, work = task.order, task.work
    if work is Work.PLACE and task.channel is Channel.ACCOUNT_TEAM:
        return f"ask the account team for {order.name}: {order.gsus} GSU, {order.model}, {order.location}, {order.term.words}"
    if work is Work.PLACE:
        return f"place {order.name}: {order.gsus} GSU, {order.model}, {order.location}, {order.term.words}"
    if work is Work.WITHDRAW:
        return f"cancel the request {order.name}: {order.gsus} GSU, {order.model}, {order.location}"
    if work is Work.REPLACE_REQUEST:
        return f"cancel the request {order.name} and place it anew: {changes(task)}"
    if work is Work.LENGTHEN and task.takes_over and task.whole:
        return f"lengthen {order.from_} to {order.term.words}, as {order.name}: {task.gsus} GSU"
    if task.takes_over:
        return f"{_transfer_verb(task)} {task.gsus} GSU from {order.from_} to {order.name}{_where_to(task)}"
    verb = {
        Work.INCREASE: "increase",
        Work.SCHEDULE: "schedule the next term of",
        Work.TOGGLE: f"turn auto-renewal {task.sets[0].new} for" if task.sets else "",
        Work.LENGTHEN: "lengthen the term of",
        Work.MOVE_PROJECT: "move",
    }.get(work, "change")
    if work is Work.TOGGLE:
        return f"{verb} {order.name}"
    via = " (ask the account team)" if task.channel is Channel.ACCOUNT_TEAM else ""
    return f"{verb} {order.name}: {changes(task)}{via}"


def changes(task: Task) -> str:
    """The values that change: "45 → 60 GSU, auto-renew off → on"."""
    parts = []
    for setting in task.sets:
        if setting.old is None and task.work is not Work.MOVE_PROJECT:
            continue
        is_gsus = setting.label.startswith("GSUs")
        label = "" if is_gsus else f"{setting.label.lower()} "
        later = " from the next term on" if setting.label != "GSUs" and is_gsus else ""
        parts.append(f"{label}{setting}{' GSU' if is_gsus else ''}{later}")
    return ", ".join(parts) or "details"


def _transfer_verb(task: Task) -> str:
    return "split" if task.work is Work.SPLIT or not task.whole else "move"


def _where_to(task: Task) -> str:
    differences = [f"{setting.label.lower()} {setting.new}" for setting in task.sets]
    return f" ({', '.join(differences)})" if differences else ""


def promised(task: Task) -> str:
    """What the work commits, in brackets: "($14,850, can't be cancelled)"; empty when it commits nothing."""
    if not task.exposure_usd:
        return ""
    until = f" until {task.until}" if task.until and task.work is not Work.PLACE else ""
    return f" ({dollars(task.exposure_usd)}{until}, can't be cancelled)"
