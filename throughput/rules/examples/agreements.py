"""Examples of what people agree to: exposure, routing, labels."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from throughput.orders import (
    Approval,
    Correction,
    Ledger,
    Order,
    Routing,
    Term,
)
from throughput.rules.examples.base import APPROVER, CHAT, DRAFT, END, LOST, Example, at, ledger, seen, still
from throughput.rules.view import LedgerView


def exposure_approved() -> list[Example]:
    name = "exposure-approved"
    more = replace(CHAT, gsus=60)
    good = Approval(gsus=60, until=END, exposure_usd=Decimal(50_000), approved_by=APPROVER)

    def grown(approval: Approval | None, **settings: Any) -> LedgerView:
        return seen(ledger(CHAT), ledger(replace(more, approval=approval)), **settings)

    def wrong(title: str, *says: str, **changes: Any) -> Example:
        return Example(
            rule=name,
            outcome="violation",
            title=title,
            view=grown(replace(good, **changes)),
            expected=(("violation", "exposure/not-covered"),),
            says=says,
        )

    mended = replace(
        CHAT,
        gsus=40,
        correction=Correction(was={"gsus": 45}, reason="mistyped", reviewed_by="other@example.com"),
    )
    return [
        Example(
            rule=name, outcome="pass", title="approved: same GSUs, same end, enough money", view=grown(good)
        ),
        Example(
            rule=name,
            outcome="pass",
            title="below the limit of the environment",
            view=grown(None, exposureLimitUsd=60_000),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a draft without a start, approved without an end",
            view=seen(
                Ledger(),
                ledger(
                    replace(
                        DRAFT,
                        approval=Approval(
                            gsus=45, until=None, exposure_usd=Decimal(320_000), approved_by=APPROVER
                        ),
                    )
                ),
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="nobody has approved it",
            view=grown(None),
            expected=(("violation", "exposure/unapproved"),),
            says=(
                "$47,343",
                "until 2027-01-01",
                "approval: {gsus: 60, until: '2027-01-01', exposureUsd: 47400, approvedBy: …}",
                "promotion",
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="two small orders that are one large change",
            view=seen(Ledger(), ledger(*(replace(DRAFT, name=one, gsus=1) for one in ("chat", "talk")))),
            expected=(("violation", "exposure/unapproved"), ("violation", "exposure/unapproved")),
            says=("$7,102 for 3 months, and $14,203 with the change's other unapproved orders",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a longer term, whose begin nobody knows yet",
            view=seen(ledger(CHAT), ledger(replace(CHAT, term=Term.YEAR))),
            expected=(("violation", "exposure/unapproved"),),
            says=("for 1 year", "approval: {gsus: 45, exposureUsd: 1080000, approvedBy: …}"),
        ),
        wrong(
            "approved by somebody who isn't on the list", "other@example.com", approved_by="other@example.com"
        ),
        wrong("approved for other GSUs", "55 GSU, not 60", gsus=55),
        wrong("approved until another end", "2026-12-01, not 2027-01-01", until=date(2026, 12, 1)),
        wrong("approved without naming the end", "names no end, and this runs until 2027-01-01", until=None),
        wrong("approved for less money", "$40,000", exposure_usd=Decimal(40_000)),
        Example(
            rule=name,
            outcome="violation",
            title="a correction that no approver reviewed",
            view=seen(ledger(CHAT), ledger(mended)),
            expected=(("violation", "correction/reviewer"),),
            says=("other@example.com",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a change that commits nothing",
            view=seen(ledger(CHAT), ledger(replace(CHAT, notes="for the desk"))),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a costly draft with a start in the past",
            view=seen(Ledger(), ledger(replace(DRAFT, start=at(date(2026, 1, 1))))),
            expected=(("violation", "exposure/unapproved"),),
            says=("$319,565 for 3 months",),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a costly draft of a model that nobody knows",
            view=seen(Ledger(), ledger(replace(DRAFT, model="gemini-0"))),
            expected=(("violation", "exposure/unapproved"),),
        ),
    ]


def routing_allowed() -> list[Example]:
    name = "routing-allowed"

    def routed(mode: Routing, order: Order = CHAT, **settings: Any) -> LedgerView:
        return still(replace(order, routing=mode), **settings)

    return [
        Example(
            rule=name,
            outcome="pass",
            title="Priority on the global endpoint",
            view=routed(Routing.PT_THEN_PRIORITY),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a mode that this environment doesn't list",
            view=routed(Routing.FLEX_ONLY, routing=["pt_only"]),
            expected=(("violation", "routing/environment"),),
            says=("flex_only", "pt_only"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="Flex in a place that has none",
            view=routed(Routing.PT_THEN_FLEX, replace(CHAT, location="eu")),
            expected=(("violation", "routing/location"),),
            says=("eu",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="Priority for Claude",
            view=routed(Routing.PT_THEN_PRIORITY, replace(CHAT, model="claude-opus-5")),
            expected=(("violation", "routing/publisher"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=routed(Routing.FLEX_ONLY, LOST, routing=["pt_only"]),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="Priority for a model that nobody knows",
            view=routed(Routing.PT_THEN_PRIORITY, replace(CHAT, model="gemini-0")),
        ),
    ]


def label_valid() -> list[Example]:
    name = "label-valid"
    return [
        Example(rule=name, outcome="pass", title="the order's name", view=still(CHAT)),
        Example(
            rule=name,
            outcome="violation",
            title="a label with capitals",
            view=still(replace(CHAT, label="Chat")),
            expected=(("violation", "label/charset"),),
            says=("'Chat'",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="two orders with one label: advice",
            view=still(replace(CHAT, label="desk"), replace(CHAT, name="talk", label="desk")),
            expected=(("advice", "label/shared"),),
            says=("chat", "desk"),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(replace(LOST, label="Chat")),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a label of 64 characters with a line break",
            view=still(replace(CHAT, label="x" * 63 + "\n")),
            expected=(("violation", "label/charset"),),
        ),
    ]
