"""One finding, the five ways a check can come out, and what they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_PROBLEM_EXIT = 1


class Outcome(StrEnum):
    """How a check came out. "Couldn't check" is never "fine", and a skipped check names what it waited for."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "could-not-check"
    SKIPPED = "skipped"


class Section(StrEnum):
    """Where a finding stands on the screen, in this order."""

    CREDENTIALS = "Credentials"
    ENVIRONMENT = "Environment"
    LIBRARIES = "Libraries"
    CLIENT_FILES = "Client files"
    ONLINE = "Online"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding. `code` is stable, `fix` is what to write or run instead, `place` is a file with a line, or a field in it."""

    section: Section
    code: str
    outcome: Outcome
    message: str
    fix: str | None = None
    place: str | None = None


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when anything is a problem, or was asked for and couldn't be checked; else 0."""
    bad = (Outcome.PROBLEM, Outcome.UNKNOWN)
    return _PROBLEM_EXIT if any(finding.outcome in bad for finding in findings) else 0


def shown(value: object, limit: int = 80) -> str:
    """A foreign value on one printable line, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def plain(text: str) -> str:
    """A path or a name from the system, printable whatever bytes it holds."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)
