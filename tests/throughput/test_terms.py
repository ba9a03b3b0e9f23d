"""Terms: how long they run, which one an order is in, and when nothing can be changed any more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.throughput.orders_for_tests import AS_OF, END, draft, order
from throughput.orders import Status, Term
from throughput.terms import assumed_length, committed_span, expected_end, fits_term, is_frozen, rolled


def test_an_auto_renewing_order_goes_on_with_the_scheduled_gsus() -> None:
    chat = order(next_term_gsus=30)
    assert rolled(chat, date(2026, 12, 31)) == chat
    later = rolled(chat, date(2027, 1, 1))
    assert (later.start, later.end, later.gsus, later.next_term_gsus) == (
        END,
        END + (END - datetime(2026, 10, 1, tzinfo=UTC)),
        30,
        None,
    )


@given(st.integers(0, 2000))
def test_a_rolled_order_is_always_in_its_running_term(days: int) -> None:
    as_of = AS_OF + timedelta(days=days)
    current = rolled(order(), as_of)
    assert current.end is not None
    assert current.end.date() > as_of


def test_an_order_that_does_not_renew_ends() -> None:
    chat = order(auto_renew=False)
    assert committed_span(chat, date(2026, 12, 31)) is not None
    assert committed_span(chat, date(2027, 1, 1)) is None


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REQUESTED, Status.EXPIRED, Status.SUPERSEDED])
def test_only_approved_and_active_orders_commit(status: Status) -> None:
    assert committed_span(order(status=status), AS_OF) is None
    assert committed_span(order(status=Status.APPROVED), AS_OF) is not None


def test_a_draft_that_takes_capacity_over_commits_until_its_source_ends() -> None:
    span = committed_span(draft("chat-b", gsus=15, from_="chat"), AS_OF, order())
    assert span is not None
    assert (span.end, span.gsus) == (END, 15)


def test_without_dates_the_end_is_unknown_and_with_a_start_it_is_the_term_after_it() -> None:
    assert expected_end(draft()) is None
    start = datetime(2026, 12, 1, tzinfo=UTC)
    assert expected_end(draft(start=start, term=Term.MONTH)) == start + timedelta(days=30)


@pytest.mark.parametrize(
    ("term", "days", "fits"),
    [
        (Term.MONTH, 28, True),
        (Term.MONTH, 31, True),
        (Term.MONTH, 35, False),
        (Term.QUARTER, 92, True),
        (Term.QUARTER, 31, False),
        (Term.YEAR, 366, True),
        (Term.YEAR, 300, False),
        (Term.WEEK, 7, True),
        (Term.WEEK, 14, False),
    ],
)
def test_recorded_dates_fit_a_term_as_calendars_do(term: Term, days: int, fits: bool) -> None:
    start = datetime(2026, 2, 1, tzinfo=UTC)
    assert fits_term(term, start, start + timedelta(days=days)) is fits


def test_assumed_lengths_fit_their_own_terms() -> None:
    start = datetime(2026, 2, 1, tzinfo=UTC)
    assert all(fits_term(term, start, start + assumed_length(term)) for term in Term)


@pytest.mark.parametrize(
    ("day", "frozen"),
    [
        (date(2026, 12, 27), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_the_last_five_days_before_a_lapse_are_frozen(day: date, frozen: bool) -> None:
    chat = order(auto_renew=False)
    assert is_frozen(chat, day) is frozen
    assert not is_frozen(replace(chat, auto_renew=True), day)
