"""`pt renewals review`: ask for the decision, check it, write it into the stack file."""

import sys
from dataclasses import dataclass, replace
from datetime import date

import click

from scripts._handover import StackText, edited, order_of, read_text, refusing, save, shown_difference
from scripts._shared import judged_on, print_json, usd, working_root
from throughput import catalogue
from throughput.exposure import next_term_usd
from throughput.handoff.costs import break_even_of
from throughput.handoff.edits import Refused
from throughput.handoff.recording import edits_between
from throughput.orders import Decision, Order, Renewal
from throughput.problems import ConfigError, Problem
from throughput.renewals import RenewalItem, ReviewState, renewal_item
from throughput.terms import rolled


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What was decided, as far as it was given on the command line."""

    decision: Decision | None = None
    gsus: int | None = None
    reason: str | None = None
    reviewer: str | None = None


def run(stack: str, name: str, answers: Answers, *, dry_run: bool, as_of: date | None, as_json: bool) -> int:
    """Review one renewal; returns the exit code."""
    return refusing(as_json, lambda: _review(stack, name, answers, dry_run, as_of, as_json))


def _review(stack: str, name: str, answers: Answers, dry_run: bool, as_of: date | None, as_json: bool) -> int:
    root = working_root()
    text = read_text(root, stack)
    order = order_of(text.loaded.ledger, name, stack)
    environment = text.loaded.environment
    day = judged_on(as_of, environment)
    item = _reviewable(stack, order, text, day)
    if not as_json:
        click.echo("\n".join(facts(item, stack, day)), err=True)
    answers = _completed(answers, item, environment.approvers)
    after = decided(order, item, answers, day)
    _check(after, text, day)
    result = edited(root, text, edits_between(order, after), after, day)
    if not dry_run and result.data != text.data:
        save(text, result.data)
    difference = shown_difference(text, result.data)
    if as_json:
        print_json(
            {
                "stack": stack,
                "order": name,
                "decision": answers.decision,
                "forTermEnding": item.ends,
                "atStakeUsd": f"{next_term_usd(after) if after.auto_renew else 0:.2f}",
                "written": not dry_run and bool(difference),
                "changes": [change.plain() for change in result.changes],
                "diff": difference,
            }
        )
        return 0
    click.echo(difference or f"{text.loaded.file} says so already; nothing changed.\n", nl=False)
    for line in _closing(stack, order, after, item, text.loaded.file, dry_run):
        click.echo(line, err=True)
    return 0


def _reviewable(stack: str, order: Order, text: StackText, day: date) -> RenewalItem:
    """The item to review. Raises `Refused` where there is nothing to decide, or not yet."""
    environment = text.loaded.environment
    if rolled(order, day) != order:
        raise Refused(
            f"{order.name}: its recorded term is over, and it renewed by itself.\n"
            f"  Record that first: pt order record {stack} {order.name} --start DATE --end DATE"
        )
    item = renewal_item(order, day, environment.rules, environment.approvers)
    if item is None:
        raise Refused(
            f"{order.name} is {order.status}: it has no end to decide about.\n  See pt order next {stack} {order.name}"
        )
    if item.opens is None:
        raise Refused(
            f"{order.name} is a {order.term.words} order, and those never renew.\n  On {item.ends} it {item.then}."
        )
    if day < item.opens:
        raise Refused(
            f"{order.name}: the review of the term that ends on {item.ends} opens on {item.opens}.\n"
            "  Earlier, too little is known about how much will be needed; environment.rules.renewalReview sets the days."
        )
    return item


def facts(item: RenewalItem, stack: str, day: date) -> list[str]:
    """What a reviewer should know, as lines."""
    order = item.order
    lines = [
        f"{stack} · {order.name}: {order.gsus} GSU, {order.pool}, {order.term.words}",
        f"  ends         {item.ends}, in {item.days_left} days; then it {item.then}",
        f"  at stake     {usd(next_term_usd(replace(order, next_term_gsus=None)))} for another {order.term.words} with {order.gsus} GSU, list price",
        f"  break-even   {break_even_of(order, catalogue.load(), day) or 'no pay-as-you-go price is known'}",
        f"  utilisation  not known here, without the network: pt status {stack}",
        f"  change by    {item.last_change}" + (f"; {item.blocked}" if item.blocked else ""),
    ]
    if item.lifecycle:
        lines.append(f"  model        {item.lifecycle}")
    if item.state is ReviewState.REVIEWED and order.renewal is not None:
        lines.append(
            f"  reviewed     {order.renewal.decision} by {order.renewal.reviewed_by} on {order.renewal.reviewed_on}"
        )
    return lines


def _completed(answers: Answers, item: RenewalItem, approvers: list[str]) -> Answers:
    """The answers with what was missing asked for on a terminal. Raises `ConfigError` where there is none."""
    if answers.gsus is not None and answers.decision not in (None, Decision.RESIZE):
        raise ConfigError(Problem(message=f"--gsus goes with --decision resize, not {answers.decision}"))
    missing = [
        flag
        for flag, value in (
            ("--decision", answers.decision),
            ("--gsus", answers.gsus if answers.decision is Decision.RESIZE else 1),
            ("--reviewer", answers.reviewer),
            ("--reason", answers.reason),
        )
        if value is None
    ]
    if missing and not sys.stdin.isatty():
        raise ConfigError(
            Problem(
                message=f"missing {', '.join(missing)}",
                hint="On a terminal it asks; elsewhere give them all.",
            )
        )
    decision = answers.decision or Decision(
        click.prompt("Decision", type=click.Choice([choice.value for choice in Decision]), err=True)
    )
    gsus = answers.gsus
    if decision is Decision.RESIZE and gsus is None:
        gsus = click.prompt("GSUs of the next term", type=click.IntRange(1, 1_000_000), err=True)
    default = approvers[0] if len(approvers) == 1 else None
    reviewer = answers.reviewer or click.prompt(
        f"Reviewer ({', '.join(approvers)})", default=default, err=True
    )
    reason = answers.reason or click.prompt("Reason", err=True)
    return Answers(decision=decision, gsus=gsus, reason=reason.strip(), reviewer=reviewer.strip())


def decided(order: Order, item: RenewalItem, answers: Answers, day: date) -> Order:
    """The order with the decision carried into it: the record, auto-renewal and the next term's GSUs."""
    assert answers.decision is not None
    gsus = answers.gsus if answers.decision is Decision.RESIZE else None
    if gsus == order.gsus:
        raise Refused(f"{order.name} has {gsus} GSU already.\n  Decide renew to keep them.")
    record = Renewal(
        decision=answers.decision,
        for_term_ending=item.ends,
        reviewed_by=answers.reviewer or "",
        reviewed_on=day,
        reason=answers.reason or "",
    )
    return replace(
        order, auto_renew=answers.decision is not Decision.LAPSE, next_term_gsus=gsus, renewal=record
    )


def _check(after: Order, text: StackText, day: date) -> None:
    environment = text.loaded.environment
    item = renewal_item(after, day, environment.rules, environment.approvers)
    if item is None or item.state is not ReviewState.REVIEWED:
        problems = item.problems if item is not None else ()
        raise Refused([f"{after.name}: {problem.message}.\n  {problem.hint}" for problem in problems])


def _closing(
    stack: str, before: Order, after: Order, item: RenewalItem, file: str, dry_run: bool
) -> list[str]:
    lines = [f"{'Would write' if dry_run else 'Wrote'} {file}. Review and commit it."]
    changed = (before.auto_renew, before.next_term_gsus) != (after.auto_renew, after.next_term_gsus)
    if changed:
        lines.append(
            f"A person must set it in the Console by {item.last_change}: pt order sheet {stack} {after.name}"
        )
    if after.auto_renew:
        lines.append(
            f"On {item.ends} it commits {usd(next_term_usd(after))}, and that can't be cancelled then."
        )
    return lines
