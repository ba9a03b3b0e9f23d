"""What every command shares: options, the root folder, the date to judge by, JSON and tables."""

import functools
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from throughput.config.models import Environment
from throughput.instants import parse_day

ROOT = Path(__file__).resolve().parent.parent


class DayType(click.ParamType[date]):
    """A command-line date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or fail with the allowed form."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(value)
        except ValueError as error:
            self.fail(f"{value!r}; {error}", param, ctx)


def as_of_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--as-of DATE`: judge as if it were that day (UTC)."""
    return click.option(
        "--as-of",
        type=DayType(),
        default=None,
        metavar="DATE",
        help="Judge as of this day (UTC) instead of today.",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`: one JSON document on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(
        command
    )


def today() -> date:
    """Today in UTC. The clock is read here, at the edge, and nowhere deeper."""
    return datetime.now(UTC).date()


def judged_on(as_of: date | None, environment: Environment | None = None) -> date:
    """The day to judge by: what was asked for, else an emulated stack's own day, else today."""
    if as_of is not None:
        return as_of
    if environment is not None and environment.as_of is not None:
        return environment.as_of
    return today()


def working_root() -> Path:
    """The folder that holds `stacks/`: the nearest one upwards from where the user stands, else this checkout."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "stacks").is_dir() and (folder / "Pulumi.yaml").is_file():
            return folder
    return ROOT


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(document: dict[str, Any]) -> None:
    """Print one versioned JSON document."""
    click.echo(json.dumps({"version": 1, **document}, indent=2, default=_plain, ensure_ascii=False))


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def table(
    rows: Iterable[Sequence[str]], right: Iterable[int] = (), indent: str = "  ", gap: str = "  "
) -> list[str]:
    """Rows of cells as aligned lines; columns named in `right` are right-aligned. Trailing blanks are cut."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [
        max(width_of(row[i]) if i < len(row) else 0 for row in cells)
        for i in range(max(len(row) for row in cells))
    ]
    numeric = set(right)

    def pad(index: int, cell: str) -> str:
        space = " " * (widths[index] - width_of(cell))
        return space + cell if index in numeric else cell + space

    return [(indent + gap.join(pad(i, cell) for i, cell in enumerate(row))).rstrip() for row in cells]


def usd(amount: Decimal) -> str:
    """Whole dollars, rounded up, so that what is shown never understates: $43,792."""
    return f"${int(amount.to_integral_value(rounding='ROUND_CEILING')):,}"


def progress(message: str) -> None:
    """One line about what is going on; only on a terminal, only on standard error."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def passes_exit_code(function: Callable[..., int | None]) -> Callable[..., None]:
    """Let a command return its exit code."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        code = function(*args, **kwargs)
        click.get_current_context().exit(code or 0)

    return wrapper
