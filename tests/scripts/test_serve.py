"""`pt serve`: started as people start it, used by a real client, ended cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from local.vertex.endpoint import Endpoint, serving
from local.vertex.environment import client_environment
from local.vertex.from_catalogue import served_models
from scripts._shared import judged_on
from tests.scripts.small_house import run, write_stack
from throughput import catalogue
from throughput.config.loader import load_stack


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[dict[str, Any], "subprocess.Popen[str]"]]:
    """Start the command; yields the document of its first line."""
    command = [sys.executable, "-P", "-m", "scripts", "serve", "small", "--json", *options]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            pytest.fail(process.communicate(timeout=30)[1])
        yield json.loads(line), process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def client(folder: Path, order: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run what `pt snippet` prints, unchanged, with nothing but what `pt serve` says to export."""
    file = folder / "client.py"
    file.write_text(run("snippet", "small", order, "--client", "google-genai").stdout, encoding="utf-8")
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-P", "-W", "ignore", str(file)]
    return subprocess.run(
        command, cwd=folder, env=bare | environment, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_stack(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_snippet_runs_unchanged_and_the_command_ends_cleanly(folder: Path) -> None:
    with served(folder) as (document, process):
        done = client(folder, "chat", document["environment"])
        assert (done.returncode, done.stdout) == (0, "PROVISIONED_THROUGHPUT\n"), done.stderr
        (arrived,) = requests.get(f"{document['url']}/local/requests", timeout=20).json()["requests"]
        assert (arrived["location"], arrived["label"]) == ("global", "chat")
        credentials = Path(document["environment"]["GOOGLE_APPLICATION_CREDENTIALS"])
        assert credentials.is_file()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.strip() == "Stopped."
    assert not credentials.parent.exists()


def test_past_the_pools_capacity_the_same_code_says_so(folder: Path) -> None:
    """The clock stands still here, so that the window can't end in between."""
    stack = load_stack(folder, "small")
    models = served_models(catalogue.load().models(judged_on(None, stack.environment)))
    full = {"contents": [{"parts": [{"text": "ping"}]}], "generationConfig": {"maxOutputTokens": 32_300}}
    with serving(Endpoint(stack.ledger.values(), models, lambda: 1_790_000_000.0)) as endpoint:
        for location in ("global", "eu"):
            path = f"/v1/projects/acme-small/locations/{location}/publishers/google/models/gemini-3.6-flash:generateContent"
            answer = requests.post(
                endpoint.url + path, json=full, headers={"Authorization": "Bearer x"}, timeout=20
            ).json()
            assert answer["usageMetadata"]["trafficType"] == "PROVISIONED_THROUGHPUT"
        environment = client_environment(endpoint.url, "acme-small", folder)
        spilled, refused = client(folder, "chat", environment), client(folder, "eu-only", environment)
    assert (spilled.returncode, spilled.stdout) == (1, "ON_DEMAND\n")
    assert "expected PROVISIONED_THROUGHPUT: the pool is full right now" in spilled.stderr
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.strip() == "429 Too many requests. Exceeded the Provisioned Throughput."


def test_it_shows_the_pools_and_what_to_export(folder: Path) -> None:
    command = [sys.executable, "-P", "-m", "scripts", "serve", "small", "--quiet"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("What arrived"):
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    text = "".join(lines)
    words = " ".join(text.split())
    assert process.returncode == 0
    assert "global gemini-3.6-flash 2 GSU 120 s window 162,000 burndown tokens in each" in words
    assert "  export GOOGLE_VERTEX_BASE_URL=http://127.0.0.1:" in text
    assert " us gemini-3.6-flash" not in words, "a planned order holds nothing"


def test_tls_is_served_with_a_certificate_that_clients_are_told_of(folder: Path) -> None:
    with served(folder, "--tls") as (document, _):
        variables = document["environment"]
        answer = requests.get(
            f"{document['url']}/local/requests", timeout=20, verify=variables["REQUESTS_CA_BUNDLE"]
        )
    assert document["url"].startswith("https://127.0.0.1:")
    assert answer.json()["requests"] == []
    assert variables["NODE_EXTRA_CA_CERTS"] == variables["SSL_CERT_FILE"]


def test_a_busy_port_is_bad_usage(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "small", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "Try --port 0." in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "example.com", "192.168.1.1"])
def test_it_listens_on_loopback_only(folder: Path, host: str) -> None:
    result = run("serve", "small", "--host", host)
    assert result.exit_code == 2
    assert "loopback only" in result.stderr
