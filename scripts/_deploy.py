"""Running a deployment with the engine that fits, for `pt up`, `pt preview` and `pt destroy`."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from scripts import _pulumi_cli
from scripts._outcome import Outcome
from scripts._plan_screen import document, screen
from scripts._run import Run
from scripts._shared import print_json, working_root
from throughput.config.loader import LoadedStack, load_stack
from throughput.problems import ConfigError, Problem

INSTALL = "Install the Pulumi CLI (https://www.pulumi.com/docs/iac/download-install/), log in to a backend, then run this again"


def run(
    operation: str,
    name: str,
    *,
    as_of: date | None,
    as_json: bool,
    yes: bool = False,
    exported: Path | None = None,
) -> int:
    """Deploy and print; returns the exit code."""
    root = working_root()
    stack = load_stack(root, name)
    engine = _engine(stack, operation, exported)
    with _state(root, stack, engine, exported) as state:
        this = Run(root=root, stack=stack, operation=operation, engine=engine, state=state, as_of=as_of)
        if (
            engine == "cli"
            and operation in ("up", "destroy")
            and not stack.environment.emulated
            and not _agreed(this, yes)
        ):
            return 1
        outcome = execute(this)
    if outcome.interrupted:
        click.echo("Interrupted. What was done is recorded; run the same command to go on.", err=True)
        return 130
    if as_json:
        print_json(document(this, outcome))
    else:
        click.echo("\n".join(screen(this, outcome)))
    return 0 if outcome.ok else 1


def execute(this: Run) -> Outcome:
    """Run the deployment with its engine, with progress on a terminal."""
    as_of = this.as_of.isoformat() if this.as_of else None
    with _status() as on_step:
        if this.engine == "cli":
            return _pulumi_cli.deploy(
                this.root,
                this.stack.stack,
                this.operation,
                emulated=this.stack.environment.emulated,
                state=this.state,
                as_of=as_of,
                on_step=on_step,
            )
        from scripts import _builtin_engine

        return _builtin_engine.deploy(
            this.root, this.stack, this.operation, state=this.state, as_of=as_of, on_step=on_step
        )


def _engine(stack: LoadedStack, operation: str, exported: Path | None) -> str:
    if exported is not None:
        return "offline"
    if _pulumi_cli.available():
        return "cli"
    if stack.environment.emulated:
        return "built-in"
    if operation == "preview":
        return "offline"
    raise ConfigError(
        Problem(
            message=f"stack {stack.stack} is a real environment, and the Pulumi CLI isn't on PATH",
            hint=f"{INSTALL}.\n  Without it: pt preview {stack.stack} (offline), pt check {stack.stack}, or pt up local to try it out",
        )
    )


@contextmanager
def _state(root: Path, stack: LoadedStack, engine: str, exported: Path | None) -> Iterator[Path]:
    if engine != "offline":
        yield root / ".local"
        return
    # An offline preview looks at a copy: nothing it does reaches a real state.
    with tempfile.TemporaryDirectory(prefix="pt-") as folder:
        state = Path(folder)
        if exported is not None:
            _take_over(exported, state, stack.stack)
        yield state


def _take_over(exported: Path, state: Path, stack: str) -> None:
    try:
        document = json.loads(exported.read_text(encoding="utf-8"))
        deployment = document["deployment"]
        resources = deployment.get("resources", [])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = f"Make it with: pulumi stack export --stack {stack} --file {exported.name}"
        raise ConfigError(
            Problem(
                file=str(exported),
                message=f"isn't the state that pulumi stack export writes ({error})",
                hint=hint,
            )
        ) from error
    folder = state / ".pulumi" / "stacks" / "vertex-throughput"
    folder.mkdir(parents=True)
    (state / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    checkpoint = {
        "stack": f"organization/vertex-throughput/{stack}",
        "latest": {**deployment, "resources": _restacked(resources, stack)},
    }
    (folder / f"{stack}.json").write_text(
        json.dumps({"version": 3, "checkpoint": checkpoint}), encoding="utf-8"
    )


def _restacked(resources: list[Any], stack: str) -> Any:
    """Resources under this stack's name, so that the state of one stack can be previewed with another's configuration."""
    text = json.dumps(resources)
    names = {
        str(resource.get("urn", "")).split("::")[0].removeprefix("urn:pulumi:") for resource in resources
    }
    for name in names - {stack, ""}:
        text = text.replace(f"urn:pulumi:{name}::", f"urn:pulumi:{stack}::")
    return json.loads(text)


def _agreed(this: Run, yes: bool) -> bool:
    """Show the preview of a real environment and ask, before anything is changed."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(
            Problem(
                message=f"pt {this.operation} {this.stack.stack} changes a real environment and asks first",
                hint="Add --yes where nobody can answer",
            )
        )
    if this.operation == "up":
        preview = Run(
            root=this.root,
            stack=this.stack,
            operation="preview",
            engine=this.engine,
            state=this.state,
            as_of=this.as_of,
        )
        outcome = execute(preview)
        click.echo("\n".join(screen(preview, outcome)))
        if not outcome.ok:
            return False
    return click.confirm(f"{this.operation} {this.stack.stack}?", default=False, err=True)


@contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """One line on a terminal's standard error that says what is being worked on."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return

    def show(text: str) -> None:
        click.echo(f"\r\x1b[K  {text[:100]}", nl=False, err=True)

    show("starting …")
    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
