"""What a sized pool costs for every term and place, what the same load costs pay-as-you-go, and from where on a GSU pays.

Break-even is computed for the workload's real mix: dollars summed over burndown summed. Where a category of the mix has no known
price on a channel, that channel has no figure, and the categories are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from throughput.orders import Term
from throughput.prices import GLOBAL, PriceBook
from throughput.prices.breakeven import SECONDS_PER_MONTH, break_even, gsu_month_value, mix_price
from throughput.sizing.categories import words
from throughput.sizing.estimate import Estimate

CHANNELS = ("standard", "priority", "flex", "batch")
ELSEWHERE = "elsewhere"
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class ChannelCost:
    """The load on one pay-as-you-go channel: USD a month at the average rate, or why there is no figure."""

    channel: str
    month_usd: Decimal | None
    usd_per_unit: Decimal | None
    missing: str | None
    confidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TermCost:
    """A pool's GSUs for one term: USD per listed period, per month and for the whole term, and break-even per channel."""

    term: Term
    per: str
    global_usd: Decimal
    elsewhere_usd: Decimal
    month_usd: Decimal
    term_usd: Decimal
    break_even: Mapping[str, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Costs:
    """All prices of one sized pool, gross or net of promotions (`basis`)."""

    basis: str
    location: str
    terms: tuple[TermCost, ...]
    channels: Mapping[str, ChannelCost]
    notes: tuple[str, ...]


def costs_of(sized: Estimate, book: PriceBook, as_of: date, *, net: bool = False) -> Costs:
    """Price a sized pool. `net` takes what promotions give back off both sides."""
    row, location = sized.row, sized.location
    channels = {name: _channel(sized, book, name, as_of, net) for name in CHANNELS}
    offer = book.promotion(row.model, "pt", as_of)
    share = offer.share if net and offer else Decimal(0)
    terms = tuple(_term(sized, book, term, channels, share) for term in terms_for(sized))
    notes = [f"Prices: {book.note_for(row.publisher)} ({book.as_of})."]
    for kind in ("paygo", "pt"):
        running = book.promotion(row.model, kind, as_of)
        if running is not None:
            shown = "taken off here" if net else "not taken off here"
            notes.append(
                f"Until {running.last_day}: {running.name}, {running.share * 100:.0f} %, {running.payout}; {shown} "
                f"({running.confidence})."
            )
    if row.publisher == "anthropic":
        notes.append("Claude is ordered through the account representative; the list's terms may not apply.")
    return Costs(
        basis="net" if net else "gross", location=location, terms=terms, channels=channels, notes=tuple(notes)
    )


def terms_for(sized: Estimate) -> tuple[Term, ...]:
    """The terms that can be bought: one week only for models of Google."""
    weekly = sized.row.publisher == "google" and not sized.row.open_model
    return tuple(term for term in Term if weekly or term is not Term.WEEK)


def _channel(sized: Estimate, book: PriceBook, channel: str, as_of: date, net: bool) -> ChannelCost:
    per_second, missing = Decimal(0), list[str]()
    confidence: set[str] = set()
    if not book.has_paygo(sized.row.model):
        return _none(channel, "no pay-as-you-go price of this model is known")
    if book.channels[channel]["global_only"] and sized.location != GLOBAL:
        return _none(channel, f"{channel} exists on the global endpoint only")
    for part in sized.parts:
        mix = mix_price(
            book,
            sized.row,
            part.tier,
            part.request.quantities,
            channel,
            sized.location,
            as_of,
            net=net,
        )
        missing += mix.missing
        confidence |= {price.confidence for price in mix.prices.values()}
        per_second += mix.usd * decimal(part.rate)
    if missing:
        names = ", ".join(words(name) for name in dict.fromkeys(missing))
        return _none(channel, f"no {channel} price for {names}")
    burned = decimal(sized.per_second)
    return ChannelCost(
        channel=channel,
        month_usd=per_second * SECONDS_PER_MONTH,
        usd_per_unit=per_second / burned if burned else None,
        missing=None,
        confidence=tuple(sorted(confidence)),
    )


def _none(channel: str, why: str) -> ChannelCost:
    return ChannelCost(channel=channel, month_usd=None, usd_per_unit=None, missing=why, confidence=())


def _term(
    sized: Estimate, book: PriceBook, term: Term, channels: Mapping[str, ChannelCost], share: Decimal
) -> TermCost:
    gsus, kept = sized.answer.gsus, 1 - share
    price = book.terms[term]
    return TermCost(
        term=term,
        per=price.per,
        global_usd=gsus * book.gsu_period(term, GLOBAL) * kept,
        elsewhere_usd=gsus * book.gsu_period(term, ELSEWHERE) * kept,
        month_usd=gsus * book.gsu_month(term, sized.location) * kept,
        term_usd=(gsus * book.gsu_hour(term, sized.location) * price.hours * kept).quantize(_CENT),
        break_even={
            name: _break_even(sized, book, term, cost.usd_per_unit, share) for name, cost in channels.items()
        },
    )


def _break_even(
    sized: Estimate, book: PriceBook, term: Term, usd_per_unit: Decimal | None, share: Decimal
) -> Decimal | None:
    if not usd_per_unit:
        return None
    value = gsu_month_value(sized.row.throughput_per_gsu, usd_per_unit)
    return break_even(book, term, sized.location, value, share_back=share)


def decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal number of 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)
