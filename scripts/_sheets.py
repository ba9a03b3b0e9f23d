"""Hand-off sheets as text for a terminal, Markdown for an issue, and HTML for paper."""

import html
from collections.abc import Sequence
from datetime import date

from scripts._shared import table, width_of
from throughput.handoff.sheet import Sheet
from throughput.handoff.work import Setting

_WIDTH = 100


def as_text(sheets: Sequence[Sheet], compared_with: str) -> str:
    """The sheets as a terminal shows them."""
    return "\n\n".join(_text(sheet) for sheet in sheets) + f"\n\nCompared with {compared_with}."


def _text(sheet: Sheet) -> str:
    subject = _subject(sheet)
    gap = max(4, _WIDTH - width_of(sheet.title) - width_of(subject))
    lines = [f"{sheet.title}{' ' * gap}{subject}"]
    for label, values in _parts(sheet):
        rows = [[label if index == 0 else "", value] for index, value in enumerate(values)]
        lines += [_cells(row) for row in rows]
    if sheet.request:
        lines += [
            "",
            "To the account representative:",
            "",
            *(f"  {line}".rstrip() for line in sheet.request.splitlines()),
        ]
    return "\n".join(lines)


def _cells(row: Sequence[str]) -> str:
    return f"{row[0]:<10}{row[1]}"


def _subject(sheet: Sheet) -> str:
    number = f" · order {sheet.order.order_id}" if sheet.order.order_id else ""
    return f"{sheet.stack} · {sheet.order.name}{number}"


def _parts(sheet: Sheet) -> list[tuple[str, list[str]]]:
    """Labels and lines of everything but the letter, in reading order; empty parts are left out."""
    to_set, to_leave = _form(sheet)
    sets = table([(setting.label, str(setting)) for setting in to_set], indent="", gap="   ")
    parts = [
        ("Where", [sheet.where]),
        ("Who", list(sheet.who)),
        ("Do", [f"{number}. {step}" for number, step in enumerate(sheet.steps, 1)]),
        ("Set", sets),
        ("Leave", [_kept(to_leave)] if to_leave else []),
        ("Costs", list(sheet.costs)),
        ("Before", list(sheet.before)),
        ("After", list(sheet.after)),
    ]
    return [(label, values) for label, values in parts if values]


def _form(sheet: Sheet) -> tuple[Sequence[Setting], Sequence[Setting]]:
    """What to set and what to leave, where there is a form; a letter holds both itself."""
    return ((), ()) if sheet.request else (sheet.sets, sheet.leave)


def _kept(settings: Sequence[Setting]) -> str:
    return " · ".join(f"{setting.label} {setting.new}" for setting in settings)


def as_markdown(sheets: Sequence[Sheet], compared_with: str) -> str:
    """The sheets for an issue or a pull request."""
    return "\n\n".join(_markdown(sheet) for sheet in sheets) + f"\n\nCompared with {compared_with}."


def _markdown(sheet: Sheet) -> str:
    lines = [f"### {sheet.title}: {_cell(_subject(sheet))}", "", f"**Where** {_cell(sheet.where)}  "]
    lines += [f"**Who** {_cell(' · '.join(sheet.who))}", ""]
    lines += [f"{number}. {_cell(step)}" for number, step in enumerate(sheet.steps, 1)]
    to_set, to_leave = _form(sheet)
    lines += _markdown_settings(to_set)
    if to_leave:
        lines += ["", f"Leave: {_cell(_kept(to_leave))}"]
    lines += ["", "**Costs** " + " ".join(_cell(line) for line in sheet.costs), "", "**Before**", ""]
    lines += [f"- [ ] {_cell(line)}" for line in sheet.before]
    commands = [line for line in sheet.after if line.startswith("pt ")]
    lines += ["", "**After**", ""]
    lines += ["```sh", *commands, "```"] if commands else [_cell(line) for line in sheet.after]
    if sheet.request:
        lines += ["", "**To the account representative**", "", "```text", sheet.request, "```"]
    return "\n".join(lines)


def _markdown_settings(settings: Sequence[Setting]) -> list[str]:
    if not settings:
        return []
    if all(setting.old is None for setting in settings):
        rows = [f"| {setting.label} | **{_cell(setting.new)}** |" for setting in settings]
        return ["", "| field | set to |", "|---|---|", *rows]
    rows = [f"| {s.label} | {_cell(s.old or '')} | **{_cell(s.new)}** |" for s in settings]
    return ["", "| field | now | set to |", "|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


_STYLE = """
@page { size: A4; margin: 16mm 16mm 18mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.45 system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
  color: #1d1d1f; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm 0 }
article { break-after: page }
article:last-of-type { break-after: auto }
header { border-bottom: 2pt solid #1d1d1f; padding-bottom: 3mm; margin-bottom: 5mm;
  display: flex; justify-content: space-between; align-items: baseline; gap: 8mm }
h1 { font-size: 16pt; line-height: 1.2; margin: 0 }
header p { margin: 0; text-align: right; color: #555; overflow-wrap: anywhere }
section { display: grid; grid-template-columns: 24mm 1fr; gap: 4mm; margin-bottom: 3.8mm; break-inside: avoid }
h2 { font-size: 8.5pt; letter-spacing: .07em; text-transform: uppercase; color: #666; margin: .6mm 0 0 }
section > div { min-width: 0; overflow-wrap: anywhere }
p { margin: 0 0 1mm }
ul, ol { margin: 0; padding-left: 5mm }
ul.boxes { list-style: none; padding: 0 }
ul.boxes li { padding-left: 6.5mm; position: relative; margin-bottom: 1.2mm }
ul.boxes li::before { content: ""; position: absolute; left: 0; top: .9mm; width: 3.2mm; height: 3.2mm; border: .8pt solid #1d1d1f }
table { border-collapse: collapse; width: 100% }
th { font-weight: 600; font-size: 8.5pt; color: #666; text-align: left; padding: 0 3mm 1mm 0 }
td { border-top: .5pt solid #c9c9ce; padding: 1.3mm 3mm 1.3mm 0; vertical-align: top }
td.new { font-weight: 700; font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
td.old { color: #777; white-space: nowrap }
.costs { font-weight: 600 }
code, pre { font: 9pt/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
pre { white-space: pre-wrap; border: .5pt solid #c9c9ce; border-radius: 1mm; padding: 3mm; margin: 0 }
code { display: block; background: #f3f3f5; padding: 1mm 2mm; margin-bottom: 1mm; border-radius: 1mm }
.blank td { height: 8mm }
footer { color: #666; font-size: 8.5pt; border-top: .5pt solid #c9c9ce; padding-top: 2mm; margin-top: 6mm }
@media print { body { padding: 0; max-width: none; font-size: 10pt } code { background: none; border: .5pt solid #c9c9ce } }
"""


def as_html(sheets: Sequence[Sheet], compared_with: str, as_of: date) -> str:
    """One self-contained HTML page: nothing to load, made for A4."""
    first = sheets[0]
    title = html.escape(f"{first.title} - {_subject(first)}")
    body = "\n".join(_article(sheet, compared_with, as_of) for sheet in sheets)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _article(sheet: Sheet, compared_with: str, as_of: date) -> str:
    to_set, to_leave = _form(sheet)
    parts = [
        ("Where", _paragraphs([sheet.where])),
        ("Who", _paragraphs(sheet.who)),
        ("Do", _list("ol", sheet.steps) if sheet.steps else ""),
        ("Set", _settings(to_set)),
        ("Leave", _paragraphs([_kept(to_leave)]) if to_leave else ""),
        ("Costs", f'<div class="costs">{_paragraphs(sheet.costs)}</div>'),
        ("Before", _list('ul class="boxes"', sheet.before)),
        ("Letter", f"<pre>{html.escape(sheet.request)}</pre>" if sheet.request else ""),
        ("After", "".join(_after(line) for line in sheet.after)),
        ("Send back", _send_back(sheet)),
    ]
    sections = "\n".join(
        f"<section><h2>{label}</h2><div>{content}</div></section>" for label, content in parts if content
    )
    subject = html.escape(_subject(sheet))
    foot = html.escape(
        f"As of {as_of}, compared with {compared_with}. List prices in USD, without tax or negotiated discount."
    )
    head = f"<header><h1>{html.escape(sheet.title)}</h1><p>{subject}</p></header>"
    return f"<article>\n{head}\n{sections}\n<footer>{foot}</footer>\n</article>"


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _list(tag: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<{tag}>{items}</{tag.split()[0]}>"


def _settings(settings: Sequence[Setting]) -> str:
    if not settings:
        return ""
    changed = any(setting.old is not None for setting in settings)
    head = (
        "<tr><th>Field</th><th>Now</th><th>Set to</th></tr>"
        if changed
        else "<tr><th>Field</th><th>Set to</th></tr>"
    )
    rows = [
        f"<tr><td>{html.escape(s.label)}</td>"
        + (f'<td class="old">{html.escape(s.old or "")}</td>' if changed else "")
        + f'<td class="new">{html.escape(s.new)}</td></tr>'
        for s in settings
    ]
    return f"<table>{head}{''.join(rows)}</table>"


def _after(line: str) -> str:
    return f"<code>{html.escape(line)}</code>" if line.startswith("pt ") else f"<p>{html.escape(line)}</p>"


def _send_back(sheet: Sheet) -> str:
    if not any(line.startswith("pt ") for line in sheet.after):
        return ""
    fields = ("Order id", "Submitted on", "Active from (UTC)", "Ends (UTC)", "Done by")
    return (
        "<table>"
        + "".join(f'<tr class="blank"><td style="width:45mm">{field}</td><td></td></tr>' for field in fields)
        + "</table>"
    )
