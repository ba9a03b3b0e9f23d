"""The screen of a deployment: verdict first, the tree of changes, pools, policies, and what a person must do next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scripts._outcome import VERBS, Outcome, Step
from scripts._run import Run
from scripts._shared import table, usd
from throughput.config.loader import counterparts
from throughput.contract import view_of
from throughput.handoff.next_steps import Step as HumanStep
from throughput.handoff.next_steps import human_steps
from throughput.instants import day_of
from throughput.orders import ENDED, Ledger, Order, Status
from throughput.renewals import RenewalItem, ReviewState, upcoming
from throughput.terms import committed_span
from throughput.transitions.curve import source_of

LEDGER_TYPE = "vertex-throughput:index:Ledger"
_COMPONENT = "vertex-throughput:components:"
_ORDER = (
    "project",
    "services",
    "clientrole",
    "client",
    "federation",
    "buyers",
    "notifications",
    "observability",
    "budget",
    "environment",
    "ledger",
)
_MAX_DIFFS = 12
_ENGINES = {
    "cli": "Pulumi CLI",
    "built-in": "built-in engine",
    "offline": "offline preview with the built-in engine; nothing real is read or changed",
}


def screen(run: Run, outcome: Outcome) -> list[str]:
    """All lines of the screen."""
    lines = [_head(run)]
    lines += ["", *tree(outcome)] if outcome.changed else []
    if not outcome.ok:
        return [*lines, *_refusal(run, outcome)]
    if run.operation == "destroy":
        return [*lines, "", _foot(run, outcome)]
    if run.stack.ledger:
        lines += ["", *_pools(run)]
    lines += _policies(run, outcome)
    lines += _people(run, outcome)
    return [*lines, "", _foot(run, outcome)]


def _head(run: Run) -> str:
    cloud = "emulated Google Cloud, " if run.stack.environment.emulated else ""
    where = (
        ""
        if run.engine == "offline"
        else f", state in {run.state.name}/"
        if run.stack.environment.emulated
        else ""
    )
    return f"{run.stack.stack}  {cloud}{_ENGINES[run.engine]}{where}, as of {run.day}"


def tree(outcome: Outcome) -> list[str]:
    """The changes as a tree: one line per component, with each changed value of what is updated."""
    by_urn = {step.urn: step for step in outcome.steps}
    groups: dict[str, list[Step]] = {}
    for step in outcome.changed:
        if step.type.startswith((_COMPONENT, "pulumi:providers:", "pulumi:pulumi:")):
            continue
        label = "ledger" if step.type == LEDGER_TYPE else _label(by_urn.get(_component_of(step, by_urn)))
        groups.setdefault(label, []).append(step)
    rows: list[list[str]] = []
    details: list[list[str]] = []
    for label, steps in sorted(groups.items(), key=lambda entry: _place(entry[0])):
        rows.append([label, _operations(steps), _notes(steps)])
        details.append([line for step in steps for line in _values(step)])
    lines = []
    for line, below in zip(table(rows), details, strict=True):
        lines += [line, *below]
    return lines


def _place(label: str) -> tuple[int, str]:
    """Where a component stands on the screen: as people think of an environment, the ledger last."""
    kind = label.partition(" ")[0]
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), label)


def _component_of(step: Step, by_urn: Mapping[str, Step]) -> str:
    parent = step.parent
    while parent and parent in by_urn and not by_urn[parent].type.startswith(_COMPONENT):
        parent = by_urn[parent].parent
    return parent


def _label(component: Step | None) -> str:
    if component is None:
        return "stack"
    kind = component.type.rpartition(":")[2].lower()
    return kind if component.name == kind else f"{kind} {component.name.removeprefix(kind + '-')}"


def _operations(steps: list[Step]) -> str:
    counts = Counter("failed" if step.failed else VERBS.get(step.op, step.op) for step in steps)
    if len(steps) == 1:
        return next(iter(counts))
    return ", ".join(f"{count} {verb}" for verb, count in counts.items())


def _notes(steps: list[Step]) -> str:
    notes = []
    ledger = next((step for step in steps if step.type == LEDGER_TYPE), None)
    if ledger is not None:
        orders = ledger.inputs.get("orders") or {}
        notes.append(f"{len(orders)} order{'' if len(orders) == 1 else 's'}")
    if any(step.protect for step in steps):
        notes.append("protected")
    if any(step.inputs.get("deletionPolicy") == "PREVENT" for step in steps):
        notes.append("deletion prevented")
    return ", ".join(notes)


def _values(step: Step) -> Iterator[str]:
    if VERBS.get(step.op) not in ("update", "replace"):
        return
    for path, old, new in step.diff[:_MAX_DIFFS]:
        where = path.removeprefix("orders.") if step.type == LEDGER_TYPE else f"{step.name}: {path}"
        yield f"    {where}: {_short(old)} → {_short(new)}"
    if len(step.diff) > _MAX_DIFFS:
        yield f"    … and {len(step.diff) - _MAX_DIFFS} more values of {step.name}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_short(inner)}" for key, inner in value.items()) + "}"
    text = str(value)
    return text if len(text) <= 90 else f"{text[:87]}…"


def _pools(run: Run) -> list[str]:
    ledger, day = run.stack.ledger, run.day
    items = {item.name: item for item in _renewals(run)}
    rows = [["Pools", "committed", "until", "next"]]
    for pool, orders in ledger.pools.items():
        live = [order for order in orders if order.status not in ENDED]
        if not live:
            continue
        spans = [span for order in live if (span := committed_span(order, day, source_of(order, (ledger,))))]
        gsus = f"{sum(span.gsus for span in spans)} GSU" if spans else "–"
        until = str(min(day_of(span.end) for span in spans)) if spans else "–"
        rows.append([f"  {pool}", gsus, until, "; ".join(_pool_next(order, items) for order in live)])
    return table(rows, right=(1,), indent="")


def _pool_next(order: Order, items: Mapping[str, RenewalItem]) -> str:
    item = items.get(order.name)
    if item is None or order.status is not Status.ACTIVE:
        return f"{order.name} is {order.status}: {order.gsus} GSU"
    if not item.renews:
        return f"{order.name} lapses on {item.ends}"
    review = "reviewed" if item.state is ReviewState.REVIEWED else f"review due by {item.due}"
    return f"{order.name} renews with {item.gsus} GSU on {item.ends}, {review}"


def _renewals(run: Run) -> tuple[RenewalItem, ...]:
    environment = run.stack.environment
    return upcoming(run.stack.ledger, run.day, environment.rules, environment.approvers)


def _policies(run: Run, outcome: Outcome) -> list[str]:
    if outcome.policies_ran is None:
        return []
    from throughput.rules import RULES

    mandatory = [finding for finding in outcome.policies if finding.level == "mandatory"]
    advice = [finding for finding in outcome.policies if finding.level != "mandatory"]
    counts = f"{len(mandatory)} violation{'' if len(mandatory) == 1 else 's'}, {len(advice)} advice"
    lines = ["", f"Policies  {len(RULES)} rules, {counts}"]
    for finding in [*mandatory, *advice]:
        first, *rest = finding.message.strip().splitlines()
        lines.append(f"  {finding.policy.removesuffix('-advice')}  {first}")
        lines += [f"  {line}".rstrip() for line in rest]
        lines += [f"  {line}" for line in _places(run, first)]
    return lines


def _people(run: Run, outcome: Outcome) -> list[str]:
    steps = people(run, outcome)
    if not steps:
        return []
    rows = [[str(number), step.words, step.command] for number, step in enumerate(steps, 1)]
    return ["", "A person must now", *table(rows)]


def people(run: Run, outcome: Outcome) -> tuple[HumanStep, ...]:
    """What people have to do outside this tool, given the ledger that was in force before."""
    return human_steps(
        run.stack.ledger,
        _baseline(outcome),
        run.day,
        run.stack.stack,
        renewals=_renewals(run),
        elsewhere=counterparts(run.root, run.stack.ledger),
    )


def _baseline(outcome: Outcome) -> Ledger | None:
    step = outcome.step_of(LEDGER_TYPE)
    if step is None or not step.inputs.get("baseline"):
        return None
    view = view_of(step.inputs)
    return None if view.baseline == "first" else view.old


def _exposure(outcome: Outcome) -> Any:
    step = outcome.step_of(LEDGER_TYPE)
    changes = view_of(step.inputs).changes if step is not None and step.inputs.get("baseline") else ()
    return (
        sum((change.exposure_usd for change in changes), start=type(changes[0].exposure_usd)(0))
        if changes
        else None
    )


def _foot(run: Run, outcome: Outcome) -> str:
    names = ("create", "adopt", "update", "replace", "delete")
    counts = {
        verb: sum(1 for step in outcome.changed if VERBS.get(step.op) == verb and _counts(step))
        for verb in names
    }
    done = {
        "create": "created",
        "adopt": "adopted",
        "update": "updated",
        "replace": "replaced",
        "delete": "deleted",
    }
    planned = run.operation == "preview"
    parts = [f"{count} {'to ' + verb if planned else done[verb]}" for verb, count in counts.items() if count]
    what = ", ".join(parts) if parts else "Nothing to change" if planned else "Nothing changed"
    line = f"Done in {outcome.seconds:.1f} s. {what}."
    exposure = _exposure(outcome)
    if exposure:
        line += f" {usd(exposure)} newly committed."
    client = next((order.name for order in run.stack.ledger.values() if order.status.value == "active"), None)
    if run.operation == "up" and client:
        line += f"   Client code: pt snippet {run.stack.stack} {client} --client google-genai"
    return line


def _counts(step: Step) -> bool:
    return not step.type.startswith((_COMPONENT, "pulumi:"))


def _refusal(run: Run, outcome: Outcome) -> list[str]:
    lines = _policies(run, outcome) if outcome.policies else []
    said = "\n".join(lines)
    for error in outcome.errors:
        # The CLI prints what a provider refuses as well as what a policy says about the same order; once is enough.
        if error.splitlines()[0] in said:
            continue
        lines += ["", *error.splitlines()]
        lines += _places(run, error)
    applied = [step for step in outcome.changed if _counts(step) and not step.failed]
    if run.operation != "preview" and applied:
        lines += [
            "",
            f"{len(applied)} resources were changed before this and are recorded; the next run goes on from there.",
        ]
    if run.operation == "preview" or not applied:
        lines += ["", "Nothing was changed."]
    return lines


def _places(run: Run, error: str) -> list[str]:
    first = error.splitlines()[0]
    return [
        f"  {run.stack.file}:{line}"
        for name in run.stack.ledger
        if first.startswith(f"{name} (")
        and (line := run.stack.line("orders", name, "gsus") or run.stack.line("orders", name))
    ]


def document(run: Run, outcome: Outcome) -> dict[str, Any]:
    """The same as one JSON document."""
    exposure = _exposure(outcome)
    return {
        "stack": run.stack.stack,
        "operation": run.operation,
        "engine": run.engine,
        "asOf": run.day.isoformat(),
        "ok": outcome.ok,
        "changes": [
            {
                "op": VERBS.get(step.op, step.op),
                "urn": step.urn,
                "type": step.type,
                "name": step.name,
                "failed": step.failed,
                "diff": [{"path": path, "old": old, "new": new} for path, old, new in step.diff],
            }
            for step in outcome.changed
            if _counts(step)
        ],
        "unchanged": sum(1 for step in outcome.steps if step.op == "same" and _counts(step)),
        "policies": [
            {"policy": finding.policy, "level": finding.level, "urn": finding.urn, "message": finding.message}
            for finding in outcome.policies
        ],
        "errors": list(outcome.errors),
        "exposureUsd": f"{exposure:.2f}" if exposure else "0.00",
        "people": [step.plain() for step in people(run, outcome)]
        if outcome.ok and run.operation != "destroy"
        else [],
        "outputs": dict(outcome.outputs),
        "seconds": round(outcome.seconds, 2),
    }
