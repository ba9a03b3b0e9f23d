"""`pt preview`: what `pt up` would change."""

from datetime import date
from pathlib import Path

import click

from scripts._shared import as_of_option, json_option, passes_exit_code


@click.command(epilog="Example: pt preview prod --state prod.json")
@click.argument("stack")
@click.option(
    "--state",
    "exported",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Preview offline against a state that `pulumi stack export` wrote.",
)
@as_of_option
@json_option
@passes_exit_code
def command(stack: str, exported: Path | None, as_of: date | None, as_json: bool) -> int:
    """Show what `pt up STACK` would change, with policies and exposure, and change nothing.

    Without the Pulumi CLI a real stack is previewed offline: against the exported state given with --state, or an empty one, and with
    a stand-in for Google Cloud.
    """
    from scripts._deploy import run

    return run("preview", stack, as_of=as_of, as_json=as_json, exported=exported)
