"""What the catalogue says of one model for a span of days, as frozen values.

Numbers change under a fixed model id, so a row holds for days: from `valid_from` until before `valid_to`. Whatever differs between
models, from the operator of a long-context boundary to the seconds of an enforcement window, is a field here and not a branch in code.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_OPERATORS: Mapping[str, Callable[[Decimal, int], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Burndown units per unit of each category, for requests whose input tokens lie where `operator` and `boundary` say.

    Both are None where a model has one tier for every request.
    """

    operator: str | None
    boundary: int | None
    rates: Mapping[str, Decimal]

    def covers(self, input_tokens: Decimal) -> bool:
        """Whether a request with so many input tokens burns down at this tier's rates."""
        if self.operator is None or self.boundary is None:
            return True
        return _OPERATORS[self.operator](input_tokens, self.boundary)

    def __str__(self) -> str:
        return f"input {self.operator} {self.boundary:,} tokens" if self.boundary is not None else "any input"


@dataclass(frozen=True, kw_only=True)
class Window:
    """Length of an enforcement window in seconds; Google gives a range for most models, one number for some."""

    low_s: int
    high_s: int

    def __str__(self) -> str:
        return f"{self.low_s} s" if self.low_s == self.high_s else f"{self.low_s}-{self.high_s} s"


@dataclass(frozen=True, kw_only=True)
class WindowBand:
    """The window of orders with at least `from_gsus` GSUs, up to the next band."""

    from_gsus: int
    window: Window

    @property
    def seconds(self) -> int:
        """The upper end, as the page's own examples use it."""
        return self.window.high_s


@dataclass(frozen=True, kw_only=True)
class Media:
    """How many tokens a picture or a second is, where a model page says so; sizes as `1k` or `720p`."""

    input_image: Decimal | None = None
    input_audio: Decimal | None = None
    input_video: Decimal | None = None
    output_image: Mapping[str, Decimal]
    output_video: Mapping[str, Decimal]
    request_extra: Decimal
    floors: Mapping[str, Any] | None = None
    avatar_per_audio_token: Decimal | None = None
    avatar_min_gsu: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """When a model came and goes. `not_before` is the earliest possible retirement where only that is published."""

    launch: date | None
    retires: date | None
    retires_source: str | None
    not_before: date | None
    short_term: bool
    replaced_by: str | None

    @property
    def ga(self) -> date | None:
        """The launch, as Google's pages call it."""
        return self.launch

    @property
    def retires_official(self) -> bool:
        """Whether a page of Google says so, and not only a third party."""
        return self.retires_source == "official"

    def retired(self, as_of: date) -> bool:
        """Whether the retirement date is past, whoever names it."""
        return self.retires is not None and self.retires <= as_of


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """One model for a span of days. `throughput_per_gsu` counts `unit`; `rates` burn the same unit down."""

    model: str
    label: str | None
    family: str
    publisher: str
    open_model: bool
    preview: bool
    orderable: bool
    unit: str
    throughput_per_gsu: Decimal
    min_gsu: int
    increment: int
    tiers: tuple[Tier, ...]
    inferred: Mapping[str, str]
    locations: tuple[str, ...] | None
    locations_note: str | None
    windows: tuple[WindowBand, ...]
    windows_special: bool
    windows_source: str
    media: Media
    tuning: str | None
    lifecycle: Lifecycle
    valid_from: date
    valid_to: date | None
    source: str
    as_of: date
    notes: str

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that burn this model down, inputs first, as the table lists them."""
        return tuple(self.tiers[0].rates)

    @property
    def burns(self) -> str:
        """The unit without its second: tokens, characters, images or video seconds."""
        return self.unit.removesuffix("/s").replace("_", " ")

    def tier_for(self, input_tokens: Decimal) -> Tier | None:
        """The tier of a request by its input tokens, or None where the table prints none for that size."""
        return next((tier for tier in self.tiers if tier.covers(input_tokens)), None)

    def window(self, gsus: int) -> Window:
        """The enforcement window at that many GSUs."""
        return window(self, gsus)

    def holds(self, as_of: date) -> bool:
        """Whether the row's numbers are those of that day."""
        return self.valid_from <= as_of and (self.valid_to is None or as_of < self.valid_to)


def window(row: ModelRow, gsus: int) -> Window:
    """The enforcement window of a model at a number of GSUs: shortest and longest seconds it may have."""
    found = row.windows[0].window
    for band in row.windows:
        if gsus < band.from_gsus:
            break
        found = band.window
    return found


def row_of(raw: Mapping[str, Any], general: Mapping[str, Any]) -> ModelRow:
    """A row from its JSON form. `general` is the rule of windows for models that have no table of their own."""
    bands = raw["windows"] or general["windows"]
    return ModelRow(
        **{key: raw[key] for key in _AS_THEY_ARE},
        throughput_per_gsu=Decimal(raw["throughput_per_gsu"]),
        tiers=tuple(
            Tier(operator=tier["operator"], boundary=tier["boundary"], rates=_decimals(tier["rates"]))
            for tier in raw["tiers"]
        ),
        locations=None if raw["locations"] is None else tuple(raw["locations"]),
        windows=tuple(
            WindowBand(from_gsus=start, window=Window(low_s=low, high_s=high)) for start, low, high in bands
        ),
        windows_special=raw["windows"] is not None,
        windows_source=raw["windows_source"] or general["source"],
        media=_media(raw["media"]),
        lifecycle=Lifecycle(
            launch=_day(raw["lifecycle"]["launch"]),
            retires=_day(raw["lifecycle"]["retires"]),
            retires_source=raw["lifecycle"]["retires_source"],
            not_before=_day(raw["lifecycle"]["not_before"]),
            short_term=raw["lifecycle"]["short_term"],
            replaced_by=raw["lifecycle"]["replaced_by"],
        ),
        valid_from=date.fromisoformat(raw["valid_from"]),
        valid_to=_day(raw["valid_to"]),
        as_of=date.fromisoformat(raw["as_of"]),
    )


_AS_THEY_ARE = (
    "model",
    "label",
    "family",
    "publisher",
    "open_model",
    "preview",
    "orderable",
    "unit",
    "min_gsu",
    "increment",
    "inferred",
    "locations_note",
    "tuning",
    "source",
    "notes",
)


def _media(raw: Mapping[str, Any]) -> Media:
    def tokens(key: str) -> Decimal | None:
        return Decimal(raw[key]) if key in raw else None

    return Media(
        input_image=tokens("input_image"),
        input_audio=tokens("input_audio"),
        input_video=tokens("input_video"),
        output_image=_decimals(raw.get("output_image", {})),
        output_video=_decimals(raw.get("output_video", {})),
        request_extra=tokens("request_extra") or Decimal(0),
        floors=raw.get("floors"),
        avatar_per_audio_token=tokens("avatar_per_audio_token"),
        avatar_min_gsu=raw.get("avatar_min_gsu"),
        notes=tuple(raw.get("notes", ())),
    )


def _decimals(raw: Mapping[str, Any]) -> Mapping[str, Decimal]:
    return {key: Decimal(value) for key, value in raw.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
