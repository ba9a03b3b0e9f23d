"""`pt test`: the linter, the type checker and the tests; what CI runs."""

import os
import subprocess
import sys
import time

import click

from scripts._shared import ROOT, passes_exit_code

_CHECKS = {
    "lint": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy", "--no-error-summary"],
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also what is slow, and the clients with their real SDKs. CI runs this.",
)
@click.option(
    "--clients",
    is_flag=True,
    help="Only the client snippets, with their real SDKs in an environment of their own.",
)
@click.argument("paths", nargs=-1, type=click.UNPROCESSED)
@passes_exit_code
def command(everything: bool, clients: bool, paths: tuple[str, ...]) -> int:
    """Run the linter, the type checker and the tests.

    With PATHS or pytest options only those tests run:  pt test tests/throughput -k split
    """
    if clients:
        return _clients()
    if paths:
        return _pytest(["-m", "not clients", *paths])
    if everything:
        # First, since it also makes the tools that some tests of the ordinary suite look for.
        _prepare()
    failed = [
        name for name, arguments in _CHECKS.items() if _run(name, [sys.executable, "-m", *arguments]) != 0
    ]
    marker = "not clients" if everything else "not clients and not slow"
    if _pytest(["-n", "2", "--dist", "loadfile", "-m", marker], again=everything) != 0:
        failed.append("tests")
    if everything and _clients() != 0:
        failed.append("clients")
    click.echo(f"failed: {', '.join(failed)}" if failed else "lint, format, types and tests: all fine")
    return 1 if failed else 0


def _run(name: str, arguments: list[str]) -> int:
    started = time.monotonic()
    code = subprocess.run(arguments, cwd=ROOT, check=False).returncode
    click.echo(f"{name}: {'fine' if code == 0 else 'failed'} ({time.monotonic() - started:.0f} s)")
    return code


def _pytest(arguments: list[str], again: bool = False) -> int:
    """Run pytest. With `again`, what failed gets a second run by itself, and only what fails twice counts.

    The suite starts many processes on machines that are shared: a single slow moment must not turn a whole run red. What needed the
    second run is named, so that it doesn't hide.
    """
    code = _run_pytest(arguments)
    if code != 1 or not again:
        return code
    click.echo("some tests failed; running just those once more, by themselves")
    kept = [argument for argument in arguments if argument not in ("-n", "2", "--dist", "loadfile")]
    return _run_pytest(["--last-failed", "--last-failed-no-failures=none", *kept])


def _run_pytest(arguments: list[str]) -> int:
    # The suite is hermetic: what the caller's shell says about clouds, proxies and projects must not reach it.
    dropped = ("GOOGLE_", "CLOUDSDK_", "PULUMI_", "PT_", "GCE_", "GCLOUD_", "ANTHROPIC_", "AWS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False, env=kept
    ).returncode


def _prepare() -> None:
    from scripts._clients_env import prepare

    prepare(lambda line: click.echo(line, err=True))


def _clients() -> int:
    _prepare()
    return _pytest(["-n", "2", "--dist", "loadfile", "-m", "clients", "tests/clients"], again=True)
