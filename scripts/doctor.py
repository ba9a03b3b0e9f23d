"""`pt doctor`: check credentials, environment, libraries and client files; offline first."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from scripts._doctor_facts import credential_facts, file_facts, installed, site_packages
from scripts._shared import as_of_option, json_option, judged_on, passes_exit_code, print_json, working_root
from throughput.config.loader import LoadedStack, load_stack, stack_file
from throughput.doctor.client_files import MAX_BYTES, file_findings
from throughput.doctor.credential import Expected, credential_findings
from throughput.doctor.environment import environment_findings, foreign_address
from throughput.doctor.findings import Finding, Outcome, Section, exit_code
from throughput.doctor.libraries import library_findings, watched
from throughput.doctor.online import offline
from throughput.orders import Order, Status
from throughput.problems import ConfigError, Problem

_MARKS = {
    Outcome.OK: "✓",
    Outcome.WARNING: "!",
    Outcome.PROBLEM: "✗",
    Outcome.UNKNOWN: "?",
    Outcome.SKIPPED: "–",
}
_COUNTED = {
    Outcome.PROBLEM: ("problem", "problems"),
    Outcome.UNKNOWN: ("thing that couldn't be checked", "things that couldn't be checked"),
    Outcome.WARNING: ("warning", "warnings"),
}


@click.command(epilog="Example: pt doctor prod litellm.yaml .env")
@click.argument("stack", required=False)
@click.argument("files", nargs=-1, metavar="[FILES]...")
@click.option("--online", is_flag=True, help="Also get a token and send one small request per active order.")
@click.option(
    "--venv",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The application's virtual environment; else the active one, else this tool's own.",
)
@as_of_option
@json_option
@passes_exit_code
def command(
    stack: str | None,
    files: tuple[str, ...],
    online: bool,
    venv: Path | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Check whether calls from here would use what STACK has committed.

    Looks at the credential that google-auth would pick, at environment variables, at installed libraries, and at client configuration
    FILES. Sends nothing anywhere unless --online is given. Exit code 1: something is a problem, or was asked for and couldn't be checked.
    """
    loaded = _loaded(stack, files)
    environment = dict(os.environ)
    expected, orders = _expected(loaded), _active(loaded)
    day = judged_on(as_of, loaded.environment if loaded else None)
    loopback = loaded is not None and loaded.environment.emulated
    facts, built = credential_facts(environment, expected, loopback=loopback)
    found = credential_findings(facts)
    found += environment_findings(environment, orders, expected, loopback=loopback)
    found += _ledger(loaded, orders)
    found += _libraries(environment, venv, day)
    for name in files:
        found += file_findings(file_facts(name, MAX_BYTES), orders)
    if online:
        found += _online(environment, orders, facts.choice.origin, built, loopback=loopback, day=day)
    else:
        found.append(offline())
    if as_json:
        print_json(_document(loaded, found, online=online))
    else:
        click.echo("\n".join(_lines(found)))
    return exit_code(found)


def _loaded(stack: str | None, files: Sequence[str]) -> LoadedStack | None:
    if stack is None:
        return None
    root = working_root()
    if not stack_file(root, stack).is_file() and (os.path.sep in stack or Path(stack).is_file()):
        hint = f"pt doctor STACK {' '.join((stack, *files))}"
        raise ConfigError(
            Problem(message=f"{stack} is a file; name the stack first that it belongs to", hint=hint)
        )
    return load_stack(root, stack)


def _expected(loaded: LoadedStack | None) -> Expected:
    if loaded is None:
        return Expected()
    environment = loaded.environment
    accounts = tuple(
        f"{name}@{environment.project_of(client.project)}.iam.gserviceaccount.com"
        for name, client in environment.clients.items()
    )
    return Expected(stack=loaded.stack, accounts=accounts, projects=tuple(environment.projects))


def _active(loaded: LoadedStack | None) -> list[Order]:
    return [order for order in loaded.ledger.values() if order.status is Status.ACTIVE] if loaded else []


def _ledger(loaded: LoadedStack | None, orders: Sequence[Order]) -> list[Finding]:
    """What can't be held against the ledger is said, not passed over."""
    if loaded is None:
        message = "project and location weren't held against a ledger: pt doctor STACK"
    elif not orders:
        message = f"{loaded.stack} has no active order, so project and location weren't held against any"
    else:
        return []
    return [
        Finding(
            section=Section.ENVIRONMENT,
            code="environment/no-ledger",
            outcome=Outcome.SKIPPED,
            message=message,
        )
    ]


def _libraries(environment: Mapping[str, str], venv: Path | None, day: date) -> list[Finding]:
    if venv is not None and not site_packages(venv):
        raise ConfigError(
            Problem(message=f"--venv {venv} isn't a virtual environment: it has no site-packages")
        )
    active = environment.get("VIRTUAL_ENV")
    folder = venv or (Path(active) if active and site_packages(Path(active)) else None)
    if folder is None:
        return library_findings(installed(watched(), None), "this tool's own environment", day)
    return library_findings(installed(watched(), site_packages(folder)), str(folder), day)


def _online(
    environment: Mapping[str, str],
    orders: Sequence[Order],
    origin: Any,
    built: Any,
    *,
    loopback: bool,
    day: date,
) -> list[Finding]:
    if name := foreign_address(environment, loopback=loopback):
        return [
            offline(
                f"online request: not sent, because {name} leads away from Google and a token would go there"
            )
        ]
    from scripts._doctor_online import base_url_of, online_findings

    if loopback and base_url_of(environment) is None:
        return [
            offline(
                "online request: not sent, because this stack is emulated: pt serve, and export what it prints"
            )
        ]
    return online_findings(orders, origin, built, base_url=base_url_of(environment), as_of=day)


def _lines(found: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for section in Section:
        mine = [finding for finding in found if finding.section is section]
        if section is Section.ONLINE and all(one.code == "online/not-checked" for one in mine):
            lines += [f"{'Not checked':<15}{one.message}" for one in mine]
            continue
        for index, one in enumerate(mine):
            lines += _of(one, str(section) if index == 0 else "")
    return [*lines, _summary(found)]


def _of(one: Finding, title: str) -> list[str]:
    place = f"{one.place}  " if one.place and one.section is Section.CLIENT_FILES else ""
    lines = [f"{title:<15}{_MARKS[one.outcome]} {place}{one.message}"]
    return [*lines, f"{'':<17}fix: {one.fix}"] if one.fix else lines


def _summary(found: Sequence[Finding]) -> str:
    counts = Counter(finding.outcome for finding in found)
    parts = [f"{counts[one]} {words[counts[one] != 1]}" for one, words in _COUNTED.items() if counts[one]]
    return f"{', '.join(parts) or 'No problem found'}{'':<4}exit {exit_code(found)}"


def _document(loaded: LoadedStack | None, found: Sequence[Finding], *, online: bool) -> dict[str, Any]:
    return {
        "stack": loaded.stack if loaded else None,
        "online": online,
        "problems": sum(finding.outcome is Outcome.PROBLEM for finding in found),
        "findings": [
            {
                "section": str(one.section),
                "code": one.code,
                "outcome": str(one.outcome),
                "message": one.message,
                "fix": one.fix,
                "place": one.place,
            }
            for one in found
        ],
    }
