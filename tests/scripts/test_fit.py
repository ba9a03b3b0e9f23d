"""`pt fit`: verdict first, one JSON document, clear errors, and no call to any gateway."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from scripts.__main__ import run

SHAPE = "--model gemini-3.8-flash --qps 10 --input-text 1000 --output-text 300 --as-of 2026-11-22"


def judged(capsys: pytest.CaptureFixture[str], line: str) -> dict[str, Any]:
    assert run(["fit", *shlex.split(line), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_verdict_comes_first_and_the_rules_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", *shlex.split(f"{SHAPE} --latency 5 --predictability bursty")]) == 0
    screen = capsys.readouterr().out
    assert screen.startswith("gemini-3.8-flash, global: PT base + Standard PayGo spill, $91,200 a month\n")
    for part in (
        "* PT base + Standard",
        "rule of thumb",
        "under 10 s",
        "bursty work",
        "AI Studio keys can't use PT",
    ):
        assert part in screen


def test_the_json_lists_every_option_with_cost_and_failures(capsys: pytest.CaptureFixture[str]) -> None:
    found = judged(
        capsys, f"{SHAPE} --regulated --gateway-url https://gateway.example.com/v1 --gateway-price 1.5"
    )
    assert (found["version"], found["recommendation"]) == (1, "pt-1-year")
    options = {option["id"]: option for option in found["options"]}
    assert set(options) >= {
        "pt-1-week",
        "pt-1-month",
        "pt-3-months",
        "pt-1-year",
        "standard",
        "priority",
        "flex",
        "batch",
    }
    assert set(options) >= {"ai-studio", "gateway", "pt-gateway", "pt-standard"}
    assert options["standard"]["fails"] == ["dedicated capacity"]
    assert all(option["source"] for option in found["options"])


def test_a_file_says_the_same_as_flags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text(
        "{model: gemini-3.8-flash, qps: 10, inputText: 1000, outputText: 300, latency: 5, imageVolume: 100}"
    )
    by_file = judged(capsys, f"--file {file} --as-of 2026-11-22")
    assert by_file == judged(capsys, f"{SHAPE} --latency 5 --image-volume 100")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--qps 1", "which model?"),
        (f"{SHAPE} --predictability wild", "Allowed: steady, bursty"),
        (f"{SHAPE} --deferrable 101", "101 % is more than all"),
        (f"{SHAPE} --term 2-years", "Allowed: 1-week, 1-month, 3-months, 1-year"),
        (f"{SHAPE} --gateway-price 1", "needs --gateway-url"),
        (f"{SHAPE} --gateway-url ftp://gateway.example.com", "is no base URL"),
        (f"{SHAPE} --latency -1", "latency: -1 is out of range"),
        ("--model gemini-2.5-pro --qps 1 --input-text 1 --as-of 2026-11-22", "was retired"),
    ],
)
def test_bad_input_is_one_clear_error(line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", *shlex.split(line)]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_a_key_in_a_gateways_address_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["fit", *shlex.split(SHAPE), "--gateway-url", "https://user:hunter2@gateway.example.com/v1"]) == 2
    )
    assert "hunter2" not in capsys.readouterr().err
