"""From a rule to Pulumi's policy objects.

A rule's violations and its advice have different levels, and Pulumi gives a policy just one: a rule over ledgers becomes a mandatory policy,
and an advisory one named `<rule>-advice` for what it only mentions. `environment.rules.levels` moves findings between the two;
`--policy-pack-config` can still change each policy's own level, as with any pack.
"""

import functools
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.links import docs_base
from policies.plain import plain
from throughput.config.models import Rules
from throughput.contract import view_of
from throughput.rules import RULES, Finding, LedgerView, Resource, Rule, at_level

LEDGER = "vertex-throughput:index:Ledger"
DOCS = docs_base(Path(__file__).resolve().parent.parent, os.environ)
ADVICE = "-advice"

# What --policy-pack-config may set per policy, over what the environment says.
_KNOBS: dict[str, dict[str, Any]] = {
    "exposureLimitUsd": {"type": "number", "minimum": 0},
    "catalogueMaxAgeDays": {"type": "integer", "minimum": 1},
    "routing": {"type": "array", "items": {"type": "string"}},
    "renewalReview": {"type": "object"},
}


def policies() -> list[Policy]:
    """Every rule as policies, in the rules' order."""
    return [policy for rule in RULES for policy in _policies_of(rule)]


def _policies_of(rule: Rule) -> list[Policy]:
    if rule.resource is not None:
        return [_over_resources(rule)]
    over = _over_ledger if rule.ledger is not None else _over_stack
    return [over(rule, level) for level in ("violation", "advice")]


def _metadata(rule: Rule, level: str) -> dict[str, Any]:
    advice = level == "advice"
    return {
        "name": rule.name + (ADVICE if advice else ""),
        "description": rule.description,
        "display_name": rule.title + (" (advice)" if advice else ""),
        "enforcement_level": EnforcementLevel.ADVISORY if advice else EnforcementLevel.MANDATORY,
        "severity": Severity(rule.severity),
        "tags": list(rule.tags),
        "remediation_steps": "\n".join(
            f"{number}. {step}" for number, step in enumerate(rule.remediation, 1)
        ),
        "url": DOCS + rule.docs,
        "config_schema": PolicyConfigSchema(properties={knob: _KNOBS[knob] for knob in rule.knobs})
        if rule.knobs
        else None,
    }


def _over_ledger(rule: Rule, level: str) -> Policy:
    assert rule.ledger is not None
    check = rule.ledger

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type != LEDGER:
            args.not_applicable("it judges the ledger")
        view = _view(
            json.dumps(plain(args.props), sort_keys=True),
            json.dumps(plain(dict(args.get_config())), sort_keys=True),
        )
        _report(check(view), view, level, report)

    return ResourceValidationPolicy(validate=validate, **_metadata(rule, level))


@functools.lru_cache(maxsize=32)
def _view(props: str, config: str) -> LedgerView:
    """The ledger as rules see it; seventeen rules look at the same one."""
    inputs = json.loads(props)
    overrides = json.loads(config)
    if overrides:
        environment = inputs.setdefault("environment", {})
        environment["rules"] = {**(environment.get("rules") or {}), **overrides}
        # A mistyped setting must not pass as a ledger that can't be judged.
        Rules.model_validate(environment["rules"])
    return view_of(inputs)


def _report(findings: Iterable[Finding], view: LedgerView, level: str, report: ReportViolation) -> None:
    for finding in findings:
        levelled = at_level(finding, view)
        if levelled is not None and levelled.level == level:
            report(levelled.text, None)


def _over_resources(rule: Rule) -> Policy:
    assert rule.resource is not None
    check = rule.resource
    types = frozenset(rule.types)

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in types:
            args.not_applicable(f"it judges {', '.join(rule.types)}")
        for finding in check(_resource(args.resource_type, args.name, args.props, args.opts)):
            report(finding.text, None)

    return ResourceValidationPolicy(validate=validate, **_metadata(rule, "violation"))


def _over_stack(rule: Rule, level: str) -> Policy:
    assert rule.stack is not None
    check = rule.stack

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        ledger = next((resource for resource in args.resources if resource.resource_type == LEDGER), None)
        if ledger is None:
            args.not_applicable("the stack has no ledger")
            return
        view = _view(json.dumps(plain(ledger.props), sort_keys=True), "{}")
        wanted = [
            _resource(found.resource_type, found.name, found.props, found.opts)
            for found in args.resources
            if found.resource_type.startswith(_SEEN)
        ]
        _report(check(view, wanted), view, level, report)

    return StackValidationPolicy(validate=validate, **_metadata(rule, level))


_SEEN = ("gcp:monitoring/alertPolicy:", "gcp:billing/budget:")


def _resource(kind: str, name: str, props: Any, opts: Any) -> Resource:
    return Resource(type=kind, name=name, inputs=plain(props), protect=bool(opts.protect))
