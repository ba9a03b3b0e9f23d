"""The Go and Java snippets: compiled with the real SDKs, then run like the others. Spring AI's is compiled only."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from local.vertex.endpoint import Endpoint, serving
from scripts import _clients_env
from tests.clients.claims import holds
from tests.clients.running import CASES, MODELS, Case, environment, order_of, run_file, write_snippet
from throughput.clients import matrix
from throughput.clients.matrix import Publisher

pytestmark = pytest.mark.clients
needs_go = pytest.mark.skipif(
    not _clients_env.go_ready(), reason="no Go toolchain or module: ./pt test --clients fetches it"
)
needs_java = pytest.mark.skipif(
    not _clients_env.java_ready(), reason="no javac or archives: ./pt test --clients fetches them"
)


def _checked(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _serve_and_run(name: str, case: Case, command: list[str], folder: Path, *without: str) -> None:
    endpoint = Endpoint([order_of(case, Publisher.GOOGLE, "global")], MODELS, time.time)
    with serving(endpoint):
        variables = {
            name: value for name, value in environment(endpoint, folder).items() if name not in without
        }
        outcome = run_file(command, endpoint, case, variables, folder)
    holds(matrix.load().find(name), Publisher.GOOGLE, case, outcome)


@needs_go
def test_the_go_snippet_passes_vet_and_says_who_served_it(tmp_path: Path) -> None:
    for file in ("go.mod", "go.sum"):
        shutil.copyfile(_clients_env.GO / file, tmp_path / file)
    for case in CASES:
        folder = tmp_path / case.name
        folder.mkdir()
        (folder / "main.go").write_text(write_snippet("go", case, Publisher.GOOGLE).text, encoding="utf-8")
    _checked(["go", "vet", "./..."], tmp_path)
    (tmp_path / "bin").mkdir()
    _checked(["go", "build", "-o", "bin/", "./..."], tmp_path)
    for case in CASES:
        _serve_and_run("go", case, [str(tmp_path / "bin" / case.name)], tmp_path)


@needs_java
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in ("pt-only", "priority-only", "wrong-location")], ids=str
)
def test_the_java_snippet_compiles_and_says_who_served_it(case: Case, tmp_path: Path) -> None:
    classes = f"{_clients_env.JAVA}/*"
    (tmp_path / "Snippet.java").write_text(
        write_snippet("java", case, Publisher.GOOGLE).text, encoding="utf-8"
    )
    _checked(["javac", "-Werror", "-cp", classes, "-d", str(tmp_path), "Snippet.java"], tmp_path)
    # Java's credential library refuses a file whose token address isn't HTTPS, so the token comes from the metadata server.
    command = ["java", "-cp", f"{tmp_path}:{classes}", "Snippet"]
    _serve_and_run("java", case, command, tmp_path, "GOOGLE_APPLICATION_CREDENTIALS")


@needs_java
def test_the_spring_snippet_compiles(tmp_path: Path) -> None:
    text = write_snippet("spring-ai", CASES[1], Publisher.GOOGLE).text
    (tmp_path / "ProvisionedThroughputClient.java").write_text(text, encoding="utf-8")
    _checked(
        ["javac", "-cp", f"{_clients_env.JAVA}/*", "-d", str(tmp_path), "ProvisionedThroughputClient.java"],
        tmp_path,
    )
