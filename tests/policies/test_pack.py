"""The pack's policy objects, given what the engine gives them: proxies, floats, unknowns, configuration."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import (
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    _NotApplicableError,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy
from pydantic import ValidationError

from policies.adapter import ADVICE, LEDGER, policies
from policies.plain import plain
from throughput import contract
from throughput.config.order_models import plain_order
from throughput.orders import Ledger
from throughput.rules import RULES
from throughput.rules.examples import CHAT, DRAFT, RENEWING, TODAY, ledger
from throughput.rules.model import UNKNOWN

PACK: dict[str, Policy] = {policy.name: policy for policy in policies()}
_RULES = {"exposureLimitUsd": 10_000}


def options(protect: bool = True) -> PolicyResourceOptions:
    return PolicyResourceOptions(protect, [], False, [], PolicyCustomTimeouts(0, 0, 0), [])


def floats(value: Any) -> Any:
    """Numbers as the engine sends them."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return float(value)
    return (
        {key: floats(inner) for key, inner in value.items()}
        if isinstance(value, dict)
        else [floats(inner) for inner in value]
    )


def checked(old: Ledger, new: Ledger, rules: dict[str, Any] | None = None) -> dict[str, Any]:
    """The ledger's inputs as Check leaves them."""

    def program(book: Ledger) -> dict[str, Any]:
        environment = {"approvers": ["approver@example.com"], "rules": {**_RULES, **(rules or {})}}
        return {
            "stack": "prod",
            "environment": environment,
            "orders": {name: plain_order(order) for name, order in book.items()},
        }

    first, failures = contract.check(None, program(old), TODAY)
    assert not failures
    second, failures = contract.check(first, program(new), TODAY)
    assert not failures
    return second


def judged(
    name: str,
    props: dict[str, Any],
    kind: str = LEDGER,
    protect: bool = True,
    config: dict[str, Any] | None = None,
) -> list[str]:
    """What one policy says about one resource; None of it when it doesn't apply."""
    policy = PACK[name]
    assert isinstance(policy, ResourceValidationPolicy)
    said: list[str] = []
    args = ResourceValidationArgs(
        kind,
        unknown_checking_proxy(floats(props)),
        f"urn:pulumi:prod::vertex-throughput::{kind}::x",
        "x",
        options(protect),
        None,
        config,
    )
    validate: Any = policy.validate
    try:
        validate(args, lambda message, urn=None: said.append(message))
    except _NotApplicableError:
        return []
    return said


def test_every_rule_is_in_the_pack_with_all_that_people_need(root: Path) -> None:
    assert {name.removesuffix(ADVICE) for name in PACK} == {rule.name for rule in RULES}
    for policy in PACK.values():
        assert policy.description
        assert policy.display_name
        assert policy.severity
        assert policy.remediation_steps
        assert policy.url
        assert (root / "docs" / policy.url.rpartition("/docs/")[2]).is_file()


def test_a_rule_with_settings_has_a_schema_for_them() -> None:
    for rule in RULES:
        for name in (rule.name, rule.name + ADVICE):
            if name in PACK:
                schema = PACK[name].config_schema
                assert set(schema.properties if schema else {}) == set(rule.knobs)


def test_advice_never_stops_and_violations_do() -> None:
    for rule in RULES:
        assert PACK[rule.name].enforcement_level == EnforcementLevel.MANDATORY
        assert (rule.name + ADVICE in PACK) == (rule.kind != "resource")
        if rule.name + ADVICE in PACK:
            assert PACK[rule.name + ADVICE].enforcement_level == EnforcementLevel.ADVISORY


def test_an_environment_can_make_an_advising_rule_stop() -> None:
    rules = {"catalogueMaxAgeDays": 1}
    advised = checked(ledger(CHAT), ledger(CHAT), rules)
    assert judged("catalogue-fresh", advised) == []
    assert "days old" in judged("catalogue-fresh" + ADVICE, advised)[0]
    stopping = checked(ledger(CHAT), ledger(CHAT), {**rules, "levels": {"catalogue-fresh": "mandatory"}})
    assert "days old" in judged("catalogue-fresh", stopping)[0]
    assert judged("catalogue-fresh" + ADVICE, stopping) == []


def test_a_shrink_is_a_violation_with_the_whole_text() -> None:
    from dataclasses import replace

    props = checked(ledger(CHAT), ledger(replace(CHAT, gsus=30)))
    (said,) = judged("grow-only", props)
    assert "45 → 30 GSU before its term ends on 2027-01-01" in said
    assert judged("grow-only" + ADVICE, props) == []


def test_a_ledger_without_or_with_an_edited_baseline_is_a_violation() -> None:
    props = checked(ledger(CHAT), ledger(CHAT))
    assert judged("grow-only", props) == []
    without = {key: value for key, value in props.items() if key != "baseline"}
    assert "isn't there" in judged("grow-only", without)[0]
    edited = {**props, "baseline": {**props["baseline"], "orders": {}}}
    assert "doesn't match its seal" in judged("grow-only", edited)[0]


def test_a_ledger_whose_day_or_orders_were_tampered_with_is_a_violation() -> None:
    props = checked(ledger(CHAT), ledger(CHAT))
    without_day = {key: value for key, value in props.items() if key != "judgedOn"}
    for tampered in ({**props, "judgedOn": "soon"}, without_day, {**props, "orders": {"chat": {"gsus": 1}}}):
        assert judged("grow-only", tampered)


def test_a_mistyped_setting_of_the_pack_stops_instead_of_passing() -> None:
    with pytest.raises(ValidationError):
        judged("exposure-approved", checked(Ledger(), ledger(DRAFT)), config={"exposureLimitUsd": "much"})


def test_an_unreviewed_renewal_is_advice_until_it_is_due() -> None:
    props = checked(ledger(RENEWING), ledger(RENEWING))
    assert judged("renewal-reviewed", props) == []
    assert "nobody has reviewed it yet" in judged("renewal-reviewed" + ADVICE, props)[0]


def test_an_environment_can_turn_a_violation_into_advice_or_off() -> None:
    shown = checked(Ledger(), ledger(DRAFT))
    assert judged("exposure-approved", shown)
    softer = checked(Ledger(), ledger(DRAFT), {"levels": {"exposure-approved": "advisory"}})
    assert judged("exposure-approved", softer) == []
    assert judged("exposure-approved" + ADVICE, softer)
    off = checked(Ledger(), ledger(DRAFT), {"levels": {"exposure-approved": "disabled"}})
    assert judged("exposure-approved", off) == judged("exposure-approved" + ADVICE, off) == []


def test_the_packs_own_configuration_wins_over_the_environments() -> None:
    props = checked(Ledger(), ledger(DRAFT))
    assert judged("exposure-approved", props, config={"exposureLimitUsd": 10_000_000.0}) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.kind == "resource"], ids=lambda rule: rule.name
)
def test_a_rule_over_resources_looks_at_its_own_types_only(rule: Any) -> None:
    assert (
        judged(
            rule.name,
            {"role": UNKNOWN_STRING_VALUE, "member": UNKNOWN_STRING_VALUE},
            "gcp:storage/bucket:Bucket",
        )
        == []
    )


def test_what_only_up_will_know_is_no_exception_in_preview() -> None:
    props = {"role": UNKNOWN_STRING_VALUE, "member": UNKNOWN_STRING_VALUE, "members": [UNKNOWN_STRING_VALUE]}
    assert judged("buyers-separate", props, "gcp:projects/iAMMember:IAMMember") == []
    assert plain(unknown_checking_proxy({"a": [UNKNOWN_STRING_VALUE, {"b": 2.0}]})) == {
        "a": [UNKNOWN, {"b": 2}]
    }


def test_protection_is_read_from_the_resources_options() -> None:
    project = {"deletionPolicy": "PREVENT"}
    assert judged("project-protected", project, "gcp:organizations/project:Project") == []
    assert (
        "isn't protected"
        in judged("project-protected", project, "gcp:organizations/project:Project", protect=False)[0]
    )


def test_a_stack_without_alerts_for_its_pool_is_found() -> None:
    policy = PACK["pool-has-alerts"]
    assert isinstance(policy, StackValidationPolicy)
    props = unknown_checking_proxy(floats(checked(ledger(CHAT), ledger(CHAT))))
    resource = PolicyResource(LEDGER, props, "urn", "ledger", options(), None, None, [], {})
    said: list[str] = []
    validate: Any = policy.validate
    validate(StackValidationArgs([resource]), lambda message, urn=None: said.append(message))
    assert "no alert on utilisation and spillover" in said[0]


def test_the_pack_is_constructed_only_where_the_engine_starts_it(root: Path) -> None:
    """Constructing a pack serves and never returns, so importing the adapter must not do it."""
    found = subprocess.run(
        [sys.executable, "-P", "-c", "import policies.adapter"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")
