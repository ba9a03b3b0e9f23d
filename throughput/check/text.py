"""The report for a terminal: verdict first, then each stack that has something to say."""

import unicodedata
from collections.abc import Iterator, Sequence

from throughput.check import rows
from throughput.check.report import Remark, Report, StackReport, dollars


def render(report: Report) -> str:
    """The whole report as lines of plain text."""
    lines = [f"{report.mark} {report.verdict}", f"  against {report.base} ({report.commit[:12]})"]
    if report.dirty:
        lines.append(f"  judged as on disk, with uncommitted changes: {', '.join(report.dirty)}")
    for remark in report.remarks:
        lines += ["", *_remark(remark)]
    for stack in report.stacks:
        if not stack.quiet or stack.preview is not None:
            lines += ["", *_stack(stack)]
    quiet = [stack.stack for stack in report.stacks if stack.quiet and stack.preview is None]
    if quiet:
        lines += ["", f"{', '.join(quiet)}: no change"]
    for line in report.unasked:
        lines += ["", f"not checked: {line}"]
    return "\n".join(lines) + "\n"


def _stack(stack: StackReport) -> Iterator[str]:
    money = f", ${dollars(stack.committed_usd)} newly committed" if stack.committed_usd else ""
    yield f"{stack.stack}  {stack.state.value}, as of {stack.as_of}{money}"
    for problem in stack.problems:
        yield from (f"  {line}" for line in str(problem).splitlines())
    if stack.changes:
        yield from aligned([rows.HEAD, *rows.rows(stack)], right=4)
    if stack.settings:
        yield "  settings"
        yield from (
            f"    {'⚠ ' if setting.guards else ''}{rows.setting_words(setting)}" for setting in stack.settings
        )
    for remark in (*stack.violations, *stack.advice):
        yield ""
        yield from (f"  {line}".rstrip() for line in _remark(remark))
    if stack.steps:
        yield ""
        yield "  After merge a person must"
        yield from (
            f"    {line.strip()}" for line in aligned([(step.words, step.command) for step in stack.steps])
        )
    for figure in stack.break_even:
        yield f"  break-even of {figure.order}: {rows.break_even_words(figure)}"
    yield from _preview(stack)


def _preview(stack: StackReport) -> Iterator[str]:
    preview = stack.preview
    if preview is None or preview.not_checked:
        return
    counts = ", ".join(f"{number} {verb}" for verb, number in preview.counts) or "nothing changes"
    yield f"  program and policy pack, offline against {preview.against}: {counts}"


def _remark(remark: Remark) -> Iterator[str]:
    mark = "✗" if remark.violation else "!"
    place = f"  {remark.place}" if remark.place else ""
    yield f"{mark} {remark.rule}{place}"
    for line in remark.message.strip().splitlines():
        yield f"    {line}".rstrip()
    if remark.remedy:
        yield f"    next: {remark.remedy}"


def aligned(cells: Sequence[Sequence[str]], right: int | None = None) -> list[str]:
    """Rows of cells as aligned lines; one column may be right-aligned."""
    widths = [max(_width(line[index]) for line in cells) for index in range(len(cells[0]))]
    lines = []
    for line in cells:
        padded = [
            " " * (widths[index] - _width(cell)) + cell
            if index == right
            else cell + " " * (widths[index] - _width(cell))
            for index, cell in enumerate(line)
        ]
        lines.append(("  " + "  ".join(padded)).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
