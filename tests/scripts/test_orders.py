"""`pt orders`: the ledger as a table and as a document."""

import json
from pathlib import Path

import pytest

from scripts.__main__ import run


@pytest.fixture(autouse=True)
def _in_the_project(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["orders", *arguments]) == 0
    return capsys.readouterr().out


def test_each_order_has_its_pool_amount_term_end_money_and_next_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = printed(capsys, "local")
    chat = next(line for line in said.splitlines() if line.startswith("  chat "))
    assert chat.split() == [
        "chat",
        "global",
        "gemini-3.8-flash",
        "5,",
        "then",
        "4",
        "3",
        "months,",
        "renews",
        "active",
        "2027-01-10",
        "$19,332",
        "review",
        "by",
        "2026-12-11",
    ]
    assert "global gemini-3.8-flash            5 GSU       $19,332" in said


def test_the_day_to_judge_by_changes_what_is_still_to_pay(capsys: pytest.CaptureFixture[str]) -> None:
    later = printed(capsys, "local", "--as-of", "2027-01-09")
    assert "as of 2027-01-09" in later
    # 5 GSU × $3.2877 × 24 hours
    assert "$395" in later


def test_all_stacks_are_shown_when_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys)
    for stack in ("dev", "local", "prod", "staging"):
        assert f"{stack}  as of " in said


def test_json_holds_every_field_with_its_line_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "local", "--json"))
    assert document["version"] == 1
    orders = {order["name"]: order for order in document["stacks"][0]["orders"]}
    assert orders["chat"]["gsus"] == 5
    assert orders["chat"]["committedUntil"] == "2027-01-10"
    assert orders["chat"]["next"]["command"] == "pt renewals review local chat"
    line = Path("stacks/Pulumi.local.yaml").read_text().splitlines()[orders["chat"]["line"] - 1]
    assert line.strip() == "chat:"
    assert orders["thumbnails"]["committedUntil"] is None


def test_an_unknown_stack_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["orders", "lokal"]) == 2
    assert "Did you mean local?" in capsys.readouterr().err


def test_a_folder_without_stacks_says_what_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: x\n")
    monkeypatch.chdir(tmp_path)
    assert run(["orders"]) == 2
    assert "docs/configuration.md" in capsys.readouterr().err
