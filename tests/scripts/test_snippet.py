"""`pt snippet`: what it prints, what it refuses, and how it exits."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scripts.small_house import ORDERS, Result, run, write_stack


@pytest.fixture
def pt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `pt` in a folder with one stack."""
    write_stack(tmp_path)
    monkeypatch.chdir(tmp_path)
    return run


def test_it_prints_nothing_but_the_code(pt: Callable[..., Result]) -> None:
    result = pt("snippet", "small", "chat", "--client", "google-genai")
    assert (result.exit_code, result.stderr) == (0, "")
    assert 'MODEL = "gemini-3.6-flash"' in result.stdout
    compile(result.stdout, "client.py", "exec")


def test_json_carries_the_text_and_what_it_stands_for(pt: Callable[..., Result]) -> None:
    result = pt("snippet", "small", "eu-only", "--client", "curl", "--json")
    document = json.loads(result.stdout)
    assert document["version"] == 1
    assert document["headers"] == {"X-Vertex-AI-LLM-Request-Type": "dedicated"}
    assert document["trafficTypes"] == ["PROVISIONED_THROUGHPUT"]
    assert document["text"].startswith("#!/usr/bin/env bash")


@pytest.mark.parametrize(
    ("order", "client", "reason"),
    [
        ("planned", "google-genai", "planned is draft, not active"),
        ("chat", "anthropic-vertex", "published by google"),
        ("claude", "google-genai", "published by anthropic"),
        ("misplaced", "curl", "works in location global only"),
        ("video", "curl", "isn't called with a prompt"),
    ],
)
def test_what_would_not_do_what_it_says_is_refused_with_the_reason(
    pt: Callable[..., Result], order: str, client: str, reason: str
) -> None:
    result = pt("snippet", "small", order, "--client", client)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    document = json.loads(pt("snippet", "small", order, "--client", client, "--json").stdout)
    assert any(reason in one for one in document["refused"])


def test_planned_orders_are_written_when_asked(pt: Callable[..., Result]) -> None:
    assert pt("snippet", "small", "planned", "--client", "go", "--planned").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("small", "chat", "--client", "google-genia"), "Did you mean google-genai?"),
        (("small", "chta", "--client", "curl"), "Did you mean chat?"),
        (("smal", "chat", "--client", "curl"), "Did you mean small?"),
        (("small", "chat"), "a stack, an order and a client are needed"),
        ((), "a stack, an order and a client are needed"),
    ],
)
def test_bad_usage_names_the_nearest(
    pt: Callable[..., Result], arguments: tuple[str, ...], says: str
) -> None:
    result = pt("snippet", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_list_has_every_client(pt: Callable[..., Result]) -> None:
    text = pt("snippet", "--list").stdout
    documents = json.loads(pt("snippet", "--list", "--json").stdout)["clients"]
    for row in documents:
        assert re.search(rf"^{re.escape(row['client'])} ", text, re.MULTILINE)
    assert len(documents) == 18
    assert set(ORDERS) > {"chat"}
