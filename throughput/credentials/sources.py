"""Where a federated credential gets its outside token: a file, an address, AWS, a program or a certificate."""

import re
from collections.abc import Iterator
from typing import Any

from throughput.credentials.addresses import METADATA_HOSTS, parse
from throughput.credentials.checks import Check, Field, Options, free, mapping, text
from throughput.credentials.reports import problem, warning
from throughput.doctor.findings import Finding, shown

_KINDS = ("file", "url", "environment_id", "executable", "certificate")
_AWS_STS = re.compile(r"sts(\.(\{region\}|[a-z]{2}(-[a-z]+)+-[0-9]+))?\.amazonaws\.com(\.cn)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MILLIS = (5_000, 120_000)


def source_kinds(value: Any) -> list[str]:
    """The kinds a credential_source names; `url` beside `environment_id` belongs to AWS."""
    if not isinstance(value, dict):
        return []
    named = [kind for kind in _KINDS if kind in value]
    return [kind for kind in named if not (kind == "url" and "environment_id" in named)]


def credential_source(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """Exactly one kind of source, with that kind's fields."""
    kinds = source_kinds(value)
    if isinstance(value, dict) and len(kinds) != 1:
        found = f"has several: {', '.join(kinds)}" if kinds else "has none"
        yield problem(
            "source", f"{place} {found}; exactly one of {', '.join(_KINDS)} is expected", place=place
        )
        return
    fields = _FIELDS[kinds[0]] if kinds else {}
    yield from mapping(place, value, options, fields)


def _file(place: str, value: Any, options: Options) -> Iterator[Finding]:
    wrong = list(text(place, value, options))
    yield from wrong
    if not wrong and not _is_absolute(value):
        message = f"{place} is {shown(value)}, relative to wherever the program is started"
        yield warning("relative-path", message, "write the whole path", place)


def _is_absolute(value: str) -> bool:
    return value.startswith(("/", "\\\\")) or re.match(r"[A-Za-z]:[\\/]", value) is not None


def _local_or_https(place: str, value: Any, options: Options) -> Iterator[Finding]:
    """A token's own address: https anywhere, plain http on the machine itself only."""
    wrong = list(text(place, value, options))
    if wrong:
        yield from wrong
        return
    address = parse(value)
    if address is None or not address.host:
        yield problem("not-a-url", f"{place} isn't a URL", place=place)
    elif address.user:
        yield problem("user-in-url", f"{place} names a user or a password in front of its host", place=place)
    elif address.scheme == "http" and not (address.is_loopback or address.host in METADATA_HOSTS):
        message = f"{place} asks {shown(address.host)} over http: the token would travel unencrypted"
        yield problem("not-https", message, "use https", place)
    elif address.scheme not in ("http", "https"):
        yield problem(
            "not-https", f"{place} has the scheme {shown(address.scheme)}; https is expected", place=place
        )


def _metadata(path: str) -> Check:
    def check(place: str, value: Any, options: Options) -> Iterator[Finding]:
        wrong = list(text(place, value, options))
        if wrong:
            yield from wrong
            return
        address = parse(value)
        if address is None:
            yield problem("not-a-url", f"{place} isn't a URL", f"write http://169.254.169.254{path}", place)
            return
        if address.user:
            yield problem(
                "user-in-url", f"{place} names a user or a password in front of its host", place=place
            )
        elif address.host not in METADATA_HOSTS or address.port is not None:
            message = f"{place} is {shown(str(address))}, not the machine's metadata service"
            yield problem("foreign-host", message, f"write http://169.254.169.254{path}", place)
        elif address.path.rstrip("/") != path:
            fix = f"write http://169.254.169.254{path}"
            yield problem("wrong-path", f"{place} has the path {shown(address.path)}", fix, place)

    return check


def _verification(place: str, value: Any, options: Options) -> Iterator[Finding]:
    wrong = list(text(place, value, options))
    if wrong:
        yield from wrong
        return
    fix = "write https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
    address = parse(value)
    if address is None:
        yield problem("not-a-url", f"{place} isn't a URL", fix, place)
    elif address.user:
        yield problem("user-in-url", f"{place} names a user or a password in front of its host", fix, place)
    elif address.scheme != "https":
        yield problem("not-https", f"{place} is {address.scheme}", fix, place)
    elif address.port is not None:
        yield problem("port-in-url", f"{place} names the port {shown(address.port)}", fix, place)
    elif _AWS_STS.fullmatch(address.host) is None:
        yield problem(
            "foreign-host", f"{place} is {shown(address.host)}, not AWS's token service", fix, place
        )
    elif not address.query.startswith("?Action=GetCallerIdentity&"):
        yield problem("wrong-path", f"{place} asks for something else than GetCallerIdentity", fix, place)


def _aws(place: str, value: Any, options: Options) -> Iterator[Finding]:
    wrong = list(text(place, value, options))
    if not wrong and value != "aws1":
        wrong = [
            problem("source", f"{place} is {shown(value)}; aws1 is the one there is", "write aws1", place)
        ]
    yield from wrong


def _format(place: str, value: Any, options: Options) -> Iterator[Finding]:
    fields = {"type": Field(check=_format_type, required=True), "subject_token_field_name": Field(check=text)}
    yield from mapping(place, value, options, fields)
    if isinstance(value, dict) and value.get("type") == "json" and "subject_token_field_name" not in value:
        message = f"{place} is json without subject_token_field_name: the token can't be found in it"
        yield problem("missing-field", message, place=place)


def _format_type(place: str, value: Any, options: Options) -> Iterator[Finding]:
    del options
    if value not in ("text", "json"):
        yield problem("source", f"{place} is {shown(value)}; text or json is expected", place=place)


def _headers(place: str, value: Any, options: Options) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield problem("wrong-type", f"{place} isn't an object of header names and values", place=place)
        return
    for name, content in value.items():
        if _HEADER.fullmatch(name) is None or list(text(place, content, options)):
            yield problem("header", f"{place} has a header that can't be sent", place=place)


def _executable(place: str, value: Any, options: Options) -> Iterator[Finding]:
    fields = {
        "command": Field(check=_command, required=True),
        "timeout_millis": Field(check=_millis),
        "interactive_timeout_millis": Field(check=_any_millis),
        "output_file": Field(check=_file),
    }
    yield from mapping(place, value, options, fields)
    message = f"{place}: a program is started for every token, with the rights of whoever calls"
    if options.executables:
        yield warning("executable", message, "prefer a token file; review that program like your own", place)
    else:
        fix = (
            "use a token file; or, if you trust that program, set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1"
        )
        yield problem(
            "executable", f"{message}; google-auth refuses unless the environment allows it", fix, place
        )


def _command(place: str, value: Any, options: Options) -> Iterator[Finding]:
    wrong = list(text(place, value, options))
    yield from wrong
    if not wrong and not _is_absolute(value):
        message = f"{place} doesn't start with a whole path: what runs depends on PATH"
        yield problem("relative-path", message, "name the program by its whole path", place)


def _millis(place: str, value: Any, options: Options) -> Iterator[Finding]:
    wrong = list(_any_millis(place, value, options))
    low, high = _MILLIS
    if not wrong and not low <= value <= high:
        wrong = [problem("timeout", f"{place} is {shown(value)}; allowed: {low:,} to {high:,}", place=place)]
    yield from wrong


def _any_millis(place: str, value: Any, options: Options) -> Iterator[Finding]:
    del options
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        yield problem("timeout", f"{place} is {shown(value)}; whole milliseconds are expected", place=place)


def _certificate(place: str, value: Any, options: Options) -> Iterator[Finding]:
    fields = {
        "use_default_certificate_config": Field(check=_flag),
        "certificate_config_location": Field(check=_file),
        "trust_chain_path": Field(check=_file),
    }
    yield from mapping(place, value, options, fields)
    if not isinstance(value, dict):
        return
    if (value.get("use_default_certificate_config") is True) == ("certificate_config_location" in value):
        message = f"{place} needs one of use_default_certificate_config: true and certificate_config_location"
        yield problem("source", message, place=place)


def _flag(place: str, value: Any, options: Options) -> Iterator[Finding]:
    del options
    if not isinstance(value, bool):
        yield problem("wrong-type", f"{place} isn't true or false", place=place)


_FIELDS: dict[str, dict[str, Field]] = {
    "file": {"file": Field(check=_file), "format": Field(check=_format)},
    "url": {
        "url": Field(check=_local_or_https),
        "headers": Field(check=_headers),
        "format": Field(check=_format),
    },
    "environment_id": {
        "environment_id": Field(check=_aws),
        "region_url": Field(check=_metadata("/latest/meta-data/placement/availability-zone")),
        "url": Field(check=_metadata("/latest/meta-data/iam/security-credentials")),
        "imdsv2_session_token_url": Field(check=_metadata("/latest/api/token")),
        "regional_cred_verification_url": Field(check=_verification, required=True),
        "format": Field(check=free),
    },
    "executable": {"executable": Field(check=_executable)},
    "certificate": {"certificate": Field(check=_certificate)},
}
