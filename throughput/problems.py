"""Errors in what people wrote: one value per problem, rendered the same way everywhere.

A problem names the place, what was found, what is allowed and the nearest valid choice. `ConfigError` carries them to the edge,
which prints them and exits with 2.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong. `path` is the dotted place inside the file, `hint` what to write or run instead."""

    message: str
    file: str | None = None
    line: int | None = None
    path: str | None = None
    hint: str | None = None
    code: str = "config/invalid"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file or ""
        where = f"{self.path}: " if self.path else ""
        first = f"{place}  {where}{self.message}" if place else f"{where}{self.message}"
        return f"{first}\n  {self.hint}" if self.hint else first


class ConfigError(Exception):
    """Bad configuration or usage: exit code 2. Holds at least one problem."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(message=problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(found: str, allowed: Iterable[str]) -> str | None:
    """The valid choice that was probably meant, or None when nothing is close."""
    close = difflib.get_close_matches(found.lower(), list(allowed), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(found: str, allowed: Iterable[str], listing: str | None = None) -> str | None:
    """A hint such as "Did you mean gemini-3.6-flash? All: pt catalog list"."""
    choice = nearest(found, allowed)
    parts = [f"Did you mean {choice}?" if choice else "", f"All: {listing}" if listing else ""]
    return " ".join(part for part in parts if part) or None
