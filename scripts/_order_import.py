"""`pt order import`: the Console's export against the ledgers, and what is safe written into them."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click

from scripts._handover import StackText, edited, read_text, save, shown_difference
from scripts._order_record import other_orders
from scripts._shared import judged_on, print_json, table, working_root
from throughput.config.loader import read_stack, stack_names
from throughput.console_csv import ConsoleOrder, Export, read_export
from throughput.handoff.edits import Refused
from throughput.handoff.reconcile import Match, Reconciliation, reconcile
from throughput.handoff.recording import record
from throughput.problems import ConfigError, Problem


@dataclass(kw_only=True)
class Outcome:
    """What an import wrote, per stack as a difference, and what it left, with the reason."""

    written: dict[str, str] = field(default_factory=dict)
    updated: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


def run(file: Path, *, write: bool, as_of: date | None, as_json: bool) -> int:
    """Reconcile; returns 0 when ledger and Console agree (after writing, where asked), else 1."""
    root = working_root()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(file=str(file), message=f"can't be read: {error.strerror}")) from error
    export = read_export(file.name, data)
    texts = {stack: read_text(root, stack) for stack in stack_names(root)}
    only = next(iter(texts.values())).loaded.environment if len(texts) == 1 else None
    day = judged_on(as_of, only)
    held = _held(texts, export)
    result = reconcile(export, {stack: text.loaded.ledger for stack, text in held.items()}, day)
    outcome = _write(root, held, result, as_of) if write else None
    if as_json:
        print_json(_document(file, export, result, outcome, day))
    else:
        click.echo("\n".join(_lines(file, export, result, outcome, sorted(held))))
    return 0 if _settled(result, outcome) else 1


def _held(texts: dict[str, StackText], export: Export) -> dict[str, StackText]:
    """The stacks to hold the export against: an emulated one's orders exist in no Console, unless one is in the export."""
    ids = {row.order_id for row in export.orders if row.order_id}
    real = {
        stack: text
        for stack, text in texts.items()
        if not text.loaded.environment.emulated
        or any(order.order_id in ids for order in text.loaded.ledger.values())
    }
    return real or texts


def _write(root: Path, texts: dict[str, StackText], result: Reconciliation, as_of: date | None) -> Outcome:
    outcome = Outcome()
    for stack, text in texts.items():
        day = judged_on(as_of, text.loaded.environment)
        data = text.data
        for match in result.differing:
            if match.stack == stack and not match.seen.empty:
                data = _update(root, text, data, match, day, outcome)
        if data != text.data:
            outcome.written[text.loaded.file] = shown_difference(text, data)
            save(text, data)
    return outcome


def _update(root: Path, text: StackText, data: bytes, match: Match, day: date, outcome: Outcome) -> bytes:
    """The stack's bytes with one order brought up to date, or as they were where that is refused."""
    name = f"{match.stack}/{match.order.name}"
    loaded = read_stack(text.loaded.stack, text.loaded.file, data, path=text.path)
    current = StackText(loaded=loaded, path=text.path, data=data)
    try:
        found = record(match.order, match.seen, day, other_orders(root, match.stack, match.order.name))
        new = edited(root, current, found.edits, found.order, day).data
    except Refused as refused:
        outcome.left[name] = refused.reasons[0]
        return data
    outcome.updated.append(name)
    return new


def _settled(result: Reconciliation, outcome: Outcome | None) -> bool:
    if outcome is None or result.unknown or result.missing:
        return result.agrees
    open_ones = [
        match for match in result.differing if f"{match.stack}/{match.order.name}" not in outcome.updated
    ]
    unsafe = any(not difference.safe for match in result.differing for difference in match.differences)
    return not open_ones and not unsafe


def _lines(
    file: Path, export: Export, result: Reconciliation, outcome: Outcome | None, stacks: list[str]
) -> list[str]:
    same = [match for match in result.matches if not match.differences]
    lines = [
        f"{file.name}: {len(export.orders)} orders, against {', '.join(stacks) or 'no stack'}",
        f"  {len(same)} match, {len(result.differing)} differ, {len(result.unknown)} unknown in the ledger, "
        f"{len(result.missing)} missing in the Console",
    ]
    if result.past:
        lines.append(f"  {result.past} ended orders that no ledger holds were left out")
    if export.ignored:
        lines.append(f"  columns not read: {', '.join(export.ignored)}")
    for match in result.differing:
        lines += ["", *_differing(match, outcome)]
    if result.unknown:
        lines += ["", "Unknown in the ledger: somebody pays for these"]
        lines += table([_row(unknown.row, unknown.candidates) for unknown in result.unknown])
    if result.missing:
        lines += ["", "Missing in the Console: the ledger says they are there"]
        lines += table(
            [
                (f"{stack}/{order.name}", f"{order.gsus} GSU", str(order.pool), order.status.value)
                for stack, order in result.missing
            ]
        )
    return [*lines, *_written(outcome, result)]


def _differing(match: Match, outcome: Outcome | None) -> list[str]:
    name = f"{match.stack}/{match.order.name}"
    done = outcome is not None and name in outcome.updated
    rows = [
        (
            difference.field,
            f"ledger {difference.ledger}",
            f"Console {difference.console}",
            ("written" if done else "safe to write") if difference.safe else f"left: {difference.why}",
        )
        for difference in match.differences
    ]
    lines = [f"{name} (line {match.row.line}, by {match.by})", *table(rows)]
    if outcome is not None and name in outcome.left:
        lines += [f"  not written: {line}" for line in outcome.left[name].splitlines()[:1]]
    return lines


def _row(row: ConsoleOrder, candidates: tuple[str, ...]) -> tuple[str, ...]:
    could = f"could be {', '.join(candidates)}" if candidates else ""
    status = row.status.value if row.status else "cancelled"
    return (
        f"line {row.line}",
        row.order_id or row.name or "–",
        f"{row.gsus} GSU",
        f"{row.location} {row.model}",
        status,
        could,
    )


def _written(outcome: Outcome | None, result: Reconciliation) -> list[str]:
    if outcome is None:
        safe = any(not match.seen.empty for match in result.differing)
        return ["", "Write what is safe with --write."] if safe else []
    if not outcome.written:
        return ["", "Nothing was written."]
    lines = ["", *(line for text in outcome.written.values() for line in text.rstrip("\n").splitlines())]
    return [*lines, "", f"Wrote {', '.join(outcome.written)}. Review and commit."]


def _document(
    file: Path, export: Export, result: Reconciliation, outcome: Outcome | None, day: date
) -> dict[str, Any]:
    return {
        "file": file.name,
        "asOf": day,
        "columns": dict(export.columns),
        "ignoredColumns": list(export.ignored),
        "matched": [
            {"stack": match.stack, "order": match.order.name, "line": match.row.line, "by": match.by}
            for match in result.matches
            if not match.differences
        ],
        "differing": [
            {
                "stack": match.stack,
                "order": match.order.name,
                "line": match.row.line,
                "by": match.by,
                "differences": [
                    {
                        "field": difference.field,
                        "ledger": difference.ledger,
                        "console": difference.console,
                        "safe": difference.safe,
                        "why": difference.why,
                    }
                    for difference in match.differences
                ],
            }
            for match in result.differing
        ],
        "unknown": [
            _plain(unknown.row) | {"candidates": list(unknown.candidates)} for unknown in result.unknown
        ],
        "missing": [
            {"stack": stack, "order": order.name, "status": order.status.value}
            for stack, order in result.missing
        ],
        "past": result.past,
        "written": dict(outcome.written) if outcome else {},
        "updated": list(outcome.updated) if outcome else [],
        "left": dict(outcome.left) if outcome else {},
    }


def _plain(row: ConsoleOrder) -> dict[str, Any]:
    return {
        "line": row.line,
        "orderId": row.order_id,
        "name": row.name,
        "project": row.project,
        "model": row.model,
        "location": row.location,
        "gsus": row.gsus,
        "term": row.term.value if row.term else None,
        "status": row.status.value if row.status else "cancelled",
        "start": row.start,
        "end": row.end,
        "autoRenew": row.auto_renew,
    }
