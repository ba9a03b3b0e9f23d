"""The report as one versioned JSON document that holds everything the other renderings show."""

import json
from decimal import Decimal
from typing import Any

from throughput.check.report import Remark, Report, StackReport
from throughput.problems import Problem


def render(report: Report) -> str:
    """JSON text, version 1."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        "version": 1,
        "verdict": ("passed", "violations", "not judged")[report.exit_code],
        "summary": report.verdict,
        "exitCode": report.exit_code,
        "base": {"name": report.base, "commit": report.commit},
        "dirty": list(report.dirty),
        "committedUsd": usd(report.committed_usd),
        "findings": [remark_of(remark) for remark in report.remarks],
        "notChecked": list(report.unasked),
        "stacks": [_stack(stack) for stack in report.stacks],
    }


def _stack(stack: StackReport) -> dict[str, Any]:
    preview = stack.preview
    return {
        "stack": stack.stack,
        "file": stack.file,
        "state": stack.state.value,
        "judged": not stack.problems,
        "asOf": stack.as_of.isoformat(),
        "committedUsd": usd(stack.committed_usd),
        "changes": [
            {**change.plain(), "file": stack.file, "line": stack.line_of(change.order)}
            for change in stack.changes
        ],
        "settings": [
            {
                "path": setting.path,
                "old": setting.old,
                "new": setting.new,
                "line": setting.line,
                "guards": setting.guards,
            }
            for setting in stack.settings
        ],
        "findings": [remark_of(remark) for remark in stack.remarks],
        "afterMerge": [step.plain() for step in stack.steps],
        "breakEven": [
            {
                "order": figure.order,
                "term": figure.term,
                "category": "input_text",
                "shares": {channel: f"{share:.4f}" for channel, share in figure.shares},
            }
            for figure in stack.break_even
        ],
        "problems": [_problem(problem) for problem in stack.problems],
        "preview": None
        if preview is None
        else {
            "ran": preview.not_checked is None,
            "notChecked": preview.not_checked,
            "against": preview.against or None,
            "counts": dict(preview.counts),
        },
    }


def remark_of(remark: Remark) -> dict[str, Any]:
    """One finding as plain JSON values."""
    return {
        "rule": remark.rule,
        "level": remark.level,
        "code": remark.code or None,
        "order": remark.order,
        "message": remark.message,
        "remedy": remark.remedy or None,
        "paste": remark.paste,
        "file": remark.file,
        "line": remark.line,
        "resource": remark.resource,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "file": problem.file,
        "line": problem.line,
        "path": problem.path,
        "message": problem.message,
        "hint": problem.hint,
    }


def usd(amount: Decimal) -> str:
    """An amount as text, so that no reader rounds it: "43800.00"."""
    return f"{amount:.2f}"
