"""`pt order record`: what the Console shows, written into the stack file."""

from datetime import date
from pathlib import Path

import click

from scripts._handover import edited, order_of, read_text, refusing, save, shown_difference
from scripts._shared import judged_on, print_json, working_root
from throughput.config.loader import load_stack, stack_names
from throughput.handoff.recording import Record, Seen, record
from throughput.orders import Order
from throughput.problems import ConfigError, Problem


def run(stack: str, name: str, seen: Seen, *, dry_run: bool, as_of: date | None, as_json: bool) -> int:
    """Record what was seen; returns the exit code."""
    if seen.empty:
        raise ConfigError(
            Problem(
                message="nothing to record",
                hint="Say what the Console shows: --id, --status, --start, --end or --gsus with --effective",
            )
        )
    return refusing(as_json, lambda: _record(stack, name, seen, dry_run, as_of, as_json))


def _record(stack: str, name: str, seen: Seen, dry_run: bool, as_of: date | None, as_json: bool) -> int:
    root = working_root()
    text = read_text(root, stack)
    order = order_of(text.loaded.ledger, name, stack)
    day = judged_on(as_of, text.loaded.environment)
    found = record(order, seen, day, other_orders(root, stack, name))
    result = edited(root, text, found.edits, found.order, day)
    if not dry_run and result.data != text.data:
        save(text, result.data)
    difference = shown_difference(text, result.data)
    if as_json:
        print_json(
            {
                "stack": stack,
                "order": name,
                "written": not dry_run and bool(difference),
                "set": {edit.key: edit.value for edit in found.edits},
                "notes": list(found.notes),
                "changes": [change.plain() for change in result.changes],
                "diff": difference,
            }
        )
    else:
        _print(text.loaded.file, found, difference, dry_run)
    return 0


def _print(file: str, found: Record, difference: str, dry_run: bool) -> None:
    if not difference:
        click.echo(f"{file} says so already; nothing changed.")
        return
    click.echo(difference, nl=False)
    for note in found.notes:
        click.echo(f"  {note}", err=True)
    click.echo(f"{'Would write' if dry_run else 'Wrote'} {file}. Review and commit it.", err=True)


def other_orders(root: Path, stack: str, name: str) -> dict[str, Order]:
    """Every other order of all stacks that can be read, under a name to show."""
    found: dict[str, Order] = {}
    for other in stack_names(root):
        try:
            ledger = load_stack(root, other).ledger
        except ConfigError:
            # Another stack's broken file is its own problem; pt check reports it.
            continue
        found |= {f"{other}/{key}": order for key, order in ledger.items() if (other, key) != (stack, name)}
    return found
