"""Levels per environment: what stops in one may be advice in another, or off; and every such setting does something."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from throughput import catalogue
from throughput.config.models import LevelledRule, Rules
from throughput.orders import Ledger
from throughput.rules import RULES, judge, model_available
from throughput.rules.examples import CHAT, DRAFT, TODAY, ledger, seen, still


def found(level: str | None, rule: str = "grow-only") -> list[str]:
    settings: dict[str, Any] = {"levels": {rule: level}} if level else {}
    if rule == "grow-only":
        view = seen(ledger(CHAT), ledger(replace(CHAT, gsus=30)), **settings)
    else:
        view = still(CHAT, catalogueMaxAgeDays=1, **settings)
    return [finding.level for finding in judge(view) if finding.rule == rule]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, ["violation"]),
        ("mandatory", ["violation"]),
        ("advisory", ["advice"]),
        ("disabled", []),
    ],
)
def test_a_stopping_rule_at_each_level(level: str | None, expected: list[str]) -> None:
    assert found(level) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [(None, ["advice"]), ("advisory", ["advice"]), ("mandatory", ["violation"]), ("disabled", [])],
)
def test_an_advising_rule_at_each_level(level: str | None, expected: list[str]) -> None:
    assert found(level, "catalogue-fresh") == expected


def test_what_a_stopping_rule_only_mentions_stays_advice() -> None:
    view = still(replace(CHAT, auto_renew=True), levels={"renewal-reviewed": "mandatory"})
    assert [one.level for one in judge(view) if one.rule == "renewal-reviewed"] == ["advice"]


def test_levels_are_for_every_rule_that_sees_the_environment_and_for_no_other() -> None:
    assert list(get_args(LevelledRule)) == [rule.name for rule in RULES if rule.kind != "resource"]


@pytest.mark.parametrize("name", ["grow-onyl", "buyers-separate"])
def test_a_level_that_would_do_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Rules.model_validate({"levels": {name: "disabled"}})


def test_one_change_draws_the_findings_of_every_rule_it_breaks() -> None:
    wild = replace(DRAFT, model="gemini-0", label="Chat")
    rules = {finding.rule for finding in judge(seen(Ledger(), ledger(wild)))}
    assert rules == {"model-available", "exposure-approved", "label-valid"}


def test_steps_other_than_one_are_held() -> None:
    """No model of the shipped catalogue is sold in such steps today; the rule reads them all the same."""
    row = replace(catalogue.load().find(CHAT.model, TODAY), min_gsu=5, increment=5)
    view = seen(Ledger(), ledger(DRAFT))
    amounts = {gsus: list(model_available._amount(replace(DRAFT, gsus=gsus), row, view)) for gsus in (5, 12)}
    assert amounts[5] == []
    assert [(one.level, one.code) for one in amounts[12]] == [("violation", "model/increment")]
    assert "steps of 5" in amounts[12][0].remedy


def test_a_row_that_is_no_model_version_cannot_be_ordered() -> None:
    row = replace(catalogue.load().find(CHAT.model, TODAY), orderable=False)
    found = list(model_available._offered(DRAFT, row, "violation"))
    assert [one.code for one in found] == ["model/not-orderable"]
