"""The rules of thumb and the ways to buy, as data with sources, and what fires for a set of facts.

Nothing here decides alone: the rules are shown beside the costs, and where the two disagree both stand.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from throughput.orders import Term


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it says (`pt`, `other` or `neither`) when a fact compares as told, and who says so."""

    id: str
    says: str
    fact: str
    op: str
    value: str
    text: str
    source: str
    as_of: str

    def fires(self, facts: Mapping[str, Decimal | str | None]) -> bool:
        """Whether the rule applies. Facts that aren't known fire nothing."""
        found = facts.get(self.fact)
        if found is None:
            return False
        if self.op == "is":
            return found == self.value
        amount = Decimal(found)
        if self.op == "between":
            low, high = self.value.split("..")
            return Decimal(low) <= amount <= Decimal(high)
        bound = Decimal(self.value)
        return {">": amount > bound, ">=": amount >= bound, "<": amount < bound}[self.op]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One way to buy and what it can promise: dedicated or guaranteed capacity, a location, an answer at once."""

    id: str
    name: str
    kind: str
    dedicated: bool
    guaranteed: bool
    regional: bool
    prompt: bool
    google_cloud: bool
    note: str
    source: str
    term: Term | None = None
    channel: str | None = None


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules, as the data lists them."""
    return tuple(Rule(**raw) for raw in _data()["rules"])


@functools.cache
def options() -> tuple[Option, ...]:
    """All ways to buy."""
    return tuple(
        Option(**{**raw, "term": Term(raw["term"]) if raw.get("term") else None})
        for raw in _data()["options"]
    )


@functools.cache
def _data() -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("rules.json").read_bytes())
    return data
