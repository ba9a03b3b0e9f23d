"""What the hand-over commands share: finding an order, its situation, and writing a stack file's few changed keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from scripts._baseline import Baseline, baseline
from scripts._files import replace_file
from scripts._shared import print_json
from throughput import catalogue
from throughput.config.loader import (
    LoadedStack,
    counterparts,
    load_stack,
    nearest_order,
    read_stack,
    stack_file,
    stack_names,
)
from throughput.handoff.edits import Edit, Edited, Refused, difference, edit_stack
from throughput.handoff.work import Situation
from throughput.orders import Ledger, Order
from throughput.problems import ConfigError, Problem


@dataclass(frozen=True, kw_only=True)
class StackText:
    """A stack file's bytes and what they hold, read at the same moment."""

    loaded: LoadedStack
    path: Path
    data: bytes


def read_text(root: Path, stack: str) -> StackText:
    """A stack with the bytes it was read from. Raises `ConfigError`."""
    load_stack(root, stack)
    path = stack_file(root, stack)
    data = path.read_bytes()
    return StackText(loaded=read_stack(stack, f"stacks/{path.name}", data, path=path), path=path, data=data)


def order_of(ledger: Mapping[str, Order], name: str, stack: str) -> Order:
    """An order by name. Raises `ConfigError` with the nearest name."""
    if name not in ledger:
        raise nearest_order(ledger, name, stack)
    return ledger[name]


def situation_of(
    root: Path, loaded: LoadedStack, base: str | None, as_of: date
) -> tuple[Situation, Baseline]:
    """What the work on a stack's orders is judged by, and where the ledger in force comes from."""
    found = baseline(root, loaded.stack, base)
    situation = Situation(
        as_of=as_of,
        models=catalogue.load(),
        wanted=loaded.ledger,
        in_force=found.ledger or Ledger(),
        elsewhere=counterparts(root, loaded.ledger),
    )
    return situation, found


def edited(root: Path, text: StackText, edits: Iterable[Edit], order: Order, as_of: date) -> Edited:
    """A stack's bytes with one order edited, read and judged again. Raises `Refused`."""
    return edit_stack(
        text.loaded, text.data, edits, {order.name: order}, as_of, counterparts(root, text.loaded.ledger)
    )


def shown_difference(text: StackText, new: bytes) -> str:
    """The change of a stack file as git would show it."""
    return difference(text.loaded.file, text.data, new)


def save(text: StackText, new: bytes) -> None:
    """Replace the stack file, unless somebody changed it since it was read."""
    if text.path.read_bytes() != text.data:
        raise ConfigError(
            Problem(
                file=text.loaded.file, message="was changed meanwhile", hint="Run the same command again."
            )
        )
    write_file(text.path, new)


def refusing(as_json: bool, run: Callable[[], int]) -> int:
    """Run a command; a refusal becomes its reasons and exit code 1."""
    try:
        return run()
    except Refused as refused:
        if as_json:
            print_json({"refused": list(refused.reasons)})
        else:
            click.echo("\n\n".join(refused.reasons), err=True)
        return 1


def chosen_stacks(root: Path, names: Iterable[str]) -> list[LoadedStack]:
    """The named stacks, or all of them; loaded once each. Raises `ConfigError` when there is none."""
    wanted = list(dict.fromkeys(names)) or stack_names(root)
    if not wanted:
        raise ConfigError(Problem(message="there is no stack here", hint="Add stacks/Pulumi.<stack>.yaml"))
    return [load_stack(root, name) for name in wanted]


def write_file(target: Path, data: bytes) -> None:
    """Write a whole file or nothing. Raises `ConfigError` where that can't be done."""
    try:
        replace_file(target, data)
    except OSError as error:
        raise ConfigError(Problem(file=str(target), message=f"can't be written: {error.strerror}")) from error
