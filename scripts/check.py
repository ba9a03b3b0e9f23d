"""`pt check`: judge a change of the stack files before it is merged."""

import importlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from scripts import _git
from scripts._files import replace_file
from scripts._shared import as_of_option, json_option, judged_on, today, working_root
from throughput.check.judge import StackFiles, check
from throughput.check.report import Report
from throughput.problems import ConfigError, Problem, did_you_mean

# Each rendering's module below throughput.check; only the one asked for is imported.
FORMATS = {
    "text": "text",
    "markdown": "markdown",
    "json": "document",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
}
_STACK_FILE = re.compile(r"Pulumi\.[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.yaml")
_ENDINGS = {".md": "markdown", ".json": "json", ".sarif": "sarif", ".xml": "junit", ".txt": "text"}


@click.command(epilog="Example: pt check --format github --output check.md --output check.sarif")
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option(
    "--base",
    metavar="REF",
    help="Compare with exactly this commit. Without it: the merge base with the default branch.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=None,
    help="How to print the report; text unless said.",
)
@json_option
@as_of_option
@click.option("--preview", is_flag=True, help="Also run the program and the policy pack, offline.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report to FILE instead; .md, .json, .sarif, .xml and .txt say its format. May be repeated.",
)
@click.pass_context
def command(
    ctx: click.Context,
    stacks: tuple[str, ...],
    base: str | None,
    form: str | None,
    as_json: bool,
    as_of: date | None,
    preview: bool,
    outputs: tuple[Path, ...],
) -> None:
    """Judge every stack's ledger and settings against the git base; exit code 1 for a broken rule, 2 for what can't be judged."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} ask for two formats; leave one out", ctx)
    form = "json" if as_json else form
    root = working_root()
    report = _report(root, stacks, base, as_of)
    if preview:
        from scripts import _check_preview

        report = _check_preview.joined(root, report, as_of)
    _deliver(report, form, outputs)
    ctx.exit(report.exit_code)


def _report(root: Path, stacks: tuple[str, ...], ref: str | None, as_of: date | None) -> Report:
    with _git.repository(root) as repository:
        base = repository.base(ref)
        then = repository.files(base.id, "stacks")
        head = repository.files("HEAD", "stacks")
        now = {path.name: _read(path) for path in sorted((root / "stacks").glob("Pulumi.*.yaml"))}
        names = [name for name in sorted({*then, *now}) if _is_stack(name, name in now)]
        prefix = repository.prefix
        found = [_files(repository, name, then, now) for name in names]
    _known(stacks, [files.stack for files in found])
    return check(
        found,
        base=base.name,
        commit=base.id,
        only=stacks,
        day_of_stack=lambda environment: judged_on(as_of, environment),
        today=as_of or today(),
        prefix=prefix,
        dirty=tuple(f"stacks/{name}" for name in names if _dirty(name, head, now)),
    )


def _is_stack(name: str, here: bool) -> bool:
    if not (name.startswith("Pulumi.") and name.endswith(".yaml")):
        return False
    if _STACK_FILE.fullmatch(name):
        return True
    if here:
        raise ConfigError(
            Problem(
                message=f"stacks/{name!r}: no stack can have this name",
                hint="Letters, digits, _, . and - after Pulumi. and before .yaml",
            )
        )
    return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Problem(file=f"stacks/{path.name}", message=f"can't be read: {error.strerror}")
        ) from error


def _files(
    repository: _git.Repository, name: str, then: dict[str, bytes], now: dict[str, bytes]
) -> StackFiles:
    new, old = now.get(name), None
    if name in then:
        same = new is not None and _git.blob_id(new, then[name]) == then[name]
        old = new if same else repository.objects.blob(then[name])
        if old is None:
            raise ConfigError(
                Problem(
                    file=f"stacks/{name}",
                    message="its content at the base isn't in this clone",
                    hint="This is a partial clone: run git fetch --refetch without a filter, then run this again",
                )
            )
    return StackFiles(
        stack=name.removeprefix("Pulumi.").removesuffix(".yaml"), file=f"stacks/{name}", old=old, new=new
    )


def _dirty(name: str, head: dict[str, bytes], now: dict[str, bytes]) -> bool:
    if name not in head or name not in now:
        return (name in head) != (name in now)
    return _git.blob_id(now[name], head[name]) != head[name]


def _known(wanted: tuple[str, ...], names: list[str]) -> None:
    for name in wanted:
        if name not in names:
            hint = did_you_mean(name, names) or f"There are: {', '.join(names) or 'none'}"
            raise ConfigError(
                Problem(message=f"there is no stack {name!r}, neither here nor at the base", hint=hint)
            )
    if not names:
        raise ConfigError(
            Problem(
                message="there is no stack here, and none at the base",
                hint="Add stacks/Pulumi.<stack>.yaml; docs/configuration.md says what it holds",
            )
        )


def _deliver(report: Report, form: str | None, outputs: tuple[Path, ...]) -> None:
    """Write the files asked for; print what no file took."""
    taken = set()
    for path in outputs:
        kind = _ENDINGS.get(path.suffix.lower(), form or "text")
        taken.add(kind)
        _write(path, _renderer(kind)(report))
        click.echo(f"{path}: {kind}", err=True)
    if not outputs or (form is not None and form not in taken):
        click.echo(_renderer(form or "text")(report), nl=False)
    else:
        click.echo(f"{report.mark} {report.verdict}", err=True)


def _write(path: Path, text: str) -> None:
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise ConfigError(Problem(file=str(path), message=f"can't be written: {error.strerror}")) from error


def _renderer(kind: str) -> Callable[[Report], str]:
    render: Callable[[Report], str] = importlib.import_module(f"throughput.check.{FORMATS[kind]}").render
    return render
