"""The report as a comment on a pull request: verdict and money first, then each stack, within a comment's length.

Everything that comes from files is escaped: a note in a stack file can't open a table, a mention or HTML in the comment.
"""

import re
from collections.abc import Iterator

from throughput.check import rows
from throughput.check.about import about
from throughput.check.report import Remark, Report, StackReport, count, dollars

# By this a pipeline finds its own comment again.
MARKER = "<!-- pt-check -->"
# GitHub takes 65,536 characters; the rest is room for the marker and the line that says what was left out.
LIMIT = 60_000
_MAX_ROWS = 60
_MAX_REMARKS = 40
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$#!])")
# A mention starts a word; an address doesn't.
_MENTION = re.compile(r"(?<![\w.+-])@(?=\w)")


def render(report: Report) -> str:
    """The comment's text. Stacks that don't fit are named, with where to read on."""
    head = [f"### {report.mark} Provisioned Throughput: {text(report.verdict)}", ""]
    head += _context(report)
    for remark in report.remarks:
        head += [*_remarks([remark]), ""]
    body, left_out = _fitting(report, sum(len(line) + 1 for line in head))
    foot = _foot(report, left_out)
    return "\n".join([*head, *body, *foot, MARKER]) + "\n"


def _context(report: Report) -> Iterator[str]:
    dirty = (
        f"; judged with uncommitted changes of {', '.join(map(code, report.dirty))}" if report.dirty else ""
    )
    yield f"<sub>against {code(report.base)} ({report.commit[:12]}){dirty}</sub>"
    yield ""


def _fitting(report: Report, used: int) -> tuple[list[str], list[str]]:
    lines: list[str] = []
    left_out: list[str] = []
    loud = [stack for stack in report.stacks if not stack.quiet or stack.preview is not None]
    for stack in sorted(loud, key=lambda part: (not part.problems, not part.violations, part.stack)):
        told = [*_stack(stack), ""]
        size = sum(len(line) + 1 for line in told)
        if used + size > LIMIT:
            left_out.append(stack.stack)
            continue
        used += size
        lines += told
    return lines, left_out


def _foot(report: Report, left_out: list[str]) -> Iterator[str]:
    for line in report.unasked:
        yield f"⚠ Not checked: {text(line)}"
        yield ""
    if left_out:
        yield f"⚠ Too long for a comment: {text(', '.join(left_out)[:2000])}. Read on with {code('pt check')} or in the job's log."
        yield ""
    quiet = [stack.stack for stack in report.stacks if stack.quiet and stack.preview is None]
    if quiet:
        names = text(", ".join(quiet)[:2000])
        yield f"<details><summary>{count(len(quiet), 'stack', 'stacks')} without a change</summary>\n\n{names}\n\n</details>"
        yield ""


def _stack(stack: StackReport) -> Iterator[str]:
    money = f", {text('$' + dollars(stack.committed_usd))} newly committed" if stack.committed_usd else ""
    yield f"**{text(stack.stack)}** ({stack.state.value}, as of {stack.as_of}{money})"
    yield ""
    for problem in stack.problems:
        place = f"{problem.file}:{problem.line}" if problem.file and problem.line else problem.file
        path = f"{code(problem.path)}: " if problem.path else ""
        yield f"❌ **not judged**{f' · {code(place)}' if place else ''} · {path}{text(problem.message)}"
        yield from (f"> {text(line.strip())}" for line in (problem.hint or "").splitlines())
        yield ""
    yield from _table(stack)
    yield from _settings(stack)
    for group in _by_rule(stack):
        yield from _remarks(group)
        yield ""
    yield from _after(stack)


def _table(stack: StackReport) -> Iterator[str]:
    cells = rows.rows(stack)
    if not cells:
        return
    yield "| " + " | ".join(rows.HEAD) + " |"
    yield "|---|---|---|---|---:|---|"
    for line in cells[:_MAX_ROWS]:
        yield "| " + " | ".join(text(cell) for cell in line) + " |"
    if len(cells) > _MAX_ROWS:
        yield f"| … | {len(cells) - _MAX_ROWS} more changes | | | | |"
    yield ""


def _settings(stack: StackReport) -> Iterator[str]:
    if not stack.settings:
        return
    yield "Settings:"
    for setting in stack.settings[:_MAX_REMARKS]:
        guard = " ⚠ decides what passes from now on" if setting.guards else ""
        yield f"- {code(rows.setting_words(setting))}{guard}"
    if len(stack.settings) > _MAX_REMARKS:
        yield f"- … {len(stack.settings) - _MAX_REMARKS} more"
    yield ""


def _by_rule(stack: StackReport) -> list[list[Remark]]:
    groups: dict[tuple[bool, str], list[Remark]] = {}
    for remark in (*stack.violations, *stack.advice):
        groups.setdefault((remark.violation, remark.rule), []).append(remark)
    return list(groups.values())


def _remarks(group: list[Remark]) -> Iterator[str]:
    """One rule's findings: the rule once, then each with its place, its reason and what to do."""
    first = group[0]
    mark = "❌" if first.violation else "⚠"
    yield f"{mark} **{text(first.rule)}** · {text(about(first.rule).title)}"
    for remark in group[:_MAX_REMARKS]:
        yield from _finding(remark)
    if len(group) > _MAX_REMARKS:
        yield f"- … {len(group) - _MAX_REMARKS} more of this rule"


def _finding(remark: Remark) -> Iterator[str]:
    opening, rest = remark.parts
    place = f"{code(remark.place)} · " if remark.place else ""
    yield f"- {place}{text(opening)}"
    yield from (f"  <br>{_reason(line)}" for line in rest)
    if remark.paste:
        yield f"  <br>After agreeing, an approver adds to {code(remark.order or 'the order')}:"
        yield ""
        yield "  ```yaml"
        yield f"  {remark.paste}"
        yield "  ```"
    elif remark.remedy:
        yield f"  <br>Next: {code(remark.remedy) if remark.remedy.startswith('pt ') else text(remark.remedy)}"


def _reason(line: str) -> str:
    """A further line of a message; what is legal instead stands out."""
    lead, _, rest = line.partition(" ")
    return f"**Instead** {text(rest)}" if lead == "Instead" else text(line)


def _after(stack: StackReport) -> Iterator[str]:
    if stack.steps:
        yield "After merge a person must:"
        yield from (f"- {text(step.words)} ({code(step.command)})" for step in stack.steps[:_MAX_REMARKS])
        if len(stack.steps) > _MAX_REMARKS:
            yield f"- … {len(stack.steps) - _MAX_REMARKS} more: {code(f'pt order next {stack.stack}')}"
        yield ""
    for figure in stack.break_even[:_MAX_REMARKS]:
        yield f"Break-even of {code(figure.order)}: {text(rows.break_even_words(figure))}  "
    preview = stack.preview
    if preview is not None and not preview.not_checked:
        counts = ", ".join(f"{number} {verb}" for verb, number in preview.counts) or "nothing changes"
        yield ""
        yield f"Program and policy pack, offline against {text(preview.against)}: {text(counts)}"


def text(value: str) -> str:
    """Any text as Markdown that shows it literally, on one line."""
    flat = " ".join(value.split())
    return _MENTION.sub("@\u200b", _SPECIAL.sub(r"\\\1", flat))


def code(value: str) -> str:
    """Any text as a code span on one line, with a fence longer than any run of backticks in it."""
    flat = " ".join(value.split())
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"
