"""`pt catalog`: every model of the catalogue can be listed and shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.__main__ import run
from throughput import catalogue

ROOT = Path(__file__).resolve().parents[2]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["catalog", *arguments]) == 0
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capsys, *arguments, "--json"))
    return found


def test_the_list_is_narrowed_by_publisher_place_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    models = as_json(capsys, "list", "--publisher", "google", "--location", "eu", "--text", "flash")["models"]
    assert {model["publisher"] for model in models} == {"google"}
    assert all("eu" in model["locations"] for model in models)
    assert "gemini-3.8-flash" in {model["model"] for model in models}


def test_retired_models_are_listed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("list", "gemini-2.5-pro", "--as-of", "2026-11-22")
    assert as_json(capsys, *arguments)["models"] == []
    assert as_json(capsys, *arguments, "--retired")["models"][0]["orderable"] is False


@pytest.mark.parametrize("model", catalogue.load().ids)
def test_every_model_has_a_sheet_with_source_windows_and_prices(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = printed(capsys, "show", model, "--as-of", "2026-11-22")
    for part in (
        "Burndown per unit",
        "Enforcement windows",
        "Prices (USD list)",
        "Source",
        "https://",
        "unconfirmed",
    ):
        assert part in sheet


def test_image_prices_come_out_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    sheet = printed(capsys, "show", "gemini-3-pro-image", "--as-of", "2026-11-22")
    assert "an image at 1k: $0.1344, batch $0.0672" in sheet
    assert "an image at 4k: $0.2400, batch $0.1200" in sheet


def test_a_day_chooses_the_row(capsys: pytest.CaptureFixture[str]) -> None:
    early = as_json(capsys, "show", "gemini-3.1-flash-lite-image", "--as-of", "2026-07-06")
    late = as_json(capsys, "show", "gemini-3.1-flash-lite-image", "--as-of", "2026-07-07")
    assert (early["throughputPerGsu"], late["throughputPerGsu"]) == (2015, 4030)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "gemini-3.6-flsh"), "Did you mean gemini-3.6-flash? All: pt catalog list"),
        (("show", "gemini-flash-latest"), "an alias"),
        (("list", "--location", "globl"), "Did you mean global?"),
        (("list", "--as-of", "2024-01-01"), "the catalogue starts on 2025-01-01"),
    ],
)
def test_what_isnt_there_exits_with_2(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["catalog", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_the_page_of_models_is_what_the_command_makes(capsys: pytest.CaptureFixture[str]) -> None:
    """Made anew by: ./pt catalog list --retired --markdown --as-of 2026-10-08 > docs/catalogue.md"""
    page = printed(capsys, "list", "--retired", "--markdown", "--as-of", str(catalogue.load().as_of))
    assert (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8") == page
