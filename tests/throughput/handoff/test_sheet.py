"""Sheets: who is asked, what to make sure of, what it costs, what to send back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.orders_for_tests import AS_OF, draft, ledger, order
from throughput import catalogue
from throughput.config.models import Environment
from throughput.exposure import commitment_usd, next_term_usd
from throughput.handoff.costs import break_even_of
from throughput.handoff.next_steps import human_steps
from throughput.handoff.sheet import Sheet, committed_by, sheet_of
from throughput.handoff.words import dollars
from throughput.handoff.work import Channel, Situation, Work, tasks
from throughput.orders import Approval, Confirmed, Ledger, Order, Status, Term

ENVIRONMENT = Environment.model_validate(
    {
        "projects": {"acme-genai": {}},
        "buyers": {"group": "pt-buyers@example.com"},
        "essentialContacts": ["notices@example.com"],
        "rules": {"exposureLimitUsd": 50_000},
    }
)


def situation(wanted: Ledger, in_force: Ledger | None = None, as_of: date = AS_OF, **more: Any) -> Situation:
    return Situation(
        as_of=as_of,
        models=catalogue.load(),
        wanted=wanted,
        in_force=in_force or Ledger(),
        elsewhere=more.get("elsewhere", {}),
    )


def sheet(
    new: Order, old: Order | None = None, as_of: date = AS_OF, environment: Environment = ENVIRONMENT
) -> Sheet:
    around = situation(ledger(new), ledger(old) if old else None, as_of)
    (task,) = tasks(new, old, around)
    return sheet_of(task, around, "prod", environment)


class TestWhoIsAsked:
    @pytest.mark.parametrize(
        ("model", "old", "channel"),
        [
            ("gemini-3.8-flash", False, Channel.CONSOLE),
            ("gemini-3.8-flash", True, Channel.CONSOLE),
            ("claude-haiku-5-5", False, Channel.ACCOUNT_TEAM),
            ("claude-haiku-5-5", True, Channel.ACCOUNT_TEAM),
            ("gpt-oss-120b-maas", False, Channel.CONSOLE),
            # The Console changes online orders of Google's own models only.
            ("gpt-oss-120b-maas", True, Channel.ACCOUNT_TEAM),
        ],
    )
    def test_depends_on_the_model_and_on_whether_it_is_a_change(
        self, model: str, old: bool, channel: Channel
    ) -> None:
        found = (
            sheet(order(model=model, gsus=60), order(model=model))
            if old
            else sheet(draft(model=model, gsus=60))
        )
        assert found.task.channel is channel
        assert (found.request is not None) == (channel is Channel.ACCOUNT_TEAM)

    def test_a_letter_names_every_value(self) -> None:
        letter = sheet(draft(model="claude-haiku-5-5", gsus=8, term=Term.YEAR)).request or ""
        for value in ("acme-genai", "claude-haiku-5-5", "global", "GSUs: 8", "1 year", "Auto-renew: off"):
            assert value in letter
        assert "in writing" in letter

    def test_buyers_that_nobody_named_are_missed(self) -> None:
        bare = Environment.model_validate({"projects": {"acme-genai": {}}})
        assert "nobody is named" in sheet(draft(), environment=bare).who[1]
        assert any("none recorded" in line for line in sheet(draft(), environment=bare).before)


class TestWhatToMakeSureOf:
    @pytest.mark.parametrize(
        ("new", "expected"),
        [
            (draft(model="claude-haiku-4-5", gsus=4), "TOO FEW: the minimum for claude-haiku-4-5 is 8 GSU"),
            (draft(location="europe-west3"), "NOT OFFERED in europe-west3"),
            (draft(start=datetime(2027, 1, 20, tzinfo=UTC)), "so place it from 2027-01-06 on"),
            (draft(start=datetime(2026, 11, 1, tzinfo=UTC)), "2026-11-01 is past"),
            (draft(start=datetime(2026, 12, 1, tzinfo=UTC)), "isn't guaranteed until the status is Approved"),
            (
                draft(model="gpt-oss-120b-maas", start=datetime(2026, 12, 1, tzinfo=UTC)),
                "Start: can't be chosen for this model",
            ),
            (
                draft(gsus=60),
                "Approval: commits more than $50,000 and nobody has approved it; see pt check prod",
            ),
            (draft(), "Essential Contacts (category Product updates): notices@example.com"),
        ],
    )
    def test_of_a_new_order(self, new: Order, expected: str) -> None:
        assert any(expected in line for line in sheet(new).before), sheet(new).before

    def test_an_approval_is_named(self) -> None:
        agreed = Approval(
            gsus=60, until=None, exposure_usd=Decimal(500_000), approved_by="approver@example.com"
        )
        assert "Approval: $500,000 by approver@example.com" in sheet(draft(gsus=60, approval=agreed)).before

    def test_a_frozen_order_is_too_late(self) -> None:
        old = order(auto_renew=False)
        late = sheet(replace(old, gsus=60), old, date(2026, 12, 29))
        assert late.before[0].startswith("TOO LATE")


class TestWhatItCosts:
    def test_an_increase_counts_the_extra_gsus_until_the_end(self) -> None:
        found = sheet(order(gsus=60), order())
        extra = commitment_usd(order(), AS_OF, 15)
        assert found.task.exposure_usd == extra == committed_by((found,))
        assert (
            found.costs[0] == f"15 GSU × $2,400 a month until 2027-01-01: {dollars(extra)}. Can't be undone."
        )

    def test_what_was_confirmed_counts_without_a_baseline(self) -> None:
        pending = order(gsus=60, confirmed=Confirmed(gsus=50, on=AS_OF))
        assert sheet(pending).task.exposure_usd == commitment_usd(pending, AS_OF, 10)

    def test_a_scheduled_decrease_names_the_next_term(self) -> None:
        new = order(next_term_gsus=30)
        assert (
            sheet(new, order()).costs[0]
            == f"The next term commits 30 GSU for 3 months: {dollars(next_term_usd(new))}."
        )

    def test_turning_renewal_off_costs_nothing(self) -> None:
        found = sheet(order(auto_renew=False), order())
        assert found.costs == ("Nothing beyond what is committed already.",)
        assert found.title == "TURN AUTO-RENEWAL OFF for an active order"

    @pytest.mark.parametrize(
        ("model", "expected"), [("gemini-3.8-flash", "third-party"), ("claude-haiku-5-5", "Claude")]
    )
    def test_how_sure_the_price_is(self, model: str, expected: str) -> None:
        assert any(expected in line and "unconfirmed" in line for line in sheet(draft(model=model)).costs)

    def test_an_offer_that_runs_is_named_with_its_end(self) -> None:
        assert any("50 % until 2026-12-31" in line for line in sheet(draft()).costs)
        assert not any("50 %" in line for line in sheet(draft(), as_of=date(2027, 1, 2)).costs)

    @pytest.mark.parametrize(
        ("term", "share"), [(Term.MONTH, "101 %"), (Term.QUARTER, "90 %"), (Term.YEAR, "75 %")]
    )
    def test_break_even_is_the_published_one(self, term: Term, share: str) -> None:
        """Gross against gross, as the price comparison of 2026-10 has it for Gemini 3.x."""
        found = break_even_of(order(term=term), catalogue.load(), AS_OF)
        assert found is not None
        assert found.startswith(f"{share} to beat pay-as-you-go")

    def test_break_even_is_unknown_without_a_price(self) -> None:
        assert break_even_of(order(model="no-such-model"), catalogue.load(), AS_OF) is None


class TestOnlyWhatAFormHasIsSet:
    def test_the_rest_is_named_as_left_alone(self) -> None:
        found = sheet(order(gsus=60), order())
        assert [setting.label for setting in found.sets] == ["GSUs"]
        assert [setting.label for setting in found.leave] == ["Model", "Region", "Term", "Auto-renew"]

    def test_several_edits_are_one_form(self) -> None:
        found = sheet(order(gsus=60, auto_renew=False, model="gemini-3.5-flash"), order())
        assert found.task.work is Work.CHANGE
        assert {setting.label for setting in found.sets} == {"GSUs", "Model", "Auto-renew"}


ORDERS = st.builds(
    lambda status, gsus, term, renews, next_gsus, confirmed, model, location, origin: order(
        status=status,
        gsus=gsus,
        term=term,
        auto_renew=renews,
        next_term_gsus=next_gsus if renews else None,
        confirmed=Confirmed(gsus=confirmed, on=date(2026, 10, 2)) if confirmed else None,
        model=model,
        location=location,
        from_=origin,
        superseded_by=("other",) if status is Status.SUPERSEDED else (),
        **({} if status in (Status.ACTIVE, Status.EXPIRED) else {"start": None, "end": None}),
    ),
    st.sampled_from(list(Status)),
    st.integers(1, 99),
    st.sampled_from(list(Term)),
    st.booleans(),
    st.one_of(st.none(), st.integers(1, 99)),
    st.one_of(st.none(), st.integers(1, 99)),
    st.sampled_from(["gemini-3.8-flash", "gemini-3.5-flash", "claude-haiku-5-5", "gpt-oss-120b-maas"]),
    st.sampled_from(["global", "us", "europe-west3"]),
    st.sampled_from([None, "other", "chat-before", "dev/chat"]),
)


@settings(max_examples=150)
@given(
    st.one_of(st.none(), ORDERS), st.one_of(st.none(), ORDERS), st.dates(date(2026, 10, 2), date(2027, 6, 1))
)
def test_any_two_states_of_an_order_have_sheets_that_add_up(
    new: Order | None, old: Order | None, as_of: date
) -> None:
    """Whatever a file holds, refused or not, the hand-over says something that can be read, and never less than is committed."""
    other = order("other")
    wanted = ledger(other, *([new] if new else []))
    around = situation(
        wanted, ledger(other, *([old] if old else [])), as_of, elsewhere={"dev/chat": order("chat")}
    )
    for task in tasks(new, old, around):
        found = sheet_of(task, around, "prod", ENVIRONMENT)
        assert found.title
        assert found.costs
        assert found.after
        assert found.task.exposure_usd >= 0
        assert found.plain()["order"] == "chat"
    for step in human_steps(wanted, ledger(other, *([old] if old else [])), as_of, "prod"):
        assert step.words
        assert step.command.startswith("pt ")
