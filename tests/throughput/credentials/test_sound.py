"""Files that are fine draw no finding, and are described without giving anything away."""

import json

import pytest

from tests.throughput.credentials.samples import (
    ACCOUNT,
    AWS,
    BECOME,
    FILE,
    IMPERSONATED,
    KEY,
    PEOPLE,
    SOUND,
    changed,
)
from throughput.credentials import Options, examine
from throughput.doctor.findings import Outcome


def data(value: object) -> bytes:
    return json.dumps(value, indent=2).encode()


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_has_no_finding(name: str) -> None:
    found = examine(data(SOUND[name]))
    assert found.findings == ()
    assert found.usable


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("token_url", "https://sts.mtls.googleapis.com/v1/token"),
        ("token_url", "https://sts.europe-west3.rep.googleapis.com/v1/token"),
        ("token_url", "https://STS.googleapis.com/v1/token"),
        (
            "service_account_impersonation_url",
            BECOME.replace("iamcredentials", "iamcredentials.us-east5.rep"),
        ),
        ("service_account_impersonation_url", BECOME.replace("iamcredentials", "iamcredentials.mtls")),
        ("audience", PEOPLE),
        ("service_account_impersonation.token_lifetime_seconds", 600),
        ("credential_source", {"file": "/t", "format": {"type": "text"}}),
        ("credential_source", {"file": "C:\\tokens\\t"}),
        ("credential_source", {"url": "http://169.254.169.254/metadata/identity/oauth2/token"}),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"),
    ],
)
def test_every_documented_variant_is_fine(path: str, value: object) -> None:
    assert examine(data(changed(FILE, path, value))).findings == ()


def test_the_description_names_pool_account_and_token_file() -> None:
    found = examine(data(FILE))
    assert found.words == f"external account, workloadIdentityPools/gitlab, impersonates {ACCOUNT}"
    assert (found.impersonates, found.token_file, found.quota_project) == (
        ACCOUNT,
        "/var/run/token",
        "acme-prod",
    )
    assert not found.secret
    assert examine(data(AWS)).token_file is None
    assert examine(data(IMPERSONATED)).secret


def test_a_key_works_and_is_warned_about() -> None:
    found = examine(data(KEY))
    assert [(one.code, one.outcome) for one in found.findings] == [("credentials/key", Outcome.WARNING)]
    assert found.usable


def test_this_machine_may_stand_in_only_when_asked() -> None:
    local = changed(FILE, "token_url", "http://127.0.0.1:8765/v1/token")
    assert not examine(data(local)).usable
    allowed = examine(data(local), Options(loopback=True))
    assert [(one.code, one.outcome) for one in allowed.findings] == [
        ("credentials/loopback", Outcome.WARNING)
    ]


def test_executables_are_a_problem_until_the_environment_allows_them() -> None:
    value = changed(FILE, "credential_source", {"executable": {"command": "/usr/bin/token"}})
    assert not examine(data(value)).usable
    allowed = examine(data(value), Options(executables=True))
    assert [one.outcome for one in allowed.findings] == [Outcome.WARNING]


def test_no_secret_gets_into_a_finding_or_a_description() -> None:
    secret = "hush-5df1"
    for path in ("client_secret", "refresh_token", "client_id"):
        for value in (secret + "\n", f" {secret}", secret):
            found = examine(data(changed(SOUND["person"], path, value)))
            assert secret not in repr(found)
    for url in (f"https://user:{secret}@sts.googleapis.com/v1/token", f"https://{secret}@evil.example.com/"):
        assert secret not in repr(examine(data(changed(FILE, "token_url", url))))
    hidden = changed(FILE, "notes", {"list": ["-----BEGIN " + f"PRIVATE KEY-----{secret}"]})
    assert secret not in repr(examine(data(hidden)))
