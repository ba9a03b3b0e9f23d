"""The catalogue: what Google's tables say of each model that Provisioned Throughput can be bought for, by day.

`models.json` beside this file is the data: one row per line, each with its source and the day its page was read. Look-ups take the
exact model version id and a day. It refuses aliases and display names, because Google does: capacity is used by calls that name the
exact version. Where a launch day isn't known, a row starts on the earliest day for which a table was read.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from throughput.catalogue.rows import Lifecycle, Media, ModelRow, Tier, Window, WindowBand, row_of, window
from throughput.problems import ConfigError, Problem, did_you_mean

__all__ = [
    "Catalogue",
    "Lifecycle",
    "Media",
    "ModelRow",
    "NotOffered",
    "Tier",
    "Window",
    "WindowBand",
    "load",
    "window",
]

DATA = Path(__file__).with_name("models.json")
LISTING = "pt catalog list"


@dataclass(frozen=True, kw_only=True)
class NotOffered:
    """Models that Provisioned Throughput doesn't cover, by a pattern of their ids, and why."""

    pattern: str
    reason: str
    instead: str | None
    source: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All rows, by model id. `as_of` is the day of the newest table, `starts` the first day it says anything about."""

    as_of: date
    starts: date
    not_offered: tuple[NotOffered, ...]
    _raw: Mapping[str, tuple[Mapping[str, Any], ...]]
    _labels: Mapping[str, Mapping[str, Any]]
    _general: Mapping[str, Any]
    _made: dict[str, tuple[ModelRow, ...]] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every exact model version id, newest first within its publisher, retired ones too."""
        return tuple(model for model, rows in self._raw.items() if rows[0]["orderable"])

    def rows(self, model: str) -> tuple[ModelRow, ...]:
        """The rows of one id in order of their days; empty when there are none."""
        if model not in self._made:
            self._made[model] = tuple(row_of(raw, self._general) for raw in self._raw.get(model, ()))
        return self._made[model]

    def find(self, model: str, as_of: date) -> ModelRow:
        """The row of an exact model version id on a day; retired models are found, and their lifecycle says so.

        Rows of early tables that carry a label instead of an id are found by that label, whatever the day, and aren't orderable.
        Raises `ConfigError` for what isn't in the catalogue, with the nearest id, and for days before the model's first row.
        """
        if model in self._labels:
            return row_of({**self._labels[model], "orderable": False}, self._general)
        rows = self.rows(model)
        if not rows:
            raise ConfigError(self._unknown(model))
        found = next((row for row in reversed(rows) if row.holds(as_of)), None)
        if found is None:
            raise ConfigError(self._too_early(model, rows[0].valid_from, as_of))
        return found

    def models(self, as_of: date) -> tuple[ModelRow, ...]:
        """The row of every model that has one on that day, retired ones too."""
        found = (next((row for row in self.rows(model) if row.holds(as_of)), None) for model in self.ids)
        return tuple(row for row in found if row is not None)

    def refusal(self, model: str) -> NotOffered | None:
        """Why a model is known not to be covered, or None."""
        return next((entry for entry in self.not_offered if fnmatchcase(model, entry.pattern)), None)

    def age_days(self, as_of: date) -> int:
        """Days since the newest table was read; 0 for days before."""
        return max(0, (as_of - self.as_of).days)

    def _unknown(self, model: str) -> Problem:
        refusal = self.refusal(model.lower())
        if refusal is not None:
            guess = did_you_mean(model.lower().removesuffix("-latest"), self.ids, LISTING)
            hint = f"Did you mean {refusal.instead}? All: {LISTING}" if refusal.instead else guess
            return Problem(
                message=f"{model!r} can't be bought: {refusal.reason}.",
                hint=hint,
                code="catalogue/not-offered",
            )
        spelled = model.strip().lower().replace(" ", "-")
        hint = did_you_mean(spelled, self.ids, LISTING) or f"All: {LISTING}"
        return Problem(
            message=f"{model!r} isn't in the catalogue of {self.as_of}.",
            hint=hint,
            code="catalogue/unknown-model",
        )

    def _too_early(self, model: str, first: date, as_of: date) -> Problem:
        message = (
            f"the catalogue starts on {self.starts}; it says nothing about {as_of}."
            if as_of < self.starts
            else f"{model} has no row on {as_of}; its first is of {first}."
        )
        return Problem(
            message=message, hint=f"Choose a day from {first} on: --as-of {first}", code="catalogue/too-early"
        )


@functools.cache
def load() -> Catalogue:
    """The catalogue that comes with this tool. Reading it takes a few milliseconds; rows are made when they are looked up."""
    data = json.loads(DATA.read_bytes())
    raw: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for row in data["rows"]:
        raw[row["model"]] = (*raw.get(row["model"], ()), row)
    return Catalogue(
        as_of=date.fromisoformat(data["as_of"]),
        starts=date.fromisoformat(data["starts"]),
        not_offered=tuple(NotOffered(**entry) for entry in data["not_offered"]),
        _raw=raw,
        _labels={row["label"]: row for row in data["rows"] if row["label"]},
        _general=data["general_windows"],
    )
