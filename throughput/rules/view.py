"""What a ledger rule looks at: both ledgers, the judged changes, and the environment's people and settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from throughput.config.models import Rules
from throughput.orders import Ledger, Order
from throughput.transitions import Change


@dataclass(frozen=True, kw_only=True)
class LedgerView:
    """One stack's ledger with its baseline. `baseline` is "first", "recorded", "broken" or "missing"."""

    stack: str
    old: Ledger
    new: Ledger
    changes: tuple[Change, ...]
    as_of: date
    baseline: str
    approvers: tuple[str, ...]
    deployers: tuple[str, ...]
    buyers_group: str | None
    emulated: bool
    rules: Rules
    elsewhere: Mapping[str, Order]
