"""`pt detach`: a configuration file as it was before `pt attach`."""

from pathlib import Path

import click

from scripts._attach_files import diff, read, refuse, write
from scripts._shared import json_option, passes_exit_code, print_json
from throughput.attach.files import detach
from throughput.attach.nodes import Refused


@click.command(epilog="Example: pt detach litellm.yaml --diff")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when something is attached.")
@click.option("--diff", "--dry-run", "dry_run", is_flag=True, help="Show the change and write nothing.")
@json_option
@passes_exit_code
def command(file: Path, check: bool, dry_run: bool, as_json: bool) -> int:
    """Take out what pt attach put into a file, byte for byte; what people wrote themselves stays."""
    data, sidecar = read(file)
    try:
        result = detach(str(file), data, sidecar)
    except Refused as error:
        if as_json:
            print_json({"file": str(file), "refused": str(error)})
        return refuse(file, error)
    changed = bool(result.records)
    wrote = changed and not (check or dry_run)
    if wrote:
        write(file, result, data)
    if as_json:
        orders = [{"stack": record.stack, "order": record.order} for record in result.records]
        print_json(
            {"file": str(file), "attached": orders, "written": wrote, "diff": diff(file, data, result.data)}
        )
    else:
        click.echo(diff(file, data, result.data), nl=False)
        names = ", ".join(f"{record.order} of {record.stack}" for record in result.records)
        if not changed:
            click.echo(f"{file}: nothing is attached")
        else:
            click.echo(f"{file}: {names} {'detached' if wrote else 'is attached; nothing was written'}")
    return 1 if check and changed else 0
