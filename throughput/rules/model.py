"""What a rule and a finding are: values that the policy pack, the pull-request check and the documentation share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from throughput.rules.view import LedgerView

Level = Literal["violation", "advice"]

# Stands for a value that only `up` will know. A rule that needs it judges in `up`; a preview can't.
UNKNOWN = "[unknown until up]"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a rule found. `path` is the place in the stack file; `remedy` the next command or what to write."""

    rule: str
    level: Level = "violation"
    order: str | None = None
    path: tuple[str, ...] = ()
    message: str
    remedy: str = ""
    code: str = ""

    @property
    def text(self) -> str:
        """Message and remedy, as one reads them."""
        return f"{self.message}\n  Next: {self.remedy}" if self.remedy else self.message


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as a rule sees it: plain inputs, and whether it is protected."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool = False


LedgerCheck = Callable[[LedgerView], Iterable[Finding]]
ResourceCheck = Callable[[Resource], Iterable[Finding]]
StackCheck = Callable[[LedgerView, list[Resource]], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule and what people need to know about it.

    Exactly one of `ledger`, `resource` and `stack` is its check: over a ledger, over one resource of `types`, or over all resources
    together with the ledger. `knobs` names the settings of `environment.rules` that steer it.
    """

    name: str
    title: str
    description: str
    severity: Literal["low", "medium", "high", "critical"]
    remediation: tuple[str, ...]
    source: str
    mandatory: bool = True
    knobs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    ledger: LedgerCheck | None = None
    resource: ResourceCheck | None = None
    stack: StackCheck | None = None
    tags: tuple[str, ...] = field(default=("provisioned-throughput",))

    @property
    def kind(self) -> str:
        """What it judges: "ledger", "resource" or "stack"."""
        return "ledger" if self.ledger else "resource" if self.resource else "stack"

    @property
    def docs(self) -> str:
        """Its page."""
        return f"docs/policies/{self.name}.md"
