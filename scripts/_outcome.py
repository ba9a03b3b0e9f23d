"""What a preview, an update or a destroy came to, whichever engine ran it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# How the engines call what happens to a resource, and how people read it.
VERBS = {
    "create": "create",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "delete": "delete",
    "import": "adopt",
    "read": "read",
    "same": "unchanged",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One resource and what happens to it. `diff` holds (path, old, new) for each changed property."""

    op: str
    urn: str
    type: str
    name: str
    parent: str = ""
    protect: bool = False
    diff: tuple[tuple[str, Any, Any], ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False

    @property
    def changes(self) -> bool:
        """Whether the resource isn't left as it was."""
        return self.op not in ("same", "read")


@dataclass(frozen=True, kw_only=True)
class PolicyFinding:
    """One policy's complaint about one resource."""

    policy: str
    level: str  # "mandatory" or "advisory"
    urn: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finished run. `errors` are the engine's and the providers' own texts, without prefixes."""

    ok: bool
    steps: tuple[Step, ...]
    policies: tuple[PolicyFinding, ...] = ()
    policies_ran: int | None = None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def changed(self) -> list[Step]:
        """The steps that change something."""
        return [step for step in self.steps if step.changes]

    def step_of(self, resource_type: str) -> Step | None:
        """The first step of a type."""
        return next((step for step in self.steps if step.type == resource_type), None)


def short_name(urn: str) -> str:
    """The last part of a URN."""
    return urn.rpartition("::")[2]


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without repetitions or surrounding blanks, in order."""
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
