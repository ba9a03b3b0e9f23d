"""What the check tells about its rules: the shared ones, and the one that looks at all stacks at once."""

from dataclasses import dataclass

from throughput.rules import RULES

UNIQUE_IDS = "order-id-unique"


@dataclass(frozen=True, kw_only=True)
class About:
    """A rule as reports name it."""

    name: str
    title: str
    description: str
    severity: str
    docs: str
    remediation: tuple[str, ...]


KNOWN: dict[str, About] = {
    rule.name: About(
        name=rule.name,
        title=rule.title,
        description=rule.description,
        severity=rule.severity,
        docs=rule.docs,
        remediation=rule.remediation,
    )
    for rule in RULES
} | {
    UNIQUE_IDS: About(
        name=UNIQUE_IDS,
        title="One purchase, one record",
        description="An order id of Google stands in one order of one stack only, unless a declared split or move links the records.",
        severity="high",
        docs="docs/check.md",
        remediation=(
            "Correct the id that was mistyped, with a correction that names the exact old value.",
            "Where a purchase moved, declare it with from and supersededBy.",
        ),
    )
}


def about(rule: str) -> About:
    """What is known of a rule; a rule of another pack is known by its name only."""
    found = KNOWN.get(rule)
    if found is not None:
        return found
    return About(
        name=rule, title=rule, description=rule, severity="medium", docs="docs/check.md", remediation=()
    )
