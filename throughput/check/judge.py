"""From the files of all stacks, at the base and now, to one report.

Files with the same bytes are read once. A file that can't be read is that stack's problem; the others are judged all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from throughput import catalogue
from throughput.check import money
from throughput.check.about import UNIQUE_IDS
from throughput.check.report import Remark, Report, StackReport, State
from throughput.check.settings import changed_settings
from throughput.config.loader import LoadedStack, outside_references, read_stack
from throughput.config.models import Environment
from throughput.handoff.next_steps import Step, human_steps
from throughput.orders import ENDED, Ledger, Order
from throughput.problems import ConfigError, Problem
from throughput.renewals import upcoming
from throughput.rules import Finding, LedgerView, judge
from throughput.rules.exposure_approved import exposures
from throughput.transitions import Change, transitions


@dataclass(frozen=True, kw_only=True)
class StackFiles:
    """A stack's file as it was at the base and as it is now; None where there is none."""

    stack: str
    file: str
    old: bytes | None
    new: bytes | None


@dataclass(frozen=True, kw_only=True)
class _Read:
    """Both sides of a stack, as far as they can be read."""

    files: StackFiles
    old: LoadedStack | None = None
    new: LoadedStack | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def state(self) -> State:
        if self.files.old is None:
            return State.ADDED
        if self.files.new is None:
            return State.REMOVED
        return State.UNCHANGED if self.files.old == self.files.new else State.CHANGED


def check(
    stacks: Iterable[StackFiles],
    *,
    base: str,
    commit: str,
    day_of_stack: Callable[[Environment], date],
    today: date,
    only: Iterable[str] = (),
    dirty: tuple[str, ...] = (),
    prefix: str = "",
) -> Report:
    """Judge stacks against their base.

    `stacks` are all there are, since moves and order ids cross stacks; `only` names the ones to report, all unless said.
    `day_of_stack` gives the day an environment is judged by, `today` the one where its file can't be read.
    """
    wanted = set(only)
    read = {files.stack: _read(files, base) for files in stacks}
    reported = {name: sides for name, sides in read.items() if not wanted or name in wanted}
    ledgers = {name: sides.new.ledger for name, sides in read.items() if sides.new is not None}
    unreadable = [name for name, sides in read.items() if sides.new is None and sides.files.new is not None]
    return Report(
        base=base,
        commit=commit,
        dirty=dirty,
        prefix=prefix,
        stacks=tuple(_judged(sides, ledgers, day_of_stack, today) for _, sides in sorted(reported.items())),
        remarks=tuple(_shared_ids(read, set(reported))),
        not_checked=tuple(
            f"order ids and moves against stack {name}: its file can't be read" for name in sorted(unreadable)
        ),
    )


def _read(files: StackFiles, base: str) -> _Read:
    problems: list[Problem] = []
    new = _side(files.stack, files.file, files.new, problems)
    if files.old == files.new:
        return _Read(files=files, old=new, new=new, problems=tuple(problems))
    broken: list[Problem] = []
    old = _side(files.stack, f"{base}:{files.file}", files.old, broken)
    if broken:
        problems.append(
            Problem(
                file=f"{base}:{files.file}",
                message="can't be read any more, so there is nothing to compare with; the stack isn't judged",
                hint=f"Name a base whose file is fine (pt check {files.stack} --base REF), or restore the file there first",
                code="check/base-unreadable",
            )
        )
    return _Read(files=files, old=old, new=new, problems=(*problems, *broken))


def _side(stack: str, file: str, data: bytes | None, problems: list[Problem]) -> LoadedStack | None:
    if data is None:
        return None
    try:
        return read_stack(stack, file, data)
    except ConfigError as error:
        problems += error.problems
        return None


def _judged(
    sides: _Read,
    ledgers: Mapping[str, Ledger],
    day_of_stack: Callable[[Environment], date],
    today: date,
) -> StackReport:
    files = sides.files
    current = sides.new or sides.old
    if sides.problems or current is None:
        return StackReport(
            stack=files.stack, file=files.file, state=sides.state, as_of=today, problems=sides.problems
        )
    day = day_of_stack(current.environment)
    view = _view(sides, current, day, ledgers)
    touched = dict.fromkeys(change.order for change in view.changes)
    places = {name: line for name in touched if (line := _line(sides, ("orders", name))) is not None}
    return StackReport(
        stack=files.stack,
        file=files.file,
        state=sides.state,
        as_of=day,
        changes=view.changes,
        lines=tuple(places.items()),
        settings=changed_settings(sides.old, sides.new),
        remarks=tuple(_remarks(sides, view)),
        steps=_steps(view, touched),
        break_even=money.break_evens(view),
    )


def _view(sides: _Read, current: LoadedStack, day: date, ledgers: Mapping[str, Ledger]) -> LedgerView:
    old = sides.old.ledger if sides.old else Ledger()
    new = sides.new.ledger if sides.new else Ledger()
    environment = current.environment
    elsewhere = _elsewhere(new, ledgers)
    changes: tuple[Change, ...] = ()
    if sides.state is not State.UNCHANGED:
        changes = transitions(old, new, catalogue.load(), day, stack=sides.files.stack, elsewhere=elsewhere)
    return LedgerView(
        stack=sides.files.stack,
        old=old,
        new=new,
        changes=changes,
        as_of=day,
        baseline="recorded" if sides.old else "first",
        approvers=tuple(environment.approvers),
        deployers=tuple(environment.deployers),
        buyers_group=environment.buyers.group if environment.buyers else None,
        emulated=environment.emulated,
        rules=environment.rules,
        elsewhere=elsewhere,
    )


def _elsewhere(ledger: Ledger, ledgers: Mapping[str, Ledger]) -> dict[str, Order]:
    found = {}
    for reference in sorted(outside_references(ledger.values())):
        stack, name = reference.split("/")
        order = ledgers[stack].get(name) if stack in ledgers else None
        if order is not None:
            found[reference] = order
    return found


def _remarks(sides: _Read, view: LedgerView) -> Iterator[Remark]:
    blocks = {exposure.order.name: exposure.block for exposure in exposures(view)}
    findings = judge(view)
    for finding in findings:
        if not _overruled(finding, view):
            yield _remark(finding, sides, blocks)
    # No level of an environment lets a refused change through: the provider refuses it whatever the pack says.
    said = {finding.message for finding in findings if finding.level == "violation"}
    for change in view.changes:
        if change.refused and change.text not in said:
            yield _remark(_refusal(change), sides, blocks)


def _overruled(finding: Finding, view: LedgerView) -> bool:
    return finding.level == "advice" and any(
        change.refused and change.text == finding.message for change in view.changes
    )


def _refusal(change: Change) -> Finding:
    return Finding(
        rule=change.rule,
        order=change.order,
        path=("orders", change.order, change.field or "gsus"),
        code=f"order/{change.kind}",
        message=change.text,
    )


def _remark(finding: Finding, sides: _Read, blocks: Mapping[str, str]) -> Remark:
    unapproved = finding.code.startswith("exposure/") and finding.order is not None
    return Remark(
        rule=finding.rule,
        level=finding.level,
        message=finding.message,
        remedy=finding.remedy,
        code=finding.code,
        order=finding.order,
        file=sides.files.file,
        line=_line(sides, finding.path),
        paste=blocks.get(finding.order or "") if unapproved else None,
    )


def _line(sides: _Read, path: tuple[str, ...]) -> int | None:
    """The line in the file as it is now; nothing for a removed file."""
    return sides.new.line(*path) if sides.new is not None and path else None


def _steps(view: LedgerView, touched: Iterable[str]) -> tuple[Step, ...]:
    """What people must do about the orders that change; reviews that are due are findings of their own."""
    names = set(touched)
    if not names or any(change.refused for change in view.changes):
        return ()
    items = [
        item for item in upcoming(view.new, view.as_of, view.rules, view.approvers) if item.name in names
    ]
    found = human_steps(view.new, view.old, view.as_of, view.stack, renewals=items, elsewhere=view.elsewhere)
    return tuple(step for step in found if step.order in names)


def _shared_ids(read: Mapping[str, _Read], reported: set[str]) -> Iterator[Remark]:
    """Order ids that stand in orders of several stacks, or twice in one, without a declared transfer between them."""
    holders: dict[str, list[tuple[str, Order]]] = {}
    for stack, sides in sorted(read.items()):
        for order in sides.new.ledger.values() if sides.new else ():
            if order.order_id is not None and order.status not in ENDED:
                holders.setdefault(order.order_id, []).append((stack, order))
    for identity, found in sorted(holders.items()):
        if len(found) < 2 or not reported & {stack for stack, _ in found}:
            continue
        strangers = [entry for entry in found[1:] if not any(_linked(entry, other) for other in found)]
        for stack, order in strangers:
            first_stack, first = found[0]
            yield Remark(
                rule=UNIQUE_IDS,
                level="violation",
                message=f"{stack}/{order.name} has the order id {identity}, which {first_stack}/{first.name} has too: a purchase is recorded once.",
                remedy="correct the id that was mistyped, or declare the move with from and supersededBy",
                code="order/id-shared",
                order=order.name,
                file=read[stack].files.file,
                line=_line(read[stack], ("orders", order.name, "orderId")),
            )


def _linked(one: tuple[str, Order], other: tuple[str, Order]) -> bool:
    """Whether one of two orders came from the other, as both files say it."""
    if one is other:
        return False
    return _names(one, other) or _names(other, one)


def _names(one: tuple[str, Order], other: tuple[str, Order]) -> bool:
    stack, order = one
    other_stack, other_order = other
    reference = other_order.name if stack == other_stack else f"{other_stack}/{other_order.name}"
    return order.from_ == reference or reference in order.superseded_by


def with_stack(report: Report, stack: StackReport) -> Report:
    """The report with one stack's part replaced, as a preview adds to it."""
    return replace(
        report, stacks=tuple(stack if part.stack == stack.stack else part for part in report.stacks)
    )
