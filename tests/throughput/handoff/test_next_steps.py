"""The next step of every order: one table of situations, with the words a person reads."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.orders_for_tests import AS_OF, draft, ledger, order
from throughput.config.models import Rules
from throughput.exposure import commitment_usd
from throughput.handoff.next_steps import Stage, Step, human_steps, next_step, way
from throughput.handoff.words import dollars
from throughput.orders import Confirmed, Ledger, Order, Status, Term
from throughput.renewals import renewal_item, upcoming


def now(one: Order, as_of: date = AS_OF, **more: Any) -> Step:
    item = renewal_item(one, as_of, Rules(), ["approver@example.com"])
    return next_step(one, as_of, item, stack="prod", **more)


def human(new: Ledger, old: Ledger | None = None, as_of: date = AS_OF) -> list[str]:
    return [step.words for step in human_steps(new, old, as_of, "prod")]


PENDING = Confirmed(gsus=45, on=date(2026, 11, 1))


class TestTheNextStepFollowsTheStatus:
    @pytest.mark.parametrize(
        ("one", "stage", "command"),
        [
            (draft(), Stage.PLACE, "pt order sheet prod chat"),
            (
                draft(status=Status.REQUESTED),
                Stage.APPROVE,
                "pt order record prod chat --status approved --id ID",
            ),
            (
                draft(status=Status.APPROVED),
                Stage.ACTIVATE,
                "pt order record prod chat --status active --start DATE",
            ),
            (order(gsus=60, confirmed=PENDING), Stage.PLACE, "pt order sheet prod chat"),
            (
                order(gsus=30, confirmed=PENDING),
                Stage.VERIFY,
                "pt order record prod chat --gsus 30 --effective DATE",
            ),
            (order(), Stage.RENEW, "pt renewals review prod chat"),
            (
                order(start=datetime(2026, 11, 20, tzinfo=UTC), auto_renew=False),
                Stage.VERIFY,
                "pt status prod",
            ),
            (order(auto_renew=False), Stage.WATCH, "pt status prod"),
            (
                order(end=datetime(2026, 11, 1, tzinfo=UTC), auto_renew=False),
                Stage.RENEW,
                "pt order record prod chat --status expired",
            ),
            (
                order(end=datetime(2026, 11, 1, tzinfo=UTC), next_term_gsus=40),
                Stage.RENEW,
                "pt order record prod chat --start 2026-11-01 --end 2026-12-02 --gsus 40",
            ),
            (order(status=Status.EXPIRED), Stage.DONE, "pt orders prod"),
        ],
    )
    def test_step(self, one: Order, stage: Stage, command: str) -> None:
        step = now(one)
        assert (step.name, step.command) == (stage, command)

    def test_a_dear_draft_is_agreed_on_first(self) -> None:
        step = now(draft(), exposure_limit=Decimal(10_000))
        assert (step.name, step.command) == (Stage.PRICE, "pt check prod")
        assert step.exposure_usd == commitment_usd(draft(), AS_OF)

    def test_a_change_against_what_is_in_force_comes_first(self) -> None:
        step = now(order(gsus=60), before=order())
        assert step.words.startswith("increase chat: 45 → 60 GSU ($")

    def test_an_open_review_is_due_on_a_day(self) -> None:
        step = now(order())
        assert (step.due, step.short) == (date(2026, 12, 2), "review by 2026-12-02")


class TestWhatAPersonMustDo:
    @pytest.mark.parametrize(
        ("new", "old", "expected"),
        [
            (
                [draft("images", gsus=5, term=Term.MONTH)],
                [],
                "place images: 5 GSU, gemini-3.8-flash, global, 1 month",
            ),
            (
                [draft("claude", gsus=8, model="claude-haiku-4-5", location="us-east5")],
                [],
                "ask the account team for claude: 8 GSU, claude-haiku-4-5, us-east5, 3 months",
            ),
            ([order(gsus=60)], [order()], "increase chat: 45 → 60 GSU"),
            (
                [order(next_term_gsus=30)],
                [order()],
                "schedule the next term of chat: 45 → 30 GSU from the next term on",
            ),
            (
                [order(next_term_gsus=60)],
                [order()],
                "schedule the next term of chat: 45 → 60 GSU from the next term on",
            ),
            (
                [order()],
                [order(next_term_gsus=30)],
                "schedule the next term of chat: 30 → 45 GSU from the next term on",
            ),
            ([order(auto_renew=False)], [order()], "turn auto-renewal off for chat"),
            ([order()], [order(auto_renew=False)], "turn auto-renewal on for chat"),
            ([order(gsus=60, auto_renew=False)], [order()], "change chat: 45 → 60 GSU, auto-renew on → off"),
            (
                [order(gsus=30), draft("part", gsus=15, from_="chat")],
                [order()],
                "split 15 GSU from chat to part (auto-renew off)",
            ),
            (
                [
                    order(status=Status.SUPERSEDED, superseded_by=("there",)),
                    draft("there", project="acme-other", from_="chat", auto_renew=True),
                ],
                [order()],
                "move 45 GSU from chat to there (project acme-other)",
            ),
            (
                [
                    order(status=Status.SUPERSEDED, superseded_by=("long",)),
                    draft("long", term=Term.YEAR, from_="chat", auto_renew=True),
                ],
                [order()],
                "lengthen chat to 1 year, as long: 45 GSU",
            ),
            (
                [order(model="gemini-3.5-flash")],
                [order()],
                "change chat: model gemini-3.8-flash → gemini-3.5-flash",
            ),
            (
                [],
                [draft(status=Status.REQUESTED)],
                "cancel the request chat: 45 GSU, gemini-3.8-flash, global",
            ),
            (
                [draft()],
                [draft(status=Status.REQUESTED)],
                "cancel the request chat: 45 GSU, gemini-3.8-flash, global",
            ),
            (
                [draft(status=Status.REQUESTED, gsus=50)],
                [draft(status=Status.REQUESTED)],
                "cancel the request chat and place it anew: 45 → 50 GSU",
            ),
            (
                [draft(status=Status.REQUESTED)],
                [draft()],
                "see what Google decided about chat, and record it",
            ),
        ],
    )
    def test_first_of_all(self, new: list[Order], old: list[Order], expected: str) -> None:
        words = human(ledger(*new), ledger(*old))
        assert words[0].partition(" (")[0] == expected.partition(" (")[0]
        assert words[0].startswith(expected)

    def test_nothing_when_nothing_changes(self) -> None:
        assert human(ledger(order()), ledger(order())) == []

    def test_nothing_for_a_draft_that_was_given_up(self) -> None:
        assert human(ledger(), ledger(draft())) == []

    def test_purchases_before_records(self) -> None:
        found = human_steps(ledger(draft("a", status=Status.REQUESTED), draft("b")), None, AS_OF, "prod")
        assert [(step.order, step.name) for step in found] == [("b", Stage.PLACE), ("a", Stage.APPROVE)]

    def test_reviews_where_they_are_handed_in(self) -> None:
        orders = ledger(order())
        items = upcoming(orders, AS_OF, Rules(), [])
        (step,) = human_steps(orders, orders, AS_OF, "prod", renewals=items)
        assert step.words == "review chat by 2026-12-02: on 2027-01-01 it renews with 45 GSU"

    def test_with_the_price_and_that_it_is_final(self) -> None:
        (step,) = human_steps(ledger(draft(gsus=5)), None, AS_OF, "prod")
        assert step.words.endswith(f"({dollars(commitment_usd(draft(gsus=5), AS_OF))}, can't be cancelled)")
        assert step.plain()["exposureUsd"] == f"{step.exposure_usd:.2f}"

    def test_a_move_between_stacks_names_where_from(self) -> None:
        there = draft("chat", from_="dev/chat", project="acme-prod", auto_renew=True)
        source = order(status=Status.SUPERSEDED, superseded_by=("prod/chat",))
        (step,) = human_steps(ledger(there), None, AS_OF, "prod", elsewhere={"dev/chat": source})
        assert "45 GSU" in step.words
        assert "acme-prod" in step.words


class TestTheWholeWay:
    def test_a_draft_has_two_stages_that_nobody_can_know(self) -> None:
        one = draft()
        states = {station.stage: station.state for station in way(one, now(one), "prod")}
        assert states[Stage.ESTIMATE] == states[Stage.FIT] == "yours to judge"
        assert (states[Stage.PRICE], states[Stage.PLACE], states[Stage.APPROVE]) == ("passed", "now", "later")

    def test_an_active_order_has_passed_the_purchase(self) -> None:
        one = order(auto_renew=False)
        states = [station.state for station in way(one, now(one), "prod")]
        assert states == ["passed"] * 7 + ["now", "later"]


@settings(max_examples=80)
@given(
    st.sampled_from(list(Status)),
    st.integers(1, 99),
    st.one_of(st.none(), st.integers(1, 99)),
    st.one_of(st.none(), st.integers(1, 99)),
    st.booleans(),
    st.dates(date(2026, 10, 1), date(2027, 12, 1)),
)
def test_every_order_has_a_next_step(
    status: Status, gsus: int, next_gsus: int | None, confirmed: int | None, renews: bool, as_of: date
) -> None:
    one = order(
        status=status,
        gsus=gsus,
        next_term_gsus=next_gsus if renews else None,
        confirmed=Confirmed(gsus=confirmed, on=date(2026, 10, 1)) if confirmed else None,
        auto_renew=renews,
        superseded_by=("other",) if status is Status.SUPERSEDED else (),
    )
    step = now(one, as_of)
    assert step.order == "chat"
    assert step.command.startswith("pt ")
    assert step.exposure_usd >= 0
    assert step.plain()["step"] == step.name
