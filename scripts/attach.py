"""`pt attach`: an order's routing headers and label in a configuration file that is there already."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from scripts._attach_files import beside, diff, read, refuse, write
from scripts._shared import as_of_option, json_option, judged_on, passes_exit_code, print_json, working_root
from throughput import catalogue
from throughput.attach.files import Result, attach
from throughput.attach.kinds import Kind, Wanted
from throughput.attach.nodes import Path as KeyPath
from throughput.attach.nodes import Refused, parse_path
from throughput.config.loader import load_stack, nearest_order
from throughput.labels import checked_headers, checked_labels, labels_header
from throughput.orders import Order, Status
from throughput.problems import ConfigError, Problem
from throughput.routing import LABEL_KEY, MODES


@click.command(epilog="Example: pt attach litellm.yaml --stack local --order chat --diff")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stack", required=True, metavar="STACK", help="The stack that holds the order.")
@click.option("--order", "order_name", required=True, metavar="ORDER", help="The order to route to.")
@click.option(
    "--path", "path_text", metavar="PATH", help="The mapping that takes them, such as llm.client[0]."
)
@click.option(
    "--kind", type=click.Choice(list(Kind)), help="What the file is, where its name and content don't tell."
)
@click.option(
    "--headers-key", default="headers", show_default=True, help="With --path: the key that holds headers."
)
@click.option(
    "--labels-key", default="labels", show_default=True, help="With --path: the key that holds labels."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when it isn't attached as it should be.")
@click.option("--diff", "--dry-run", "dry_run", is_flag=True, help="Show the change and write nothing.")
@click.option("--force", is_flag=True, help="Replace a different value; pt detach puts it back.")
@click.option("--planned", is_flag=True, help="Also for an order that isn't active yet.")
@as_of_option
@json_option
@passes_exit_code
def command(file: Path, stack: str, order_name: str, **options: Any) -> int:
    """Put an order's routing headers and its label into a configuration file, touching nothing else. pt detach takes them out."""
    path = _key_path(options["path_text"])
    order, claude = _order(stack, order_name, options["as_of"])
    data, sidecar = read(file)
    try:
        _usable(order, planned=options["planned"])
        wanted = _wanted(order, path, options, claude=claude)
        kind = Kind(options["kind"]) if options["kind"] else None
        result = attach(str(file), data, sidecar, wanted, order=order.name, stack=stack, kind=kind)
    except Refused as error:
        if options["as_json"]:
            print_json({"file": str(file), "order": order_name, "stack": stack, "refused": str(error)})
        return refuse(file, error)
    return _finish(file, data, result, order, options)


def _key_path(text: str | None) -> KeyPath:
    if text is None:
        return ()
    try:
        return parse_path(text)
    except ValueError as error:
        raise ConfigError(Problem(message=str(error), path="--path")) from error


def _order(stack: str, name: str, as_of: date | None) -> tuple[Order, bool]:
    loaded = load_stack(working_root(), stack)
    order = loaded.ledger.get(name)
    if order is None:
        raise nearest_order(loaded.ledger, name, stack)
    row = catalogue.load().find(order.model, judged_on(as_of, loaded.environment))
    return order, row.publisher == "anthropic"


def _usable(order: Order, *, planned: bool) -> None:
    if order.status is not Status.ACTIVE and not planned:
        raise Refused(
            f"{order.name} is {order.status}, not active: requests would be served by PayGo, or refused. "
            "With --planned it is attached all the same."
        )
    if MODES[order.routing].global_only and order.location != "global":
        raise Refused(f"{order.routing} works in location global only; {order.name} is in {order.location}")


def _wanted(order: Order, path: KeyPath, options: dict[str, Any], *, claude: bool) -> Wanted:
    try:
        labels = checked_labels({LABEL_KEY: order.label_value})
        headers = MODES[order.routing].headers | (labels_header(labels) if claude else {})
        return Wanted(
            project=order.project,
            location=order.location,
            model=order.model,
            headers=checked_headers(headers),
            labels={} if claude else labels,
            claude=claude,
            path=path,
            headers_key=options["headers_key"],
            labels_key=options["labels_key"],
            force=options["force"],
        )
    except ValueError as error:
        raise Refused(str(error)) from error


def _finish(file: Path, data: bytes, result: Result, order: Order, options: dict[str, Any]) -> int:
    changed = result.data != data
    wrote = changed and not (options["check"] or options["dry_run"])
    if wrote:
        write(file, result, data)
    if options["as_json"]:
        print_json(
            {
                "file": str(file),
                "order": order.name,
                "attached": wrote or not changed,
                "changed": changed,
                "written": wrote,
                "diff": diff(file, data, result.data),
                "notes": list(result.notes),
            }
        )
    else:
        click.echo(diff(file, data, result.data), nl=False)
        _say(file, result, order, changed=changed, wrote=wrote)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    return 1 if options["check"] and changed else 0


def _say(file: Path, result: Result, order: Order, *, changed: bool, wrote: bool) -> None:
    if not changed:
        click.echo(f"{file}: {order.name} is attached; nothing to do")
    elif wrote:
        record = f"; what was put in is recorded in {beside(file).name}, keep it" if result.sidecar else ""
        click.echo(f"{file}: {order.name} attached{record}")
    else:
        click.echo(f"{file}: {order.name} isn't attached as it should be; nothing was written")
