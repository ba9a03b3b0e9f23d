"""What the check found, as values that every rendering shares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from throughput.exposure import ZERO
from throughput.handoff.next_steps import Step
from throughput.problems import Problem
from throughput.transitions import Change


class State(StrEnum):
    """How a stack's file compares with the base."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One finding with its place. `paste` is the block that an approver adds to the order, where the remedy is one."""

    rule: str
    level: Literal["violation", "advice"]
    message: str
    remedy: str = ""
    code: str = ""
    order: str | None = None
    file: str | None = None
    line: int | None = None
    paste: str | None = None
    resource: str | None = None

    @property
    def violation(self) -> bool:
        """Whether it stops the change."""
        return self.level == "violation"

    @property
    def place(self) -> str:
        """`file:line`, as far as it is known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file or ""

    @property
    def parts(self) -> tuple[str, list[str]]:
        """The first line, and the rest of the message without blank lines and indents."""
        first, *rest = self.message.strip().splitlines()
        return first.strip(), [" ".join(line.split()) for line in rest if line.strip()]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One changed value of the environment. `guards` says that it decides who may approve what, or how strict the rules are."""

    path: str
    old: Any
    new: Any
    line: int | None = None
    guards: bool = False


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """Which share of an order must really be used to beat pay-as-you-go, by channel, at its term; for text in alone."""

    order: str
    term: str
    shares: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the program and the policy pack would do, offline; `not_checked` says why they weren't run."""

    not_checked: str | None = None
    against: str = ""
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class StackReport:
    """One stack's part. With `problems` it wasn't judged, and everything else may be empty."""

    stack: str
    file: str
    state: State
    as_of: date
    changes: tuple[Change, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    settings: tuple[Setting, ...] = ()
    remarks: tuple[Remark, ...] = ()
    steps: tuple[Step, ...] = ()
    break_even: tuple[BreakEven, ...] = ()
    problems: tuple[Problem, ...] = ()
    preview: Preview | None = None

    @property
    def violations(self) -> tuple[Remark, ...]:
        """What stops the change."""
        return tuple(remark for remark in self.remarks if remark.violation)

    @property
    def advice(self) -> tuple[Remark, ...]:
        """What a person should know."""
        return tuple(remark for remark in self.remarks if not remark.violation)

    @property
    def committed_usd(self) -> Decimal:
        """What the changes commit beyond what was committed; refused changes don't count."""
        return sum((change.exposure_usd for change in self.changes if not change.refused), ZERO)

    @property
    def quiet(self) -> bool:
        """Whether nothing about the stack needs to be said."""
        return self.state is State.UNCHANGED and not self.remarks and not self.problems

    def line_of(self, order: str) -> int | None:
        """Where an order stands in the file."""
        return dict(self.lines).get(order)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole check.

    `base` is how it was named, `commit` what it is; `dirty` are files that differ from the last commit. `prefix` leads from the
    repository's top to the folder that file names start from; services that show lines in a repository need it.
    """

    base: str
    commit: str
    stacks: tuple[StackReport, ...]
    remarks: tuple[Remark, ...] = ()
    dirty: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    prefix: str = ""

    @property
    def all_remarks(self) -> Iterator[Remark]:
        """Every finding, of stacks and across them."""
        yield from self.remarks
        for stack in self.stacks:
            yield from stack.remarks

    @property
    def committed_usd(self) -> Decimal:
        """What all changes together commit anew."""
        return sum((stack.committed_usd for stack in self.stacks), ZERO)

    @property
    def violations(self) -> tuple[Remark, ...]:
        """What stops the change."""
        return tuple(remark for remark in self.all_remarks if remark.violation)

    @property
    def exit_code(self) -> int:
        """2 where something that was asked for couldn't be judged, 1 for a violation, else 0."""
        unrun = any(stack.preview is not None and stack.preview.not_checked for stack in self.stacks)
        return 2 if unrun or any(stack.problems for stack in self.stacks) else 1 if self.violations else 0

    @property
    def mark(self) -> str:
        """The verdict in one character."""
        return "❌" if self.exit_code else "⚠️" if self.unasked else "✅"

    @property
    def unasked(self) -> tuple[str, ...]:
        """What wasn't checked although it was asked for."""
        previews = (
            f"{stack.stack}: program and policy pack ({stack.preview.not_checked})"
            for stack in self.stacks
            if stack.preview is not None and stack.preview.not_checked
        )
        return (*self.not_checked, *previews)

    @property
    def verdict(self) -> str:
        """The verdict in one line, with the money."""
        parts = [*self._failures()]
        if not parts:
            changed = sum(len(stack.changes) for stack in self.stacks)
            parts.append(
                count(changed, "change of an order", "changes of orders") if changed else "no order changes"
            )
        advice = sum(1 for remark in self.all_remarks if not remark.violation)
        parts += [f"{advice} advice"] if advice else []
        parts += [f"{len(self.unasked)} not checked"] if self.unasked else []
        parts += [f"${dollars(self.committed_usd)} newly committed"] if self.committed_usd else []
        return ", ".join(parts)

    def _failures(self) -> Iterator[str]:
        unjudged = sum(1 for stack in self.stacks if stack.problems)
        if unjudged:
            yield count(unjudged, "stack can't be judged", "stacks can't be judged")
        if self.violations:
            rules = len({remark.rule for remark in self.violations})
            broken = len(self.violations)
            times = {1: "once", 2: "twice"}.get(broken, f"{broken} times")
            yield f"{count(rules, 'rule', 'rules')} broken{'' if broken == rules else ' ' + times}"


def count(number: int, one: str, many: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number:,} {one if number == 1 else many}"


def dollars(amount: Decimal) -> str:
    """Whole dollars, rounded up, so that what is shown never understates: 43,792."""
    return f"{int(amount.to_integral_value(rounding='ROUND_CEILING')):,}"
