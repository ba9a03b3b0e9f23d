"""Approvals stay valid as days pass, cover exactly what they name, and what the message prints is what passes."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from throughput.config.order_models import OrderConfig, plain_order
from throughput.instants import midnight
from throughput.orders import Ledger, Order, Status, Term
from throughput.rules import exposure_approved
from throughput.rules.examples import CHAT, DRAFT, TODAY, ledger, seen


def exposure(old: Ledger, new: Ledger, as_of: date) -> Decimal:
    return sum((found.usd for found in exposure_approved.exposures(seen(old, new, as_of))), Decimal(0))


@given(st.integers(1, 200), st.integers(0, 30), st.integers(0, 9))
@settings(max_examples=60)
def test_what_a_change_commits_only_falls_as_days_pass(extra: int, day: int, more: int) -> None:
    grown = replace(CHAT, gsus=CHAT.gsus + extra)
    early = exposure(ledger(CHAT), ledger(grown), TODAY + timedelta(days=day))
    late = exposure(ledger(CHAT), ledger(grown), TODAY + timedelta(days=day + more))
    assert late <= early


CHANGES = (
    ("a longer term in place", ledger(CHAT), ledger(replace(CHAT, term=Term.YEAR))),
    (
        "a longer term and more",
        ledger(CHAT),
        ledger(replace(CHAT, term=Term.YEAR, gsus=50)),
    ),
    (
        "a part of it for longer",
        ledger(CHAT),
        ledger(
            replace(CHAT, gsus=25),
            replace(DRAFT, name="chat-b", gsus=20, term=Term.YEAR, from_="chat"),
        ),
    ),
    ("another place", ledger(CHAT), ledger(replace(CHAT, location="eu"))),
    ("a draft", Ledger(), ledger(DRAFT)),
    ("a draft with a start", Ledger(), ledger(replace(DRAFT, start=midnight(TODAY + timedelta(days=3))))),
)


@pytest.mark.parametrize(("name", "old", "new"), CHANGES, ids=[name for name, _, _ in CHANGES])
def test_what_is_covered_once_stays_covered_as_days_pass(name: str, old: Ledger, new: Ledger) -> None:
    found = exposure_approved.exposures(seen(old, new))
    assert found
    for one in found:
        agreed = pasted(one.order, one.block.replace("…", "approver@example.com"))
        new = Ledger({**new, agreed.name: agreed})
    for day in range(0, 36, 5):
        view = seen(old, new, TODAY + timedelta(days=day), exposureLimitUsd=0)
        assert [finding.text for finding in exposure_approved.check(view)] == [], (name, day)


def test_what_was_approved_apart_does_not_count_again_with_the_rest() -> None:
    small = replace(DRAFT, gsus=1)
    block = exposure_approved.exposures(seen(Ledger(), ledger(small)))[0].block
    agreed = replace(pasted(small, block), name="talk")
    assert list(exposure_approved.check(seen(Ledger(), ledger(small, agreed)))) == []


def pasted(order: Order, block: str) -> Order:
    """The order with the printed block written into its configuration, by an approver."""
    document = yaml.safe_load(block.replace("…", "approver@example.com"))
    return OrderConfig.model_validate({**plain_order(order), **document}).to_order(order.name, order.project)


@given(st.integers(1, 300), st.sampled_from(Term), st.sampled_from(("global", "eu")), st.booleans())
@settings(max_examples=60)
def test_the_printed_block_passes_once_an_approver_pasted_it(
    gsus: int, term: Term, location: str, running: bool
) -> None:
    if running:
        old, order = ledger(CHAT), replace(CHAT, gsus=CHAT.gsus + gsus)
    else:
        old, order = Ledger(), replace(DRAFT, gsus=gsus, term=term, location=location)
    findings = list(exposure_approved.check(seen(old, ledger(order), exposureLimitUsd=0)))
    assert len(findings) == 1
    block = re.search(r"approval: \{.*\}", findings[0].remedy)
    assert block is not None
    agreed = pasted(order, block[0])
    assert list(exposure_approved.check(seen(old, ledger(agreed), exposureLimitUsd=0))) == []
    # A rebase that commits more can't reuse it.
    assert list(
        exposure_approved.check(seen(old, ledger(replace(agreed, gsus=agreed.gsus + 1)), exposureLimitUsd=0))
    )


def test_a_draft_that_is_requested_later_needs_the_same_approval() -> None:
    requested = replace(DRAFT, status=Status.REQUESTED)
    assert [finding.code for finding in exposure_approved.check(seen(ledger(DRAFT), ledger(requested)))] == [
        "exposure/unapproved"
    ]


def test_recording_what_was_requested_commits_nothing_new() -> None:
    requested = replace(DRAFT, status=Status.REQUESTED)
    approved = replace(DRAFT, status=Status.APPROVED, order_id="1")
    assert list(exposure_approved.check(seen(ledger(requested), ledger(approved)))) == []
