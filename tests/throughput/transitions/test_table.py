"""Every kind of transition with its verdict, as one table (Purchase page, 2026-09-30)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from tests.throughput.orders_for_tests import AS_OF, END, START, draft, ledger, order
from throughput import catalogue
from throughput.orders import Approval, Confirmed, Correction, Ledger, Order, Status, Term
from throughput.transitions import Kind, Verdict, transitions

ALLOWED, REVIEW, REFUSED = Verdict.ALLOWED, Verdict.REVIEW, Verdict.REFUSED
LATER = datetime(2027, 4, 1, tzinfo=UTC)


class Case(NamedTuple):
    """One edit of a ledger: what it was, what it became, and which changes that is."""

    old: Ledger
    new: Ledger
    expected: list[tuple[str, Kind, Verdict]]
    as_of: date = AS_OF
    says: str = ""
    elsewhere: dict[str, Order] | None = None


def correction(**was: Any) -> Correction:
    return Correction(was=was, reason="mistyped", reviewed_by="approver@example.com")


chat = order()
GIVEN_UP = replace(chat, status=Status.SUPERSEDED, superseded_by=("chat-a", "chat-b"))
APPROVED = draft(status=Status.APPROVED, start=datetime(2026, 11, 25, tzinfo=UTC))

CASES: dict[str, Case] = {
    "nothing_changes": Case(ledger(chat), ledger(chat), []),
    "a_new_draft_is_placed": Case(ledger(), ledger(draft()), [("chat", Kind.PLACE, ALLOWED)]),
    "a_new_request_is_placed": Case(
        ledger(), ledger(draft(status=Status.REQUESTED)), [("chat", Kind.PLACE, ALLOWED)]
    ),
    "a_draft_may_shrink": Case(ledger(draft()), ledger(draft(gsus=3)), [("chat", Kind.PLACE, ALLOWED)]),
    "a_draft_may_go": Case(ledger(draft()), ledger(), [("chat", Kind.DROP, ALLOWED)]),
    "a_request_may_be_withdrawn": Case(
        ledger(draft(status=Status.REQUESTED)), ledger(), [("chat", Kind.DROP, ALLOWED)]
    ),
    "a_request_back_to_draft": Case(
        ledger(draft(status=Status.REQUESTED)), ledger(draft()), [("chat", Kind.DROP, ALLOWED)]
    ),
    "a_request_is_placed_anew_to_change_it": Case(
        ledger(draft(status=Status.REQUESTED)),
        ledger(draft(status=Status.REQUESTED, gsus=50)),
        [("chat", Kind.PLACE, REVIEW)],
    ),
    "a_request_is_approved": Case(
        ledger(draft(status=Status.REQUESTED)),
        ledger(draft(status=Status.APPROVED)),
        [("chat", Kind.RECORD, ALLOWED)],
    ),
    "an_approved_order_becomes_active": Case(
        ledger(APPROVED),
        ledger(replace(APPROVED, status=Status.ACTIVE, order_id="4", end=datetime(2027, 2, 23, tzinfo=UTC))),
        [("chat", Kind.RECORD, ALLOWED)],
    ),
    "late_activation_shifts_the_whole_term": Case(
        ledger(APPROVED),
        ledger(
            replace(
                APPROVED,
                status=Status.ACTIVE,
                start=datetime(2026, 12, 2, tzinfo=UTC),
                end=datetime(2027, 3, 2, tzinfo=UTC),
            )
        ),
        [("chat", Kind.RECORD, REVIEW)],
    ),
    "activation_with_a_shorter_term_is_refused": Case(
        ledger(APPROVED),
        ledger(replace(APPROVED, status=Status.ACTIVE, end=datetime(2026, 12, 30, tzinfo=UTC))),
        [("chat", Kind.SHRINK, REFUSED)],
    ),
    "nothing_of_an_approved_order_changes": Case(
        ledger(APPROVED),
        ledger(replace(APPROVED, gsus=50)),
        [("chat", Kind.GROW, REFUSED)],
        says="until it is active",
    ),
    "an_approved_order_cannot_go_back": Case(
        ledger(APPROVED), ledger(replace(APPROVED, status=Status.DRAFT)), [("chat", Kind.SHRINK, REFUSED)]
    ),
    "an_approved_order_cannot_be_dropped": Case(ledger(APPROVED), ledger(), [("chat", Kind.DROP, REFUSED)]),
    "a_purchase_nobody_recorded_before": Case(ledger(), ledger(chat), [("chat", Kind.RECORD, REVIEW)]),
    "an_increase": Case(
        ledger(chat), ledger(replace(chat, gsus=60)), [("chat", Kind.GROW, ALLOWED)], says="45 → 60 GSU"
    ),
    "a_decrease_mid_term": Case(
        ledger(chat),
        ledger(replace(chat, gsus=30)),
        [("chat", Kind.SHRINK, REFUSED)],
        says="keep gsus: 45 and set nextTermGsus: 30",
    ),
    "a_decrease_for_the_next_term": Case(
        ledger(chat), ledger(replace(chat, next_term_gsus=30)), [("chat", Kind.SCHEDULE, REVIEW)]
    ),
    "an_increase_for_the_next_term": Case(
        ledger(chat), ledger(replace(chat, next_term_gsus=60)), [("chat", Kind.SCHEDULE, REVIEW)]
    ),
    "renewal_off": Case(
        ledger(chat), ledger(replace(chat, auto_renew=False)), [("chat", Kind.TOGGLE_RENEWAL, REVIEW)]
    ),
    "renewal_on": Case(
        ledger(replace(chat, auto_renew=False)), ledger(chat), [("chat", Kind.TOGGLE_RENEWAL, REVIEW)]
    ),
    "removed": Case(ledger(chat), ledger(), [("chat", Kind.DROP, REFUSED)], says="the bill stays"),
    "renamed": Case(
        ledger(chat),
        ledger(replace(chat, name="talk")),
        [("chat", Kind.DROP, REFUSED), ("talk", Kind.RECORD, REVIEW)],
        says="keep the name chat",
    ),
    "status_turned_back": Case(
        ledger(chat), ledger(replace(chat, status=Status.DRAFT)), [("chat", Kind.SHRINK, REFUSED)]
    ),
    "expired_before_its_end": Case(
        ledger(chat), ledger(replace(chat, status=Status.EXPIRED)), [("chat", Kind.EXPIRE, REFUSED)]
    ),
    "expired_after_its_end": Case(
        ledger(replace(chat, auto_renew=False)),
        ledger(replace(chat, auto_renew=False, status=Status.EXPIRED)),
        [("chat", Kind.EXPIRE, ALLOWED)],
        as_of=date(2027, 1, 2),
    ),
    "expired_although_it_renewed": Case(
        ledger(chat),
        ledger(replace(chat, status=Status.EXPIRED)),
        [("chat", Kind.EXPIRE, REFUSED)],
        as_of=date(2027, 1, 2),
        says="Google renews such an order by itself",
    ),
    "dropped_after_its_end": Case(
        ledger(replace(chat, auto_renew=False)),
        ledger(),
        [("chat", Kind.DROP, REVIEW)],
        as_of=date(2027, 1, 2),
    ),
    "dropped_although_it_renewed": Case(
        ledger(chat), ledger(), [("chat", Kind.DROP, REFUSED)], as_of=date(2027, 1, 2)
    ),
    "a_renewal_recorded": Case(
        ledger(chat),
        ledger(replace(chat, start=END, end=LATER)),
        [("chat", Kind.RENEW, ALLOWED)],
        as_of=date(2027, 1, 2),
    ),
    "a_scheduled_decrease_recorded": Case(
        ledger(replace(chat, next_term_gsus=30)),
        ledger(replace(chat, gsus=30, start=END, end=LATER)),
        [("chat", Kind.RENEW, ALLOWED)],
        as_of=date(2027, 1, 2),
    ),
    "a_renewal_with_less_than_scheduled": Case(
        ledger(chat),
        ledger(replace(chat, gsus=30, start=END, end=LATER)),
        [("chat", Kind.RENEW, ALLOWED), ("chat", Kind.SHRINK, REFUSED)],
        as_of=date(2027, 1, 2),
    ),
    "end_pulled_in": Case(
        ledger(chat),
        ledger(replace(chat, end=datetime(2026, 12, 1, tzinfo=UTC))),
        [("chat", Kind.SHRINK, REFUSED)],
        says="can't end early",
    ),
    "end_pushed_out_without_a_longer_term": Case(
        ledger(chat), ledger(replace(chat, end=LATER)), [("chat", Kind.CORRECT, REFUSED)]
    ),
    "a_longer_term_recorded_later": Case(
        ledger(replace(chat, term=Term.YEAR)),
        ledger(
            replace(
                chat,
                term=Term.YEAR,
                start=datetime(2026, 11, 10, tzinfo=UTC),
                end=datetime(2027, 11, 10, tzinfo=UTC),
            )
        ),
        [("chat", Kind.RECORD, ALLOWED)],
    ),
    "a_longer_term": Case(
        ledger(chat), ledger(replace(chat, term=Term.YEAR)), [("chat", Kind.LENGTHEN, REVIEW)]
    ),
    "a_shorter_term": Case(
        ledger(chat), ledger(replace(chat, term=Term.MONTH)), [("chat", Kind.SHORTEN, REFUSED)]
    ),
    "another_model_of_the_publisher": Case(
        ledger(chat), ledger(replace(chat, model="gemini-3.5-flash")), [("chat", Kind.MOVE_MODEL, REVIEW)]
    ),
    "another_publisher": Case(
        ledger(chat),
        ledger(replace(chat, model="gpt-oss-120b-maas")),
        [("chat", Kind.MOVE_MODEL, REFUSED)],
        says="can't change publisher",
    ),
    "back_to_a_preview": Case(
        ledger(chat),
        ledger(replace(chat, model="gemini-3.1-pro-preview")),
        [("chat", Kind.MOVE_MODEL, REFUSED)],
    ),
    "another_location": Case(
        ledger(chat), ledger(replace(chat, location="eu")), [("chat", Kind.RELOCATE, REVIEW)]
    ),
    "another_model_with_fewer_gsus": Case(
        ledger(chat),
        ledger(replace(chat, model="gemini-3.5-flash", gsus=30)),
        [("chat", Kind.MOVE_MODEL, REVIEW), ("chat", Kind.SHRINK, REFUSED)],
    ),
    "another_project_in_place": Case(
        ledger(chat),
        ledger(replace(chat, project="acme-other")),
        [("chat", Kind.MOVE_PROJECT, REFUSED)],
        says="from: chat",
    ),
    "a_split": Case(
        ledger(chat),
        ledger(replace(chat, gsus=30), replace(chat, name="chat-b", gsus=15, from_="chat", order_id=None)),
        [("chat", Kind.SPLIT, REVIEW), ("chat-b", Kind.SPLIT, REVIEW)],
    ),
    "a_split_written_as_a_draft": Case(
        ledger(chat),
        ledger(replace(chat, gsus=30), draft("chat-b", gsus=15, from_="chat")),
        [("chat", Kind.SPLIT, REVIEW), ("chat-b", Kind.SPLIT, REVIEW)],
    ),
    "a_split_in_two_new_orders": Case(
        ledger(chat),
        ledger(
            GIVEN_UP,
            replace(chat, name="chat-a", gsus=30, from_="chat"),
            replace(chat, name="chat-b", gsus=15, from_="chat"),
        ),
        [("chat", Kind.SPLIT, REVIEW), ("chat-a", Kind.SPLIT, REVIEW), ("chat-b", Kind.SPLIT, REVIEW)],
    ),
    "a_split_that_loses_gsus": Case(
        ledger(chat),
        ledger(replace(chat, gsus=30), replace(chat, name="chat-b", gsus=10, from_="chat")),
        [("chat", Kind.SHRINK, REFUSED), ("chat-b", Kind.SPLIT, REVIEW)],
        says="5 of those 15 GSU",
    ),
    "a_superseded_order_that_loses_gsus": Case(
        ledger(chat),
        ledger(
            GIVEN_UP,
            replace(chat, name="chat-a", gsus=30, from_="chat"),
            replace(chat, name="chat-b", gsus=10, from_="chat"),
        ),
        [("chat", Kind.SHRINK, REFUSED), ("chat-a", Kind.SPLIT, REVIEW), ("chat-b", Kind.SPLIT, REVIEW)],
    ),
    "a_split_that_ends_early": Case(
        ledger(chat),
        ledger(
            replace(chat, gsus=30),
            replace(chat, name="chat-b", gsus=15, from_="chat", end=datetime(2026, 12, 1, tzinfo=UTC)),
        ),
        [("chat", Kind.SPLIT, REVIEW), ("chat-b", Kind.SPLIT, REFUSED)],
    ),
    "a_split_from_an_order_that_gives_nothing": Case(
        ledger(chat),
        ledger(chat, replace(chat, name="chat-b", gsus=15, from_="chat")),
        [("chat-b", Kind.SPLIT, REFUSED)],
        says="gives none up",
    ),
    "a_split_from_nowhere": Case(
        ledger(chat),
        ledger(chat, replace(chat, name="chat-b", gsus=15, from_="ghost")),
        [("chat-b", Kind.SPLIT, REFUSED)],
    ),
    "a_move_to_another_project": Case(
        ledger(chat),
        ledger(
            replace(chat, status=Status.SUPERSEDED, superseded_by=("chat-b",)),
            replace(chat, name="chat-b", project="acme-other", from_="chat"),
        ),
        [("chat", Kind.SPLIT, REVIEW), ("chat-b", Kind.MOVE_PROJECT, REVIEW)],
    ),
    "a_move_to_another_stack": Case(
        ledger(chat),
        ledger(replace(chat, status=Status.SUPERSEDED, superseded_by=("prod/chat",))),
        [("chat", Kind.SPLIT, REVIEW)],
        elsewhere={"prod/chat": replace(chat, project="acme-prod", from_="dev/chat")},
    ),
    "a_move_to_another_stack_that_knows_nothing": Case(
        ledger(chat),
        ledger(replace(chat, status=Status.SUPERSEDED, superseded_by=("prod/chat",))),
        [("chat", Kind.SPLIT, REFUSED)],
        elsewhere={},
    ),
    "a_move_to_another_stack_with_fewer_gsus": Case(
        ledger(chat),
        ledger(replace(chat, status=Status.SUPERSEDED, superseded_by=("prod/chat",))),
        [("chat", Kind.SHRINK, REFUSED)],
        elsewhere={"prod/chat": replace(chat, project="acme-prod", gsus=40, from_="dev/chat")},
    ),
    "an_arrival_from_another_stack": Case(
        ledger(),
        ledger(replace(chat, from_="prod/chat")),
        [("chat", Kind.MOVE_PROJECT, REVIEW)],
        elsewhere={
            "prod/chat": replace(
                chat, project="acme-prod", status=Status.SUPERSEDED, superseded_by=("dev/chat",)
            )
        },
    ),
    "an_arrival_nobody_sent": Case(
        ledger(),
        ledger(replace(chat, from_="prod/chat")),
        [("chat", Kind.MOVE_PROJECT, REFUSED)],
        elsewhere={},
    ),
    "a_record_corrected": Case(
        ledger(replace(chat, gsus=54)),
        ledger(replace(chat, correction=correction(gsus=54))),
        [("chat", Kind.CORRECT, REVIEW), ("chat", Kind.ANNOTATE, ALLOWED)],
    ),
    "a_correction_with_a_wrong_was": Case(
        ledger(replace(chat, gsus=54)),
        ledger(replace(chat, correction=correction(gsus=55))),
        [("chat", Kind.SHRINK, REFUSED), ("chat", Kind.CORRECT, REFUSED), ("chat", Kind.ANNOTATE, ALLOWED)],
    ),
    "a_correction_used_twice": Case(
        ledger(replace(chat, gsus=54, correction=correction(gsus=54))),
        ledger(replace(chat, correction=correction(gsus=54))),
        [("chat", Kind.SHRINK, REFUSED)],
    ),
    "a_correction_of_the_end": Case(
        ledger(chat),
        ledger(
            replace(chat, end=datetime(2026, 12, 31, tzinfo=UTC), correction=correction(end="2027-01-01"))
        ),
        [("chat", Kind.CORRECT, REVIEW), ("chat", Kind.ANNOTATE, ALLOWED)],
    ),
    "a_second_change_while_one_is_pending": Case(
        ledger(replace(chat, gsus=60, confirmed=Confirmed(gsus=45, on=AS_OF))),
        ledger(replace(chat, gsus=70, confirmed=Confirmed(gsus=45, on=AS_OF))),
        [("chat", Kind.GROW, REFUSED)],
        says="pending",
    ),
    "a_pending_change_confirmed": Case(
        ledger(replace(chat, gsus=60, confirmed=Confirmed(gsus=45, on=AS_OF))),
        ledger(replace(chat, gsus=60, confirmed=Confirmed(gsus=60, on=AS_OF))),
        [("chat", Kind.ANNOTATE, ALLOWED)],
    ),
    "a_change_in_the_last_days_before_a_lapse": Case(
        ledger(replace(chat, auto_renew=False)),
        ledger(replace(chat, auto_renew=False, gsus=60)),
        [("chat", Kind.GROW, REFUSED)],
        as_of=date(2026, 12, 28),
        says="last 5 days",
    ),
    "history_rewritten": Case(
        ledger(replace(chat, status=Status.EXPIRED, end=datetime(2026, 11, 1, tzinfo=UTC))),
        ledger(replace(chat, status=Status.EXPIRED, end=datetime(2026, 11, 1, tzinfo=UTC), gsus=4)),
        [("chat", Kind.CORRECT, REFUSED)],
    ),
    "history_removed": Case(
        ledger(replace(chat, status=Status.EXPIRED, end=datetime(2026, 11, 1, tzinfo=UTC))),
        ledger(),
        [("chat", Kind.DROP, ALLOWED)],
    ),
    "an_order_id_replaced": Case(
        ledger(chat), ledger(replace(chat, order_id="other")), [("chat", Kind.CORRECT, REFUSED)]
    ),
    "an_order_id_recorded": Case(
        ledger(replace(chat, order_id=None)), ledger(chat), [("chat", Kind.RECORD, ALLOWED)]
    ),
    "words_changed": Case(
        ledger(chat),
        ledger(replace(chat, notes="for the help desk", label="desk")),
        [("chat", Kind.ANNOTATE, ALLOWED)],
    ),
    "an_approval_added": Case(
        ledger(chat),
        ledger(
            replace(chat, approval=Approval(gsus=45, until=None, exposure_usd=1, approved_by="a@example.com"))
        ),  # type: ignore[arg-type]
        [("chat", Kind.ANNOTATE, ALLOWED)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_change_has_its_kind_and_verdict(name: str) -> None:
    case = CASES[name]
    found = transitions(
        case.old, case.new, catalogue.load(), case.as_of, stack="dev", elsewhere=case.elsewhere or {}
    )
    assert sorted((c.order, c.kind, c.verdict) for c in found) == sorted(case.expected)
    assert case.says in "\n".join(change.text for change in found)


def test_every_kind_stands_in_the_table() -> None:
    assert {kind for case in CASES.values() for _, kind, _ in case.expected} == set(Kind)


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if any(v is REFUSED for _, _, v in case.expected)]
)
def test_a_refusal_names_both_values_the_rule_and_what_is_legal(name: str) -> None:
    case = CASES[name]
    for change in transitions(
        case.old, case.new, catalogue.load(), case.as_of, stack="dev", elsewhere=case.elsewhere or {}
    ):
        if change.refused:
            assert change.instead
            assert change.reason
            assert change.source
            assert change.text.startswith(f"{change.order} ({change.pool.location}, {change.pool.model}): ")


def test_what_an_increase_commits_is_the_extra_gsus_until_the_end() -> None:
    change = transitions(ledger(chat), ledger(replace(chat, gsus=60)), catalogue.load(), date(2026, 11, 25))[
        0
    ]
    # 15 GSU × $3.2877 an hour × 37 days × 24 hours
    assert f"{change.exposure_usd:.2f}" == "43792.16"
    assert change.until == date(2027, 1, 1)


@pytest.mark.parametrize(
    "name",
    ["a_split", "a_move_to_another_project", "a_move_to_another_stack", "an_arrival_from_another_stack"],
)
def test_a_split_or_move_commits_nothing_new(name: str) -> None:
    case = CASES[name]
    found = transitions(case.old, case.new, catalogue.load(), AS_OF, stack="dev", elsewhere=case.elsewhere)
    assert sum(change.exposure_usd for change in found) == 0


assert START < END
