"""What a transition is: values for the reviewer, the provider, the policies and the reports alike."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from throughput.orders import Pool


class Kind(StrEnum):
    """What happens to an order."""

    PLACE = "place"
    GROW = "grow"
    SPLIT = "split"
    MOVE_PROJECT = "move-project"
    MOVE_MODEL = "move-model"
    RELOCATE = "relocate"
    LENGTHEN = "lengthen-term"
    SHORTEN = "shorten-term"
    SCHEDULE = "schedule-next-term"
    TOGGLE_RENEWAL = "toggle-renewal"
    RECORD = "record-purchase"
    RENEW = "renew"
    EXPIRE = "expire"
    DROP = "drop"
    SHRINK = "shrink"
    CORRECT = "correct"
    ANNOTATE = "annotate"


class Verdict(StrEnum):
    """Allowed, to be reviewed by a person (it goes through; policies may stop it), or refused."""

    ALLOWED = "allowed"
    REVIEW = "needs review"
    REFUSED = "refused"


# Where the rules of this package come from.
PURCHASE = "Purchase page, 2026-09-30"
RESTRUCTURE = "Purchase page, 2026-09-30, and release notes, 2026-09-28"
LEDGER = "the ledger's own rule"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of one order.

    `summary` is one line with both values; `reason` says the rule and its consequence; `instead` what is legal; `effective` when it
    takes effect in words; `exposure_usd` what it commits beyond what was committed, irrevocable until `until`.
    """

    order: str
    kind: Kind
    verdict: Verdict
    pool: Pool
    summary: str
    reason: str
    source: str
    field: str | None = None
    old: Any = None
    new: Any = None
    old_gsus: int | None = None
    new_gsus: int | None = None
    effective: str | None = None
    until: date | None = None
    exposure_usd: Decimal = Decimal(0)
    instead: tuple[str, ...] = ()
    # Which rule a refusal belongs to: the order can't be edited now at all, or not in this way.
    rule: str = "grow-only"

    @property
    def refused(self) -> bool:
        """Whether it must not go through."""
        return self.verdict is Verdict.REFUSED

    @property
    def text(self) -> str:
        """As a colleague would say it: the summary, the rule, what is legal instead."""
        lines = [
            f"{self.order} ({self.pool.location}, {self.pool.model}): {self.summary}.",
            "",
            f"  {self.reason[0].upper()}{self.reason[1:]} ({self.source}).",
        ]
        for index, choice in enumerate(self.instead):
            if index == 0:
                lines.append("")
            lines.append(f"  {'Instead   ' if index == 0 else '       or '}{choice}")
        return "\n".join(lines)

    def plain(self) -> dict[str, Any]:
        """As plain JSON values, without what is unset."""
        values: dict[str, Any] = {
            "order": self.order,
            "kind": self.kind.value,
            "verdict": self.verdict.value,
            "project": self.pool.project,
            "location": self.pool.location,
            "model": self.pool.model,
            "summary": self.summary,
            "reason": self.reason,
            "source": self.source,
            "field": self.field,
            "old": _plain(self.old),
            "new": _plain(self.new),
            "oldGsus": self.old_gsus,
            "newGsus": self.new_gsus,
            "effective": self.effective,
            "until": self.until.isoformat() if self.until else None,
            "exposureUsd": f"{self.exposure_usd:.2f}" if self.exposure_usd else None,
            "instead": list(self.instead) or None,
            "rule": self.rule if self.refused else None,
        }
        return {key: value for key, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
