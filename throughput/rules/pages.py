"""The pages about policies, made from the rules' metadata and their worked examples."""

from throughput.rules import RULES, Finding, Rule
from throughput.rules.examples import OUTCOMES, Example, examples

INDEX = "docs/policies/README.md"


def pages() -> dict[str, str]:
    """File name to text: the index and one page per rule."""
    shown = examples()
    found = {
        rule.docs: _page(rule, [example for example in shown if example.rule == rule.name]) for rule in RULES
    }
    return {INDEX: _index(shown), **found}


def _index(shown: list[Example]) -> str:
    lines = [
        "# Policies",
        "",
        "Made from the rules by `./pt schema`; edit `throughput/rules/`, not these pages.",
        "",
        "Rules over the ledger judge what the provider's `Check` wrote, in preview and before anything is applied. Rules over resources look at",
        "one resource each. Rules over the stack see everything together, after it was applied in `up`; in preview they stop it before.",
        "",
        "| rule | judges | severity | stops a deployment | settings in `environment.rules` | "
        + " | ".join(OUTCOMES)
        + " |",
        "|---|---|---|---|---|" + "---:|" * len(OUTCOMES),
    ]
    for rule in RULES:
        counts = [
            sum(1 for example in shown if example.rule == rule.name and example.outcome == outcome)
            for outcome in OUTCOMES
        ]
        knobs = ", ".join(f"`{knob}`" for knob in rule.knobs)
        stops = "yes" if rule.mandatory else "no, it advises"
        numbers = " | ".join(str(count) for count in counts)
        lines.append(
            f"| [{rule.name}]({rule.name}.md) | {rule.kind} | {rule.severity} | {stops} | {knobs} | {numbers} |"
        )
    lines += [
        "",
        "The last columns count the worked examples on each rule's page; every one of them is a test.",
        "",
        "## Running them",
        "",
        "* `./pt up` and `./pt preview` load the pack by themselves.",
        "* With the Pulumi CLI alone: `pulumi preview --policy-pack policies`.",
        "* `./pt check` runs the rules over the ledger without an engine; with `--preview` the others as well.",
        "",
        "## Levels",
        "",
        "A rule over the ledger or the stack is two policies: one that stops, and one named `<rule>-advice` for what it only mentions. Per environment,",
        "`environment.rules.levels` sets a rule to `mandatory`, `advisory` or `disabled`, and the settings above steer it: `routing` in prod can list",
        "fewer modes than in dev. Settings can also be given to the pack with `--policy-pack-config FILE`, where they win over the environment's:",
        "",
        "```json",
        '{"exposure-approved": {"exposureLimitUsd": 5000}, "budget-present-advice": "disabled"}',
        "```",
        "",
        "Rules over resources see one resource and no environment: they stop everywhere, and only `--policy-pack-config` changes that. Whatever",
        "level a rule has, the ledger's provider itself refuses a change that Google doesn't allow.",
    ]
    return "\n".join(lines) + "\n"


def _page(rule: Rule, shown: list[Example]) -> str:
    lines = [
        f"# {rule.name}: {rule.title}",
        "",
        rule.description,
        "",
        f"Severity {rule.severity}. Judges {_judged(rule)}. {'It stops a deployment.' if rule.mandatory else 'It advises and stops nothing.'}",
        f"Source: {rule.source}.",
        "",
        "## What to do",
        "",
        *(f"{number}. {step}" for number, step in enumerate(rule.remediation, 1)),
    ]
    if rule.knobs:
        lines += [
            "",
            "## Settings",
            "",
            "In `environment.rules`: "
            + ", ".join(f"`{knob}`" for knob in rule.knobs)
            + "; see [the reference](../configuration.md#rules).",
        ]
    lines += ["", "## Examples", "", "| case | example | found | what it says |", "|---|---|---|---|"]
    lines += [_row(rule, example) for example in shown]
    return "\n".join(lines) + "\n"


def _judged(rule: Rule) -> str:
    if rule.kind == "resource":
        return ", ".join(f"`{kind}`" for kind in rule.types)
    return "the ledger" if rule.kind == "ledger" else "the ledger together with all resources"


def _row(rule: Rule, example: Example) -> str:
    findings = _findings(rule, example)
    codes = "<br>".join(f"{finding.level} `{finding.code}`" for finding in findings) or "nothing"
    said = "<br>".join(_cell(finding.text) for finding in findings)
    return f"| {example.outcome} | {example.title} | {codes} | {said} |"


def _findings(rule: Rule, example: Example) -> list[Finding]:
    if rule.ledger is not None and example.view is not None:
        return list(rule.ledger(example.view))
    if rule.stack is not None and example.view is not None:
        return list(rule.stack(example.view, list(example.resources)))
    check = rule.resource
    return [
        finding
        for resource in example.resources
        if check and resource.type in rule.types
        for finding in check(resource)
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
