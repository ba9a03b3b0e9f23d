"""Every rule has a break, and the breaks are noticed."""

import pytest

from scripts.__main__ import run
from scripts.mutation import BREAKS
from throughput.rules import RULES


def test_every_rule_has_a_break() -> None:
    assert [broken.rule for broken in BREAKS] == [rule.name for rule in RULES]


def test_an_unknown_rule_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutation", "--rule", "grow-onyl"]) == 2
    assert "Did you mean grow-only?" in capsys.readouterr().err


@pytest.mark.slow
def test_a_broken_rule_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mutation", "--rule", "grow-only", "--rule", "services-kept"]) == 0
    assert "NOBODY" not in capsys.readouterr().out
