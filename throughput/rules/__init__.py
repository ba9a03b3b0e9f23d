"""The rules that a change has to pass, one per file, pure and importable.

The policy pack, the pull-request check and the documentation all read this list; none of them holds a rule of its own.
"""

from collections.abc import Iterable
from dataclasses import replace

from throughput.rules import (
    budget_present,
    buyers_separate,
    catalogue_fresh,
    exposure_approved,
    federation_pinned,
    grow_only,
    label_valid,
    model_available,
    no_service_account_keys,
    order_editable,
    pool_has_alerts,
    project_protected,
    record_current,
    renewal_reviewed,
    routing_allowed,
    services_kept,
    term_allowed,
)
from throughput.rules.model import Finding, Resource, Rule
from throughput.rules.view import LedgerView

RULES: tuple[Rule, ...] = tuple(
    module.RULE
    for module in (
        grow_only,
        renewal_reviewed,
        order_editable,
        term_allowed,
        model_available,
        catalogue_fresh,
        exposure_approved,
        routing_allowed,
        label_valid,
        buyers_separate,
        record_current,
        no_service_account_keys,
        federation_pinned,
        project_protected,
        services_kept,
        pool_has_alerts,
        budget_present,
    )
)
BY_NAME = {rule.name: rule for rule in RULES}


def judge(view: LedgerView, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """What the rules over ledgers find, with the environment's own levels applied. Rules over resources need an engine."""
    found = []
    for rule in rules:
        if rule.ledger is not None:
            found += [
                levelled for finding in rule.ledger(view) if (levelled := at_level(finding, view)) is not None
            ]
    return found


def at_level(finding: Finding, view: LedgerView) -> Finding | None:
    """The finding at the level that the environment gives its rule: a violation may count as advice or not at all, an advising rule as one that stops."""
    level = next((level for rule, level in view.rules.levels.items() if rule == finding.rule), None)
    if level == "disabled":
        return None
    if level == "mandatory" and not BY_NAME[finding.rule].mandatory:
        return replace(finding, level="violation")
    if level == "advisory" or (level is None and not BY_NAME[finding.rule].mandatory):
        return replace(finding, level="advice")
    return finding


__all__ = ["BY_NAME", "RULES", "Finding", "LedgerView", "Resource", "Rule", "at_level", "judge"]
