"""What the endpoint must know of a model: its publisher, burndown rates, tokens per second per GSU and windows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from throughput.admission import Capacity
from throughput.orders import Order, Pool, Status


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Burndown tokens per input and output token, up to a number of input tokens (None: without limit)."""

    up_to_input: int | None
    input: Decimal
    output: Decimal


@dataclass(frozen=True, kw_only=True)
class Window:
    """Window length in seconds, from a number of GSUs on."""

    from_gsus: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class ServedModel:
    """One model that the endpoint serves."""

    model: str
    publisher: str
    tokens_per_second: Decimal
    rates: tuple[Rates, ...]
    windows: tuple[Window, ...]

    def burndown(self, input_tokens: int, output_tokens: int) -> int:
        """Burndown tokens of a request, rounded up; the size of the input selects the tier."""
        rates = next(r for r in self.rates if r.up_to_input is None or input_tokens <= r.up_to_input)
        burned = input_tokens * rates.input + output_tokens * rates.output
        return max(1, int(burned.to_integral_value(rounding=ROUND_CEILING)))

    def window_seconds(self, gsus: int) -> int:
        """The window of a pool of that size."""
        return next(window.seconds for window in reversed(self.windows) if gsus >= window.from_gsus)


def capacities(orders: Iterable[Order], models: Mapping[str, ServedModel]) -> dict[Pool, Capacity]:
    """Capacity per pool: the GSUs of its active orders, as the Console confirmed them where it says otherwise, added up."""
    gsus: dict[Pool, int] = {}
    for order in orders:
        if order.status is Status.ACTIVE and order.model in models:
            live = order.confirmed.gsus if order.confirmed is not None else order.gsus
            gsus[order.pool] = gsus.get(order.pool, 0) + live
    return {
        pool: Capacity(
            gsus=count,
            tokens_per_second=models[pool.model].tokens_per_second,
            window_seconds=models[pool.model].window_seconds(count),
        )
        for pool, count in sorted(gsus.items())
    }
