"""`pt order next`: the next step of each order, or all stages of one."""

from datetime import date

import click

from scripts._handover import order_of, situation_of
from scripts._shared import judged_on, print_json, table, working_root
from throughput.config.loader import LoadedStack, load_stack
from throughput.handoff.next_steps import Step, human_steps, next_step, way
from throughput.handoff.work import Situation
from throughput.orders import Ledger
from throughput.renewals import upcoming


def run(stack: str, name: str | None, *, base: str | None, as_of: date | None, as_json: bool) -> None:
    """Print the steps of a stack's orders."""
    root = working_root()
    loaded = load_stack(root, stack)
    day = judged_on(as_of, loaded.environment)
    situation, compared = situation_of(root, loaded, base, day)
    names = [order_of(loaded.ledger, name, stack).name] if name else list(loaded.ledger)
    steps = {step.order: step for step in steps_of(loaded, situation, names)}
    withdrawn = [] if name else _withdrawn(loaded, situation)
    if as_json:
        print_json(
            {
                "stack": stack,
                "asOf": day,
                "comparedWith": compared.origin,
                "steps": [step.plain() for step in (*steps.values(), *withdrawn)],
                **({"stages": _stages(loaded, steps[name])} if name else {}),
            }
        )
    elif name:
        click.echo("\n".join(_one(loaded, steps[name])))
    else:
        click.echo("\n".join(_all(loaded, day, [*steps.values(), *withdrawn])))


def steps_of(loaded: LoadedStack, situation: Situation, names: list[str]) -> list[Step]:
    """The next step of each named order."""
    environment = loaded.environment
    items = {
        item.name: item
        for item in upcoming(
            loaded.ledger, situation.as_of, environment.rules, environment.approvers, situation.models
        )
    }
    return [
        next_step(
            loaded.ledger[name],
            situation.as_of,
            items.get(name),
            stack=loaded.stack,
            before=situation.in_force.get(name),
            wanted=situation.wanted,
            in_force=situation.in_force,
            elsewhere=situation.elsewhere,
            exposure_limit=environment.rules.exposure_limit_usd,
            models=situation.models,
        )
        for name in names
    ]


def _withdrawn(loaded: LoadedStack, situation: Situation) -> list[Step]:
    """Requests that were taken out of the file: a person still has to cancel them."""
    gone = {name: order for name, order in situation.in_force.items() if name not in loaded.ledger}
    return list(human_steps(Ledger(), Ledger(gone), situation.as_of, loaded.stack, models=situation.models))


def _all(loaded: LoadedStack, day: date, steps: list[Step]) -> list[str]:
    head = f"{loaded.stack}  as of {day}"
    if not steps:
        return [head, f"  no orders yet; add one under vertex-throughput:orders in {loaded.file}"]
    rows = [
        row for step in steps for row in ((step.order, step.name.value, step.words), ("", "", step.command))
    ]
    return [head, "", *table(rows)]


def _one(loaded: LoadedStack, step: Step) -> list[str]:
    order = loaded.ledger[step.order]
    marks = {"passed": "✓", "now": "→", "later": "·", "yours to judge": "?"}
    rows = [
        (marks[station.state], station.stage.value, station.words, station.command)
        for station in way(order, step, loaded.stack)
    ]
    legend = "✓ passed   → now   · later   ? the ledger can't know"
    return [
        f"{loaded.stack} · {order.name}: {order.gsus} GSU, {order.pool}, {order.term.words}, {order.status}",
        "",
        *table(rows),
        "",
        f"  {legend}",
        "",
        f"  Next   {step.words}",
        f"         {step.command}",
    ]


def _stages(loaded: LoadedStack, step: Step) -> list[dict[str, str]]:
    return [
        {
            "stage": station.stage.value,
            "state": station.state,
            "words": station.words,
            "command": station.command,
        }
        for station in way(loaded.ledger[step.order], step, loaded.stack)
    ]
