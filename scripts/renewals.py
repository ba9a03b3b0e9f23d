"""`pt renewals`: what renews or lapses when, and which review is missing."""

from datetime import date
from pathlib import Path

import click

from scripts._shared import as_of_option, json_option, passes_exit_code
from throughput.orders import Decision


@click.command("list")
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option(
    "--ical",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a calendar file too.",
)
@click.option("--within", type=click.IntRange(0, 3650), metavar="DAYS", help="Only terms that end this soon.")
@as_of_option
@json_option
def listing(
    stacks: tuple[str, ...], ical: Path | None, within: int | None, as_of: date | None, as_json: bool
) -> None:
    """What renews or lapses when."""
    from scripts._renewals_list import run

    run(stacks, ical=ical, within=within, as_of=as_of, as_json=as_json)


@click.command(
    "review",
    short_help="Decide about the end of an order's term",
    epilog="Example: pt renewals review prod chat --decision renew --reviewer a@example.com --reason …",
)
@click.argument("stack")
@click.argument("order")
@click.option("--decision", type=click.Choice([choice.value for choice in Decision]), help="What is decided.")
@click.option("--gsus", type=click.IntRange(1, 1_000_000), metavar="N", help="resize: GSUs of the next term.")
@click.option("--reason", metavar="TEXT", help="Why, for whoever reads it next year.")
@click.option("--reviewer", metavar="EMAIL", help="Who decided; one of the environment's approvers.")
@click.option("--dry-run", is_flag=True, help="Show the difference, write nothing.")
@as_of_option
@json_option
@passes_exit_code
def review(
    stack: str,
    order: str,
    decision: str | None,
    gsus: int | None,
    reason: str | None,
    reviewer: str | None,
    dry_run: bool,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Decide about the end of ORDER's term, and write the decision into the stack file.

    On a terminal it asks for what isn't given. renew keeps the GSUs, resize schedules others for the next term, lapse turns auto-renewal
    off. The Console has to be told as well; the last lines say how.
    """
    from scripts._renewals_review import Answers, run

    answers = Answers(
        decision=Decision(decision) if decision else None, gsus=gsus, reason=reason, reviewer=reviewer
    )
    return run(stack, order, answers, dry_run=dry_run, as_of=as_of, as_json=as_json)


class StacksOrReview(click.Group):
    """A group that lists stacks by itself: `review` is the one word that isn't taken for a stack's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send everything but `review` and `--help` to the listing."""
        if args[:1] != ["review"] and not set(args) & {"-h", "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What help shows besides the listing."""
        return ["review"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The listing's options, then the subcommand."""
        click.Command.format_options(listing, ctx, formatter)
        self.format_commands(ctx, formatter)


@click.command(
    cls=StacksOrReview,
    subcommand_metavar="[STACK]... | review STACK ORDER",
    epilog="Example: pt renewals prod --within 60 --ical renewals.ics",
)
def command() -> None:
    """What renews or lapses when, what is at stake, and which review is missing; for all stacks unless some are named."""


command.add_command(listing)
command.add_command(review)
