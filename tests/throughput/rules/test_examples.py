"""Every rule is held to its worked examples: what passes, what is found, what it doesn't apply to, and bad input."""

import re
from pathlib import Path

import pytest

from throughput.rules import BY_NAME, RULES, Finding
from throughput.rules.examples import OUTCOMES, Example, examples

EXAMPLES = examples()


def found_by(example: Example) -> list[Finding]:
    """What the example's rule finds, as the rule itself says it, before any environment's levels."""
    rule = BY_NAME[example.rule]
    if rule.ledger is not None:
        assert example.view is not None
        return list(rule.ledger(example.view))
    if rule.stack is not None:
        assert example.view is not None
        return list(rule.stack(example.view, list(example.resources)))
    assert rule.resource is not None
    return [
        finding
        for resource in example.resources
        if resource.type in rule.types
        for finding in rule.resource(resource)
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}: {example.title}")
def test_the_rule_finds_exactly_what_the_example_says(example: Example) -> None:
    found = found_by(example)
    assert sorted((one.level, one.code) for one in found) == sorted(example.expected), [
        one.text for one in found
    ]
    for words in example.says:
        assert words in "\n".join(one.text for one in found)


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if example.expected],
    ids=lambda example: f"{example.rule}: {example.title}",
)
def test_a_finding_names_its_rule_its_place_and_what_to_do(example: Example) -> None:
    for finding in found_by(example):
        assert finding.rule == example.rule
        assert finding.message
        assert finding.remedy or "Instead" in finding.message
        if finding.order:
            assert finding.path[:2] == ("orders", finding.order)
            assert finding.order in finding.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_outcome_of_a_rule_is_without_an_example(rule: object) -> None:
    name = getattr(rule, "name", "")
    assert {example.outcome for example in EXAMPLES if example.rule == name} == set(OUTCOMES)


def test_every_code_that_a_rule_can_give_stands_in_an_example(root: Path) -> None:
    """A message that no example shows is one that nobody has read."""
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (root / "throughput" / "rules").glob("*.py")
    )
    codes = set(
        re.findall(
            r'"((?:baseline|renewal|term|model|catalogue|exposure|correction|routing|label|record|buyers|keys|federation|project|services|alerts|budget)/[a-z-]+)"',
            sources,
        )
    )
    renewals = (root / "throughput" / "renewals.py").read_text(encoding="utf-8")
    codes |= {
        f"renewal/{code}"
        for code in re.findall(
            r'"((?:earlier|later)-term|in-future|too-early|unknown-reviewer|decision-disagrees|renew-resizes|resize-not-scheduled)"',
            renewals,
        )
    }
    shown = {code for example in EXAMPLES for _, code in example.expected}
    assert codes - shown == set(NOT_REACHABLE)


# Every model of the catalogue can be bought in steps of one and names that aren't versions aren't found at all, today.
NOT_REACHABLE = {"model/increment", "model/not-orderable"}


def test_every_rule_says_what_people_need_to_know(root: Path) -> None:
    for rule in RULES:
        assert rule.title
        assert rule.description.endswith(".")
        assert rule.remediation
        assert rule.source
        assert sum(check is not None for check in (rule.ledger, rule.resource, rule.stack)) == 1
        assert (rule.kind == "resource") == bool(rule.types)
        assert (root / "throughput" / "rules" / f"{rule.name.replace('-', '_')}.py").is_file()
        assert (root / rule.docs).is_file(), f"{rule.docs} is missing. Renew it with: ./pt schema"
