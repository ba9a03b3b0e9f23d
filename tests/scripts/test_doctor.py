"""`pt doctor` on real files, variables and class loaders; online only against an endpoint on this machine."""

import http.server
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest

from local.vertex.endpoint import Endpoint, serving
from local.vertex.environment import client_environment
from local.vertex.from_catalogue import served_models
from scripts import _doctor_facts
from scripts._doctor_facts import constructed, file_facts, gcloud_file, installed, site_packages
from tests.scripts.small_house import Result, run
from tests.throughput.credentials.samples import (
    AWS,
    CERTIFICATE,
    FILE,
    IMPERSONATED,
    KEY,
    PERSON,
    URL,
    WORKFORCE,
    changed,
)
from tests.throughput.credentials.test_malformed import CASES
from throughput import catalogue
from throughput.config.loader import load_stack
from throughput.credentials import Options, examine
from throughput.doctor.facts import FileState
from throughput.doctor.libraries import watched
from throughput.orders import Order, Routing, Status

DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the caller's would stand between these tests and this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example stacks, and a home of its own."""
    (tmp_path / "stacks").mkdir()
    for name in ("local", "prod"):
        shutil.copy(root / "stacks" / f"Pulumi.{name}.yaml", tmp_path / "stacks")
    shutil.copy(root / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    # Whether these tests run on a machine of Google's must not matter.
    monkeypatch.setattr(_doctor_facts, "_PRODUCT_NAME", str(tmp_path / "absent"))
    return tmp_path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection fails the test."""

    def refuse(*arguments: object) -> NoReturn:
        raise AssertionError("opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def findings(result: Result) -> dict[str, str]:
    """Outcomes by code."""
    document = json.loads(result.stdout)
    assert document["version"] == 1
    return {one["code"]: one["outcome"] for one in document["findings"]}


@pytest.mark.usefixtures("no_network")
class TestOffline:
    def test_the_screen_has_every_section_in_order(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "adc.json").write_text(
            json.dumps(changed(FILE, "credential_source.file", str(folder / "token")))
        )
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "adc.json"))
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "genai-local")
        monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "us-central1")
        result = run("doctor", "local")
        assert (result.exit_code, result.stderr) == (1, "")
        starts = [line.split("  ")[0] for line in result.stdout.splitlines() if line[:1].isalnum()]
        assert starts == ["Credentials", "Environment", "Libraries", "Not checked", "2 problems, 4 warnings"]
        assert f"✗ token file {folder / 'token'} is missing" in result.stdout
        assert "fix: export GOOGLE_CLOUD_LOCATION=global" in result.stdout
        assert result.stdout.endswith("exit 1\n")

    def test_when_all_is_well_it_exits_with_0(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = FILE["service_account_impersonation_url"].replace("acme-prod", "genai-local")
        value = changed(FILE, "credential_source.file", str(folder / "token")) | {
            "service_account_impersonation_url": url,
            "quota_project_id": "genai-local",
        }
        (folder / "token").write_text("ey.ey.x")
        (folder / "adc.json").write_text(json.dumps(value))
        os.chmod(folder / "adc.json", 0o600)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "adc.json"))
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "genai-local")
        monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "global")
        result = run("doctor", "local", "--json")
        assert result.exit_code == 0
        found = findings(result)
        assert (found["credentials/chosen"], found["environment/fits"]) == ("ok", "ok")
        assert found["online/not-checked"] == "skipped"

    def test_gclouds_file_is_found_where_gcloud_keeps_it(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = folder / "nobody" / ".config" / "gcloud"
        place.mkdir(parents=True)
        (place / "application_default_credentials.json").write_text(json.dumps(PERSON))
        assert findings(run("doctor", "local", "--json"))["credentials/own-account"] == "warning"
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(folder / "elsewhere"))
        assert findings(run("doctor", "local", "--json"))["credentials/none"] == "problem"

    @pytest.mark.parametrize("kind", ["missing", "folder", "loop", "pipe", "dangling", "empty", "device"])
    def test_whatever_stands_at_the_path_gets_a_finding(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        path = folder / "adc.json"
        if kind == "folder":
            path.mkdir()
        elif kind == "loop":
            path.symlink_to("other")
            (folder / "other").symlink_to("adc.json")
        elif kind == "dangling":
            path.symlink_to("nothing")
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "empty":
            path.touch()
        elif kind == "device":
            path = Path(os.devnull)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        result = run("doctor", "--json")
        assert result.exit_code == 1
        code = "credentials/empty" if kind == "empty" else "credentials/file"
        assert findings(result)[code] == "problem"

    def test_a_path_that_isnt_text_is_shown_all_the_same(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", os.fsdecode(b"/tmp/\xff\x1b[2J.json"))
        result = run("doctor")
        assert result.exit_code == 1
        assert "\x1b" not in result.stdout
        result.stdout.encode("utf-8")

    def test_every_malformed_file_is_a_finding_and_never_a_traceback(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "adc.json"))
        for _, raw, _ in CASES[::4]:
            (folder / "adc.json").write_bytes(raw)
            result = run("doctor", "local", "--json")
            assert result.exit_code in (0, 1), result.stderr
            outcomes = [
                one["outcome"]
                for one in json.loads(result.stdout)["findings"]
                if one["section"] == "Credentials"
            ]
            assert {"problem", "warning"} & set(outcomes)

    @pytest.mark.parametrize(
        "value",
        [FILE, URL, AWS, PERSON, IMPERSONATED, WORKFORCE],
        ids=["file", "url", "aws", "person", "imp", "people"],
    )
    def test_class_loaders_take_every_sound_kind_without_a_connection(self, value: dict[str, Any]) -> None:
        refused, built = constructed(examine(json.dumps(value).encode()))
        assert refused is None
        assert built is not None

    def test_what_a_class_loader_refuses_is_told_in_one_line(self) -> None:
        refused, built = constructed(examine(json.dumps(KEY).encode()))
        assert built is None
        assert refused is not None
        assert refused.isprintable()
        executable = changed(FILE, "credential_source", {"executable": {"command": "/bin/true"}})
        assert constructed(examine(json.dumps(executable).encode(), Options(executables=True)))[1] is not None
        assert isinstance(constructed(examine(json.dumps(CERTIFICATE).encode())), tuple)

    def test_client_files_are_held_against_the_stack(self, folder: Path) -> None:
        (folder / ".env").write_text("GOOGLE_CLOUD_PROJECT=genai-local\nGOOGLE_CLOUD_LOCATION=us-central1\n")
        result = run("doctor", "local", ".env", "missing.yaml")
        assert result.exit_code == 1
        assert (
            ".env:2  GOOGLE_CLOUD_LOCATION=us-central1, but chat, images are committed in global"
            in result.stdout
        )
        assert "missing.yaml is missing" in result.stdout

    def test_a_stack_without_active_orders_says_what_it_couldnt_compare(self, folder: Path) -> None:
        assert findings(run("doctor", "prod", "--json"))["environment/no-ledger"] == "skipped"
        assert findings(run("doctor", "--json"))["environment/no-ledger"] == "skipped"

    def test_another_environments_libraries_are_read_and_not_run(self, folder: Path) -> None:
        library = folder / "venv" / "lib" / "python3.12" / "site-packages" / "LiteLLM-1.110.2.dist-info"
        library.mkdir(parents=True)
        (library / "METADATA").write_text("Metadata-Version: 2.1\nName: LiteLLM\nVersion: 1.110.2\n")
        assert installed(watched(), site_packages(folder / "venv")) == {"litellm": "1.110.2"}
        result = run("doctor", "local", "--venv", "venv")
        assert "litellm 1.110.2: its embeddings on Vertex AI drop the routing headers" in result.stdout
        assert "doesn't retry" not in result.stdout

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("lcoal",), "Did you mean local?"),
            (("stacks/Pulumi.local.yaml",), "name the stack first"),
            (("local", "--venv", "stacks"), "isn't a virtual environment"),
            (("local", "--as-of", "soon"), "allowed: a date"),
        ],
    )
    def test_bad_usage_exits_with_2(self, folder: Path, arguments: tuple[str, ...], says: str) -> None:
        result = run("doctor", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert says in result.stderr

    def test_the_path_of_gclouds_file_is_google_auths(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        from google.auth._cloud_sdk import get_application_default_credentials_path

        assert gcloud_file(dict(os.environ)) == get_application_default_credentials_path()
        for value in (str(folder), ""):
            monkeypatch.setenv("CLOUDSDK_CONFIG", value)
            assert gcloud_file(dict(os.environ)) == get_application_default_credentials_path()

    def test_at_most_the_limit_is_read(self, folder: Path) -> None:
        (folder / "big").write_bytes(b"x" * 10_000)
        found = file_facts(str(folder / "big"), 100)
        assert found.data == b"x" * 101
        assert file_facts("a\x00b").state is FileState.MISSING


def active(root: Path) -> list[Order]:
    """The example stack's orders."""
    return list(load_stack(root, "local").ledger.values())


@pytest.fixture
def online(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `pt doctor local --online` against an endpoint that serves some orders."""

    def call(orders: list[Order], *arguments: str, **variables: str) -> Result:
        models = served_models(catalogue.load().models(DAY))
        with serving(Endpoint(orders, models, time.time)) as target:
            names = client_environment(target.url, "genai-local", folder) | {
                "GOOGLE_CLOUD_LOCATION": "global"
            }
            for name, value in (names | variables).items():
                monkeypatch.setenv(name, value)
            os.chmod(folder / "adc.json", 0o600)
            return run("doctor", "local", "--online", "--json", *arguments)

    return call


class TestOnline:
    def test_an_order_that_is_reached_is_seen_to_serve(
        self, online: Callable[..., Result], root: Path
    ) -> None:
        result = online(active(root))
        found = findings(result)
        assert result.exit_code == 0, result.stdout
        assert (found["online/token"], found["online/served"], found["online/not-tried"]) == (
            "ok",
            "ok",
            "skipped",
        )

    def test_an_order_that_google_doesnt_know_is_a_problem(
        self, online: Callable[..., Result], root: Path
    ) -> None:
        elsewhere = [replace(order, location="eu") for order in active(root)]
        result = online(elsewhere)
        assert result.exit_code == 1
        assert findings(result)["online/not-dedicated"] == "problem"

    def test_pt_only_without_capacity_is_told_as_such(
        self, online: Callable[..., Result], folder: Path, root: Path
    ) -> None:
        path = folder / "stacks" / "Pulumi.local.yaml"
        path.write_text(
            path.read_text().replace(
                "      nextTermGsus: 4\n", "      nextTermGsus: 4\n      routing: pt_only\n"
            )
        )
        assert load_stack(folder, "local").ledger["chat"].routing is Routing.PT_ONLY
        ended = [replace(order, status=Status.EXPIRED) for order in active(root)]
        assert findings(online(ended))["online/exhausted"] == "problem"
        assert findings(online(active(folder)))["online/served"] == "ok"

    def test_the_metadata_servers_account_is_named(
        self, online: Callable[..., Result], root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from google.auth.compute_engine import _metadata

        def there() -> str:
            return os.environ["GCE_METADATA_HOST"]

        class Host(str):
            """google-auth reads the host once, at import; tests run in one process."""

            def __format__(self, spec: str) -> str:
                return there()

            def __str__(self) -> str:
                return there()

        monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", Host("x"), raising=False)
        result = online(active(root), GOOGLE_APPLICATION_CREDENTIALS="")
        token = next(one for one in json.loads(result.stdout)["findings"] if one["code"] == "online/token")
        assert token["outcome"] == "ok", token
        assert "pt-local@local.iam.gserviceaccount.com" in token["message"]

    def test_a_credential_that_isnt_sound_is_never_sent(
        self, online: Callable[..., Result], root: Path, folder: Path
    ) -> None:
        (folder / "bad.json").write_text(
            json.dumps(changed(FILE, "token_url", "https://evil.example/v1/token"))
        )
        result = online(active(root), GOOGLE_APPLICATION_CREDENTIALS=str(folder / "bad.json"))
        assert result.exit_code == 1
        found = findings(result)
        assert found["credentials/foreign-host"] == "problem"
        assert found["online/skipped"] == "skipped"
        assert "online/token" not in found

    def test_an_emulated_stack_never_asks_google(self, folder: Path, no_network: None) -> None:
        assert findings(run("doctor", "local", "--online", "--json"))["online/not-checked"] == "skipped"

    def test_a_gateway_that_isnt_googles_gets_no_token(
        self, folder: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", "https://gateway.example.com")
        for stack in ("local", "prod"):
            result = run("doctor", stack, "--online", "--json")
            assert findings(result)["online/not-checked"] == "skipped"
            assert "gateway.example.com" in result.stdout


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "code", "outcome"),
    [
        (200, b'{"candidates": [], "usageMetadata": {}}', "online/untold", "could-not-check"),
        (200, b'{"usageMetadata": {"trafficType": "ON_DEMAND_PRIORITY"}}', "online/other-traffic", "problem"),
        (200, b"not JSON", "online/unreachable", "could-not-check"),
        (
            403,
            b'{"error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}}',
            "online/denied",
            "problem",
        ),
        (404, b'{"error": {"code": 404, "message": "no such model"}}', "online/no-model", "problem"),
        (429, b'{"error": {"code": 429, "message": "full"}}', "online/exhausted", "problem"),
        (500, b"<html>", "online/failed", "could-not-check"),
    ],
)
def test_each_kind_of_answer_is_read_from_the_wire(
    root: Path, status: int, body: bytes, code: str, outcome: str
) -> None:
    from google.oauth2.credentials import Credentials

    from scripts._doctor_online import ask
    from throughput.doctor.online import judge_answer

    chat = next(order for order in active(root) if order.name == "chat")
    with answering(status, body) as url:
        found = judge_answer(chat, ask(chat, Credentials(token="local-token"), url))
    assert (found.code, str(found.outcome)) == (code, outcome), found.message


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, b'{"error": "invalid_grant", "error_description": "expired"}', "problem"),
        (401, b"{}", "problem"),
        (200, b"[]", "problem"),
        (200, b"not JSON", "problem"),
    ],
)
def test_a_refused_token_is_a_problem_without_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, outcome: str
) -> None:
    (folder / "token").write_text("ey.ey.x")
    with answering(status, body) as url:
        value = {key: FILE[key] for key in ("type", "audience", "subject_token_type")} | {
            "token_url": f"{url}/v1/token",
            "credential_source": {"file": str(folder / "token")},
        }
        (folder / "adc.json").write_text(json.dumps(value))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "adc.json"))
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
        result = run("doctor", "local", "--online", "--json")
    assert result.exit_code == 1, result.stderr
    assert findings(result)["online/token"] == outcome
    assert findings(result)["online/skipped"] == "skipped"


def test_a_token_service_that_cant_be_reached_isnt_a_refusal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        # Bound and not listening: connections are refused, and nobody else can take the port meanwhile.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (folder / "token").write_text("ey.ey.x")
        value = {key: FILE[key] for key in ("type", "audience", "subject_token_type")} | {
            "token_url": f"{url}/v1/token",
            "credential_source": {"file": str(folder / "token")},
        }
        (folder / "adc.json").write_text(json.dumps(value))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "adc.json"))
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
        result = run("doctor", "local", "--online", "--json")
    assert result.exit_code == 1, result.stderr
    assert findings(result)["online/token"] == "could-not-check"
