"""The price book: GSU prices, pay-as-you-go prices and promotions, dated, each with its source and how sure it is.

All figures are USD list prices without tax or negotiated discount, and all are third-party readings of Google's pricing page: the
data says so row by row, and every screen that shows money repeats it. GSU prices are read at once, the larger list of pay-as-you-go
prices only when one is asked for.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from throughput.instants import hours_between
from throughput.orders import Term

GLOBAL = "global"
_HERE = Path(__file__).parent
_PER = {"1M tokens": Decimal(1_000_000), "1 second": Decimal(1), "1 image": Decimal(1), "1 page": Decimal(1)}


@dataclass(frozen=True, kw_only=True)
class PaygoPrice:
    """One pay-as-you-go price: dollars per single token, image or second, and how sure it is."""

    usd: Decimal
    listed_usd: Decimal
    per: str
    channel: str
    confidence: str
    note: str
    source: str
    source_url: str
    as_of: date


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A temporary offer: which models, from when to when, what share comes back and how."""

    name: str
    applies_to: str
    models: tuple[str, ...]
    first_day: date
    last_day: date
    first_day_of: Mapping[str, date]
    share: Decimal
    payout: str
    confidence: str
    source: str
    as_of: date

    def runs(self, model: str, day: date) -> bool:
        """Whether usage of a model on a day is in the offer."""
        return model in self.models and self.first_day_of.get(model, self.first_day) <= day <= self.last_day


@dataclass(frozen=True, kw_only=True)
class TermPrice:
    """What a GSU costs for a term on the global endpoint: per hour, per week or month as listed, and per month of 730 hours."""

    hour: Decimal
    hours: int
    period: Decimal
    per: str
    month: Decimal


@dataclass(frozen=True, eq=False)
class PriceBook:
    """Prices of one reading. `confidence` and `claude_note` say what isn't confirmed."""

    as_of: date
    source: str
    confidence: str
    claude_note: str
    non_global_factor: Decimal
    terms: Mapping[Term, TermPrice]
    promotions: tuple[Promotion, ...]
    channels: Mapping[str, Any]
    _paygo: dict[str, Any] = field(default_factory=dict)

    def factor(self, location: str) -> Decimal:
        """What a location multiplies GSU prices with: 1 for `global`, 1.1 elsewhere."""
        return Decimal(1) if location == GLOBAL else self.non_global_factor

    def gsu_hour(self, term: Term, location: str) -> Decimal:
        """USD per GSU-hour."""
        return self.terms[term].hour * self.factor(location)

    def gsu_period(self, term: Term, location: str) -> Decimal:
        """USD per GSU for the period that the list names: a week for the 1-week term, else a month."""
        return self.terms[term].period * self.factor(location)

    def gsu_month(self, term: Term, location: str) -> Decimal:
        """USD per GSU for 730 hours, also for the 1-week term; what break-even is computed with."""
        return self.terms[term].month * self.factor(location)

    def note_for(self, publisher: str) -> str:
        """What a reader must know about GSU prices of a publisher."""
        return self.claude_note if publisher == "anthropic" else self.confidence

    def promotion(self, model: str, applies_to: str, day: date) -> Promotion | None:
        """The offer on `pt` or `paygo` spend for a model on a day, or None."""
        return next(
            (offer for offer in self.promotions if offer.applies_to == applies_to and offer.runs(model, day)),
            None,
        )

    def paygo(
        self,
        model: str,
        category: str,
        channel: str,
        location: str,
        as_of: date,
        *,
        long: bool = False,
        net: bool = False,
    ) -> PaygoPrice | None:
        """The price of one unit of a catalogue category, or None where the channel, place or model has none.

        `channel` is standard, priority, flex or batch; `long` asks for the price above the long-context boundary; `net` takes what a
        promotion gives back off the gross price.
        """
        data = self._read_paygo()
        if self.channels[channel]["global_only"] and location != GLOBAL:
            return None
        uplifted = location == GLOBAL or as_of >= data["non_global_from"] or model.startswith("claude")
        scopes = (GLOBAL, "any") if location == GLOBAL or not uplifted else ("regional", "any")
        for name in data["covers"].get(category, ()):
            for tier in ("long", "any") if long else ("any",):
                for scope in scopes:
                    row = data["index"].get((model, name, channel, scope, tier))
                    if row is not None:
                        return self._price(row, data, as_of, net)
        return None

    def has_paygo(self, model: str) -> bool:
        """Whether any pay-as-you-go price of a model is known."""
        return model in self._read_paygo()["models"]

    def _price(self, row: list[Any], data: Mapping[str, Any], as_of: date, net: bool) -> PaygoPrice:
        model, _, per, usd, _, channel, _, source, confidence, note = row
        origin = data["sources"][source]
        offer = self.promotion(model, "paygo", as_of) if net else None
        listed = Decimal(usd) * (1 - offer.share if offer else 1)
        return PaygoPrice(
            usd=listed / _PER[per],
            listed_usd=listed,
            per=per,
            channel=channel,
            confidence=confidence,
            note=data["notes"][note],
            source=origin["name"],
            source_url=origin["url"],
            as_of=date.fromisoformat(origin["as_of"]),
        )

    def _read_paygo(self) -> dict[str, Any]:
        if not self._paygo:
            data = json.loads((_HERE / "paygo.json").read_bytes())
            index: dict[tuple[str, ...], list[Any]] = {}
            for row in data["rows"]:
                index.setdefault((row[0], row[1], row[5], row[6], row[4]), row)
            self._paygo.update(
                index=index,
                models={row[0] for row in data["rows"]},
                covers=data["covers"],
                sources=data["sources"],
                notes=data["notes"],
                non_global_from=date.fromisoformat(data["non_global_from"]),
            )
        return self._paygo


@functools.cache
def load() -> PriceBook:
    """The price book that comes with this tool."""
    data = json.loads((_HERE / "gsu.json").read_bytes())
    return PriceBook(
        as_of=date.fromisoformat(data["as_of"]),
        source=data["source"],
        confidence=data["confidence"],
        claude_note=data["claude_note"],
        non_global_factor=Decimal(data["non_global_factor"]),
        terms={Term(name): _term(raw) for name, raw in data["terms"].items()},
        promotions=tuple(_promotion(raw) for raw in data["promotions"]),
        channels=data["channels"],
    )


def commitment_usd(gsus: int, term: Term, location: str, start: datetime, end: datetime) -> Decimal:
    """USD that GSUs commit between two instants at list price: GSUs x price per GSU-hour x hours, begun hours counted whole."""
    return gsus * load().gsu_hour(term, location) * hours_between(start, end)


def _term(raw: Mapping[str, Any]) -> TermPrice:
    return TermPrice(
        hour=Decimal(raw["hour"]),
        hours=raw["hours"],
        period=Decimal(raw["period"]),
        per=raw["per"],
        month=Decimal(raw["month"]),
    )


def _promotion(raw: Mapping[str, Any]) -> Promotion:
    return Promotion(
        **{key: raw[key] for key in ("name", "applies_to", "payout", "confidence", "source")},
        models=tuple(raw["models"]),
        first_day=date.fromisoformat(raw["first_day"]),
        last_day=date.fromisoformat(raw["last_day"]),
        first_day_of={model: date.fromisoformat(day) for model, day in raw["first_day_of"].items()},
        share=Decimal(raw["share"]),
        as_of=date.fromisoformat(raw["as_of"]),
    )
