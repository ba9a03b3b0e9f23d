"""google-auth gets its tokens here over its own protocols: federation, impersonation, the metadata server."""

import json
from pathlib import Path

import google.auth
import pytest
from google.auth import compute_engine, identity_pool, impersonated_credentials
from google.auth.transport.requests import Request

from local.vertex.credentials import external_account
from local.vertex.endpoint import serving
from local.vertex.environment import client_environment
from tests.local.vertex.support import Clock, call, endpoint

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
ACCOUNT = "caller@acme-local.iam.gserviceaccount.com"


def test_a_federated_credential_is_exchanged() -> None:
    with serving(endpoint()) as target:
        credentials = identity_pool.Credentials.from_info(external_account(target.url), scopes=SCOPES)
        credentials.refresh(Request())
    assert credentials.token == "local-exchanged"


def test_a_federated_credential_impersonates_a_service_account() -> None:
    import time

    # google-auth takes a token for fresh by this machine's clock.
    with serving(endpoint(clock=Clock(time.time()))) as target:
        url = f"{target.url}/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
        info = external_account(target.url) | {"service_account_impersonation_url": url}
        credentials = identity_pool.Credentials.from_info(info, scopes=SCOPES)
        credentials.refresh(Request())
        assert credentials.token == f"local-as-{ACCOUNT}"
        assert isinstance(credentials, google.auth.credentials.Credentials)
        source = identity_pool.Credentials.from_info(external_account(target.url), scopes=SCOPES)
        by_hand = impersonated_credentials.Credentials(
            source_credentials=source,
            target_principal=ACCOUNT,
            target_scopes=SCOPES,
            iam_endpoint_override=url,
        )
        by_hand.refresh(Request())
        assert by_hand.token == f"local-as-{ACCOUNT}"


def test_a_machine_gets_its_token_from_the_metadata_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from google.auth.compute_engine import _metadata

    with serving(endpoint()) as target:
        monkeypatch.setattr(
            _metadata, "_GCE_METADATA_HOST", target.url.removeprefix("http://"), raising=False
        )
        monkeypatch.setenv("GCE_METADATA_HOST", target.url.removeprefix("http://"))
        credentials = compute_engine.Credentials()
        credentials.refresh(Request())
        assert credentials.token == "local-metadata"
        assert credentials.service_account_email == "pt-local@local.iam.gserviceaccount.com"


def test_the_default_credential_is_the_one_that_serve_exports(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(endpoint()) as target:
        for name, value in client_environment(target.url, "acme-local", tmp_path).items():
            monkeypatch.setenv(name, value)
        credentials, project = google.auth.default()
        credentials.refresh(Request())
    assert (credentials.token, project) == ("local-exchanged", "acme-local")
    written = json.loads((tmp_path / "adc.json").read_text())
    assert "private_key" not in written
    assert all(target.url in value for value in (written["token_url"], written["credential_source"]["url"]))


class TestRefusals:
    @pytest.mark.parametrize(
        "body",
        [b"", b"grant_type=password", b"grant_type=urn:ietf:params:oauth:grant-type:token-exchange", b"{}"],
    )
    def test_an_exchange_without_what_it_needs(self, body: bytes) -> None:
        with serving(endpoint()) as target:
            answer = call(target, "/v1/token", body)
        assert (answer.status, answer.json["error"]) == (400, "invalid_request")

    def test_metadata_without_its_header(self) -> None:
        with serving(endpoint()) as target:
            assert call(target, "/computeMetadata/v1/project/project-id", method="GET").status == 403
            flavor = [("Metadata-Flavor", "Google")]
            assert (
                call(target, "/computeMetadata/v1/project/project-id", headers=flavor, method="GET").body
                == b"acme-local"
            )
            assert (
                call(target, "/computeMetadata/v1/instance/attributes/x", headers=flavor, method="GET").status
                == 404
            )

    @pytest.mark.parametrize(
        ("lifetime", "status"), [("3600s", 200), ("43200s", 200), ("43201s", 400), ("soon", 400)]
    )
    def test_a_lifetime_out_of_range(self, lifetime: str, status: int) -> None:
        with serving(endpoint()) as target:
            path = f"/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
            assert call(target, path, {"lifetime": lifetime}).status == status
            assert call(target, path, {}, authorized=False).status == 401
