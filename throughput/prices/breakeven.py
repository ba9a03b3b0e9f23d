"""From which utilisation on Provisioned Throughput is cheaper than pay-as-you-go.

For one category: a GSU's value is what a month of it, fully used, would cost pay-as-you-go. For a real mix, costs and burndown are
each summed first; percentages of categories are never averaged. Both sides must be gross, or both net of a promotion: mixing them
gives a false answer either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from throughput.catalogue import ModelRow, Tier
from throughput.orders import Term
from throughput.prices import PaygoPrice, PriceBook

SECONDS_PER_MONTH = 730 * 3600


@dataclass(frozen=True, kw_only=True)
class MixPrice:
    """What a mix costs on one channel: USD per mix, the prices it is made of, and the categories that have none."""

    usd: Decimal
    burndown: Decimal
    prices: Mapping[str, PaygoPrice]
    missing: tuple[str, ...]


def mix_price(
    book: PriceBook,
    row: ModelRow,
    tier: Tier,
    quantities: Mapping[str, Decimal],
    channel: str,
    location: str,
    as_of: date,
    *,
    net: bool = False,
) -> MixPrice:
    """Price a mix of category quantities (units of one request) on one channel, and burn it down at the tier's rates."""
    long = tier is not row.tiers[0]
    usd, burndown = Decimal(0), Decimal(0)
    prices: dict[str, PaygoPrice] = {}
    missing = []
    for category, quantity in quantities.items():
        burndown += quantity * tier.rates[category]
        price = book.paygo(row.model, category, channel, location, as_of, long=long, net=net)
        if price is None:
            missing.append(category)
        else:
            prices[category] = price
            usd += quantity * price.usd
    return MixPrice(usd=usd, burndown=burndown, prices=prices, missing=tuple(missing))


def gsu_month_value(throughput_per_gsu: Decimal, usd_per_burndown_unit: Decimal) -> Decimal:
    """USD a month that one fully used GSU saves on pay-as-you-go."""
    return throughput_per_gsu * SECONDS_PER_MONTH * usd_per_burndown_unit


def break_even(
    book: PriceBook, term: Term, location: str, value: Decimal, *, share_back: Decimal = Decimal(0)
) -> Decimal:
    """The share of a GSU that must be used before it is cheaper: 0.9 for 90 %, above 1 for never.

    `value` is `gsu_month_value`, gross or net; `share_back` is what a promotion returns of the GSU price, when net.
    """
    return book.gsu_month(term, location) * (1 - share_back) / value
