"""What a program, a person or a broken state can hand to the rules: never an exception, never a silent pass."""

from datetime import date
from typing import Any

import pytest

from throughput import contract
from throughput.config.order_models import plain_order
from throughput.rules import judge
from throughput.rules.examples import CHAT, TODAY

PROGRAM: dict[str, Any] = {
    "stack": "prod",
    "environment": {"approvers": ["approver@example.com"], "rules": {}},
    "orders": {"chat": plain_order(CHAT)},
}


def checked() -> dict[str, Any]:
    first, failures = contract.check(None, PROGRAM, TODAY)
    assert not failures
    second, failures = contract.check(first, PROGRAM, TODAY)
    assert not failures
    return second


BAD: dict[str, dict[str, Any]] = {
    "no baseline": {"baseline": None},
    "a baseline that is a text": {"baseline": "x"},
    "orders of the baseline that are a text": {"baseline": {"state": "recorded", "orders": "x", "seal": ""}},
    "a baseline with an unknown state": {
        "baseline": {"state": "fine", "orders": {}, "seal": contract.digest({})}
    },
    "a first run that has a past": {
        "baseline": {
            "state": "first",
            "orders": PROGRAM["orders"],
            "seal": contract.digest(PROGRAM["orders"]),
        }
    },
    "no day": {"judgedOn": None},
    "a day that is none": {"judgedOn": "soon"},
    "orders that are a text": {"orders": "x"},
    "an order that is a text": {"orders": {"chat": "x"}},
    "an order without fields": {"orders": {"chat": {}}},
    "an environment that is a text": {"environment": "x"},
    "rules that are a text": {"environment": {"rules": "x"}},
    "a limit that is no amount": {"environment": {"rules": {"exposureLimitUsd": "much"}}},
    "approvers that are a number": {"environment": {"approvers": 5}},
    "orders elsewhere that are a number": {"elsewhere": 5},
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_a_violation(name: str) -> None:
    view = contract.view_of({**checked(), **BAD[name]})
    found = [finding for finding in judge(view) if finding.rule == "grow-only"]
    assert [finding.code.partition("/")[0] for finding in found] == ["baseline"]
    assert contract.refusals({**checked(), **BAD[name]})


@pytest.mark.parametrize(
    ("news", "where"),
    [
        ({"environment": "x"}, "environment"),
        ({"environment": {"rules": "x"}}, "environment.rules"),
        ({"environment": {"rules": {"exposureLimitUsd": "much"}}}, "environment.rules.exposureLimitUsd"),
        ({"environment": {"approvers": 5}}, "environment.approvers"),
        ({"orders": "x"}, "orders"),
        ({"asOf": "soon"}, "asOf"),
    ],
)
def test_check_says_where_the_program_is_wrong(news: dict[str, Any], where: str) -> None:
    _, failures = contract.check(None, {**PROGRAM, **news}, date(2026, 11, 22))
    assert [failure.property for failure in failures] == [where]
