"""renewal-reviewed: no auto-renewal passes without a person's decision."""

from collections.abc import Iterator

from throughput.renewals import RenewalItem, ReviewState, upcoming, window_of
from throughput.rules.model import Finding, Rule
from throughput.rules.view import LedgerView

NAME = "renewal-reviewed"


def check(view: LedgerView) -> Iterator[Finding]:
    """Advice from the day a review opens, a violation from the day it is due; an invalid record is a violation at once."""
    for item in upcoming(view.new, view.as_of, view.rules, view.approvers):
        if item.state is ReviewState.INVALID:
            for problem in item.problems:
                yield Finding(
                    rule=NAME,
                    order=item.name,
                    path=("orders", item.name, *(problem.path or "renewal").split(".")[-2:])
                    if problem.path
                    else ("orders", item.name, "renewal"),
                    code=problem.code,
                    message=f"{item.name}: {problem.message}",
                    remedy=problem.hint or _command(view, item),
                )
        elif item.state in (ReviewState.MISSING, ReviewState.OVERDUE):
            yield _unreviewed(view, item)
        elif not item.renews:
            yield from _lapsing(view, item)


def _unreviewed(view: LedgerView, item: RenewalItem) -> Finding:
    overdue = item.state is ReviewState.OVERDUE
    stake = f"{item.gsus} GSU (${item.at_stake_usd:,.0f} for the next term)"
    earlier = " ".join(f"{problem.message}." for problem in item.problems)
    late = (
        f"the review was due on {item.due}" if overdue else f"nobody has reviewed it yet, due by {item.due}"
    )
    return Finding(
        rule=NAME,
        level="violation" if overdue else "advice",
        order=item.name,
        path=("orders", item.name, "renewal"),
        code="renewal/overdue" if overdue else "renewal/missing",
        message=f"{item.name} renews on {item.ends} with {stake}; {late}."
        + (f" {earlier}" if earlier else ""),
        remedy=_command(view, item),
    )


def _lapsing(view: LedgerView, item: RenewalItem) -> Iterator[Finding]:
    window = window_of(item.order.term, view.rules)
    if window is not None and item.days_left <= window.due:
        yield Finding(
            rule=NAME,
            level="advice",
            order=item.name,
            path=("orders", item.name, "autoRenew"),
            code="renewal/lapses",
            message=f"{item.name} lapses on {item.ends}: {item.gsus} GSU of {item.order.location} {item.order.model} are gone then.",
            remedy=f"set autoRenew: true by {item.last_change} to keep them, or place a new order in time",
        )


def _command(view: LedgerView, item: RenewalItem) -> str:
    return f"pt renewals review {view.stack} {item.name}"


RULE = Rule(
    name=NAME,
    title="Renewals are reviewed",
    description="An active order that renews by itself has a review bound to that term, made in time by an approver, that agrees with what is set.",
    severity="high",
    remediation=(
        "Run pt renewals review STACK ORDER: it shows what is at stake and writes the record.",
        "Set autoRenew and nextTermGsus as it was decided.",
    ),
    source="Purchase page, 2026-09-30: Google doesn't stop auto-renewal, and warns two weeks ahead",
    knobs=("renewalReview",),
    ledger=check,
)
