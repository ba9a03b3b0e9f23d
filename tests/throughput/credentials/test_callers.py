"""What each kind of caller gets: never a key, never half a value, and every file passes the checks of pt doctor."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from throughput.config.loader import load_stack
from throughput.credentials import examine, made
from throughput.credentials.callers import Caller, Setup, Subject, setup

NUMBER = "635552151046"


def subject(root: Path, name: str, number: str | None = NUMBER) -> Subject:
    """A client of the example stack."""
    loaded = load_stack(root, "local")
    return Subject(
        stack="local",
        name=name,
        client=loaded.environment.clients[name],
        environment=loaded.environment,
        number=number,
        locations=("global",),
    )


def every(root: Path, number: str | None = NUMBER) -> list[Setup]:
    """All setups of the example stack."""
    return [
        setup(caller, subject(root, name, number)) for name in ("chat-api", "images-api") for caller in Caller
    ]


def test_every_file_made_here_passes_the_checks(root: Path) -> None:
    files = [one.file for one in every(root) if one.file]
    assert len(files) == 3
    for file in files:
        found = examine(made.as_text(file).encode())
        assert found.findings == ()
        assert found.impersonates in (
            "chat-api@genai-local.iam.gserviceaccount.com",
            "images-api@genai-local.iam.gserviceaccount.com",
        )


def test_nothing_holds_a_key(root: Path) -> None:
    for one in every(root):
        text = one.text + json.dumps(one.file) + " ".join(one.notes)
        assert "private_key" not in text
        assert "keys create" not in text
        assert "client_secret" not in text


def test_each_setup_is_text_or_a_reason(root: Path) -> None:
    for one in [*every(root), *every(root, None)]:
        assert [bool(one.text), one.missing is not None, one.absent is not None].count(True) == 1
        assert not one.text or (one.file is not None) != (one.no_file is not None)


def test_without_the_number_the_command_that_finds_it_is_named(root: Path) -> None:
    one = setup(Caller.GITLAB, subject(root, "images-api", None))
    assert one.missing == (
        "pt adc local --client images-api --for gitlab --project-number "
        "\"$(gcloud projects describe genai-local --format='value(projectNumber)')\""
    )
    assert one.file is None


def test_github_gets_a_pinned_action_and_the_right_provider(root: Path) -> None:
    one = setup(Caller.GITHUB, subject(root, "chat-api"))
    workflow: dict[str, Any] = yaml.safe_load(one.text)
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    steps = workflow["jobs"]["call"]["steps"]
    for step in steps:
        assert len(step["uses"].partition("@")[2]) == 40
    assert steps[-1]["with"] == {
        "project_id": "genai-local",
        "workload_identity_provider": f"projects/{NUMBER}/locations/global/workloadIdentityPools/github/providers/github",
        "service_account": "chat-api@genai-local.iam.gserviceaccount.com",
    }


def test_gitlab_gets_a_token_for_the_audience_of_its_file(root: Path) -> None:
    one = setup(Caller.GITLAB, subject(root, "images-api"))
    job = yaml.safe_load(one.text)["call"]
    assert one.file is not None
    assert job["id_tokens"]["VERTEX_ID_TOKEN"]["aud"] == "https:" + one.file["audience"]
    assert one.file["credential_source"]["file"] in job["before_script"][0]


def test_the_pod_runs_as_the_workload_that_holds_the_role(root: Path) -> None:
    one = setup(Caller.GKE, subject(root, "chat-api"))
    account, pod = yaml.safe_load_all(one.text)
    assert account["metadata"] == {"name": "chat-api", "namespace": "chat"}
    assert pod["spec"]["serviceAccountName"] == "chat-api"
    assert {"name": "GOOGLE_CLOUD_LOCATION", "value": "global"} in pod["spec"]["containers"][0]["env"]


def test_who_isnt_named_in_the_stack_gets_the_reason(root: Path) -> None:
    one = setup(Caller.GKE, subject(root, "images-api"))
    assert one.absent == "clients.images-api.gke of stack local names no workload"


@pytest.mark.parametrize("caller", Caller)
def test_the_location_is_left_open_where_there_are_several(root: Path, caller: Caller) -> None:
    from dataclasses import replace

    several = replace(subject(root, "chat-api"), locations=("eu", "global"))
    assert "GOOGLE_CLOUD_LOCATION" not in setup(caller, several).text
