"""`pt up`: deploy a stack."""

from datetime import date

import click

from scripts._shared import as_of_option, json_option, passes_exit_code


@click.command(epilog="Example: pt up local")
@click.argument("stack")
@click.option("--yes", "-y", is_flag=True, help="Don't ask before changing a real environment.")
@as_of_option
@json_option
@passes_exit_code
def command(stack: str, yes: bool, as_of: date | None, as_json: bool) -> int:
    """Deploy STACK: the plan, the policies, the exposure, and what a person must do next.

    Uses the Pulumi CLI when it is on PATH. Without it, stacks with `emulated: true` run on the built-in engine against a stand-in for
    Google Cloud; a real environment always needs the CLI.
    """
    from scripts._deploy import run

    return run("up", stack, as_of=as_of, as_json=as_json, yes=yes)
