"""Examples of what keeps commitments: growing, renewing, and when an order can be edited."""

from dataclasses import replace
from datetime import date
from typing import Any

from throughput.orders import (
    Confirmed,
    Decision,
    Ledger,
    Order,
    Status,
)
from throughput.rules.examples.base import (
    CHAT,
    DRAFT,
    LOST,
    RENEWING,
    REVIEW,
    TODAY,
    Example,
    ledger,
    seen,
    still,
)
from throughput.rules.model import Level


def grow_only() -> list[Example]:
    name = "grow-only"
    less = ledger(replace(CHAT, gsus=30))
    return [
        Example(
            rule=name,
            outcome="pass",
            title="an increase",
            view=seen(ledger(CHAT), ledger(replace(CHAT, gsus=60))),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a decrease scheduled for the next term",
            view=seen(ledger(RENEWING), ledger(replace(RENEWING, next_term_gsus=30))),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a decrease before the term ends",
            view=seen(ledger(CHAT), less),
            expected=(("violation", "order/shrink"),),
            says=("45 → 30 GSU", "2027-01-01", "Instead"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an order taken out of the file",
            view=seen(ledger(CHAT), ledger()),
            expected=(("violation", "order/drop"),),
            says=("the bill stays",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a draft that shrinks",
            view=seen(ledger(DRAFT), ledger(replace(DRAFT, gsus=3))),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a baseline that was taken away",
            view=seen(Ledger(), less, baseline="missing"),
            expected=(("violation", "baseline/missing"),),
            says=("isn't there",),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a baseline that was edited by hand",
            view=seen(ledger(CHAT), less, baseline="broken"),
            expected=(("violation", "baseline/broken"),),
            says=("doesn't match its seal",),
        ),
    ]


def renewal_reviewed() -> list[Example]:
    name = "renewal-reviewed"
    late = date(2026, 12, 5)

    def reviewed(
        title: str,
        code: str,
        *says: str,
        as_of: date = TODAY,
        order: Order = RENEWING,
        level: Level = "violation",
        **record: Any,
    ) -> Example:
        view = still(replace(order, renewal=replace(REVIEW, **record)), as_of=as_of)
        return Example(
            rule=name, outcome="violation", title=title, view=view, expected=((level, code),), says=says
        )

    return [
        Example(
            rule=name,
            outcome="pass",
            title="reviewed in time, as it is set",
            view=still(replace(RENEWING, renewal=REVIEW), as_of=late),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="the review isn't open yet",
            view=still(RENEWING, as_of=date(2026, 10, 5)),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="open, and not yet due: advice",
            view=still(RENEWING),
            expected=(("advice", "renewal/missing"),),
            says=("2027-01-01", "45 GSU", "nobody has reviewed it"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="due, and nobody reviewed it",
            view=still(RENEWING, as_of=late),
            expected=(("violation", "renewal/overdue"),),
            says=("was due on 2026-12-02",),
        ),
        reviewed(
            "a record for an earlier term",
            "renewal/earlier-term",
            as_of=TODAY,
            for_term_ending=date(2026, 10, 1),
            reviewed_on=date(2026, 11, 10),
        ),
        reviewed("a date in the future", "renewal/in-future", as_of=TODAY, reviewed_on=date(2026, 11, 30)),
        reviewed("made before the review opened", "renewal/too-early", reviewed_on=date(2026, 10, 5)),
        reviewed(
            "reviewed by somebody who isn't an approver",
            "renewal/unknown-reviewer",
            "other@example.com",
            reviewed_by="other@example.com",
        ),
        reviewed(
            "a decision to lapse while it renews", "renewal/decision-disagrees", decision=Decision.LAPSE
        ),
        reviewed("a resize that isn't scheduled", "renewal/resize-not-scheduled", decision=Decision.RESIZE),
        reviewed("a record for a later term", "renewal/later-term", for_term_ending=date(2027, 4, 1)),
        reviewed(
            "renewed as it is, while a resize is scheduled",
            "renewal/renew-resizes",
            order=replace(RENEWING, next_term_gsus=30),
        ),
        Example(rule=name, outcome="not applicable", title="an order that doesn't renew", view=still(CHAT)),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that lapses soon is named: advice",
            view=still(CHAT, as_of=late),
            expected=(("advice", "renewal/lapses"),),
            says=("45 GSU", "gone"),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a renewing order of a model that nobody knows",
            view=still(replace(RENEWING, model="gemini-0")),
            expected=(("advice", "renewal/missing"),),
        ),
    ]


def order_editable() -> list[Example]:
    name = "order-editable"
    approved = replace(DRAFT, status=Status.APPROVED)
    pending = replace(CHAT, gsus=60, confirmed=Confirmed(gsus=45, on=TODAY))
    return [
        Example(
            rule=name,
            outcome="pass",
            title="an active order is changed",
            view=seen(ledger(CHAT), ledger(replace(CHAT, gsus=60))),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an approved order is changed",
            view=seen(ledger(approved), ledger(replace(approved, gsus=60))),
            expected=(("violation", "order/grow"),),
            says=("until it is active",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a second change while one is pending",
            view=seen(ledger(pending), ledger(replace(pending, gsus=70))),
            expected=(("violation", "order/grow"),),
            says=("45 to 60 GSU is pending",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a change in the last days before a lapse",
            view=seen(ledger(CHAT), ledger(replace(CHAT, gsus=60)), date(2026, 12, 29)),
            expected=(("violation", "order/grow"),),
            says=("last 5 days",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="words about an approved order",
            view=seen(ledger(approved), ledger(replace(approved, notes="for the desk"))),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="history rewritten",
            view=seen(ledger(LOST), ledger(replace(LOST, gsus=4))),
            expected=(("violation", "order/correct"),),
        ),
    ]


def record_current() -> list[Example]:
    name = "record-current"
    later = date(2027, 1, 5)
    return [
        Example(rule=name, outcome="pass", title="an order in its term", view=still(CHAT)),
        Example(
            rule=name,
            outcome="violation",
            title="an order past its end that renewed by itself",
            view=still(RENEWING, as_of=later),
            expected=(("violation", "record/past-end"),),
            says=("2027-01-01", "renewed with 45 GSU", "pt order record"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an order past its end that lapsed",
            view=still(CHAT, as_of=later),
            expected=(("violation", "record/past-end"),),
            says=("--status expired",),
        ),
        Example(rule=name, outcome="not applicable", title="a draft", view=still(DRAFT, as_of=later)),
        Example(
            rule=name,
            outcome="bad input",
            title="an active order without an end",
            view=still(replace(CHAT, end=None), as_of=later),
        ),
    ]
