"""The report as JUnit XML: a suite per stack, a case per rule, so that a pipeline shows what was and what wasn't checked."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from throughput.check.about import KNOWN, UNIQUE_IDS
from throughput.check.report import Remark, Report, StackReport
from throughput.rules import BY_NAME

# What XML 1.0 allows; anything else can't be written, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEEDS_ENGINE = "needs the program and the policy pack; run pt check --preview"


def render(report: Report) -> str:
    """XML text. Violations are failures, stacks that can't be judged errors, what wasn't run is skipped; advice is output."""
    suites = ["\n".join(_suite("all stacks", list(_across(report))))]
    suites += ["\n".join(_suite(stack.stack, list(_cases(stack)))) for stack in report.stacks]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<testsuites name="pt check">',
            *suites,
            "</testsuites>",
            "",
        ]
    )


Case = tuple[str, str, str]  # name, kind ("passed", "failure", "error", "skipped"), body


def _suite(name: str, cases: list[Case]) -> Iterator[str]:
    kinds = [kind for _, kind, _ in cases]
    yield (
        f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{kinds.count("failure")}" '
        f'errors="{kinds.count("error")}" skipped="{kinds.count("skipped")}">'
    )
    for case, _, body in cases:
        head = f"    <testcase classname={_attribute(name)} name={_attribute(case)}"
        yield f"{head}>{body}</testcase>" if body else f"{head}/>"
    yield "  </testsuite>"


def _across(report: Report) -> Iterator[Case]:
    yield _case(UNIQUE_IDS, list(report.remarks))
    for line in report.not_checked:
        yield line, "skipped", _skipped("not checked")


def _cases(stack: StackReport) -> Iterator[Case]:
    for problem in stack.problems:
        text = str(problem)
        yield (
            f"judged: {problem.path or problem.file}",
            "error",
            (f"<error message={_attribute(problem.message)}>{_text(text)}</error>"),
        )
    if stack.problems:
        return
    ran = stack.preview is not None and not stack.preview.not_checked
    for name in dict.fromkeys((*KNOWN, *(remark.rule for remark in stack.remarks))):
        if name == UNIQUE_IDS:
            continue
        found = [remark for remark in stack.remarks if remark.rule == name]
        rule = BY_NAME.get(name)
        if not found and not ran and rule is not None and rule.kind != "ledger":
            why = stack.preview.not_checked if stack.preview else None
            yield name, "skipped", _skipped(why or _NEEDS_ENGINE)
        else:
            yield _case(name, found)


def _case(name: str, remarks: list[Remark]) -> Case:
    failures = [remark for remark in remarks if remark.violation]
    advice = [remark for remark in remarks if not remark.violation]
    output = f"<system-out>{_text(chr(10).join(map(_told, advice)))}</system-out>" if advice else ""
    if not failures:
        return name, "passed", output
    first, _ = failures[0].parts
    body = "\n\n".join(map(_told, failures))
    return name, "failure", f"<failure message={_attribute(first)}>{_text(body)}</failure>{output}"


def _told(remark: Remark) -> str:
    place = f"{remark.place}  " if remark.place else ""
    remedy = f"\nNext: {remark.remedy}" if remark.remedy else ""
    return f"{place}{remark.message}{remedy}"


def _skipped(why: str) -> str:
    return f"<skipped message={_attribute(why)}/>"


def _text(value: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", value))


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))
