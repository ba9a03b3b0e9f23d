"""`pt snippet`: client code and configuration that really uses an order."""

from datetime import date
from typing import Any

import click

from scripts._shared import (
    as_of_option,
    json_option,
    judged_on,
    passes_exit_code,
    print_json,
    table,
    working_root,
)
from throughput import catalogue
from throughput.clients import matrix
from throughput.clients.matrix import Client, Publisher
from throughput.clients.page import markdown_table
from throughput.clients.snippets import Target, refusals, snippet
from throughput.config.loader import load_stack, nearest_order
from throughput.problems import ConfigError, Problem


@click.command(epilog="Example: pt snippet local chat --client google-genai > client.py")
@click.argument("stack", required=False)
@click.argument("order", required=False)
@click.option(
    "--client", "client_name", metavar="NAME", help="The client stack; pt snippet --list names them."
)
@click.option("--planned", is_flag=True, help="Also for an order that isn't active yet.")
@click.option(
    "--list", "listing", is_flag=True, help="What each client can carry, and whose models it calls."
)
@click.option("--markdown", is_flag=True, help="With --list: as the table of docs/clients.md.")
@as_of_option
@json_option
@passes_exit_code
def command(
    stack: str | None,
    order: str | None,
    client_name: str | None,
    planned: bool,
    listing: bool,
    markdown: bool,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Print code or configuration that pins an order's project, location and model, and routes as the order says."""
    if listing:
        if markdown:
            click.echo(markdown_table(matrix.load()))
        else:
            _list(as_json)
        return 0
    if stack is None or order is None or client_name is None:
        hint = (
            "pt snippet STACK ORDER --client NAME; pt snippet --list names the clients, pt orders the orders"
        )
        raise ConfigError(Problem(message="a stack, an order and a client are needed", hint=hint))
    client = matrix.load().find(client_name)
    target = _target(stack, order, as_of)
    found = refusals(target, client, planned=planned)
    if found:
        if as_json:
            print_json({"client": client.name, "order": order, "refused": found})
        for reason in found:
            click.echo(f"refused: {reason}", err=True)
        return 1
    written = snippet(target, client)
    if as_json:
        print_json(_document(target, client, written.file, written.text))
    else:
        click.echo(written.text, nl=False)
    return 0


def _target(stack: str, name: str, as_of: date | None) -> Target:
    loaded = load_stack(working_root(), stack)
    order = loaded.ledger.get(name)
    if order is None:
        raise nearest_order(loaded.ledger, name, stack)
    row = catalogue.load().find(order.model, judged_on(as_of, loaded.environment))
    kind = (
        Publisher.OPEN
        if row.open_model
        else Publisher.ANTHROPIC
        if row.publisher == "anthropic"
        else Publisher.GOOGLE
    )
    # Video and try-on models are metered otherwise and called by jobs; Live models are called over a socket.
    takes_prompts = row.unit == "tokens/s" and "Live" not in row.family
    return Target(stack=stack, order=order, publisher=row.publisher, kind=kind, takes_prompts=takes_prompts)


def _document(target: Target, client: Client, file: str, text: str) -> dict[str, Any]:
    order = target.order
    return {
        "client": client.name,
        "language": client.language,
        "file": file,
        "stack": target.stack,
        "order": order.name,
        "project": order.project,
        "location": order.location,
        "model": order.model,
        "routing": str(order.routing),
        "headers": target.mode.headers,
        "label": order.label_value,
        "trafficTypes": list(target.mode.traffic_types),
        "text": text,
    }


def _list(as_json: bool) -> None:
    known = matrix.load()
    if as_json:
        print_json({"asOf": known.as_of, "clients": [_row(client) for client in known.clients.values()]})
        return
    rows = [("client", "publishers", "headers", "labels", "traffic type")]
    rows += [
        (
            client.name,
            ", ".join(client.publishers),
            client.headers,
            client.labels or "none",
            client.traffic_type,
        )
        for client in known.clients.values()
    ]
    click.echo("\n".join(table(rows, indent="")))
    click.echo(
        "\nHeaders route, labels don't: they attribute what PayGo served. docs/clients.md says what to look out for."
    )


def _row(client: Client) -> dict[str, Any]:
    return {
        "client": client.name,
        "title": client.title,
        "language": client.language,
        "package": client.package,
        "version": client.version,
        "evidence": str(client.evidence),
        "publishers": [str(kind) for kind in client.publishers],
        "headers": client.headers,
        "labels": client.labels,
        "trafficType": client.traffic_type,
        "watch": list(client.watch),
        "source": client.source,
    }
