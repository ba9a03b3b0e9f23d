"""What a piece of work costs, in sentences for the sheet; the figures come from the one exposure and price book."""

from throughput import prices
from throughput.exposure import next_term_usd
from throughput.handoff.words import dollars
from throughput.handoff.work import Task, Work
from throughput.instants import text_of
from throughput.orders import Order, Term


def _period(term: Term) -> str:
    return "a week" if term is Term.WEEK else "a month"


def _rate(order: Order) -> str:
    price = prices.load().gsu_period(order.term, order.location)
    return f"{dollars(price)} {_period(order.term)}"


def costs_of(task: Task) -> tuple[str, ...]:
    """What the work commits, until when, and what the next term commits, as sentences."""
    lines = [*_commitment(task), *_next_term(task)]
    if not lines:
        lines = ["Nothing beyond what is committed already."]
    return (*lines, *_price_notes(task)) if task.exposure_usd or _next_term(task) else tuple(lines)


def _commitment(task: Task) -> list[str]:
    if not task.exposure_usd:
        return []
    order, until = task.order, task.until
    total = dollars(task.exposure_usd)
    if task.work is Work.INCREASE:
        base = task.before or order
        return [f"{task.gsus} GSU × {_rate(base)} until {until}: {total}. Can't be undone."]
    if task.work is Work.PLACE:
        when = (
            f"from {text_of(order.start)} "
            if order.start
            else f"from activation for {order.term.words}, about "
        )
        return [
            f"{order.gsus} GSU × {_rate(order)}, {when}until {until}: {total}. Can't be cancelled once approved."
        ]
    return [f"{total} more than is committed now, until {until}. Can't be undone."]


def _next_term(task: Task) -> list[str]:
    order = task.order
    labels = {setting.label for setting in task.sets}
    renewing = task.work not in (Work.PLACE, Work.REPLACE_REQUEST, Work.WITHDRAW) and order.auto_renew
    if renewing and labels & {"Auto-renew", "GSUs from the next term on"}:
        gsus = order.next_term_gsus or order.gsus
        return [f"The next term commits {gsus} GSU for {order.term.words}: {dollars(next_term_usd(order))}."]
    if order.auto_renew and task.work is Work.PLACE:
        return [
            f"Auto-renews: each further {order.term.words} commits {dollars(next_term_usd(order))} unless turned off."
        ]
    return []


def _price_notes(task: Task) -> tuple[str, ...]:
    return ()
