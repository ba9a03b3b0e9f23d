"""Judging stacks' files: what counts, what doesn't, and what is compared across stacks."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.throughput.check.reports import change, report
from throughput.check.judge import StackFiles, check
from throughput.check.report import Report, StackReport
from throughput.transitions import Verdict

DAY = date(2026, 11, 22)
HEAD = """config:
  vertex-throughput:environment:
    projects: {{acme-{stack}: {{}}}}
    approvers: [approver@example.com]
    rules: {{exposureLimitUsd: 1000000}}
  vertex-throughput:orders:
"""
ACTIVE = "model: gemini-3.8-flash, location: global, term: 3-months, status: active, start: '2026-10-01', end: '2027-01-01'"
DRAFT = "model: gemini-3.8-flash, location: global, term: 1-month"


def stack_file(stack: str, *orders: str) -> bytes:
    """A stack file with orders in flow style, one per line."""
    lines = "".join(f"    {order}\n" for order in orders)
    return (HEAD.format(stack=stack) + (lines or "    {}\n")).encode()


def judged(**sides: tuple[bytes | None, bytes | None]) -> Report:
    """Both sides of each stack, judged."""
    files = [
        StackFiles(stack=name, file=f"stacks/Pulumi.{name}.yaml", old=old, new=new)
        for name, (old, new) in sides.items()
    ]
    return check(files, base="main", commit="0" * 40, day_of_stack=lambda _: DAY, today=DAY)


def unchanged(stack: str, *orders: str) -> tuple[bytes, bytes]:
    return stack_file(stack, *orders), stack_file(stack, *orders)


class TestOneIdOfGoogle:
    def test_in_two_running_orders_is_a_violation(self) -> None:
        found = judged(
            a=unchanged("a", f"one: {{{ACTIVE}, gsus: 5, orderId: '7'}}"),
            b=unchanged("b", f"two: {{{ACTIVE}, gsus: 5, orderId: '7'}}"),
        )
        assert [remark.rule for remark in found.remarks] == ["order-id-unique"]
        assert found.exit_code == 1

    @pytest.mark.parametrize("status", ["expired", "superseded"])
    def test_in_an_order_that_ended_is_history(self, status: str) -> None:
        after = ", supersededBy: b/two" if status == "superseded" else ""
        ended = ACTIVE.replace("status: active", f"status: {status}")
        found = judged(
            a=unchanged("a", f"one: {{{ended}, gsus: 5, orderId: '7'{after}}}"),
            b=unchanged("b", f"two: {{{ACTIVE}, gsus: 5, orderId: '7'}}"),
        )
        assert found.remarks == ()

    def test_in_two_orders_that_a_move_links_is_one_purchase(self) -> None:
        requested = DRAFT.replace("1-month", "3-months") + ", status: requested"
        found = judged(
            a=unchanged("a", f"one: {{{ACTIVE}, gsus: 5, orderId: '7'}}"),
            b=unchanged("b", f"two: {{{requested}, gsus: 5, orderId: '7', from: a/one}}"),
        )
        assert found.remarks == ()


class TestWhatCounts:
    def test_refused_changes_commit_nothing(self) -> None:
        whole = report()
        [stack] = whole.stacks
        refused = replace(stack, changes=(change(verdict=Verdict.REFUSED, exposure_usd=Decimal(5)),))
        assert refused.committed_usd == 0
        assert stack.committed_usd == Decimal("43799.20")

    def test_nobody_is_sent_to_the_console_for_a_change_that_is_refused(self) -> None:
        new = f"new: {{{DRAFT}, gsus: 1}}"
        fine = _stack(judged(a=(stack_file("a"), stack_file("a", new))))
        running = f"one: {{{ACTIVE}, gsus: 5, orderId: '7'}}"
        mixed = _stack(judged(a=(stack_file("a", running), stack_file("a", new))))
        assert [step.order for step in fine.steps] == ["new"]
        assert mixed.violations
        assert mixed.steps == ()

    def test_what_is_placed_or_grown_has_a_break_even(self) -> None:
        stack = _stack(judged(a=(stack_file("a"), stack_file("a", f"new: {{{DRAFT}, gsus: 1}}"))))
        [figure] = stack.break_even
        assert figure.order == "new"
        shares = dict(figure.shares)
        # Priority costs more than the standard channel, so it is beaten with less use.
        assert 0 < shares["priority"] < shares["standard"]

    def test_orders_that_dont_change_have_none(self) -> None:
        assert _stack(judged(a=unchanged("a", f"new: {{{DRAFT}, gsus: 1}}"))).break_even == ()

    def test_bytes_that_differ_without_a_value_are_no_change(self) -> None:
        order = f"new: {{{DRAFT}, gsus: 1}}"
        stack = _stack(judged(a=(stack_file("a", order), stack_file("a", order) + b"# a note\n")))
        assert stack.state == "changed"
        assert stack.changes == ()


def _stack(whole: Report) -> StackReport:
    [stack] = whole.stacks
    assert not stack.problems, stack.problems
    return stack
