"""`pt serve`: an endpoint on this machine that admits, spills and meters like Provisioned Throughput."""

import asyncio
import json
import shlex
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from local.vertex.calls import Recorded
from local.vertex.endpoint import Endpoint, Options, is_loopback
from local.vertex.environment import client_environment
from local.vertex.from_catalogue import served_models
from local.vertex.models import ServedModel
from local.vertex.pools import PaygoLimits
from scripts._shared import as_of_option, json_option, judged_on, table, working_root
from throughput import catalogue
from throughput.config.loader import LoadedStack, load_stack
from throughput.problems import ConfigError, Problem


@click.command(epilog="Example: pt serve local --port 8765")
@click.argument("stack")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="A loopback address: the endpoint takes any credential.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0, the default, takes a free one.")
@click.option(
    "--tls", is_flag=True, help="Serve HTTPS with a certificate made for this run, for clients that insist."
)
@click.option(
    "--paygo-tokens",
    type=click.IntRange(1),
    metavar="N",
    help="Let PayGo serve N burndown tokens a minute, then answer 429.",
)
@click.option(
    "--latency-ms", type=click.IntRange(0, 60_000), default=0, help="Answer after so many milliseconds."
)
@click.option("--quiet", is_flag=True, help="Don't show requests as they come.")
@as_of_option
@json_option
def command(
    stack: str,
    host: str,
    port: int,
    tls: bool,
    paygo_tokens: int | None,
    latency_ms: int,
    quiet: bool,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Serve a stack's active orders until Ctrl-C: the same requests that purchased throughput would serve are served as such."""
    if not is_loopback(host):
        hint = "Use 127.0.0.1 or ::1."
        raise ConfigError(
            Problem(
                message=f"--host {host}: the endpoint takes any credential, so it listens on loopback only",
                hint=hint,
            )
        )
    loaded = load_stack(working_root(), stack)
    models = served_models(catalogue.load().models(judged_on(as_of, loaded.environment)))
    with tempfile.TemporaryDirectory(prefix="pt-serve-") as folder:
        options = Options(
            latency_seconds=latency_ms / 1000,
            paygo=PaygoLimits(standard_tokens=paygo_tokens),
            seen=None if quiet or as_json else _line_of_request,
        )
        asyncio.run(_serve(loaded, models, options, (host, port), Path(folder), tls=tls, as_json=as_json))


async def _serve(
    loaded: LoadedStack,
    models: Mapping[str, ServedModel],
    options: Options,
    address: tuple[str, int],
    folder: Path,
    *,
    tls: bool,
    as_json: bool,
) -> None:
    ca = None
    if tls:
        from local.vertex.tls import loopback_certificate

        ca, context = loopback_certificate(folder, time.time())
        options = replace(options, tls=context)
    endpoint = Endpoint(loaded.ledger.values(), models, time.time, options)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        await endpoint.start(*address)
    except OSError as error:
        raise ConfigError(
            Problem(
                message=f"can't listen on {address[0]}:{address[1]}: {error.strerror}", hint="Try --port 0."
            )
        ) from error
    variables = client_environment(endpoint.url, loaded.environment.home_project, folder, ca)
    announce: Callable[[LoadedStack, Endpoint, Mapping[str, str]], None] = (
        _announce_json if as_json else _announce
    )
    announce(loaded, endpoint, variables)
    await ended.wait()
    await endpoint.stop()
    click.echo("Stopped.", err=True)


def _announce(loaded: LoadedStack, endpoint: Endpoint, variables: Mapping[str, str]) -> None:
    click.echo(f"Serving stack {loaded.stack} at {endpoint.url}; Ctrl-C ends it.\n")
    rows = [
        (
            str(pool),
            f"{held.gsus} GSU",
            f"{held.window_seconds} s window",
            f"{held.budget:,} burndown tokens in each",
        )
        for pool, held in endpoint.pools.capacities.items()
    ]
    click.echo(
        "\n".join(table(rows, right=(1, 2, 3)))
        or "  No active order: everything is served as PayGo, and pt_only is refused."
    )
    click.echo("\nFor the clients' shell:")
    for name, value in variables.items():
        click.echo(f"  export {name}={shlex.quote(value)}")
    click.echo(
        f"\nWhat arrived: {endpoint.url}/local/requests. Every answer is a fixed text; no model is asked."
    )


def _announce_json(loaded: LoadedStack, endpoint: Endpoint, variables: Mapping[str, str]) -> None:
    document: dict[str, Any] = {
        "version": 1,
        "stack": loaded.stack,
        "url": endpoint.url,
        "environment": dict(variables),
        "pools": [
            {
                "project": pool.project,
                "location": pool.location,
                "model": pool.model,
                "gsus": held.gsus,
                "windowSeconds": held.window_seconds,
                "budget": held.budget,
            }
            for pool, held in endpoint.pools.capacities.items()
        ],
    }
    # One line, so that a program that started this one can read it and go on.
    click.echo(json.dumps(document))


def _line_of_request(recorded: Recorded) -> None:
    where = str(recorded.pool) if recorded.pool else recorded.path
    moment = time.strftime("%H:%M:%S", time.localtime(recorded.at))
    # An upgrade has no outcome yet: its session is decided by the first message.
    outcome = recorded.traffic_type or (str(recorded.status) if recorded.status else "session opened")
    click.echo(f"{moment}  {where}  {recorded.routing or '-'}  {outcome}", err=True)
