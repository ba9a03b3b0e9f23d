"""The report as GitHub workflow commands: annotations on the lines of the stack files.

The syntax and its escapes: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (2026-11-26).
"""

from collections.abc import Iterator

from throughput.check import rows
from throughput.check.about import about
from throughput.check.report import Remark, Report, StackReport
from throughput.problems import Problem


def render(report: Report) -> str:
    """One command per line; the verdict last, as a notice."""
    lines = [_remark(remark, report.prefix) for remark in report.remarks]
    for stack in report.stacks:
        lines += _stack(stack, report.prefix)
    lines += [command("warning", f"not checked: {text}", title="pt check") for text in report.unasked]
    lines.append(command("notice", f"{report.mark} {report.verdict}", title="Provisioned Throughput"))
    return "\n".join(lines) + "\n"


def command(kind: str, message: str, *, title: str, file: str | None = None, line: int | None = None) -> str:
    """`::error file=…,line=…,title=…::message` with both kinds of escapes."""
    properties = {"file": file, "line": str(line) if file and line else None, "title": title}
    told = ",".join(f"{name}={in_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {told}::{in_message(message)}"


def in_message(text: str) -> str:
    """A message's text: a command is one line, and % starts an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """A property's value, where a colon or a comma would end it."""
    return in_message(text).replace(":", "%3A").replace(",", "%2C")


def _stack(stack: StackReport, prefix: str) -> Iterator[str]:
    for problem in stack.problems:
        yield _problem(problem, stack, prefix)
    for remark in (*stack.violations, *stack.advice):
        yield _remark(remark, prefix)
    for setting in stack.settings:
        if setting.guards:
            yield command(
                "warning",
                f"this decides what passes from now on: {rows.setting_words(setting)}",
                title="Guarding setting changed",
                file=prefix + stack.file,
                line=setting.line,
            )


def _remark(remark: Remark, prefix: str) -> str:
    message = f"{remark.message}\nNext: {remark.remedy}" if remark.remedy else remark.message
    return command(
        "error" if remark.violation else "warning",
        message,
        title=f"{remark.rule}: {about(remark.rule).title}",
        file=prefix + remark.file if remark.file else None,
        line=remark.line,
    )


def _problem(problem: Problem, stack: StackReport, prefix: str) -> str:
    # A file at the base has no line in the change under review.
    here = problem.file == stack.file
    text = "\n".join(part for part in (problem.message, problem.hint) if part)
    where = f"{problem.path}: " if problem.path else ""
    place = "" if here or not problem.file else f"{problem.file}: "
    return command(
        "error",
        f"{place}{where}{text}",
        title="Not judged",
        file=prefix + stack.file,
        line=problem.line if here else None,
    )
