"""`pt order sheet`: find the work on an order and render its sheets."""

from datetime import date
from pathlib import Path

import click

from scripts import _sheets
from scripts._baseline import Baseline
from scripts._handover import order_of, refusing, situation_of, write_file
from scripts._shared import judged_on, print_json, working_root
from throughput.config.loader import LoadedStack, load_stack
from throughput.handoff.edits import Refused
from throughput.handoff.next_steps import Step, next_step
from throughput.handoff.sheet import Sheet, committed_by, sheet_of, undone
from throughput.handoff.work import Situation, tasks
from throughput.orders import Status
from throughput.renewals import renewal_item
from throughput.transitions import transitions


def run(
    stack: str,
    name: str,
    *,
    form: str,
    output: Path | None,
    base: str | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Print or write the sheets of one order's work, or say that there is none; returns the exit code."""
    return refusing(as_json, lambda: _run(stack, name, form, output, base, as_of, as_json))


def _run(
    stack: str, name: str, form: str, output: Path | None, base: str | None, as_of: date | None, as_json: bool
) -> int:
    root = working_root()
    loaded = load_stack(root, stack)
    day = judged_on(as_of, loaded.environment)
    situation, compared = situation_of(root, loaded, base, day)
    _refuse_what_is_refused(loaded, name, situation, compared)
    sheets = _sheets_of(loaded, name, situation)
    if as_json:
        text = None
        print_json(
            {
                "stack": stack,
                "order": name,
                "asOf": day,
                "comparedWith": compared.origin,
                "exposureUsd": f"{committed_by(sheets):.2f}",
                "sheets": [sheet.plain() for sheet in sheets],
            }
        )
    elif not sheets:
        text = "\n".join(_nothing(loaded, name, situation, compared))
    elif form == "html":
        text = _sheets.as_html(sheets, compared.origin, day)
    else:
        render = _sheets.as_markdown if form == "markdown" else _sheets.as_text
        text = render(sheets, compared.origin)
    if text is not None:
        _deliver(text, output if sheets else None)
    return 0


def _refuse_what_is_refused(loaded: LoadedStack, name: str, situation: Situation, compared: Baseline) -> None:
    """Nobody is handed a sheet for a change that the ledger's rules refuse. Raises `Refused`."""
    if compared.ledger is None:
        return
    changes = transitions(
        compared.ledger,
        loaded.ledger,
        situation.models,
        situation.as_of,
        stack=loaded.stack,
        elsewhere=situation.elsewhere,
    )
    refused = [change.text for change in changes if change.refused and change.order == name]
    if refused:
        raise Refused(refused)


def _sheets_of(loaded: LoadedStack, name: str, situation: Situation) -> tuple[Sheet, ...]:
    before = situation.in_force.get(name)
    # A request that was taken out of the file still has to be cancelled by a person.
    if name not in loaded.ledger and (before is None or before.status is not Status.REQUESTED):
        order_of(loaded.ledger, name, loaded.stack)
    found = tasks(loaded.ledger.get(name), before, situation)
    return tuple(sheet_of(task, situation, loaded.stack, loaded.environment) for task in found)


def _nothing(loaded: LoadedStack, name: str, situation: Situation, compared: Baseline) -> list[str]:
    order = loaded.ledger[name]
    why = undone(order) or f"it is {order.status}, and the file says what is in force"
    step = _step(loaded, name, situation)
    return [
        f"{loaded.stack} · {name}: nothing to do in the Console; {why}.",
        f"  Compared with {compared.origin}; --base REF compares with another commit.",
        f"  Next   {step.words}",
        f"         {step.command}",
    ]


def _step(loaded: LoadedStack, name: str, situation: Situation) -> Step:
    order, environment = loaded.ledger[name], loaded.environment
    item = renewal_item(order, situation.as_of, environment.rules, environment.approvers, situation.models)
    return next_step(
        order,
        situation.as_of,
        item,
        stack=loaded.stack,
        before=situation.in_force.get(name),
        wanted=situation.wanted,
        in_force=situation.in_force,
        elsewhere=situation.elsewhere,
        models=situation.models,
    )


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text.rstrip("\n"))
        return
    write_file(output, f"{text.rstrip(chr(10))}\n".encode())
    click.echo(f"Wrote {output}.", err=True)
