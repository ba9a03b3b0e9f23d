"""Checks of single fields. Each takes where the field stands, its value and the options, and gives findings."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from throughput.credentials.addresses import Service, judge
from throughput.credentials.reports import problem, warning
from throughput.doctor.findings import Finding, plain, shown
from throughput.names import project_id
from throughput.problems import did_you_mean

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMAIL = re.compile(r"[^\s/:@]+@[^\s/:@]+\.[^\s/:@]+")
_POOL = r"[a-z0-9-]{4,32}"
_WORKLOAD = re.compile(
    rf"//iam\.googleapis\.com/projects/([0-9]+)/locations/global/workloadIdentityPools/({_POOL})/providers/({_POOL})"
)
_WORKFORCE = re.compile(
    r"//iam\.googleapis\.com/locations/global/workforcePools/([a-z][a-z0-9-]{4,61}[a-z0-9])/providers/([a-z0-9-]{4,32})"
)
_ANY_WORKLOAD = re.compile(
    r"(?:https:)?//[^/]*/projects/([^/]+)/locations/([^/]+)/workloadIdentityPools/([^/]+)/providers/([^/]+)"
)
TOKEN_TYPES = {
    "urn:ietf:params:oauth:token-type:jwt": "a JWT",
    "urn:ietf:params:oauth:token-type:id_token": "an ID token",
    "urn:ietf:params:oauth:token-type:saml2": "a SAML assertion",
    "urn:ietf:params:aws:token-type:aws4_request": "a signed AWS request",
    "urn:ietf:params:oauth:token-type:mtls": "a client certificate",
}
_LIFETIME = (600, 43_200)
_USUAL_LIFETIME = 3600


@dataclass(frozen=True, kw_only=True)
class Options:
    """`loopback`: this machine may stand in for Google. `executables`: the environment lets credentials start programs."""

    loopback: bool = False
    executables: bool = False


Check = Callable[[str, Any, Options], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a credential file."""

    check: Check
    required: bool = False


def text(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A text on one line, with something in it. The value is never shown: it may be a secret."""
    del options
    if not isinstance(value, str):
        yield problem("wrong-type", f"{place} is {_kind(value)}; a text is expected", place=place)
    elif not value.strip():
        yield problem("empty-field", f"{place} is empty", place=place)
    elif _CONTROL.search(value):
        yield problem("control-character", f"{place} holds a control character or a line break", place=place)
    elif value != value.strip():
        yield problem("blank-around", f"{place} has blanks around its value", place=place)


def free(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A field that Google's libraries write and that decides nothing here."""
    del place, value, options
    yield from ()


def pem(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A private key, of which only the frame is looked at."""
    del options
    if not isinstance(value, str) or "-----BEGIN " not in value:
        yield problem("key-broken", f"{place} isn't a private key in PEM form", place=place)


def url_of(service: Service) -> Check:
    """The address of one of Google's services."""

    def check(place: str, value: Any, options: Options) -> Iterator[Finding]:
        wrong = list(text(place, value, options))
        yield from wrong or judge(place, value, service, loopback=options.loopback)

    return check


def audience(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A pool and its provider: by project number for workloads, without a project for people."""
    wrong = list(text(place, value, options))
    if wrong:
        yield from wrong
        return
    if _WORKLOAD.fullmatch(value) or _WORKFORCE.fullmatch(value):
        return
    near = _ANY_WORKLOAD.fullmatch(value)
    if near and not near[1].isdecimal():
        message = f"{place} names the project by {shown(near[1])}; Google wants its number"
        fix = (
            f"gcloud projects describe {near[1]} --format='value(projectNumber)'"
            if _is_project(near[1])
            else None
        )
        yield problem("audience-project", message, fix, place)
        return
    message = (
        f"{place} is {shown(value)}, which names no pool and provider (ids of 4 to 32 of a-z, 0-9 and '-')"
    )
    form = (
        "//iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER"
    )
    yield problem("audience", message, f"the form is {form}", place)


def _is_project(value: str) -> bool:
    try:
        project_id(value)
    except ValueError:
        return False
    return True


def is_workforce(value: Any) -> bool:
    """Whether an audience is a workforce pool's."""
    return isinstance(value, str) and _WORKFORCE.fullmatch(value) is not None


def pool_of(value: Any) -> str | None:
    """The pool in an audience, as people name it: workloadIdentityPools/github."""
    if not isinstance(value, str):
        return None
    if match := _WORKLOAD.fullmatch(value):
        return f"workloadIdentityPools/{match[2]}"
    match = _WORKFORCE.fullmatch(value)
    return f"workforcePools/{match[1]}" if match else None


def token_type(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """What the outside token is."""
    wrong = list(text(place, value, options))
    if wrong:
        yield from wrong
    elif value not in TOKEN_TYPES:
        hint = did_you_mean(value, TOKEN_TYPES) or f"there are: {', '.join(TOKEN_TYPES)}"
        yield problem(
            "token-type", f"{place} is {shown(value)}, which the token exchange doesn't know", hint, place
        )


def universe(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """Google's own cloud; others have other hosts, and their own credentials."""
    wrong = list(text(place, value, options))
    if wrong:
        yield from wrong
    elif value != "googleapis.com":
        message = f"{place} is {shown(value)}: every call would leave Google Cloud for that domain"
        yield problem("universe", message, "write googleapis.com", place)


def quota_project(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A project id."""
    wrong = list(text(place, value, options))
    if not wrong and not _is_project(value):
        wrong = [
            problem("quota-project", f"{place} is {shown(value)}, which can't be a project id", place=place)
        ]
    yield from wrong


def scopes(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A list of scopes."""
    if not isinstance(value, list) or any(list(text(place, scope, options)) for scope in value):
        yield problem("wrong-type", f"{place} is {_kind(value)}; a list of texts is expected", place=place)


def delegates(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """The service accounts in between, by e-mail or resource name."""
    del options
    if not isinstance(value, list):
        yield problem("wrong-type", f"{place} is {_kind(value)}; a list is expected", place=place)
        return
    for index, entry in enumerate(value):
        name = entry.removeprefix("projects/-/serviceAccounts/") if isinstance(entry, str) else ""
        if _EMAIL.fullmatch(name) is None:
            message = f"{place}[{index}] is no service account; expected projects/-/serviceAccounts/EMAIL"
            yield problem("delegate", message, place=place)


def lifetime(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """The mapping that says how long an impersonated token lives."""
    yield from mapping(place, value, options, {"token_lifetime_seconds": Field(check=_seconds)})


def _seconds(place: str, value: Any, options: Options) -> Iterator[Finding]:
    del options
    low, high = _LIFETIME
    if isinstance(value, bool) or not isinstance(value, int):
        yield problem("wrong-type", f"{place} is {_kind(value)}; whole seconds are expected", place=place)
    elif not low <= value <= high:
        message = f"{place} is {shown(value)}; Google allows {low} to {high:,}"
        yield problem("lifetime", message, f"write {_USUAL_LIFETIME}", place)
    elif value > _USUAL_LIFETIME:
        message = (
            f"{place} is {value:,}: more than an hour needs an organisation policy for that service account"
        )
        fix = "allow it by iam.allowServiceAccountCredentialLifetimeExtension, or write 3600"
        yield warning("long-lifetime", message, fix, place)


def mapping(place: str, value: Any, options: Options, fields: dict[str, Field]) -> Iterator[Finding]:
    """A mapping of known fields."""
    if not isinstance(value, dict):
        yield problem("wrong-type", f"{place} is {_kind(value)}; an object is expected", place=place)
        return
    within = f"{place}." if place else ""
    for name, field in fields.items():
        if name in value:
            yield from field.check(f"{within}{name}", value[name], options)
        elif field.required:
            yield problem("missing-field", f"{within}{name} is missing", place=f"{within}{name}")
    for name in value:
        if name not in fields:
            yield _unknown(within, name, fields)


def _unknown(within: str, name: str, fields: dict[str, Field]) -> Finding:
    hint = did_you_mean(name[:100], fields)
    place = f"{within}{plain(name[:60])}"
    return warning(
        "unknown-field", f"{place} isn't a field of this kind of file, and is ignored", hint, place
    )


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "null",
        int: "a number",
        float: "a number",
    }
    return names[type(value)]
