"""The command line: what goes wrong becomes a message and an exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.__main__ import run
from scripts._shared import table, usd


def test_an_unknown_command_names_the_nearest_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ordres"]) == 2
    assert "Did you mean pt orders?" in capsys.readouterr().err


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Commands" in capsys.readouterr().err


def test_a_bad_date_says_which_form_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["orders", "--as-of", "tomorrow"]) == 2
    assert "allowed: a date such as 2027-01-01" in capsys.readouterr().err


def test_a_defect_is_one_sentence_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("scripts.orders.working_root", broken)
    assert run(["orders"]) == 70
    said = capsys.readouterr().err
    assert "a defect of this tool: ZeroDivisionError: oops" in said
    assert "Traceback" not in said


def test_a_reader_that_goes_away_is_no_error(root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scripts", "orders", "local"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)
    assert b"Traceback" not in said


def test_money_is_rounded_up_to_whole_dollars() -> None:
    from decimal import Decimal

    assert usd(Decimal("43792.01")) == "$43,793"
    assert usd(Decimal("43792.00")) == "$43,792"


def test_tables_align_by_columns_on_the_terminal() -> None:
    assert table([["a", "1"], ["bcd", "22"]], right=(1,)) == ["  a     1", "  bcd  22"]
    assert table([["é", "x"], ["ab", "y"]]) == ["  é   x", "  ab  y"]
    assert table([]) == []
