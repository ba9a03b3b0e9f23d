"""`pt renewals`: the table, the document and the calendar file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from scripts._handover import chosen_stacks, write_file
from scripts._shared import judged_on, print_json, table, usd, working_root
from throughput.config.loader import LoadedStack
from throughput.renewals import RenewalItem, ReviewState, upcoming


@dataclass(frozen=True, kw_only=True)
class _Row:
    stack: LoadedStack
    item: RenewalItem
    as_of: date


def run(
    names: Iterable[str], *, ical: Path | None, within: int | None, as_of: date | None, as_json: bool
) -> None:
    """Print what renews or lapses, soonest first, and write the calendar where asked."""
    root = working_root()
    stacks = chosen_stacks(root, names)
    rows = [row for stack in stacks for row in _rows(stack, judged_on(as_of, stack.environment), within)]
    rows.sort(key=lambda row: (row.item.ends, row.stack.stack, row.item.name))
    if as_json:
        print_json({"renewals": [_plain(row) for row in rows]})
    else:
        click.echo("\n".join(_lines(rows, stacks, within)))
    if ical is not None:
        _write_calendar(rows, ical, judged_on(as_of, stacks[0].environment))


def _rows(stack: LoadedStack, day: date, within: int | None) -> list[_Row]:
    environment = stack.environment
    items = upcoming(stack.ledger, day, environment.rules, environment.approvers)
    return [
        _Row(stack=stack, item=item, as_of=day)
        for item in items
        if within is None or item.days_left <= within
    ]


def _write_calendar(rows: list[_Row], target: Path, day: date) -> None:
    from throughput.calendar import calendar_file, occasions

    found = [occasion for row in rows for occasion in occasions(row.stack.stack, [row.item])]
    write_file(target, calendar_file(found, day))
    click.echo(f"Wrote {target}: {len(found)} events.", err=True)


def _lines(rows: list[_Row], stacks: list[LoadedStack], within: int | None) -> list[str]:
    if not rows:
        soon = f" within {within} days" if within is not None else ""
        return [f"Nothing renews or lapses{soon} in {', '.join(stack.stack for stack in stacks)}."]
    several = len(stacks) > 1
    head = [
        "",
        *(["stack"] if several else []),
        "order",
        "pool",
        "ends",
        "then",
        "at stake",
        "change by",
        "review",
    ]
    cells = [head] + [_cells(row, several) for row in rows]
    lines = table(cells, right=(6 if several else 5,), indent="", gap="   ")
    notes = [note for row in rows for note in _notes(row, several)]
    stake = sum((row.item.at_stake_usd for row in rows), Decimal(0))
    count = sum(row.item.renews for row in rows)
    total = (
        [f"{usd(stake)} at stake in {count} renewal{'s' if count != 1 else ''}, list price."] if stake else []
    )
    tail = [*total, *_next(rows)]
    return [*lines, *([""] if notes else []), *table(notes), *([""] if tail else []), *tail]


def _cells(row: _Row, several: bool) -> list[str]:
    item = row.item
    return [
        _days(item.days_left),
        *([row.stack.stack] if several else []),
        item.name,
        str(item.order.pool),
        str(item.ends),
        f"renews, {item.gsus} GSU" if item.renews else f"lapses: {item.gsus} GSU gone",
        usd(item.at_stake_usd) if item.at_stake_usd else "",
        str(item.last_change) if row.as_of <= item.last_change else "too late",
        _review(item),
    ]


def _days(count: int) -> str:
    return "today" if count == 0 else f"{count} day{'s' if count != 1 else ''}"


def _review(item: RenewalItem) -> str:
    record = item.order.renewal
    if item.state is ReviewState.NOT_OPEN:
        return f"opens {item.opens}"
    if item.state is ReviewState.MISSING:
        return f"missing, due {item.due}"
    if item.state is ReviewState.OVERDUE:
        return f"OVERDUE since {item.due}"
    if item.state is ReviewState.INVALID:
        return f"doesn't count, due {item.due}"
    if item.state is ReviewState.REVIEWED and record is not None:
        return f"{record.decision}, {record.reviewed_by} on {record.reviewed_on}"
    return "–"


def _notes(row: _Row, several: bool) -> list[tuple[str, str]]:
    """What the table has no room for, as pairs of name and remark."""
    item = row.item
    name = f"{row.stack.stack}/{item.name}" if several else item.name
    remarks = [f"the recorded review doesn't count: {problem.message}" for problem in item.problems]
    remarks += [remark for remark in (item.blocked, item.lifecycle) if remark]
    return [(name if index == 0 else "", remark) for index, remark in enumerate(remarks)]


def _next(rows: list[_Row]) -> list[str]:
    todo = [row for row in rows if row.item.needs_review]
    return [f"Next: pt renewals review {row.stack.stack} {row.item.name}" for row in todo]


def _plain(row: _Row) -> dict[str, Any]:
    item = row.item
    record = item.order.renewal
    values: dict[str, Any] = {
        "stack": row.stack.stack,
        "asOf": row.as_of,
        "order": item.name,
        "project": item.order.project,
        "location": item.order.location,
        "model": item.order.model,
        "term": item.order.term.value,
        "ends": item.ends,
        "daysLeft": item.days_left,
        "then": "renews" if item.renews else "lapses",
        "gsus": item.gsus,
        "atStakeUsd": f"{item.at_stake_usd:.2f}",
        "nextTermEnds": item.next_term_ends,
        "reviewOpens": item.opens,
        "reviewDue": item.due,
        "review": item.state.value,
        "decision": record.decision.value if record and item.state is ReviewState.REVIEWED else None,
        "problems": [
            {"code": problem.code, "message": problem.message, "hint": problem.hint}
            for problem in item.problems
        ],
        "lastDayToChange": item.last_change,
        "blocked": item.blocked,
        "lifecycle": item.lifecycle,
        "line": row.stack.line("orders", item.name),
    }
    return {key: value for key, value in values.items() if value is not None}
