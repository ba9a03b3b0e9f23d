"""Which credential would be used, in google-auth's order, and what is wrong around it."""

import json

import pytest

from tests.throughput.credentials.samples import ACCOUNT, FILE, KEY, PERSON, changed
from tests.throughput.doctor.support import bad
from throughput.credentials import examine
from throughput.doctor.credential import CredentialFacts, Expected, credential_findings
from throughput.doctor.facts import Choice, FileFacts, FileState, Origin, choose
from throughput.doctor.findings import Finding, Outcome, exit_code

MISSING = FileFacts(path="/gcloud/application_default_credentials.json", state=FileState.MISSING)
EXPECTED = Expected(stack="prod", accounts=(ACCOUNT,), projects=("acme-prod",))


def file(value: object, mode: int = 0o600, path: str = "/etc/adc.json") -> FileFacts:
    return FileFacts(path=path, state=FileState.FILE, mode=mode, data=json.dumps(value).encode())


def judged(found: FileFacts, **fields: object) -> list[Finding]:
    choice = Choice(origin=Origin.VARIABLE, why="GOOGLE_APPLICATION_CREDENTIALS names it", file=found)
    examined = examine(found.data) if found.data is not None else None
    values: dict[str, object] = {"choice": choice, "examined": examined, "expected": EXPECTED}
    return credential_findings(CredentialFacts(**values | fields))  # type: ignore[arg-type]


class TestTheOrderOfGoogleAuth:
    def test_the_variable_comes_first_and_the_other_file_is_mentioned(self) -> None:
        gcloud = file(PERSON, path="/gcloud.json")
        choice = choose({}, file(FILE), gcloud, on_google=True)
        assert (choice.origin, choice.file) == (Origin.VARIABLE, file(FILE))
        assert "passed over" in choice.why

    def test_the_variable_counts_even_when_its_file_is_missing(self) -> None:
        gone = FileFacts(path="/gone", state=FileState.MISSING)
        assert choose({}, gone, file(PERSON), on_google=True).origin is Origin.VARIABLE

    def test_then_gclouds_file_then_the_machine_then_nothing(self) -> None:
        assert choose({}, None, file(PERSON), on_google=True).origin is Origin.GCLOUD
        assert choose({}, None, MISSING, on_google=True).origin is Origin.METADATA
        assert choose({}, None, MISSING, on_google=False).origin is Origin.NONE

    def test_no_gce_check_forbids_the_machine(self) -> None:
        choice = choose({"NO_GCE_CHECK": "true"}, None, MISSING, on_google=True)
        assert choice.origin is Origin.NONE
        assert "NO_GCE_CHECK" in choice.why
        found = credential_findings(CredentialFacts(choice=choice))
        assert bad(found) == [("credentials/none", Outcome.PROBLEM)]
        assert exit_code(found) == 1


def test_a_sound_file_is_described_with_why_it_is_the_one() -> None:
    (found,) = judged(file(FILE))
    assert found.outcome is Outcome.OK
    assert found.message == (
        f"external account, workloadIdentityPools/gitlab, impersonates {ACCOUNT} (GOOGLE_APPLICATION_CREDENTIALS names it)"
    )


@pytest.mark.parametrize("state", [one for one in FileState if one is not FileState.FILE])
def test_whatever_stands_there_instead_of_a_file_is_named(state: FileState) -> None:
    (found,) = judged(FileFacts(path="/etc/adc.json", state=state))
    assert found.code == "credentials/file"
    assert state.value in found.message
    assert found.fix == "pt adc prod"


def test_a_tilde_that_nobody_expanded_is_explained() -> None:
    (found,) = judged(FileFacts(path="~/adc.json", state=FileState.MISSING))
    assert "~ isn't expanded" in found.message


@pytest.mark.parametrize(
    ("value", "mode", "code"),
    [
        (FILE, 0o644, None),
        (FILE, 0o600, None),
        (FILE, 0o666, "credentials/file-mode"),
        (FILE, 0o620, "credentials/file-mode"),
        (PERSON, 0o600, None),
        (PERSON, 0o640, "credentials/file-mode"),
        (PERSON, 0o604, "credentials/file-mode"),
    ],
)
def test_permission_bits_are_judged_by_what_the_file_gives_away(
    value: dict[str, object], mode: int, code: str | None
) -> None:
    codes = [one.code for one in judged(file(value, mode))]
    assert ("credentials/file-mode" in codes) == (code is not None)


def test_a_construction_is_skipped_and_said_so_when_the_file_isnt_sound() -> None:
    found = judged(file(changed(FILE, "audience", "x")))
    assert [one.outcome for one in found if one.code == "credentials/construct"] == [Outcome.SKIPPED]
    found = judged(file(FILE), refused="MalformedError: no")
    assert bad(found) == [("credentials/construct", Outcome.PROBLEM)]


@pytest.mark.parametrize(
    "token",
    [
        FileFacts(path="/t", state=FileState.MISSING),
        FileFacts(path="/t", state=FileState.FOLDER),
        FileFacts(path="/t", state=FileState.LOOP),
        FileFacts(path="/t", state=FileState.FILE, mode=0o600, data=b""),
        FileFacts(path="/t", state=FileState.FILE, mode=0o600, data=b"\n"),
        FileFacts(path="/t", state=FileState.FILE, mode=0o600, data=b"x" * 300_000),
    ],
)
def test_a_token_file_that_holds_no_token_is_a_problem(token: FileFacts) -> None:
    assert bad(judged(file(FILE), token=token)) == [("credentials/token-file", Outcome.PROBLEM)]


def test_a_projected_token_that_others_may_read_is_usual() -> None:
    token = FileFacts(path="/t", state=FileState.FILE, mode=0o644, data=b"ey.ey.x")
    assert bad(judged(file(FILE), token=token)) == []
    assert "ey.ey.x" not in repr(judged(file(FILE), token=token))


def test_whoever_isnt_the_stacks_client_is_pointed_out() -> None:
    other = changed(
        FILE,
        "service_account_impersonation_url",
        FILE["service_account_impersonation_url"].replace("chat", "other"),
    )
    assert bad(judged(file(other))) == [("credentials/other-account", Outcome.WARNING)]
    assert bad(judged(file(PERSON))) == [("credentials/own-account", Outcome.WARNING)]
    foreign = changed(FILE, "quota_project_id", "acme-else")
    assert bad(judged(file(foreign))) == [("credentials/quota-project", Outcome.WARNING)]
    assert bad(judged(file(KEY))) == [("credentials/key", Outcome.WARNING)]


def test_the_machines_account_is_left_to_the_online_check() -> None:
    choice = Choice(origin=Origin.METADATA, why="this machine has a metadata server")
    (found,) = credential_findings(CredentialFacts(choice=choice))
    assert found.outcome is Outcome.OK
    assert "--online" in found.message
