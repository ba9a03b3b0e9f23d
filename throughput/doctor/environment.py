"""The environment of a process against the ledger: project, location, switches, keys, and addresses that aren't Google's."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from throughput.credentials.addresses import parse
from throughput.doctor.credential import Expected
from throughput.doctor.findings import Finding, Outcome, Section, plain, shown
from throughput.doctor.settings import Block, Setting, block_findings
from throughput.orders import Order

_TRUE, _FALSE = ("true", "1"), ("false", "0")
_GOOGLE = re.compile(r"([a-z0-9-]+\.)*googleapis\.com|metadata\.google\.internal|169\.254\.169\.254")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where variables stand: a process (`change` is an export) or a file (`file`, with a line for each)."""

    section: Section = Section.ENVIRONMENT
    prefix: str = "environment"
    change: str = "export {name}={value}"
    file: str | None = None
    lines: Mapping[str, int] | None = None

    def line(self, name: str) -> int | None:
        """The line of a variable."""
        return (self.lines or {}).get(name)


@cache
def table() -> dict[str, Any]:
    """The table of variables."""
    import yaml

    text = resources.files("throughput.doctor").joinpath("variables.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def environment_findings(
    variables: Mapping[str, str], orders: Iterable[Order], expected: Expected, *, loopback: bool
) -> list[Finding]:
    """Every finding about a process's variables. `orders` are the active ones; `loopback`: this machine may stand in for Google."""
    active, place = list(orders), Place()
    found = [
        *variable_findings(variables, active, place),
        *_switches(variables, place),
        *_keys(variables, place),
        *_addresses(variables, place, loopback=loopback),
        *_quota(variables, expected, place),
    ]
    if variables.get("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES") == "1":
        message = "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1: any credential file may start programs"
        found.append(
            _finding(place, "executables", Outcome.WARNING, message, "unset it where no file needs it")
        )
    if not found:
        message = (
            "no variable is set that speaks of Vertex AI; clients must name project and location themselves"
        )
        found.append(_finding(place, "silent", Outcome.OK, message))
    return found


def variable_findings(variables: Mapping[str, str], orders: Sequence[Order], place: Place) -> list[Finding]:
    """What the variables say of project, location, model, headers and labels, per group of readers."""
    found: list[Finding] = []
    for group in table()["groups"]:
        found += _group(variables, group, orders, place)
    return found


def _group(
    variables: Mapping[str, str], group: Mapping[str, Any], orders: Sequence[Order], place: Place
) -> Iterator[Finding]:
    claude = group["family"] == "anthropic"
    settings = {
        role: _setting(variables, group.get(role), place) for role in ("project", "location", "model")
    }
    model = settings["model"]
    if model is not None and model.value.startswith("claude-") != claude:
        # One variable serves both families; each group looks at its own.
        settings["model"] = None
        if claude is False and settings["project"] is None and settings["location"] is None:
            return
    mine = [order for order in orders if order.model.startswith("claude-") == claude]
    headers, wrong = _carried(variables, group, place)
    yield from wrong
    if not any(settings.values()) and not headers[0] and not headers[1]:
        return
    yield from block_findings(
        Block(
            section=place.section,
            prefix=place.prefix,
            file=place.file,
            project=settings["project"],
            location=settings["location"],
            model=settings["model"],
            headers=headers[0],
            labels=headers[1],
            pins=group["location"],
            change=place.change,
            line=next((place.line(one.name) for one in settings.values() if one), None),
        ),
        mine,
    )


def _setting(variables: Mapping[str, str], name: str | None, place: Place) -> Setting | None:
    value = variables.get(name or "")
    # A reference to another variable is filled in later; what it will be can't be judged here.
    if not name or not value or "$" in value or "{{" in value:
        return None
    return Setting(name=name, value=value, line=place.line(name))


def _carried(
    variables: Mapping[str, str], group: Mapping[str, Any], place: Place
) -> tuple[tuple[Mapping[str, str] | None, Mapping[str, str]], list[Finding]]:
    headers: Mapping[str, str] | None = None
    labels: Mapping[str, str] = {}
    wrong: list[Finding] = []
    for role in ("headers", "labels"):
        name = group.get(role)
        if not name or not variables.get(name) or "{{" in variables[name]:
            continue
        value = _object(variables[name])
        if value is None:
            message = f"{name} isn't a JSON object of texts"
            wrong.append(
                _finding(
                    place, "broken", Outcome.PROBLEM, message, "pt snippet STACK ORDER --client env", name
                )
            )
        elif role == "headers":
            headers = value
        else:
            labels = value
    lines = group.get("header_lines")
    if lines and variables.get(lines):
        headers = _pairs(variables[lines])
    return (headers, labels), wrong


def _object(text: str) -> dict[str, str] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    good = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return value if good else None


def _pairs(text: str) -> dict[str, str]:
    """Headers as AnthropicVertex reads them: one "Name: value" a line."""
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _switches(variables: Mapping[str, str], place: Place) -> Iterator[Finding]:
    said: dict[str, bool] = {}
    for name in table()["switches"]:
        value = variables.get(name)
        if value is None:
            continue
        if value.lower() not in (*_TRUE, *_FALSE):
            message = f"{name}={shown(value)}: only true and 1 switch it on, so it is off"
            yield _finding(place, "switch", Outcome.PROBLEM, message, f"export {name}=true")
            continue
        said[name] = value.lower() in _TRUE
        if not said[name]:
            message = f"{name}={value}: clients that don't choose for themselves call the Developer API, past every order"
            yield _finding(place, "switch", Outcome.PROBLEM, message, f"export {name}=true")
    if len(set(said.values())) > 1:
        message = (
            f"{' and '.join(said)} contradict each other; the first one counts from google-genai 1.74.0 on"
        )
        yield _finding(place, "switch", Outcome.PROBLEM, message, "keep one")


def _keys(variables: Mapping[str, str], place: Place) -> Iterator[Finding]:
    on = any(variables.get(name, "").lower() in _TRUE for name in table()["switches"])
    for name in table()["keys"]:
        if not variables.get(name):
            continue
        # Its value is a secret and stays out of every message.
        if on:
            message = f"{name} is set: a client that takes it instead of a credential may call without your project, past every order"
            yield _finding(place, "api-key", Outcome.WARNING, message, f"unset {name}")
        else:
            message = f"{name} is set and Vertex AI isn't switched on: google-genai calls the Developer API, past every order"
            fix = f"unset {name}; export GOOGLE_GENAI_USE_VERTEXAI=true"
            yield _finding(place, "api-key", Outcome.PROBLEM, message, fix)


def foreign_address(variables: Mapping[str, str], *, loopback: bool) -> str | None:
    """The name of a variable that leads requests somewhere else than to Google, or None."""
    return next(
        (name for name in table()["addresses"] if _is_foreign(variables.get(name), loopback=loopback)), None
    )


def _is_foreign(value: str | None, *, loopback: bool) -> bool:
    if not value:
        return False
    address = parse(value if "://" in value else f"http://{value}")
    if address is None or address.user:
        return True
    return not (_GOOGLE.fullmatch(address.host) or (loopback and address.is_loopback))


def _addresses(variables: Mapping[str, str], place: Place, *, loopback: bool) -> Iterator[Finding]:
    local: list[str] = []
    for name, readers in table()["addresses"].items():
        value = variables.get(name)
        if not value:
            continue
        address = parse(value if "://" in value else f"http://{value}")
        host = plain(address.host) if address else "something that isn't an address"
        if _is_foreign(value, loopback=loopback):
            message = f"{name} sends what {readers} ask, with your token, to {host}, not to Google"
            fix = f"unset {name}, unless that is a gateway of your own"
            yield _finding(place, "address", Outcome.PROBLEM, message, fix)
        elif address is not None and address.is_loopback:
            local.append(name)
    if local:
        what = "is" if len(local) == 1 else "are"
        message = f"{', '.join(local)} {what} this machine: nothing of this reaches Google"
        yield _finding(place, "address", Outcome.WARNING, message, f"unset {' '.join(local)} to call Google")


def _quota(variables: Mapping[str, str], expected: Expected, place: Place) -> Iterator[Finding]:
    quota = variables.get("GOOGLE_CLOUD_QUOTA_PROJECT")
    if quota and expected.projects and quota not in expected.projects:
        message = (
            f"GOOGLE_CLOUD_QUOTA_PROJECT={plain(quota[:80])} isn't one of {expected.stack}'s projects; the caller needs "
            "serviceusage.services.use there"
        )
        fix = f"export GOOGLE_CLOUD_QUOTA_PROJECT={expected.projects[0]}, or unset it"
        yield _finding(place, "quota-project", Outcome.WARNING, message, fix)


def _finding(
    place: Place, code: str, outcome: Outcome, message: str, fix: str | None = None, name: str | None = None
) -> Finding:
    line = place.line(name) if name else None
    at = f"{place.file}:{line}" if place.file and line else place.file
    return Finding(
        section=place.section,
        code=f"{place.prefix}/{code}",
        outcome=outcome,
        message=message,
        fix=fix,
        place=at,
    )
