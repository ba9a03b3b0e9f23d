"""The matrix of client stacks, read from `matrix.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from throughput.problems import ConfigError, Problem, did_you_mean

FOLDER = Path(__file__).resolve().parent
TEMPLATES = FOLDER / "templates"


class Publisher(StrEnum):
    """Which kind of interface a model has: Google's own, Claude's, or an open model's OpenAI-compatible one."""

    GOOGLE = "google"
    ANTHROPIC = "anthropic"
    OPEN = "open"


class Evidence(StrEnum):
    """How we know that a snippet works."""

    RUN = "run"
    COMPILED = "compiled"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True)
class Client:
    """One row: where a client carries what (None: nowhere), and the template for each kind of publisher."""

    name: str
    title: str
    language: str
    package: str | None
    version: str | None
    evidence: Evidence
    source: str
    templates: Mapping[Publisher, str]
    headers: str
    labels: str | None
    traffic_type: str
    watch: tuple[str, ...]

    @property
    def publishers(self) -> tuple[Publisher, ...]:
        """Whose models it can call."""
        return tuple(self.templates)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All clients by name, in the file's order, and the day they were last looked at."""

    as_of: date
    clients: Mapping[str, Client]

    def find(self, name: str) -> Client:
        """A client by name. Raises `ConfigError` with the nearest one."""
        client = self.clients.get(name)
        if client is None:
            hint = did_you_mean(name, self.clients, "pt snippet --list")
            raise ConfigError(
                Problem(message=f"there is no client {name!r}.", hint=hint, code="client/unknown")
            )
        return client


@cache
def load() -> Matrix:
    """The matrix as shipped."""
    import yaml  # here, so that commands that need no client don't pay for it

    raw = yaml.safe_load((FOLDER / "matrix.yaml").read_text(encoding="utf-8"))
    return Matrix(
        as_of=raw["as_of"], clients={name: _client(name, row) for name, row in raw["clients"].items()}
    )


def _client(name: str, row: Mapping[str, Any]) -> Client:
    # The constructor refuses unknown and missing columns.
    values = dict(row) | {
        "evidence": Evidence(row["evidence"]),
        "templates": {Publisher(kind): file for kind, file in row["templates"].items()},
        "watch": tuple(row["watch"]),
        "version": None if row["version"] is None else str(row["version"]),
    }
    return Client(name=name, **values)
