"""`pt destroy`: take a stack down."""

from datetime import date

import click

from scripts._shared import as_of_option, json_option, passes_exit_code


@click.command(epilog="Example: pt destroy local")
@click.argument("stack")
@click.option("--yes", "-y", is_flag=True, help="Don't ask before changing a real environment.")
@as_of_option
@json_option
@passes_exit_code
def command(stack: str, yes: bool, as_of: date | None, as_json: bool) -> int:
    """Take STACK down. Refused while it holds what is protected: projects, and the ledger of commitments.

    Removing the record would not remove the bill: orders run until their term ends, whatever happens here.
    """
    from scripts._deploy import run

    return run("destroy", stack, as_of=as_of, as_json=as_json, yes=yes)
