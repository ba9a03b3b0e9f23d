"""The matrix of clients, as data, and the page made from it."""

import json
import re
from pathlib import Path

import pytest

from throughput.clients import matrix
from throughput.clients.matrix import Evidence
from throughput.clients.page import BEGIN, END, markdown_table
from throughput.problems import ConfigError


def test_every_stack_that_is_promised_is_there() -> None:
    assert list(matrix.load().clients) == [
        "google-genai",
        "vertexai",
        "langchain-google-genai",
        "litellm",
        "litellm-proxy",
        "llama-index",
        "pydantic-ai",
        "google-adk",
        "openai",
        "anthropic-vertex",
        "genai-js",
        "ai-sdk",
        "langchain-js",
        "go",
        "java",
        "spring-ai",
        "curl",
        "env",
    ]


def test_an_unknown_client_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=re.escape("Did you mean google-genai? All: pt snippet --list")):
        matrix.load().find("google-genia")


def test_the_versions_are_those_that_the_tests_install(root: Path) -> None:
    locked = dict(
        re.findall(
            r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)",
            (root / "requirements-clients.txt").read_text(),
            re.MULTILINE,
        )
    )
    package = json.loads((root / "tests/clients/javascript/package.json").read_text())["dependencies"]
    module = (root / "tests/clients/go/go.mod").read_text()
    pom = (root / "tests/clients/java/pom.xml").read_text()
    for client in matrix.load().clients.values():
        if client.language in ("python", "yaml"):
            assert locked[str(client.package)] == client.version
        elif client.language == "javascript":
            assert package[str(client.package)] == client.version
        elif client.language == "go":
            assert f"{client.package} v{client.version}" in module
        elif client.name == "java":
            assert f"<version>{client.version}</version>" in pom


def test_what_was_not_run_is_said() -> None:
    assert [
        client.name for client in matrix.load().clients.values() if client.evidence is not Evidence.RUN
    ] == ["spring-ai"]


def test_the_page_holds_the_matrix_as_it_is(root: Path) -> None:
    page = (root / "docs" / "clients.md").read_text(encoding="utf-8")
    written = page.split(BEGIN)[1].split(END)[0].strip()
    assert written == markdown_table(matrix.load()), (
        "docs/clients.md is stale; between its markers belongs: pt snippet --list --markdown"
    )
