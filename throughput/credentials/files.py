"""A whole credential file: its kind, every field, what the fields say together, and a sentence about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from throughput.credentials import checks
from throughput.credentials.addresses import (
    IMPERSONATE,
    IMPERSONATION,
    OAUTH_TOKEN,
    STS_INTROSPECT,
    STS_OAUTH_TOKEN,
    STS_REVOKE,
    STS_TOKEN,
    parse,
)
from throughput.credentials.checks import Field, Options, free, mapping, text, url_of
from throughput.credentials.reading import read_object
from throughput.credentials.reports import problem, warning
from throughput.credentials.sources import credential_source, source_kinds
from throughput.doctor.findings import Finding, Outcome, plain, shown
from throughput.problems import did_you_mean

_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")
_NO_KEY = "use federation or impersonation instead: pt adc STACK"


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What a file turned out to be. `value` may hold secrets: it is for the class loaders, never for a screen."""

    kind: str | None
    words: str
    findings: tuple[Finding, ...]
    impersonates: str | None = None
    token_file: str | None = None
    quota_project: str | None = None
    value: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def usable(self) -> bool:
        """Whether nothing in it is a problem."""
        return not any(finding.outcome is Outcome.PROBLEM for finding in self.findings)

    @property
    def secret(self) -> bool:
        """Whether whoever reads the file can act as its owner."""
        return self.kind is not None and self.kind != "external_account"


def examine(data: bytes, options: Options | None = None) -> Examined:
    """Judge a credential file's bytes. Never raises, whatever they are; a malformed file has at least one finding."""
    options = options or Options()
    value, unread = read_object(data)
    if value is None:
        return Examined(kind=None, words="unreadable", findings=tuple(unread))
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        return Examined(
            kind=None, words="of no known kind", findings=(_unknown_kind(value), *_keys("", value))
        )
    findings = [*_object("", value, options), *_hidden_keys(value)]
    return Examined(
        kind=kind,
        words=_words(value),
        findings=tuple(findings),
        impersonates=impersonated(value),
        token_file=_token_file(value),
        quota_project=_text_or_none(value.get("quota_project_id")),
        value=value,
    )


def impersonated(value: dict[str, Any]) -> str | None:
    """The service account that a file's credential becomes, or None."""
    url = value.get("service_account_impersonation_url")
    address = parse(url) if isinstance(url, str) else None
    match = IMPERSONATION.fullmatch(address.path) if address else None
    return match[1] if match else None


def _unknown_kind(value: dict[str, Any]) -> Finding:
    kind = value.get("type")
    if kind is None and ("installed" in value or "web" in value):
        message = (
            "this is an OAuth client (client_secret….json), which authenticates a program and nobody else"
        )
        return problem("not-a-credential", message, "gcloud auth application-default login")
    if kind is None:
        return problem(
            "missing-field", "type is missing; it says what kind of credential this is", place="type"
        )
    hint = did_you_mean(kind[:100], _KINDS) if isinstance(kind, str) else None
    message = f"type is {shown(kind)}, which google-auth doesn't know"
    return problem("kind", message, hint or f"there are: {', '.join(_KINDS)}", "type")


def _object(place: str, value: dict[str, Any], options: Options) -> Iterator[Finding]:
    kind = value["type"]
    yield from mapping(place, value, options, _KINDS[kind])
    yield from _TOGETHER.get(kind, lambda _value, _place: iter(()))(value, place)


def _source_credentials(place: str, value: Any, options: Options) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield problem("wrong-type", f"{place} isn't an object", place=place)
        return
    kind = value.get("type")
    if kind == "external_account":
        message = f"{place} is an external_account, which google-auth refuses inside another credential"
        fix = "put service_account_impersonation_url into the external_account file itself: pt adc STACK"
        yield problem("nested-external-account", message, fix, place)
    elif not isinstance(kind, str) or kind not in _SOURCES:
        message = f"{place}.type is {shown(kind)}; allowed: {', '.join(_SOURCES)}"
        yield problem("kind", message, place=f"{place}.type")
    else:
        yield from _object(place, value, options)


def _external_together(value: dict[str, Any], place: str) -> Iterator[Finding]:
    kinds, token_type = source_kinds(value.get("credential_source")), value.get("subject_token_type")
    wanted = {
        "environment_id": "urn:ietf:params:aws:token-type:aws4_request",
        "certificate": "urn:ietf:params:oauth:token-type:mtls",
    }
    special = [wanted[kind] for kind in kinds if kind in wanted]
    if isinstance(token_type, str) and token_type in checks.TOKEN_TYPES and kinds:
        fits = token_type in special if special else token_type not in wanted.values()
        if not fits:
            message = (
                f"subject_token_type says {checks.TOKEN_TYPES[token_type]}, credential_source is {kinds[0]}"
            )
            fix = f"write {special[0]}" if special else "write urn:ietf:params:oauth:token-type:jwt"
            yield problem("token-type", message, fix, "subject_token_type")
    if "service_account_impersonation" in value and "service_account_impersonation_url" not in value:
        message = "service_account_impersonation has no effect without service_account_impersonation_url"
        yield warning("lifetime", message, place="service_account_impersonation")
    if "workforce_pool_user_project" in value and not checks.is_workforce(value.get("audience")):
        message = "workforce_pool_user_project is for workforce pools; google-auth refuses it here"
        yield problem("workforce", message, "remove it", "workforce_pool_user_project")


def _service_account_together(value: dict[str, Any], place: str) -> Iterator[Finding]:
    where = f"{place} is" if place else "this file is"
    message = (
        f"{where} a service account key: whoever reads it is that account until somebody deletes the key"
    )
    yield warning("key", message, _NO_KEY, place or None)


def _gdch_together(value: dict[str, Any], place: str) -> Iterator[Finding]:
    yield problem(
        "kind", "gdch_service_account is for Google Distributed Cloud and can't call Vertex AI", _NO_KEY
    )


def _hidden_keys(value: dict[str, Any]) -> Iterator[Finding]:
    """Private keys where none belongs. A service account key's own field was named already."""
    if value["type"] in ("service_account", "gdch_service_account"):
        value = {name: inner for name, inner in value.items() if name != "private_key"}
    source = value.get("source_credentials")
    if isinstance(source, dict) and source.get("type") == "service_account":
        inner = {name: content for name, content in source.items() if name != "private_key"}
        value = {**value, "source_credentials": inner}
    yield from _keys("", value)


def _keys(place: str, value: Any) -> Iterator[Finding]:
    entries: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in entries:
        label = plain(str(name)[:60])
        where = f"{place}[{label}]" if isinstance(value, list) else f"{place}.{label}".lstrip(".")
        if name == "private_key" or (isinstance(inner, str) and _PEM.search(inner)):
            message = f"{where} holds a private key, where none belongs"
            yield problem("embedded-key", message, f"take it out and delete that key; {_NO_KEY}", where)
        else:
            yield from _keys(where, inner)


def _token_file(value: dict[str, Any]) -> str | None:
    source = value.get("credential_source")
    return (
        _text_or_none(source.get("file"))
        if isinstance(source, dict) and source_kinds(source) == ["file"]
        else None
    )


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value and "\x00" not in value else None


def _words(value: dict[str, Any]) -> str:
    kind, account = value["type"], impersonated(value)
    becomes = f", impersonates {plain(account)}" if account else ""
    if kind == "external_account":
        pool = checks.pool_of(value.get("audience"))
        direct = "" if account else ", acts as the pool's principal itself"
        return f"external account, {pool or 'of no known pool'}{becomes or direct}"
    if kind == "service_account":
        email = value.get("client_email")
        return f"service account key of {plain(email[:80]) if isinstance(email, str) else 'nobody named'}"
    return f"{_WORDS[kind]}{becomes}"


_WORDS = {
    "impersonated_service_account": "impersonated service account",
    "authorized_user": "a person's own credential",
    "external_account_authorized_user": "a person of a workforce pool",
    "gdch_service_account": "Google Distributed Cloud account",
}
_COMMON = {
    "type": Field(check=free),
    "universe_domain": Field(check=checks.universe),
    "quota_project_id": Field(check=checks.quota_project),
    "trust_boundary": Field(check=free),
}
_NEEDED_TEXT = Field(check=text, required=True)
_TEXT = Field(check=text)
_KINDS: dict[str, dict[str, Field]] = {
    "external_account": {
        **_COMMON,
        "audience": Field(check=checks.audience, required=True),
        "subject_token_type": Field(check=checks.token_type, required=True),
        "token_url": Field(check=url_of(STS_TOKEN), required=True),
        "token_info_url": Field(check=url_of(STS_INTROSPECT)),
        "service_account_impersonation_url": Field(check=url_of(IMPERSONATE)),
        "service_account_impersonation": Field(check=checks.lifetime),
        "credential_source": Field(check=credential_source, required=True),
        "client_id": _TEXT,
        "client_secret": _TEXT,
        "workforce_pool_user_project": Field(check=checks.quota_project),
        "scopes": Field(check=checks.scopes),
    },
    "impersonated_service_account": {
        **_COMMON,
        "service_account_impersonation_url": Field(check=url_of(IMPERSONATE), required=True),
        "source_credentials": Field(check=_source_credentials, required=True),
        "delegates": Field(check=checks.delegates),
        "scopes": Field(check=checks.scopes),
    },
    "authorized_user": {
        **_COMMON,
        "client_id": _NEEDED_TEXT,
        "client_secret": _NEEDED_TEXT,
        "refresh_token": _NEEDED_TEXT,
        "token_uri": Field(check=url_of(OAUTH_TOKEN)),
        "account": Field(check=free),
        "scopes": Field(check=checks.scopes),
        "token": Field(check=free),
        "expiry": Field(check=free),
        "rapt_token": Field(check=free),
    },
    "external_account_authorized_user": {
        **_COMMON,
        "audience": Field(check=checks.audience, required=True),
        "client_id": _NEEDED_TEXT,
        "client_secret": _NEEDED_TEXT,
        "refresh_token": _NEEDED_TEXT,
        "token_url": Field(check=url_of(STS_OAUTH_TOKEN), required=True),
        "token_info_url": Field(check=url_of(STS_INTROSPECT)),
        "revoke_url": Field(check=url_of(STS_REVOKE)),
        "scopes": Field(check=checks.scopes),
        "token": Field(check=free),
        "expiry": Field(check=free),
    },
    "service_account": {
        **_COMMON,
        "client_email": _NEEDED_TEXT,
        "private_key": Field(check=checks.pem, required=True),
        "token_uri": Field(check=url_of(OAUTH_TOKEN), required=True),
        "project_id": _TEXT,
        "private_key_id": _TEXT,
        "client_id": _TEXT,
        "auth_uri": _TEXT,
        "auth_provider_x509_cert_url": _TEXT,
        "client_x509_cert_url": _TEXT,
    },
    "gdch_service_account": {
        name: Field(check=free)
        for name in (
            *_COMMON,
            "format_version",
            "project",
            "private_key_id",
            "private_key",
            "name",
            "ca_cert_path",
            "token_uri",
        )
    },
}
# What google-auth takes as the source of an impersonation (impersonated_credentials.py, google-auth 2.63.0).
_SOURCES = ("authorized_user", "service_account", "external_account_authorized_user")
_TOGETHER = {
    "external_account": _external_together,
    "service_account": _service_account_together,
    "gdch_service_account": _gdch_together,
}
