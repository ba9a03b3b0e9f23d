"""One deployment that was asked for: what the engines run and the screens describe."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts._shared import judged_on
from throughput.config.loader import LoadedStack


@dataclass(frozen=True, kw_only=True)
class Run:
    """One deployment: which stack, what to do, with which engine and where its state is."""

    root: Path
    stack: LoadedStack
    operation: str
    engine: str  # "cli", "built-in" or "offline"
    state: Path
    as_of: date | None

    @property
    def day(self) -> date:
        """The day it is judged by."""
        return judged_on(self.as_of, self.stack.environment)
