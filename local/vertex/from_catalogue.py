"""From catalogue rows to the models that the endpoint serves: those metered in tokens, with a rate for text in and out."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from local.vertex.models import Rates, ServedModel, Window

# Window lengths of models without a table of their own. The page gives ranges (up to 3 GSUs 40-120 s, below 50 GSUs 5-30 s, from
# there on 1-5 s) and its examples use their upper ends, so those are used here.
# https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/provisioned-throughput/use-provisioned-throughput (2026-09-30)
GENERAL_WINDOWS = (
    Window(from_gsus=0, seconds=120),
    Window(from_gsus=4, seconds=30),
    Window(from_gsus=50, seconds=5),
)
_INPUT = ("input_text", "input")
_OUTPUT = ("output_text_response", "output_text", "output")


def served_models(rows: Iterable[Any]) -> dict[str, ServedModel]:
    """The models of a catalogue as of some day; what isn't metered in tokens, such as video, isn't served here."""
    served = {}
    for row in rows:
        rates = _rates(row.tiers)
        if row.unit == "tokens/s" and rates:
            served[row.model] = ServedModel(
                model=row.model,
                publisher=row.publisher,
                tokens_per_second=row.throughput_per_gsu,
                rates=rates,
                windows=_windows(row.windows),
            )
    return served


def _rates(tiers: Iterable[Any]) -> tuple[Rates, ...]:
    found = []
    for tier in tiers:
        took, gave = _first(tier.rates, _INPUT), _first(tier.rates, _OUTPUT)
        if took is None or gave is None:
            return ()
        found.append(Rates(up_to_input=_up_to(tier.operator, tier.boundary), input=took, output=gave))
    return tuple(sorted(found, key=lambda rates: (rates.up_to_input is None, rates.up_to_input or 0)))


def _up_to(operator: str | None, boundary: int | None) -> int | None:
    """The last size that a tier covers; None for the one without an upper end."""
    if boundary is None or operator not in ("<", "<="):
        return None
    return boundary if operator == "<=" else boundary - 1


def _first(rates: Mapping[str, Decimal], names: Iterable[str]) -> Decimal | None:
    return next((rates[name] for name in names if name in rates), None)


def _windows(windows: Iterable[Any]) -> tuple[Window, ...]:
    return GENERAL_WINDOWS
