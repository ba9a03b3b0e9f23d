"""`pt orders`: the ledger as a table."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from scripts._shared import as_of_option, json_option, judged_on, print_json, table, usd, working_root
from throughput.config.loader import LoadedStack, counterparts, load_stack, stack_names
from throughput.config.order_models import plain_order
from throughput.exposure import commitment_usd, committed_until
from throughput.handoff.next_steps import Step, next_step
from throughput.instants import day_of
from throughput.orders import COMMITTED, ENDED, Order, Status
from throughput.problems import ConfigError, Problem
from throughput.renewals import upcoming
from throughput.terms import committed_span, rolled
from throughput.transitions.curve import source_of

_ARROW = " → "


@click.command(epilog="Example: pt orders prod --as-of 2027-01-15")
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@as_of_option
@json_option
def command(stacks: tuple[str, ...], as_of: date | None, as_json: bool) -> None:
    """The orders of a stack, or of all: pool, GSUs, term, status, end and the next action."""
    root = working_root()
    names = list(stacks) or stack_names(root)
    if not names:
        raise ConfigError(
            Problem(
                message="there is no stack here",
                hint="Add stacks/Pulumi.<stack>.yaml; docs/configuration.md says what it holds",
            )
        )
    loaded = [load_stack(root, name) for name in dict.fromkeys(names)]
    if as_json:
        print_json(
            {"stacks": [_document(root, stack, judged_on(as_of, stack.environment)) for stack in loaded]}
        )
        return
    for index, stack in enumerate(loaded):
        if index:
            click.echo()
        click.echo("\n".join(_lines(root, stack, judged_on(as_of, stack.environment))))


def _steps(root: Path, stack: LoadedStack, day: date) -> dict[str, Step]:
    rules = stack.environment.rules
    items = {item.name: item for item in upcoming(stack.ledger, day, rules, stack.environment.approvers)}
    elsewhere = counterparts(root, stack.ledger)
    return {
        order.name: next_step(
            order,
            day,
            items.get(order.name),
            stack=stack.stack,
            wanted=stack.ledger,
            elsewhere=elsewhere,
            exposure_limit=rules.exposure_limit_usd,
        )
        for order in stack.ledger.values()
    }


def _lines(root: Path, stack: LoadedStack, day: date) -> list[str]:
    head = f"{stack.stack}  as of {day}, {len(stack.ledger)} orders in {len(stack.ledger.pools)} pools"
    if not stack.ledger:
        return [head, "  no orders yet; add one under vertex-throughput:orders in " + stack.file]
    steps = _steps(root, stack, day)
    rows = [["order", "pool", "GSU", "term", "status", "until", "still to pay", "next"]]
    rows += [_row(order, steps[order.name], day) for order in stack.ledger.values()]
    return [head, "", *table(rows, right=(2, 6)), "", *_totals(stack, day)]


def _row(order: Order, step: Step, day: date) -> list[str]:
    current = rolled(order, day)
    money = commitment_usd(order, day) if order.status in COMMITTED else Decimal(0)
    return [
        order.name,
        str(order.pool),
        _gsus(order, current),
        order.term.words + (", renews" if order.auto_renew and order.status not in ENDED else ""),
        order.status.value,
        _until(order, day),
        usd(money) if money else "–",
        step.short,
    ]


def _gsus(order: Order, current: Order) -> str:
    confirmed = order.confirmed.gsus if order.confirmed and order.pending_gsus is not None else None
    now = f"{confirmed}{_ARROW}{current.gsus}" if confirmed is not None else str(current.gsus)
    return (
        now
        if order.next_term_gsus in (None, order.gsus) or not order.auto_renew
        else f"{now}, then {order.next_term_gsus}"
    )


def _until(order: Order, day: date) -> str:
    if order.status in (Status.DRAFT, Status.REQUESTED) and order.end is None:
        return "–"
    return str(
        day_of(committed_until(order, day) if order.status not in ENDED or order.end is None else order.end)
    )


def _totals(stack: LoadedStack, day: date) -> list[str]:
    rows = [["pool", "committed", "still to pay"]]
    for pool, orders in stack.ledger.pools.items():
        spans = [
            span
            for order in orders
            if (span := committed_span(order, day, source_of(order, (stack.ledger,))))
        ]
        money = sum((commitment_usd(order, day) for order in orders if order.status in COMMITTED), Decimal(0))
        rows.append(
            [
                str(pool),
                f"{sum(span.gsus for span in spans)} GSU" if spans else "–",
                usd(money) if money else "–",
            ]
        )
    return table(rows, right=(1, 2))


def _document(root: Path, stack: LoadedStack, day: date) -> dict[str, Any]:
    steps = _steps(root, stack, day)
    return {
        "stack": stack.stack,
        "asOf": day.isoformat(),
        "orders": [
            {
                "name": order.name,
                **plain_order(order),
                "committedUntil": day_of(committed_until(order, day)).isoformat()
                if order.status in COMMITTED
                else None,
                "committedUsd": f"{commitment_usd(order, day):.2f}" if order.status in COMMITTED else None,
                "line": stack.line("orders", order.name),
                "next": steps[order.name].plain(),
            }
            for order in stack.ledger.values()
        ],
    }
