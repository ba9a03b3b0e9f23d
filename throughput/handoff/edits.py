"""Editing orders in a stack file's text: few keys change, every other byte stays, and nothing that a rule refuses comes out.

Pure: bytes in, bytes out. Before an edit counts, the new text is read by the same loader, compared with what was meant, and judged by
the same transitions as a pull request.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughput import catalogue
from throughput.config.loader import ORDERS, LoadedStack, read_stack
from throughput.handoff.stack_text import remove_key, set_value
from throughput.orders import Ledger, Order
from throughput.problems import ConfigError
from throughput.transitions import Change, transitions


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One key of one order: its name in the configuration and its new plain value, or None to take it away."""

    order: str
    key: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A stack file's new bytes, the ledger they hold, and the judged changes."""

    data: bytes
    ledger: Ledger
    changes: tuple[Change, ...]


class Refused(Exception):
    """An edit that must not be made: exit code 1. Holds the reasons, each a whole paragraph."""

    def __init__(self, reasons: Iterable[str] | str) -> None:
        self.reasons = (reasons,) if isinstance(reasons, str) else tuple(reasons)
        super().__init__("\n".join(self.reasons))


def edit_stack(
    loaded: LoadedStack,
    data: bytes,
    edits: Iterable[Edit],
    meant: Mapping[str, Order],
    as_of: date,
    elsewhere: Mapping[str, Order],
) -> Edited:
    """Apply edits to a stack file's bytes.

    `loaded` is what `data` holds, `meant` the orders as they should read afterwards, `elsewhere` other stacks' orders by STACK/ORDER.
    Raises `Refused` where the loader or the rules refuse the result, or where the text can't be edited without touching more.
    """
    new = data
    try:
        for edit in edits:
            new = _apply(new, edit)
        read = read_stack(loaded.stack, loaded.file, new)
    except ConfigError as error:
        raise Refused(str(problem) for problem in error.problems) from error
    expected = Ledger({**loaded.ledger, **meant})
    if read.ledger != expected or read.environment != loaded.environment:
        raise Refused(
            f"{loaded.file} is written in a way that can't be edited without touching more than {', '.join(meant)}.\n"
            "  Make the change by hand; --dry-run shows the values."
        )
    changes = transitions(
        loaded.ledger, read.ledger, catalogue.load(), as_of, stack=loaded.stack, elsewhere=elsewhere
    )
    refused = [change.text for change in changes if change.refused]
    if refused:
        raise Refused(refused)
    return Edited(data=new, ledger=read.ledger, changes=changes)


def _apply(data: bytes, edit: Edit) -> bytes:
    path = ("config", ORDERS, edit.order, edit.key)
    return remove_key(data, path) if edit.value is None else set_value(data, path, edit.value)


def difference(file: str, old: bytes, new: bytes) -> str:
    """Both texts as a unified diff, as git shows it; empty when they are the same."""
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{file}", f"b/{file}")
    # A last line without its newline would run into the next one.
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").replace("\r\n", "\n").splitlines(keepends=True)
