"""`pt adc`: credentials for each kind of caller, never a key."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import click

from scripts._shared import json_option, passes_exit_code, print_json, working_root
from throughput.config.loader import LoadedStack, load_stack
from throughput.credentials import examine, made
from throughput.credentials.callers import TOKEN_FILE, Caller, Setup, Subject, setup
from throughput.orders import Status
from throughput.problems import ConfigError, Problem, did_you_mean

_PROJECT = "vertex-throughput"


@click.command(
    epilog="Example: pt adc local --client images-api --for gitlab --write vertex-credentials.json"
)
@click.argument("stack")
@click.option(
    "--client", "client_name", metavar="NAME", help="One of the stack's clients; all of them unless said."
)
@click.option(
    "--for",
    "caller_name",
    type=click.Choice([*(str(caller) for caller in Caller), "all"]),
    default="all",
    show_default=True,
    help="Who calls.",
)
@click.option(
    "--project-number",
    metavar="NUMBER",
    help="Number of the project that holds the pools; else taken from the local state.",
)
@click.option(
    "--token-file",
    metavar="PATH",
    default=TOKEN_FILE,
    show_default=True,
    help="Where a GitLab job puts its token.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the credential file (gitlab, aws).",
)
@json_option
@passes_exit_code
def command(
    stack: str,
    client_name: str | None,
    caller_name: str,
    project_number: str | None,
    token_file: str,
    write: Path | None,
    as_json: bool,
) -> int:
    """Print what each kind of caller needs to act as STACK's clients. No key is made, read or shown, and nothing is asked of Google."""
    loaded = load_stack(working_root(), stack)
    number = _number(loaded, project_number)
    subjects = [_subject(loaded, name, number, token_file) for name in _chosen(loaded, client_name)]
    callers = list(Caller) if caller_name == "all" else [Caller(caller_name)]
    found = [(subject, setup(caller, subject)) for subject in subjects for caller in callers]
    if write is not None:
        return _write(write, found, as_json=as_json)
    if caller_name != "all":
        _refuse_absent(found, named=client_name is not None)
    if as_json:
        print_json({"stack": stack, "projectNumber": number, "callers": [_plain(*one) for one in found]})
    else:
        click.echo("\n".join(_lines(loaded, found)))
    return 0


def _chosen(loaded: LoadedStack, name: str | None) -> list[str]:
    clients = loaded.environment.clients
    if not clients:
        raise ConfigError(
            Problem(
                file=loaded.file,
                path="environment.clients",
                message="names no client, so nobody may call as one",
            )
        )
    if name is None:
        return list(clients)
    if name not in clients:
        hint = did_you_mean(name, clients) or f"There are: {', '.join(clients)}"
        raise ConfigError(Problem(message=f"stack {loaded.stack} has no client {name!r}", hint=hint))
    return [name]


def _subject(loaded: LoadedStack, name: str, number: str | None, token_file: str) -> Subject:
    client = loaded.environment.clients[name]
    project = loaded.environment.project_of(client.project)
    held = {
        order.location
        for order in loaded.ledger.values()
        if order.project == project and order.status is Status.ACTIVE
    }
    return Subject(
        stack=loaded.stack,
        name=name,
        client=client,
        environment=loaded.environment,
        number=number,
        locations=tuple(sorted(held)),
        token_file=_checked_path(token_file),
    )


def _checked_path(path: str) -> str:
    if re.fullmatch(r"/[ -~]+", path) is None:
        raise ConfigError(
            Problem(message=f"--token-file {path!r}: a whole path in plain characters is expected")
        )
    return path


def _number(loaded: LoadedStack, given: str | None) -> str | None:
    if given is not None:
        if re.fullmatch(r"[0-9]{1,20}", given) is None:
            hint = (
                f"gcloud projects describe {loaded.environment.home_project} --format='value(projectNumber)'"
            )
            raise ConfigError(Problem(message=f"--project-number {given!r} isn't a number", hint=hint))
        return given
    return _number_in_state(working_root(), loaded.stack, loaded.environment.home_project)


def _number_in_state(root: Path, stack: str, project: str) -> str | None:
    """The number among the outputs of a deployed stack, or None where no local state has it."""
    state = root / ".local" / ".pulumi" / "stacks" / _PROJECT / f"{stack}.json"
    try:
        resources = json.loads(state.read_bytes())["checkpoint"]["latest"]["resources"]
        outputs: dict[str, Any] = next(
            one["outputs"] for one in resources if one["type"] == "pulumi:pulumi:Stack"
        )
        number = outputs["projects"][project]["number"]
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        # No state, or state of another version of this tool: the number is asked for instead.
        return None
    return number if isinstance(number, str) and number.isdecimal() else None


def _refuse_absent(found: list[tuple[Subject, Setup]], *, named: bool) -> None:
    absent = [one for _, one in found if one.absent]
    if absent and (named or len(absent) == len(found)):
        hint = (
            "Add it to the stack file and deploy, then run this again; docs/configuration.md has the fields."
        )
        raise ConfigError([Problem(message=str(one.absent), hint=hint) for one in absent])


def _lines(loaded: LoadedStack, found: list[tuple[Subject, Setup]]) -> list[str]:
    lines: list[str] = []
    if loaded.environment.emulated:
        lines += [
            f"# {loaded.stack} is emulated: these identities exist on paper only. The calls are real ones.",
            "",
        ]
    seen: str | None = None
    for subject, one in found:
        if seen != subject.name:
            lines += [f"## {subject.name}: {subject.email}", ""]
            seen = subject.name
        lines += [*_of(one), ""]
    return [*lines, f"Then, as that caller: pt doctor {loaded.stack}"]


def _of(one: Setup) -> list[str]:
    if one.absent:
        return [f"{one.caller}: {one.absent}"]
    lines = [f"{one.caller}: {one.title}"]
    if one.missing:
        return [
            *lines,
            "  The project's number isn't known here (the stack isn't deployed from this folder). Find it and go on:",
            f"  {one.missing}",
        ]
    lines += ["", *_indented(one.text)]
    if one.file is not None:
        lines += ["", "  vertex-credentials.json", *_indented(made.as_text(one.file).rstrip())]
    lines.append("")
    if one.no_file:
        lines.append(f"  File: {one.no_file}.")
    return [*lines, *(f"  {note}" for note in one.notes)]


def _indented(text: str) -> list[str]:
    return [f"    {line}" if line else "" for line in text.split("\n")]


def _plain(subject: Subject, one: Setup) -> dict[str, Any]:
    return {
        "client": subject.name,
        "email": subject.email,
        "caller": str(one.caller),
        "title": one.title,
        "text": one.text or None,
        "file": one.file,
        "noFile": one.no_file,
        "variables": subject.variables,
        "numberMissing": one.missing,
        "absent": one.absent,
        "notes": list(one.notes),
    }


def _write(path: Path, found: list[tuple[Subject, Setup]], *, as_json: bool) -> int:
    if len(found) != 1:
        hint = "Such as: --client NAME --for gitlab"
        raise ConfigError(Problem(message="--write takes one client and one caller", hint=hint))
    subject, one = found[0]
    if one.absent:
        raise ConfigError(Problem(message=one.absent))
    if one.missing:
        raise ConfigError(
            Problem(
                message=f"the number of project {subject.home} isn't known",
                hint=f"{one.missing} --write {path}",
            )
        )
    if one.file is None:
        raise ConfigError(Problem(message=f"nothing to write for {one.caller}: {one.no_file}"))
    _write_private(path, made.as_text(one.file).encode())
    if as_json:
        print_json(
            {"written": str(path), "client": subject.name, "caller": str(one.caller), "file": one.file}
        )
    else:
        click.echo(f"Written: {path} (mode 0600, no key in it), {subject.email}")
    return 0


def _write_private(path: Path, data: bytes) -> None:
    """Put the file in place at once, readable by its owner only. What isn't a file of this kind is never replaced."""
    target = Path(os.path.realpath(path))
    if target.exists() and (not target.is_file() or examine(target.read_bytes()).kind != "external_account"):
        message = f"{path} is there already and isn't an external_account file"
        raise ConfigError(Problem(message=message, hint="Name another file, or move that one away."))
    beside: str | None = None
    try:
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, target)
    except OSError as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise ConfigError(Problem(message=f"{path} can't be written: {error.strerror}")) from error
