"""The report as SARIF 2.1.0, for code scanning. Standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ (read 2026-11-26)."""

import hashlib
import json
import string
from typing import Any

from throughput.check.about import About, about
from throughput.check.report import Remark, Report, StackReport
from throughput.problems import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_UNJUDGED = About(
    name="not-judged",
    title="The stack can be judged",
    description="A stack whose file, or whose file at the base, can't be read is not judged, and doesn't pass.",
    severity="critical",
    docs="docs/check.md",
    remediation=("Mend the file at the place that is named.",),
)
_IN_URI = frozenset(string.ascii_letters + string.digits + "-._~/")
# GitHub sorts security results by this number; the severities are this project's own.
_SCORES = {"critical": "9.0", "high": "7.5", "medium": "5.0", "low": "2.0"}


def render(report: Report) -> str:
    """SARIF text."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as a SARIF log with one run."""
    found = [(remark.rule, _remark(remark)) for remark in report.all_remarks]
    found += [
        (_UNJUDGED.name, _problem(problem, stack)) for stack in report.stacks for problem in stack.problems
    ]
    names = sorted({rule for rule, _ in found})
    for rule, result in found:
        result["ruleIndex"] = names.index(rule)
        for location in result["locations"]:
            if place := location.get("physicalLocation"):
                place["artifactLocation"]["uri"] = _uri(report.prefix + place["artifactLocation"]["uri"])
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pt check",
                        "semanticVersion": "0.1.0",
                        "rules": [_rule(_about(name)) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"ROOT": {"description": {"text": "The repository's root."}}},
                "invocations": [
                    {
                        "executionSuccessful": report.exit_code != 2,
                        "exitCode": report.exit_code,
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": f"not checked: {line}"}}
                            for line in report.unasked
                        ],
                    }
                ],
                "results": [result for _, result in found],
            }
        ],
    }


def _about(name: str) -> About:
    return _UNJUDGED if name == _UNJUDGED.name else about(name)


def _rule(rule: About) -> dict[str, Any]:
    steps = "\n".join(f"- {step}" for step in rule.remediation)
    return {
        "id": rule.name,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.description},
        "help": {
            "text": f"{rule.description}\n\n{steps}\n\nSee {rule.docs}".strip(),
            "markdown": f"{rule.description}\n\n{steps}\n\nSee `{rule.docs}`.".strip(),
        },
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "tags": ["provisioned-throughput"],
            "docs": rule.docs,
        },
    }


def _remark(remark: Remark) -> dict[str, Any]:
    text = f"{remark.message}\nNext: {remark.remedy}" if remark.remedy else remark.message
    return _result(
        remark.rule,
        "error" if remark.violation else "warning",
        text,
        file=remark.file,
        line=remark.line,
        identity=f"{remark.rule}/{remark.code}/{remark.file}/{remark.order}/{remark.resource}",
        name=remark.order,
    )


def _problem(problem: Problem, stack: StackReport) -> dict[str, Any]:
    here = problem.file == stack.file
    parts = [f"{problem.path}: {problem.message}" if problem.path else problem.message, problem.hint or ""]
    place = "" if here or not problem.file else f"{problem.file}: "
    return _result(
        _UNJUDGED.name,
        "error",
        place + "\n".join(part for part in parts if part),
        file=stack.file,
        line=problem.line if here else None,
        identity=f"{problem.code}/{stack.file}/{problem.path}/{problem.message}",
        name=None,
    )


def _result(
    rule: str, level: str, text: str, *, file: str | None, line: int | None, identity: str, name: str | None
) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if file:
        # Code scanning shows nothing without a region; the first line stands for the file as a whole.
        location["physicalLocation"] = {
            "artifactLocation": {"uri": file, "uriBaseId": "ROOT"},
            "region": {"startLine": line or 1},
        }
    if name:
        location["logicalLocations"] = [{"name": name, "kind": "member"}]
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [location] if location else [],
        # The same finding keeps its identity when lines move.
        "partialFingerprints": {"ptCheck/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
    }


def _uri(path: str) -> str:
    """A relative path as a URI reference: every other byte of it percent-encoded (RFC 3986)."""
    return "".join(
        char if char in _IN_URI else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in path
    )
