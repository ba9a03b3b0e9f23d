"""What renews or lapses, and whether its review counts: one table of dates, one of records."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.orders_for_tests import draft, ledger, order
from throughput.catalogue import Lifecycle
from throughput.config.models import Rules
from throughput.exposure import next_term_usd
from throughput.orders import Confirmed, Decision, Order, Renewal, Status, Term
from throughput.renewals import WINDOWS, RenewalItem, ReviewState, renewal_item, upcoming, window_of

APPROVERS = ["approver@example.com", "Second.Approver@example.com"]
ENDS = date(2027, 1, 1)
OPENS = date(2026, 11, 2)
DUE = date(2026, 12, 2)
LATER = date(2026, 12, 20)


def record(**changes: Any) -> Renewal:
    base = Renewal(
        decision=Decision.RENEW,
        for_term_ending=ENDS,
        reviewed_by=APPROVERS[0],
        reviewed_on=date(2026, 11, 20),
        reason="as busy as before",
    )
    return replace(base, **changes)


def item(one: Order, as_of: date = LATER, rules: Rules | None = None, **more: Any) -> RenewalItem:
    found = renewal_item(one, as_of, rules or Rules(), more.pop("approvers", APPROVERS), **more)
    assert found is not None
    return found


def codes(one: Order, as_of: date = LATER) -> list[str]:
    return [problem.code for problem in item(one, as_of).problems]


class TestTheStateFollowsTheCalendar:
    @pytest.mark.parametrize(
        ("as_of", "state"),
        [
            (OPENS - timedelta(days=1), ReviewState.NOT_OPEN),
            (OPENS, ReviewState.MISSING),
            (DUE, ReviewState.MISSING),
            (DUE + timedelta(days=1), ReviewState.OVERDUE),
            (ENDS - timedelta(days=1), ReviewState.OVERDUE),
            # From the end on, the next term runs, and its own review isn't open yet.
            (ENDS, ReviewState.NOT_OPEN),
        ],
    )
    def test_without_a_record(self, as_of: date, state: ReviewState) -> None:
        assert item(order(), as_of).state is state

    @pytest.mark.parametrize(
        ("term", "opens", "due"), [(Term.MONTH, 20, 10), (Term.QUARTER, 60, 30), (Term.YEAR, 120, 60)]
    )
    def test_with_the_windows_of_each_term(self, term: Term, opens: int, due: int) -> None:
        found = item(order(term=term, start=None))
        assert ((ENDS - found.opens).days, (ENDS - found.due).days) == (opens, due)  # type: ignore[operator]

    def test_with_the_windows_that_the_environment_sets(self) -> None:
        rules = Rules.model_validate({"renewalReview": {"3-months": {"open": 10, "due": 7}}})
        assert item(order(), date(2026, 12, 21), rules).state is ReviewState.NOT_OPEN
        assert item(order(), date(2026, 12, 22), rules).state is ReviewState.MISSING
        assert window_of(Term.YEAR, rules) == WINDOWS[Term.YEAR]

    def test_a_lapsing_order_needs_none(self) -> None:
        found = item(order(auto_renew=False))
        assert (found.state, found.at_stake_usd, found.next_term_ends) == (ReviewState.NOT_NEEDED, 0, None)
        assert found.then == "lapses: 45 GSU of global gemini-3.8-flash gone"

    def test_a_weekly_order_never_renews_whatever_it_says(self) -> None:
        found = item(order(term=Term.WEEK, auto_renew=True, start=None))
        assert (found.renews, found.opens, found.due) == (False, None, None)


class TestARecordCounts:
    @pytest.mark.parametrize(
        ("changes", "review"),
        [
            ({}, record()),
            ({}, record(reviewed_on=OPENS)),
            ({}, record(reviewed_on=LATER)),
            ({}, record(reviewed_by="second.approver@example.com")),
            ({"next_term_gsus": 45}, record()),
            ({"next_term_gsus": 40}, record(decision=Decision.RESIZE)),
            ({"next_term_gsus": 60}, record(decision=Decision.RESIZE)),
            ({"auto_renew": False}, record(decision=Decision.LAPSE)),
        ],
    )
    def test_when_it_agrees_with_the_order(self, changes: dict[str, Any], review: Renewal) -> None:
        found = item(order(renewal=review, **changes))
        assert (found.state, found.problems) == (ReviewState.REVIEWED, ())

    @pytest.mark.parametrize(
        ("changes", "review", "code", "message"),
        [
            (
                {},
                record(for_term_ending=date(2026, 10, 1)),
                "renewal/earlier-term",
                "the review is for the term that ended on 2026-10-01; this one ends on 2027-01-01",
            ),
            (
                {},
                record(for_term_ending=date(2027, 4, 1)),
                "renewal/later-term",
                "the review is for a term that ends on 2027-04-01, but this one ends on 2027-01-01",
            ),
            (
                {},
                record(reviewed_on=LATER + timedelta(days=1)),
                "renewal/in-future",
                "reviewed on 2026-12-21, which is after 2026-12-20",
            ),
            (
                {},
                record(reviewed_on=OPENS - timedelta(days=1)),
                "renewal/too-early",
                "reviewed on 2026-11-01, before the review opened on 2026-11-02",
            ),
            (
                {},
                record(reviewed_by="other@example.com"),
                "renewal/unknown-reviewer",
                "reviewed by other@example.com, who isn't among the approvers",
            ),
            (
                {"auto_renew": False},
                record(),
                "renewal/decision-disagrees",
                "the decision is renew, but autoRenew is false",
            ),
            (
                {"auto_renew": False},
                record(decision=Decision.RESIZE),
                "renewal/decision-disagrees",
                "the decision is resize, but autoRenew is false",
            ),
            (
                {},
                record(decision=Decision.LAPSE),
                "renewal/decision-disagrees",
                "the decision is lapse, but autoRenew is true",
            ),
            (
                {},
                record(decision=Decision.RESIZE),
                "renewal/resize-not-scheduled",
                "the decision is resize, but nextTermGsus is missing and the order has 45",
            ),
            (
                {"next_term_gsus": 45},
                record(decision=Decision.RESIZE),
                "renewal/resize-not-scheduled",
                "the decision is resize, but nextTermGsus is 45 and the order has 45",
            ),
            (
                {"next_term_gsus": 40},
                record(),
                "renewal/renew-resizes",
                "the decision is renew, but nextTermGsus is 40 and the order has 45",
            ),
        ],
    )
    def test_never_otherwise(self, changes: dict[str, Any], review: Renewal, code: str, message: str) -> None:
        found = item(order(renewal=review, **changes))
        assert found.state is ReviewState.INVALID
        assert [(problem.code, problem.message) for problem in found.problems] == [(code, message)]
        assert found.problems[0].path == f"orders.chat.{found.problems[0].path.rpartition('chat.')[2]}"  # type: ignore[union-attr]
        assert found.problems[0].hint

    def test_for_one_term_only(self) -> None:
        """The record of the term before is no mistake, so it doesn't break anything on the day the next review opens."""
        kept = order(renewal=record())
        assert item(kept).state is ReviewState.REVIEWED
        assert item(kept, date(2027, 1, 10)).state is ReviewState.NOT_OPEN
        opened = item(kept, date(2027, 2, 10))
        assert (opened.ends, opened.state) == (date(2027, 4, 3), ReviewState.MISSING)
        assert [problem.code for problem in opened.problems] == ["renewal/earlier-term"]
        assert item(kept, date(2027, 3, 20)).state is ReviewState.OVERDUE

    def test_with_every_problem_named(self) -> None:
        wrong = record(reviewed_by="other@example.com", decision=Decision.LAPSE, reviewed_on=date(2026, 1, 1))
        assert codes(order(renewal=replace(wrong, for_term_ending=ENDS))) == [
            "renewal/too-early",
            "renewal/unknown-reviewer",
            "renewal/decision-disagrees",
        ]

    def test_by_nobody_where_there_are_no_approvers(self) -> None:
        found = item(order(renewal=record()), approvers=[])
        assert "nobody yet" in str(found.problems[0].hint)


def test_the_page_says_the_same_windows_and_codes(root: Path) -> None:
    page = (root / "docs" / "renewals.md").read_text()
    for term, window in WINDOWS.items():
        assert f"| {term.words} | {window.open} days | {window.due} days |" in page
    assert set(re.findall(r"renewal/[a-z-]+", page)) == set(
        re.findall(r"renewal/[a-z-]+", (root / "tests/throughput/test_renewals.py").read_text())
    )
    assert all(f"| {state} |" in page for state in ReviewState)


class TestMoneyAndCapacity:
    def test_at_stake_is_the_whole_next_term_with_its_own_gsus(self) -> None:
        found = item(order(next_term_gsus=40))
        assert found.gsus == 40
        assert found.at_stake_usd == next_term_usd(order(next_term_gsus=40)) > Decimal(0)
        assert found.next_term_ends == ENDS + timedelta(days=90)

    def test_after_a_renewal_that_nobody_recorded(self) -> None:
        found = item(order(next_term_gsus=40), date(2027, 1, 10))
        assert (found.order.gsus, found.gsus, found.ends) == (40, 40, date(2027, 4, 3))


class TestTheLastDayToChange:
    def test_is_five_days_before_the_end(self) -> None:
        """Google accepts no change when an order expires in less than 5 days without renewal (Purchase page)."""
        lapsing = order(auto_renew=False)
        assert item(lapsing).last_change == date(2026, 12, 27)
        assert item(lapsing, date(2026, 12, 27)).blocked is None
        assert item(lapsing, date(2026, 12, 28)).blocked == "in its last 5 days: nothing can be changed"

    def test_has_passed_while_a_change_is_pending(self) -> None:
        pending = order(gsus=60, confirmed=Confirmed(gsus=45, on=date(2026, 11, 1)))
        assert item(pending).blocked == "a change from 45 to 60 GSU is pending"

    def test_has_not_come_before_it_is_active(self) -> None:
        assert (
            item(order(status=Status.APPROVED)).blocked
            == "approved: nothing can be changed until it is active"
        )


class TestTheModelsLifecycle:
    @pytest.mark.parametrize(
        ("retires", "official", "short", "expected"),
        [
            (None, True, False, None),
            (date(2027, 4, 1), True, False, None),
            (
                date(2027, 3, 31),
                True,
                False,
                "gemini-3.8-flash retires on 2027-03-31, before 2027-04-01: the fees stand",
            ),
            (
                date(2026, 11, 19),
                False,
                False,
                "gemini-3.8-flash retired on 2026-11-19 (third-party date), before 2027-04-01: the fees stand",
            ),
            (
                None,
                False,
                True,
                "gemini-3.8-flash is a short-term model: it is retired 45 days after a replacement is released",
            ),
        ],
    )
    def test_is_held_against_the_next_term(
        self, retires: date | None, official: bool, short: bool, expected: str | None
    ) -> None:
        life = Lifecycle(
            launch=None,
            retires=retires,
            retires_source="official" if official else "third-party",
            not_before=None,
            short_term=short,
            replaced_by=None,
        )
        models: Any = SimpleNamespace(find=lambda *_: SimpleNamespace(lifecycle=life))
        assert item(order(), models=models).lifecycle == expected

    def test_with_the_earliest_day_and_the_replacement_where_only_they_are_known(self) -> None:
        life = Lifecycle(
            launch=None,
            retires=None,
            retires_source=None,
            not_before=date(2027, 2, 1),
            short_term=False,
            replaced_by="gemini-4-flash",
        )
        models: Any = SimpleNamespace(find=lambda *_: SimpleNamespace(lifecycle=life))
        assert item(order(), models=models).lifecycle == (
            "gemini-3.8-flash may be retired from 2027-02-01 on, before 2027-04-01: the fees stand; "
            "gemini-4-flash follows it"
        )


class TestOnlyRunningOrdersAreListed:
    @pytest.mark.parametrize("status", [Status.DRAFT, Status.REQUESTED, Status.EXPIRED, Status.SUPERSEDED])
    def test_not_the_others(self, status: Status) -> None:
        assert renewal_item(order(status=status), LATER, Rules(), APPROVERS) is None

    def test_not_what_has_ended(self) -> None:
        assert renewal_item(order(auto_renew=False), ENDS, Rules(), APPROVERS) is None

    def test_soonest_first(self) -> None:
        early = order("zebra", end=datetime(2026, 12, 24, tzinfo=UTC))
        found = upcoming(ledger(order("apple"), order("bear"), early, draft("d")), LATER, Rules(), APPROVERS)
        assert [one.name for one in found] == ["zebra", "apple", "bear"]


@settings(max_examples=80)
@given(
    st.dates(date(2026, 10, 2), date(2028, 1, 1)),
    st.sampled_from([Term.MONTH, Term.QUARTER, Term.YEAR]),
    st.booleans(),
    st.one_of(st.none(), st.integers(1, 99)),
)
def test_every_running_order_has_one_item_that_adds_up(
    as_of: date, term: Term, renews: bool, next_gsus: int | None
) -> None:
    one = order(term=term, auto_renew=renews, next_term_gsus=next_gsus if renews else None)
    found = renewal_item(one, as_of, Rules(), APPROVERS)
    if found is None:
        assert not renews
        assert as_of >= ENDS
        return
    assert found.days_left > 0
    assert found.renews is renews
    assert (found.at_stake_usd > 0) is renews
    assert found.opens is not None
    assert found.due is not None
    assert found.opens < found.due < found.ends
    assert found.needs_review == (renews and as_of >= found.opens)
