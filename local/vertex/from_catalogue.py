"""From catalogue rows to the models that the endpoint serves: those metered in tokens, with a rate for text in and out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from local.vertex.models import Rates, ServedModel, Window
from throughput.catalogue import ModelRow, Tier

_INPUT = ("input_text", "input")
_OUTPUT = ("output_text_response", "output_text", "output")


def served_models(rows: Iterable[ModelRow]) -> dict[str, ServedModel]:
    """The models of a catalogue as of some day; what isn't metered in tokens, such as video, isn't served here.

    Where a window is given as a range, its upper end is used, as the page's own examples do.
    """
    served = {}
    for row in rows:
        rates = _rates(row.tiers)
        if row.unit == "tokens/s" and rates:
            served[row.model] = ServedModel(
                model=row.model,
                publisher=row.publisher,
                tokens_per_second=row.throughput_per_gsu,
                rates=rates,
                windows=tuple(Window(from_gsus=band.from_gsus, seconds=band.seconds) for band in row.windows),
            )
    return served


def _rates(tiers: Iterable[Tier]) -> tuple[Rates, ...]:
    found = []
    for tier in tiers:
        took, gave = _first(tier.rates, _INPUT), _first(tier.rates, _OUTPUT)
        if took is None or gave is None:
            return ()
        found.append(Rates(up_to_input=_up_to(tier), input=took, output=gave))
    found.sort(key=lambda rates: (rates.up_to_input is None, rates.up_to_input or 0))
    # Some tables print no tier for very long inputs; those burn at the last one's rates here.
    return (*found[:-1], replace(found[-1], up_to_input=None)) if found else ()


def _up_to(tier: Tier) -> int | None:
    """The last size that a tier covers; None for the one without an upper end."""
    if tier.boundary is None or tier.operator not in ("<", "<="):
        return None
    return tier.boundary if tier.operator == "<=" else tier.boundary - 1


def _first(rates: Mapping[str, Decimal], names: Iterable[str]) -> Decimal | None:
    return next((rates[name] for name in names if name in rates), None)
