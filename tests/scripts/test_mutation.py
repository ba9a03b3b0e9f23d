"""Every rule has a break, and the breaks are noticed."""

from pathlib import Path

import pytest

from scripts.__main__ import run
from scripts.mutation import BREAKS, Break
from throughput.rules import RULES


def test_every_rule_has_a_break() -> None:
    assert [broken.rule for broken in BREAKS] == [rule.name for rule in RULES]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.rule)
def test_the_line_to_break_stands_there_exactly_once(root: Path, broken: Break) -> None:
    file = root / "throughput" / "rules" / f"{broken.rule.replace('-', '_')}.py"
    assert file.read_text(encoding="utf-8").count(broken.old) == 1
    assert broken.old != broken.new


def test_an_unknown_rule_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutation", "--rule", "grow-onyl"]) == 2
    assert "Did you mean grow-only?" in capsys.readouterr().err


@pytest.mark.slow
def test_a_broken_rule_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutation", "--rule", "grow-only", "--rule", "services-kept"]) == 0
    assert "NOBODY" not in capsys.readouterr().out
