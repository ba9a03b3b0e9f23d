"""What a piece of work costs, in sentences for the sheet; the figures come from the one exposure and price book."""

from datetime import date

from throughput import prices
from throughput.catalogue import Catalogue
from throughput.exposure import next_term_usd
from throughput.handoff.words import dollars
from throughput.handoff.work import Situation, Task, Work, row_of
from throughput.instants import text_of
from throughput.orders import Order, Term
from throughput.prices.breakeven import break_even, gsu_month_value
from throughput.problems import ConfigError


def _period(term: Term) -> str:
    return "a week" if term is Term.WEEK else "a month"


def _rate(order: Order) -> str:
    price = prices.load().gsu_period(order.term, order.location)
    return f"{dollars(price)} {_period(order.term)}"


def costs_of(task: Task, situation: Situation) -> tuple[str, ...]:
    """What the work commits, until when, and what the next term commits, as sentences."""
    lines = [*_commitment(task), *_next_term(task)]
    if not lines:
        lines = ["Nothing beyond what is committed already."]
    return (*lines, *_price_notes(task, situation)) if task.exposure_usd or _next_term(task) else tuple(lines)


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


def _price_notes(task: Task, situation: Situation) -> tuple[str, ...]:
    """How sure the price is, and an offer that runs: both belong beside every figure."""
    book, row = prices.load(), row_of(task.order, situation)
    notes = [f"List price: {book.note_for(row.publisher if row is not None else '')}."]
    offer = book.promotion(task.order.model, "pt", situation.as_of)
    if offer is not None:
        share = f"{offer.share * 100:.0f} %"
        notes.append(
            f"Not counted: {offer.name}, {share} until {offer.last_day}, {offer.payout} ({offer.confidence})."
        )
    return tuple(notes)


def break_even_of(order: Order, models: Catalogue, as_of: date) -> str | None:
    """Which share of the GSUs must really be used to beat pay-as-you-go, in words; None where a price isn't known.

    Gross against gross, for the model's first category that has a price; a real mix may differ, and `pt size` computes it.
    """
    try:
        row = models.find(order.model, as_of)
    except ConfigError:
        return None
    if not row.tiers:
        return None
    book = prices.load()
    parts = []
    category = ""
    for channel, words in (("standard", "pay-as-you-go"), ("priority", "Priority")):
        for name, rate in row.tiers[0].rates.items():
            price = book.paygo(order.model, name, channel, order.location, as_of)
            if price is None or not rate:
                continue
            value = gsu_month_value(row.throughput_per_gsu, price.usd / rate)
            share = break_even(book, order.term, order.location, value)
            parts.append(f"{share * 100:.0f} % to beat {words}")
            category = category or name
            break
    return f"{', '.join(parts)} (by {category.replace('_', ' ')}, list prices)" if parts else None
