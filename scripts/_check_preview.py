"""`pt check --preview`: what the program and the policy pack say, offline, added to the report.

Real stacks are previewed against an empty state: so everything is created there, and only what the pack says about resources counts.
The ledger was already judged against git, which an empty state can't do. What couldn't be run is said, and never counts as passed.
"""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from scripts._outcome import VERBS, Outcome, PolicyFinding, short_name
from scripts._shared import progress
from throughput.check.judge import with_stack
from throughput.check.report import Preview, Remark, Report, StackReport, State
from throughput.config.loader import LoadedStack, load_stack
from throughput.problems import ConfigError
from throughput.rules import BY_NAME

_ADVICE = "-advice"


def joined(root: Path, report: Report, as_of: date | None) -> Report:
    """The report with every stack previewed that can be."""
    for stack in report.stacks:
        report = with_stack(report, _previewed(root, stack, as_of))
    return report


def _previewed(root: Path, stack: StackReport, as_of: date | None) -> StackReport:
    if stack.state is State.REMOVED:
        return stack
    if stack.problems:
        return _unchecked(stack, "its file can't be judged")
    if not (root / "__main__.py").is_file():
        return _unchecked(stack, "there is no program (__main__.py) beside stacks/")
    progress(f"previewing {stack.stack} …")
    loaded = load_stack(root, stack.stack)
    local = root / ".local"
    try:
        if loaded.environment.emulated and local.is_dir():
            return _with(stack, loaded, _run(root, loaded, local, as_of), ".local")
        with tempfile.TemporaryDirectory(prefix="pt-") as folder:
            return _with(stack, loaded, _run(root, loaded, Path(folder), as_of), "an empty state")
    except ConfigError as error:
        return _unchecked(stack, error.problems[0].message)


def _run(root: Path, loaded: LoadedStack, state: Path, as_of: date | None) -> Outcome:
    from scripts import _builtin_engine

    day = as_of.isoformat() if as_of else None
    return _builtin_engine.deploy(root, loaded, "preview", state=state, as_of=day, on_step=lambda step: None)


def _with(stack: StackReport, loaded: LoadedStack, outcome: Outcome, against: str) -> StackReport:
    remarks = tuple(_remark(found, loaded) for found in outcome.policies if not _judged_against_git(found))
    if outcome.policies_ran is None:
        whole = _unchecked(stack, f"the policy pack didn't run{_why(outcome)}")
    elif not outcome.ok and not any(found.level == "mandatory" for found in outcome.policies):
        whole = _unchecked(stack, f"the program failed{_why(outcome)}")
    else:
        counts = Counter(VERBS.get(step.op, step.op) for step in outcome.changed)
        preview = Preview(against=against, counts=tuple(counts.items()))
        whole = replace(stack, preview=preview)
    return replace(whole, remarks=(*stack.remarks, *remarks))


def _judged_against_git(found: PolicyFinding) -> bool:
    rule = BY_NAME.get(found.policy.removesuffix(_ADVICE))
    return rule is not None and rule.kind == "ledger"


def _remark(found: PolicyFinding, loaded: LoadedStack) -> Remark:
    message, _, remedy = found.message.strip().partition("\n  Next: ")
    rule = found.policy.removesuffix(_ADVICE)
    return Remark(
        rule=rule,
        level="violation" if found.level == "mandatory" else "advice",
        message=message,
        remedy=remedy.strip(),
        code=f"resource/{rule}",
        file=loaded.file,
        line=loaded.line("environment"),
        resource=short_name(found.urn) or None,
    )


def _unchecked(stack: StackReport, why: str) -> StackReport:
    return replace(stack, preview=Preview(not_checked=why))


def _why(outcome: Outcome) -> str:
    return f": {outcome.errors[0].strip().splitlines()[0]}" if outcome.errors else ""
