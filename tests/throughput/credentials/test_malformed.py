"""Malformed credential files: every one gets a finding, none a traceback, none a connection."""

import json
import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.credentials.samples import (
    ABSENT,
    ACCOUNT,
    AWS,
    BECOME,
    CERTIFICATE,
    FILE,
    IMPERSONATED,
    KEY,
    PEM,
    PEOPLE,
    PERSON,
    POOL,
    SOUND,
    STS,
    URL,
    WORKFORCE,
    changed,
)
from throughput.credentials import Options, examine
from throughput.doctor.findings import Outcome

FOREIGN = [
    "https://sts.googleapis.com.evil.example/v1/token",
    "https://evil.example/v1/token",
    "https://sts-googleapis.com/v1/token",
    "https://stsXgoogleapis.com/v1/token",
    "https://foosts.googleapis.com/v1/token",
    "https://storage.googleapis.com/v1/token",
    "https://iamcredentials.googleapis.com/v1/token",
    "https://sts.europe-west3.googleapis.com/v1/token",
    "https://sts.a.b-c1.rep.googleapis.com/v1/token",
    "https://sts.googleapis.com./v1/token",
    "https://127.0.0.1/v1/token",
    "https://localhost/v1/token",
    "https://[::1]/v1/token",
    "https://169.254.169.254/v1/token",
    "https://2130706433/v1/token",
    "https:///v1/token",
    "https://xn--sts-googleapis.com/v1/token",
]
# Address of a token service → the code of the finding.
BAD_URLS = [(url, "credentials/foreign-host") for url in FOREIGN] + [
    ("http://sts.googleapis.com/v1/token", "credentials/not-https"),
    ("ftp://sts.googleapis.com/v1/token", "credentials/not-https"),
    ("file:///v1/token", "credentials/not-https"),
    ("https://sts.googleapis.com:443/v1/token", "credentials/port-in-url"),
    ("https://sts.googleapis.com:/v1/token", "credentials/port-in-url"),
    ("https://sts.googleapis.com:99999/v1/token", "credentials/port-in-url"),
    ("https://user@sts.googleapis.com/v1/token", "credentials/user-in-url"),
    ("https://user:word@sts.googleapis.com/v1/token", "credentials/user-in-url"),
    ("https://@sts.googleapis.com/v1/token", "credentials/user-in-url"),
    ("https://sts.googleapis.com@evil.example/v1/token", "credentials/user-in-url"),
    ("https://sts.googleapis.com", "credentials/wrong-path"),
    ("https://sts.googleapis.com/", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1/token/", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1//token", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1/../v1/token", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1/oauthtoken", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1/token%0a", "credentials/wrong-path"),
    ("https://sts.googleapis.com/v1/token?x=1", "credentials/query-in-url"),
    ("https://sts.googleapis.com/v1/token#x", "credentials/query-in-url"),
    ("https://sts.googleapis.com\\@evil.example/v1/token", "credentials/not-a-url"),
    ("https:sts.googleapis.com/v1/token", "credentials/not-a-url"),
    ("//sts.googleapis.com/v1/token", "credentials/not-a-url"),
    ("sts.googleapis.com/v1/token", "credentials/not-a-url"),
    ("https://sts.googleapis.com/v1/to ken", "credentials/not-a-url"),
    ("https://ſts.googleapis.com/v1/token", "credentials/not-a-url"),
    ("https://sts.googleapis.com/v1/token\n", "credentials/control-character"),
    (" https://sts.googleapis.com/v1/token", "credentials/blank-around"),
    ("", "credentials/empty-field"),
    ("   ", "credentials/empty-field"),
    (None, "credentials/wrong-type"),
    (7, "credentials/wrong-type"),
    (["https://sts.googleapis.com/v1/token"], "credentials/wrong-type"),
    ({}, "credentials/wrong-type"),
    (True, "credentials/wrong-type"),
    (ABSENT, "credentials/missing-field"),
]
BAD_IMPERSONATION = [
    BECOME.replace("https", "http"),
    BECOME.replace("iamcredentials.googleapis.com", "evil.example"),
    BECOME.replace("iamcredentials", "sts"),
    BECOME.replace("projects/-/", "projects/acme-prod/"),
    BECOME.replace(":generateAccessToken", ":generateIdToken"),
    BECOME.replace(":generateAccessToken", ""),
    BECOME.replace(ACCOUNT, "chat-api"),
    BECOME.replace(ACCOUNT, ""),
    BECOME.replace(ACCOUNT, f"{ACCOUNT}/../other@acme-prod.iam.gserviceaccount.com"),
    BECOME + "?alt=json",
    BECOME.replace("https://", "https://user:word@"),
    BECOME.replace(".com/", ".com:8443/"),
]
BAD_AUDIENCES = [
    (POOL.replace("635552151046", "acme-prod"), "credentials/audience-project"),
    (POOL.replace("635552151046", "Acme Prod"), "credentials/audience-project"),
    (POOL.replace("/providers/gitlab", ""), "credentials/audience"),
    (POOL.replace("workloadIdentityPools/gitlab", "workloadIdentityPools/abc"), "credentials/audience"),
    (
        POOL.replace("workloadIdentityPools/gitlab", f"workloadIdentityPools/{'a' * 33}"),
        "credentials/audience",
    ),
    (POOL.replace("providers/gitlab", "providers/Git_Lab"), "credentials/audience"),
    (POOL.replace("/global/", "/us/"), "credentials/audience"),
    (f"https:{POOL}", "credentials/audience"),
    (POOL.replace("iam.googleapis.com", "evil.example"), "credentials/audience"),
    (POOL + "/", "credentials/audience"),
    (POOL + "\n", "credentials/control-character"),
    (PEOPLE.replace("locations/global/", ""), "credentials/audience"),
    ("audience", "credentials/audience"),
    (635552151046, "credentials/wrong-type"),
    ("", "credentials/empty-field"),
    (ABSENT, "credentials/missing-field"),
]
BAD_SOURCES: list[Any] = [
    {},
    None,
    [],
    "/var/run/token",
    {"path": "/var/run/token"},
    {"file": "/var/run/token", "url": "https://issuer.example.com"},
    {"file": "/var/run/token", "executable": {"command": "/bin/true"}},
    {"file": "/var/run/token", "environment_id": "aws1"},
    {"file": "/var/run/token", "certificate": {"use_default_certificate_config": True}},
    {"url": "https://a.example", "executable": {"command": "/bin/true"}},
    {"file": ""},
    {"file": "token"},
    {"file": "../token"},
    {"file": "/var/run/to\x00ken"},
    {"file": "/var/run/token\n"},
    {"file": 3},
    {"file": None},
    {"file": ["/var/run/token"]},
    {"file": "/t", "format": "json"},
    {"file": "/t", "format": {"type": "xml"}},
    {"file": "/t", "format": {"type": "json"}},
    {"file": "/t", "format": {}},
    {"file": "/t", "headers": {"a": "b"}},
    {"url": "http://issuer.example.com/token"},
    {"url": "https://user:word@issuer.example.com/token"},
    {"url": "file:///etc/passwd"},
    {"url": "gopher://169.254.169.254/"},
    {"url": "issuer"},
    {"url": "https://"},
    {"url": "https://a.example", "headers": ["a"]},
    {"url": "https://a.example", "headers": {"a b": "c"}},
    {"url": "https://a.example", "headers": {"a": "b\r\nc: d"}},
    {"url": "https://a.example", "headers": {"a": 1}},
    {"executable": "/bin/true"},
    {"executable": {}},
    {"executable": {"command": ""}},
    {"executable": {"command": "/bin/true"}},
    {"executable": {"command": "token-helper --all"}},
    {"executable": {"command": "/bin/true", "timeout_millis": 10}},
    {"executable": {"command": "/bin/true", "timeout_millis": "5000"}},
    {"executable": {"command": "/bin/true", "timeout_millis": 120_001}},
    {"executable": {"command": "/bin/true", "output_file": 7}},
    {"certificate": {}},
    {"certificate": {"use_default_certificate_config": False}},
    {"certificate": {"use_default_certificate_config": "yes"}},
    {"certificate": {"use_default_certificate_config": True, "certificate_config_location": "/c.json"}},
    {"certificate": "/c.json"},
    {"environment_id": "aws1"},
]
BAD_AWS = [
    ("environment_id", "aws2"),
    ("environment_id", "AWS1"),
    ("environment_id", "azure1"),
    ("environment_id", 1),
    ("region_url", "http://evil.example/latest/meta-data/placement/availability-zone"),
    ("region_url", "http://169.254.169.254:8080/latest/meta-data/placement/availability-zone"),
    ("region_url", "http://169.254.169.254/latest/user-data"),
    ("url", "http://169.254.169.25/latest/meta-data/iam/security-credentials"),
    ("url", "http://a:b@169.254.169.254/latest/meta-data/iam/security-credentials"),
    ("url", "not an address"),
    ("imdsv2_session_token_url", "http://evil.example/latest/api/token"),
    (
        "regional_cred_verification_url",
        "http://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
    ),
    (
        "regional_cred_verification_url",
        "https://sts.evil.example?Action=GetCallerIdentity&Version=2011-06-15",
    ),
    (
        "regional_cred_verification_url",
        "https://sts.{region}.amazonaws.com?Action=AssumeRole&Version=2011-06-15",
    ),
    (
        "regional_cred_verification_url",
        "https://sts.{region}.amazonaws.com:444?Action=GetCallerIdentity&Version=1",
    ),
    ("regional_cred_verification_url", ABSENT),
    ("regional_cred_verification_url", 5),
]
LIFETIMES: list[Any] = [0, -1, 599, 43_201, 10**30, 3600.0, "3600", "3600s", None, True, [], 7200, 43_200]
OTHER: list[tuple[dict[str, Any], str, Any]] = [
    (FILE, "type", "external-account"),
    (FILE, "type", "External_Account"),
    (FILE, "type", None),
    (FILE, "type", ["external_account"]),
    (FILE, "type", ABSENT),
    (FILE, "type", "\ud800"),
    (FILE, "universe_domain", "evil.example"),
    (FILE, "universe_domain", ""),
    (FILE, "quota_project_id", "A Project"),
    (FILE, "quota_project_id", 12),
    (FILE, "subject_token_type", "jwt"),
    (FILE, "subject_token_type", "urn:ietf:params:oauth:token-type:id-token"),
    (FILE, "subject_token_type", ABSENT),
    (FILE, "subject_token_type", AWS["subject_token_type"]),
    (AWS, "subject_token_type", FILE["subject_token_type"]),
    (CERTIFICATE, "subject_token_type", FILE["subject_token_type"]),
    (URL, "subject_token_type", CERTIFICATE["subject_token_type"]),
    (FILE, "service_account_impersonation_url", ABSENT),
    (FILE, "service_account_impersonation", 3600),
    (FILE, "workforce_pool_user_project", "acme-prod"),
    (FILE, "token_info_url", "https://evil.example/v1/introspect"),
    (FILE, "credential_sources", {"file": "/t"}),
    (FILE, "private_key", PEM),
    (FILE, "notes", PEM),
    (FILE, "notes", [{"deep": [PEM]}]),
    (FILE, "client_secret", ""),
    (FILE, "scopes", "cloud-platform"),
    (PERSON, "refresh_token", ABSENT),
    (PERSON, "refresh_token", ""),
    (PERSON, "client_id", None),
    (PERSON, "client_secret", ABSENT),
    (PERSON, "token_uri", "https://evil.example/token"),
    (PERSON, "private_key", PEM),
    (IMPERSONATED, "source_credentials", ABSENT),
    (IMPERSONATED, "source_credentials", "me"),
    (IMPERSONATED, "source_credentials", {}),
    (IMPERSONATED, "source_credentials", FILE),
    (IMPERSONATED, "source_credentials", IMPERSONATED),
    (IMPERSONATED, "source_credentials", KEY),
    (IMPERSONATED, "source_credentials.refresh_token", 5),
    (IMPERSONATED, "source_credentials.type", {"a": 1}),
    (IMPERSONATED, "delegates", ACCOUNT),
    (IMPERSONATED, "delegates", ["somebody"]),
    (IMPERSONATED, "delegates", [1]),
    (WORKFORCE, "token_url", STS),
    (WORKFORCE, "revoke_url", "https://evil.example/v1/revoke"),
    (WORKFORCE, "audience", ABSENT),
    (KEY, "private_key", "none"),
    (KEY, "private_key", 5),
    (KEY, "token_uri", "https://evil.example/token"),
    (KEY, "client_email", ABSENT),
    (KEY, "project_id", "acme-prod"),
    ({"installed": {"client_id": "x", "client_secret": "y"}}, "web", {}),
    ({"type": "gdch_service_account"}, "name", "x"),
]
DEEP = b'{"type":"external_account","credential_source":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
RAW = [
    b"",
    b" \n",
    b"\x00",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf" + json.dumps(FILE).encode(),
    b"\x80\x81",
    json.dumps(FILE).encode("utf-16"),
    b"null",
    b"[]",
    b"[" * 200_000,
    DEEP,
    b'{"type":' + b"[" * 30 + b"]" * 30 + b"}",
    b'"external_account"',
    b"42",
    b"9" * 5000,
    b"true",
    b"NaN",
    b'{"type": NaN}',
    b"{",
    b'{"type":"external_account",}',
    b'{"type":"external_account"} {"type":"external_account"}',
    b'{"type":"authorized_user","type":"external_account"}',
    b"{'type':'external_account'}",
    b"type: external_account\n",
    b"<html></html>",
    json.dumps(FILE).encode()[:-1],
    json.dumps(FILE).encode() + b"\x00",
    json.dumps(FILE | {"padding": "x" * 300_000}).encode(),
    PEM.encode(),
    b"ya29.some-token",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
]


def cases() -> Iterator[tuple[str, bytes, str | None]]:
    """Name, bytes, and the code that must be among the findings where one is meant."""
    for url, code in BAD_URLS:
        yield f"token_url {url!r}", written(changed(FILE, "token_url", url)), code
    for url in BAD_IMPERSONATION:
        for base in (FILE, IMPERSONATED):
            value = changed(base, "service_account_impersonation_url", url)
            yield f"{base['type']} {url}", written(value), None
    for audience, code in BAD_AUDIENCES:
        yield f"audience {audience!r}", written(changed(FILE, "audience", audience)), code
    for source in BAD_SOURCES:
        yield f"source {source!r}", written(changed(FILE, "credential_source", source)), None
    for name, wrong in BAD_AWS:
        yield f"aws {name} {wrong!r}", written(changed(AWS, f"credential_source.{name}", wrong)), None
    for seconds in LIFETIMES:
        path = "service_account_impersonation.token_lifetime_seconds"
        yield f"lifetime {seconds!r}", written(changed(FILE, path, seconds)), None
    for base, path, wrong in OTHER:
        yield f"{base.get('type')} {path} {str(wrong)[:40]!r}", written(changed(base, path, wrong)), None
    for raw in RAW:
        yield f"raw {raw[:30]!r}", raw, None


def written(value: object) -> bytes:
    return json.dumps(value).encode()


CASES = list(cases())


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> NoReturn:
        raise AssertionError("a credential check opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_there_are_at_least_200_of_them_and_all_differ() -> None:
    assert len({raw for _, raw, _ in CASES}) >= 200


@pytest.mark.parametrize(
    ("raw", "code"), [case[1:] for case in CASES], ids=[str(n) for n in range(len(CASES))]
)
def test_a_malformed_file_gets_a_finding(raw: bytes, code: str | None) -> None:
    found = examine(raw)
    assert found.findings
    assert all(one.outcome in (Outcome.PROBLEM, Outcome.WARNING) for one in found.findings)
    for one in found.findings:
        assert one.message.isprintable(), one
        assert one.code.startswith("credentials/")
    if code:
        assert code in [one.code for one in found.findings]


@pytest.mark.parametrize("url", FOREIGN)
def test_a_foreign_host_stays_foreign_where_this_machine_may_stand_in(url: str) -> None:
    found = examine(written(changed(FILE, "token_url", url)), Options(loopback=True))
    local = any(host in url for host in ("//127.0.0.1/", "//localhost/", "//[::1]/"))
    assert found.usable == local
    assert found.findings


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    (base, path)
    for base in SOUND.values()
    for name, value in base.items()
    for path in (name, *(f"{name}.{inner}" for inner in (value if isinstance(value, dict) else ())))
]


@settings(max_examples=150)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_any_value_anywhere_is_judged_without_a_traceback(
    place: tuple[dict[str, Any], str], value: Any
) -> None:
    base, path = place
    found = examine(written(changed(base, path, value)))
    assert all(one.message.isprintable() for one in found.findings)


@settings(max_examples=150)
@given(base=st.sampled_from(list(SOUND.values())), data=st.data())
def test_any_damage_to_the_bytes_is_judged_without_a_traceback(
    base: dict[str, Any], data: st.DataObject
) -> None:
    raw = bytearray(written(base))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    for one in examine(bytes(raw)).findings:
        assert one.message.isprintable()


@settings(max_examples=100)
@given(raw=st.binary(max_size=200))
def test_any_bytes_that_are_no_credential_get_a_finding(raw: bytes) -> None:
    assert examine(raw).findings
