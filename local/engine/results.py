"""What a run gives back: plain values, so that a caller can render them without knowing Pulumi's protocols.

Values in steps and outputs are as the program wrote them: whole numbers as `int`, a secret as `SECRET`, a value that
isn't known before `up` as `UNKNOWN` (both print readably).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Operation = Literal["up", "preview", "destroy"]
Op = Literal[
    "same", "create", "update", "replace", "delete", "read", "import", "create-replacement", "delete-replaced"
]

#: How a value that isn't known before `up`, and a secret one, read in results.
UNKNOWN = "[unknown until up]"
SECRET = "[secret]"


class EngineError(Exception):
    """The run can't start, or can't go on: the text says what is wrong and what to do."""


class LockedError(EngineError):
    """Another run holds the stack; `pid` is its process."""

    def __init__(self, message: str, pid: int) -> None:
        super().__init__(message)
        self.pid = pid


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One changed property: `path` as Pulumi writes it (`orders.chat.gsus`, `conditions[0].displayName`)."""

    path: str
    kind: Literal["add", "delete", "update"]
    old: Any = None
    new: Any = None
    forces_replacement: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happens to one resource.

    A replacement shows as one `replace` step; its halves, `create-replacement` and `delete-replaced`, are
    separate steps that `Result.changes` leaves out.
    """

    op: Op
    urn: str
    type: str
    name: str
    custom: bool
    parent: str = ""
    id: str = ""
    changes: tuple[PropertyChange, ...] = ()
    old_inputs: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False

    @property
    def is_default_provider(self) -> bool:
        """Whether this is the record of a plugin that the program didn't ask for by name."""
        return self.type.startswith("pulumi:providers:") and self.name.startswith("default")


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """A message of the program, a plugin or the engine; `urn` is empty when it concerns no single resource."""

    severity: Literal["debug", "info", "warning", "error"]
    message: str
    urn: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyFinding:
    """What a policy found; a `mandatory` one stops the resource, in preview as well as in up."""

    policy: str
    pack: str
    level: Literal["advisory", "mandatory"]
    message: str
    urn: str = ""
    description: str = ""
    severity: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Progress, in order, from one thread at a time.

    `step-started` and `step-finished` frame the work on a resource (in preview as well); `step-failed` carries the
    provider's text in `diagnostic`; `diagnostic` and `policy` carry theirs; `program-finished` comes once all
    registrations are in.
    """

    kind: Literal["step-started", "step-finished", "step-failed", "diagnostic", "policy", "program-finished"]
    step: Step | None = None
    diagnostic: Diagnostic | None = None
    policy: PolicyFinding | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a run ended. What succeeded before a failure is applied and recorded."""

    ok: bool
    operation: Operation
    steps: tuple[Step, ...]
    outputs: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    policies: tuple[PolicyFinding, ...]
    failed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    interrupted: bool = False
    seconds: float = 0.0
    #: How many policies the pack holds; 0 without a pack.
    policy_count: int = 0

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something the program asked for: no `same`, no default providers, no halves."""
        quiet = ("same", "read", "create-replacement", "delete-replaced")
        return tuple(step for step in self.steps if step.op not in quiet and not step.is_default_provider)

    @property
    def summary(self) -> dict[str, int]:
        """How many resources each operation touched, default providers left out."""
        halves = ("create-replacement", "delete-replaced")
        return dict(
            Counter(step.op for step in self.steps if step.op not in halves and not step.is_default_provider)
        )

    @property
    def exit_code(self) -> int:
        """0 fine, 1 refused or failed, 130 interrupted."""
        return 130 if self.interrupted else 0 if self.ok else 1
