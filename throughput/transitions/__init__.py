"""From an old ledger to a new one: which changes these are, whether each is allowed, what it commits, what is legal instead.

The one place that knows how Provisioned Throughput may change. `transitions` is pure: it takes both ledgers, the catalogue and a date.
It never infers a split or a move, and it never buys: an allowed change still waits for a person in the Console.
"""

from throughput.transitions.changes import Change, Kind, Verdict
from throughput.transitions.judge import transitions

__all__ = ["Change", "Kind", "Verdict", "transitions"]
