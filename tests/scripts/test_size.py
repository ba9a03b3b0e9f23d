"""`pt size`: its screen, its JSON, its errors, and the page that walks through it."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from scripts.__main__ import run
from throughput import catalogue
from throughput.sizing.categories import canonical, flag

ROOT = Path(__file__).resolve().parents[2]
SHAPE = "--model gemini-3.6-flash --qps 10 --input-text 1000 --input-audio 500 --output-text 300 --as-of 2026-11-22"


def sized(capsys: pytest.CaptureFixture[str], line: str) -> dict[str, Any]:
    assert run(["size", *shlex.split(line), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_arithmetic_is_shown_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["size", *shlex.split(SHAPE)]) == 0
    screen = " ".join(capsys.readouterr().out.split())
    for part in (
        "input text 1,000 × 1 = 1,000",
        "output text 300 × 5 = 1,500",
        "per request 3,000 × 10/s = 30,000 tokens/s",
        "30,000 ÷ 675 = 44.44 → 45 GSU",
        "buffer 25 % 55.56 → 56 GSU",
        "3,000 ≤ 56 × 675 × 1 s = 37,800 fits",
        "1 month $151,200 /mo $166,320 /mo 101 % 56 %",
        "If the estimate is 10 % too low: 62 GSU",
        "short-term model",
        "third-party readings",
    ):
        assert part in screen


def test_the_json_has_the_answer_and_every_number_on_the_way(capsys: pytest.CaptureFixture[str]) -> None:
    found = sized(capsys, SHAPE)
    assert (found["version"], found["gsus"], found["gsusBeforeBuffer"]) == (1, 56, 45)
    assert (found["burndownPerSecond"], found["largestRequest"], found["throughputPerGsu"]) == (
        30_000,
        3000,
        675,
    )
    assert found["workloads"][0]["lines"][1] == {
        "category": "input_audio",
        "quantity": 500,
        "rate": 1,
        "burndown": 500,
    }
    assert found["prices"]["channels"]["standard"]["monthUsd"] == 118_260
    assert found["offBy"]["tenPercentMore"]["gsus"] == 62


@pytest.mark.parametrize("spelling", ["--output-text", "--output-text-response", "--output"])
def test_other_spellings_of_a_category_are_understood(
    spelling: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sized(capsys, f"{SHAPE.replace('--output-text', spelling)} --buffer 0")["gsus"] == 45


def _orderable() -> list[Any]:
    day = catalogue.load().as_of
    models = catalogue.load().models(day)
    return [row for row in models if not (row.lifecycle.retired(day) and row.lifecycle.retires_official)]


@pytest.mark.parametrize("row", _orderable(), ids=lambda row: row.model)
def test_every_category_of_every_model_is_an_option(row: Any, capsys: pytest.CaptureFixture[str]) -> None:
    parts = " ".join(f"{flag(name)} 10" for name in row.categories)
    found = sized(capsys, f"--model {row.model} --qps 1 --buffer 0 --as-of 2026-10-08 {parts}")
    assert [line["category"] for line in found["workloads"][0]["lines"]] == list(row.categories)
    assert all(canonical(name) == name for name in row.categories)


def test_pools_of_a_file_are_summed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "workloads.yaml"
    file.write_text(
        "workloads:\n"
        "  - {name: chat, model: gemini-3.8-flash, qps: 1, inputText: 400}\n"
        "  - {name: mail, model: gemini-3.8-flash, qps: 1, inputText: 200}\n"
        "  - {name: eu, model: gemini-3.8-flash, location: eu, qps: 1, inputText: 600}\n"
    )
    found = sized(capsys, f"--file {file} --buffer 0 --as-of 2026-11-22")
    assert [pool["gsus"] for pool in found["pools"]] == [1, 1]
    assert (found["gsus"], [len(pool["workloads"]) for pool in found["pools"]]) == (2, [2, 1])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--model gemini-3.8-flash --qps 1 --input-text -5", "input-text: -5 is out of range"),
        ("--model gemini-3.8-flash --qps 1 --output-image 5", "has no output image"),
        ("--model gemini-flash --qps 1 --input-text 5", "Did you mean gemini-3.8-flash?"),
        ("--model gemini-2.5-pro --qps 1 --input-text 5 --as-of 2026-11-22", "was retired on 2026-10-20"),
        (
            "--model gemini-3.8-flash --qps 1 --input-text 5 --as-of 2024-06-01",
            "the catalogue starts on 2025-01-01",
        ),
        (
            "--model gemini-3.8-flash --qps 1 --input-text 5 --location Mars",
            "allowed: global, us, eu or a region",
        ),
        ("--qps 1 --input-text 5", "which model?"),
        ("--file nowhere.yaml --qps 1", "give no quantities beside it"),
        ("--model gemini-3.8-flash --qps 1 --inptu-text 5", "--input-text"),
    ],
)
def test_bad_input_is_one_clear_error(line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["size", *shlex.split(line)]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        "qps: 0",
        "qps: 1e-400000",
        "qps: [1, x]",
        "qps: {a: 1}",
        "qps: 2026-01-01",
        "qps: 1/0",
        "qps: .inf",
        "inputText: 9" + "9" * 5000,
        "inputText: [1]",
        "inputText: null, outputText: null",
        "location: 5",
        "location: [a]",
        "peak: 0",
        "largest: 0",
        "sessions: 1, turns: 1, sessionSeconds: '0'",
        "sessions: a, turns: 1, sessionSeconds: 1",
        "model: [a]",
        "model: gemini-3.8-flsh",
        "1: 2",
        "videoAudio: yes, outputVideoSeconds: 1",
        "tunedPremium: -1",
        "percentile: 0",
        "imageSize: {}, outputImages: 1",
        "nested: " + "[" * 3000 + "]" * 3000,
    ],
    ids=lambda text: text[:30],
)
def test_whatever_a_file_holds_it_is_one_clear_error(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine = {"model": "gemini-3.8-flash", "qps": "1", "inputText": "5"}
    kept = ", ".join(f"{key}: {value}" for key, value in fine.items() if f"{key}:" not in text)
    file = tmp_path / "workloads.yaml"
    file.write_text(f"workloads: [{{{kept}, {text}}}]")
    assert run(["size", "--file", str(file), "--as-of", "2026-11-22"]) == 2
    said = capsys.readouterr().err
    assert said
    assert len(said) < 2000
    assert "Traceback" not in said


def _examples() -> list[tuple[str, str]]:
    page = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ pt (.*?)\n(.*?)```", page, re.DOTALL)
    return [(command, expected) for command, expected in blocks]


@pytest.mark.parametrize(("command", "expected"), _examples(), ids=lambda text: text.split("\n")[0][:60])
def test_the_page_shows_what_the_command_prints(
    command: str,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every line of a block stands in the output, in this order; `...` stands for lines that are left out."""
    page = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"`(\w+\.yaml)`:\n\n```yaml\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(command)) == 0
    lines = iter(capsys.readouterr().out.splitlines())
    for wanted in expected.splitlines():
        if wanted.strip() not in ("", "..."):
            assert wanted in lines, wanted


def test_the_page_walks_through_three_vectors() -> None:
    assert len(_examples()) >= 3
