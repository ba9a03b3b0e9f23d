"""`pt order`: hand an order to its buyer, write the purchase back, follow it along."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from scripts._shared import DayType, as_of_option, json_option, passes_exit_code
from throughput.instants import parse_instant
from throughput.names import opaque_id
from throughput.orders import Status


class InstantType(click.ParamType[datetime]):
    """A date or UTC instant on the command line."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or fail with the allowed forms."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(value)
        except ValueError as error:
            self.fail(f"{value!r}; {error}", param, ctx)


class OrderIdType(click.ParamType[str]):
    """An order id as the Console shows it."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check it, or fail with what is allowed."""
        try:
            return opaque_id(value)
        except ValueError as error:
            self.fail(f"{value!r}; {error}", param, ctx)


@click.group(epilog="Example: pt order sheet prod chat")
def command() -> None:
    """Hand an order to the person who buys it, write the purchase back, and follow it along.

    Nothing here buys: orders are placed and changed by a person in the Console, or by the account team.
    """


@command.command(
    "sheet",
    short_help="What the buyer types into the Console",
    epilog="Example: pt order sheet prod chat --format html --output chat.html",
)
@click.argument("stack")
@click.argument("order")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    default="text",
    help="How to write it; html is a page for A4.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there instead.",
)
@click.option("--base", metavar="REF", help="Compare with this git commit instead of what is in force.")
@as_of_option
@json_option
@passes_exit_code
def sheet(
    stack: str,
    order: str,
    form: str,
    output: Path | None,
    base: str | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """What the buyer types into the Console for this change of ORDER, what it commits, and what to send back.

    The change is what the stack file says against the ledger in force: the local state where there is one, else git's HEAD.
    """
    from scripts._order_sheet import run

    return run(stack, order, form=form, output=output, base=base, as_of=as_of, as_json=as_json)


@command.command(
    "record",
    short_help="Write what the Console shows into the stack file",
    epilog="Example: pt order record prod chat --status active --start 2026-12-01",
)
@click.argument("stack")
@click.argument("order")
@click.option("--id", "order_id", type=OrderIdType(), metavar="ID", help="Order id that the Console shows.")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Where it stands.")
@click.option("--start", type=InstantType(), metavar="DATE", help="When the term began (UTC).")
@click.option("--end", type=InstantType(), metavar="DATE", help="When it ends (UTC); computed unless given.")
@click.option("--gsus", type=click.IntRange(1, 1_000_000), metavar="N", help="GSUs that the Console shows.")
@click.option("--effective", type=DayType(), metavar="DATE", help="Since when it shows them.")
@click.option("--dry-run", is_flag=True, help="Show the difference, write nothing.")
@as_of_option
@json_option
@passes_exit_code
def record(
    stack: str,
    order: str,
    order_id: str | None,
    status: str | None,
    start: datetime | None,
    end: datetime | None,
    gsus: int | None,
    effective: date | None,
    dry_run: bool,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Write what the Console shows about ORDER into the stack file: id, status, start, end, confirmed GSUs.

    Every other byte of the file stays. Dates that can't be one term, and changes that the ledger's rules refuse, are refused here too.
    """
    from scripts._order_record import run
    from throughput.handoff.recording import Seen

    seen = Seen(
        order_id=order_id,
        status=Status(status) if status else None,
        start=start,
        end=end,
        gsus=gsus,
        effective=effective,
    )
    return run(stack, order, seen, dry_run=dry_run, as_of=as_of, as_json=as_json)


@command.command(
    "import",
    short_help="Hold the Console's CSV export against the ledgers",
    epilog="Example: pt order import orders.csv --write",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Update what is safe to update in the stack files.")
@as_of_option
@json_option
@passes_exit_code
def import_(file: Path, write: bool, as_of: date | None, as_json: bool) -> int:
    """Hold FILE, the Console's CSV export of orders, against the ledgers of all stacks.

    Exit code 0 when both say the same, 1 when something is unknown, missing or differs.
    """
    from scripts._order_import import run

    return run(file, write=write, as_of=as_of, as_json=as_json)


@command.command("next", short_help="The next step of each order", epilog="Example: pt order next prod chat")
@click.argument("stack")
@click.argument("order", required=False)
@click.option("--base", metavar="REF", help="Compare with this git commit instead of what is in force.")
@as_of_option
@json_option
def next_(stack: str, order: str | None, base: str | None, as_of: date | None, as_json: bool) -> None:
    """The next step of each order of STACK, or of ORDER with all its stages, and the command that does it."""
    from scripts._order_next import run

    run(stack, order, base=base, as_of=as_of, as_json=as_json)
