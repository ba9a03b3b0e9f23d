"""Worked examples of every rule: what passes, what is found, what it doesn't apply to, and what it does with bad input.

The pages in `docs/policies/` show them, and the tests hold every rule to them. Nothing else imports this file.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from throughput import catalogue
from throughput.config.models import Rules
from throughput.instants import midnight
from throughput.orders import (
    Approval,
    Confirmed,
    Correction,
    Decision,
    Ledger,
    Order,
    Renewal,
    Routing,
    Status,
    Term,
)
from throughput.rules.model import UNKNOWN, Level, Resource
from throughput.rules.view import LedgerView
from throughput.transitions import transitions

Outcome = Literal["pass", "violation", "not applicable", "bad input"]
OUTCOMES: tuple[Outcome, ...] = ("pass", "violation", "not applicable", "bad input")

TODAY = date(2026, 11, 22)
_APPROVER = "approver@example.com"
_END = date(2027, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example. `expected` lists what is found, as level and code; `says` are words of the messages."""

    rule: str
    outcome: Outcome
    title: str
    view: LedgerView | None = None
    resources: tuple[Resource, ...] = ()
    expected: tuple[tuple[Level, str], ...] = ()
    says: tuple[str, ...] = ()


def at(day: date) -> datetime:
    """00:00 UTC of a day."""
    return midnight(day)


CHAT = Order(
    name="chat",
    project="acme-genai",
    model="gemini-3.8-flash",
    location="global",
    gsus=45,
    term=Term.QUARTER,
    status=Status.ACTIVE,
    order_id="4815162342",
    start=at(date(2026, 10, 1)),
    end=at(_END),
)
DRAFT = replace(CHAT, status=Status.DRAFT, order_id=None, start=None, end=None)
RENEWING = replace(CHAT, auto_renew=True)
_REVIEW = Renewal(
    decision=Decision.RENEW,
    for_term_ending=_END,
    reviewed_by=_APPROVER,
    reviewed_on=date(2026, 11, 20),
    reason="still needed",
)
LOST = replace(
    CHAT, status=Status.EXPIRED, end=at(date(2026, 10, 30)), start=at(date(2026, 10, 1)), term=Term.MONTH
)


def ledger(*orders: Order) -> Ledger:
    """A ledger of these orders."""
    return Ledger({order.name: order for order in orders})


def seen(
    old: Ledger, new: Ledger, as_of: date = TODAY, baseline: str = "recorded", **settings: Any
) -> LedgerView:
    """A ledger and the one before it, as rules see them. `settings` are those of `environment.rules`, by their configuration names."""
    changes = transitions(old, new, catalogue.load(), as_of) if baseline in ("first", "recorded") else ()
    return LedgerView(
        stack="prod",
        old=old,
        new=new,
        changes=changes,
        as_of=as_of,
        baseline=baseline,
        approvers=(_APPROVER,),
        deployers=("serviceAccount:deploy@acme-genai.iam.gserviceaccount.com",),
        buyers_group="pt-buyers@example.com",
        emulated=False,
        rules=Rules.model_validate(settings),
        elsewhere={},
    )


def still(*orders: Order, as_of: date = TODAY, **settings: Any) -> LedgerView:
    """A ledger in which nothing changes."""
    return seen(ledger(*orders), ledger(*orders), as_of, **settings)


def _grow_only() -> list[Example]:
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


def _renewal_reviewed() -> list[Example]:
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
        view = still(replace(order, renewal=replace(_REVIEW, **record)), as_of=as_of)
        return Example(
            rule=name, outcome="violation", title=title, view=view, expected=((level, code),), says=says
        )

    return [
        Example(
            rule=name,
            outcome="pass",
            title="reviewed in time, as it is set",
            view=still(replace(RENEWING, renewal=_REVIEW), as_of=late),
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


def _order_editable() -> list[Example]:
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


def _term_allowed() -> list[Example]:
    name = "term-allowed"
    far = replace(DRAFT, start=at(date(2026, 12, 20)))
    weekly = replace(DRAFT, term=Term.WEEK)
    odd = replace(CHAT, end=at(date(2026, 10, 20)))
    return [
        Example(
            rule=name, outcome="pass", title="a week of a Google model", view=seen(Ledger(), ledger(weekly))
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a longer term that isn't recorded yet: advice",
            view=still(replace(CHAT, term=Term.YEAR)),
            expected=(("advice", "term/not-recorded"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a week of Claude",
            view=seen(Ledger(), ledger(replace(weekly, model="claude-haiku-5-5"))),
            expected=(("violation", "term/weekly-partner"),),
            says=("claude-haiku-5-5",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a week that renews",
            view=seen(Ledger(), ledger(replace(weekly, auto_renew=True))),
            expected=(("violation", "term/weekly-renews"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start more than two weeks ahead",
            view=seen(Ledger(), ledger(far)),
            expected=(("violation", "term/start-too-far"),),
            says=("2026-12-20", "2026-12-06"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start that has passed",
            view=seen(Ledger(), ledger(replace(DRAFT, start=at(date(2026, 1, 1))))),
            expected=(("violation", "term/start-past"),),
            says=("2026-01-01 has passed",),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a draft whose start passed in the meantime: advice",
            view=still(replace(DRAFT, start=at(date(2026, 11, 20)))),
            expected=(("advice", "term/start-past"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a request that still waits after its start",
            view=still(replace(DRAFT, status=Status.REQUESTED, start=at(date(2026, 11, 20)))),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start asked for with Claude",
            view=seen(
                Ledger(), ledger(replace(DRAFT, model="claude-haiku-5-5", start=at(date(2026, 11, 25))))
            ),
            expected=(("violation", "term/start-partner"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="recorded dates that aren't a term",
            view=seen(Ledger(), ledger(odd)),
            expected=(("violation", "term/dates"),),
            says=("19 days", "3 months"),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(replace(LOST, term=Term.WEEK, auto_renew=True)),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a week of a model that nobody knows",
            view=seen(Ledger(), ledger(replace(weekly, model="gemini-0"))),
        ),
    ]


def _model_available() -> list[Example]:
    name = "model-available"

    def placed(**changes: Any) -> LedgerView:
        return seen(Ledger(), ledger(replace(DRAFT, **changes)))

    return [
        Example(rule=name, outcome="pass", title="an exact version, where it is sold", view=placed()),
        Example(
            rule=name,
            outcome="pass",
            title="where nobody knows whether it is sold: advice",
            view=placed(model="claude-opus-5-5", gsus=45),
            expected=(("advice", "model/location-unknown"),),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a third party says that it retires: advice",
            view=placed(model="gemini-3.7-flash"),
            expected=(("advice", "model/retires"),),
            says=("2027-01-28", "not confirmed by Google"),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a year of a short-term model: advice",
            view=placed(model="gemini-3.1-flash-lite-image", term=Term.YEAR),
            expected=(("advice", "model/short-term"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a location that doesn't sell it",
            view=placed(location="europe-west4"),
            expected=(("violation", "model/location"),),
            says=("global, us, eu",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="fewer GSUs than the minimum",
            view=placed(model="claude-haiku-4-5", gsus=5),
            expected=(("violation", "model/minimum"),),
            says=("5", "8"),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="fewer than a minimum that rose while it runs: advice",
            view=still(replace(CHAT, model="claude-haiku-4-5", gsus=5)),
            expected=(("advice", "model/minimum"),),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a running order of a model that left the catalogue: advice",
            view=still(replace(CHAT, model="gemini-0")),
            expected=(("advice", "model/unknown"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="fewer for the next term than the minimum",
            view=still(replace(RENEWING, model="claude-opus-4-8", next_term_gsus=10)),
            expected=(("violation", "model/minimum"),),
            says=("nextTermGsus 10",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a model that Google has retired",
            view=placed(model="gemini-2.5-pro"),
            expected=(("advice", "model/location-unknown"), ("violation", "model/retires")),
            says=("2026-10-20",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a label that is no model version",
            view=placed(model="imagen-3"),
            expected=(("violation", "model/unknown"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(replace(LOST, model="gemini-0")),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a model that nobody knows",
            view=placed(model="gemini-3.8-flsh"),
            expected=(("violation", "model/unknown"),),
            says=("gemini-3.8-flash",),
        ),
    ]


def _catalogue_fresh() -> list[Example]:
    name = "catalogue-fresh"
    later = date(2027, 1, 20)
    return [
        Example(rule=name, outcome="pass", title="facts of some weeks ago", view=still(CHAT)),
        Example(
            rule=name,
            outcome="violation",
            title="facts that are older than allowed: advice",
            view=still(replace(CHAT, end=at(date(2027, 4, 1))), as_of=later),
            expected=(("advice", "catalogue/stale"),),
            says=("104 days old",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a shorter limit of the environment",
            view=still(CHAT, catalogueMaxAgeDays=10),
            expected=(("advice", "catalogue/stale"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(LOST, as_of=later),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a model that nobody knows has no age",
            view=still(replace(CHAT, model="gemini-0"), as_of=later),
        ),
    ]


def _exposure_approved() -> list[Example]:
    name = "exposure-approved"
    more = replace(CHAT, gsus=60)
    good = Approval(gsus=60, until=_END, exposure_usd=Decimal(50_000), approved_by=_APPROVER)

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
                            gsus=45, until=None, exposure_usd=Decimal(320_000), approved_by=_APPROVER
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


def _routing_allowed() -> list[Example]:
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


def _label_valid() -> list[Example]:
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


def _record_current() -> list[Example]:
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


def _grant(role: Any, member: Any) -> tuple[Resource, ...]:
    return (
        Resource(
            type="gcp:projects/iAMMember:IAMMember",
            name="grant",
            inputs={"project": "acme-genai", "role": role, "member": member},
        ),
    )


def _buyers_separate() -> list[Example]:
    name = "buyers-separate"
    admin = "roles/aiplatform.provisionedThroughputAdmin"
    custom = Resource(
        type="gcp:projects/iAMCustomRole:IAMCustomRole",
        name="role",
        inputs={"permissions": ["aiplatform.endpoints.predict", "aiplatform.provisionedThroughputs.create"]},
    )
    whole = Resource(
        type="gcp:projects/iAMPolicy:IAMPolicy",
        name="policy",
        inputs={
            "policyData": '{"bindings": [{"role": "roles/owner", "members": ["user:a@example.com", "serviceAccount:deploy@acme-genai.iam.gserviceaccount.com"]}]}'
        },
    )
    reading = Resource(
        type=custom.type, name="role", inputs={"permissions": ["aiplatform.provisionedThroughputs.list"]}
    )
    return [
        Example(
            rule=name,
            outcome="pass",
            title="the buyers' group",
            resources=_grant(admin, "group:pt-buyers@example.com"),
        ),
        Example(rule=name, outcome="pass", title="a role that only reads orders", resources=(reading,)),
        Example(
            rule=name,
            outcome="violation",
            title="a deployer that is editor",
            resources=_grant(
                "roles/aiplatform.editor", "serviceAccount:deploy@acme-genai.iam.gserviceaccount.com"
            ),
            expected=(("violation", "buyers/role"),),
            says=("deploy@", "roles/aiplatform.editor"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a whole policy that makes the deployer owner",
            resources=(whole,),
            expected=(("violation", "buyers/role"),),
            says=("roles/owner", "deploy@"),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a whole policy that only up will know",
            resources=(replace(whole, inputs={"policyData": UNKNOWN}),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a custom role that can order",
            resources=(custom,),
            expected=(("violation", "buyers/custom-role"),),
            says=("provisionedThroughputs.create",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a role that can't order",
            resources=_grant(
                "roles/aiplatform.viewer", "serviceAccount:x@acme-genai.iam.gserviceaccount.com"
            ),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a role that only up will know",
            resources=_grant(UNKNOWN, UNKNOWN),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a grant without role and member",
            resources=_grant(None, None),
        ),
    ]


def _no_service_account_keys() -> list[Example]:
    name = "no-service-account-keys"
    key = Resource(type="gcp:serviceaccount/key:Key", name="ci", inputs={"serviceAccountId": "x"})
    return [
        Example(
            rule=name,
            outcome="pass",
            title="a service account without a key",
            resources=(
                Resource(
                    type="gcp:serviceaccount/account:Account", name="chat", inputs={"accountId": "chat-api"}
                ),
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a key",
            resources=(key,),
            expected=(("violation", "keys/service-account"),),
            says=("ci", "pt adc"),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another kind of key",
            resources=(Resource(type="gcp:kms/cryptoKey:CryptoKey", name="k", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a key without inputs",
            resources=(replace(key, inputs={}),),
            expected=(("violation", "keys/service-account"),),
        ),
    ]


def _federation_pinned() -> list[Example]:
    name = "federation-pinned"

    def provider(
        condition: Any, issuer: str = "https://token.actions.githubusercontent.com"
    ) -> tuple[Resource, ...]:
        inputs = {"oidc": {"issuerUri": issuer}, "attributeCondition": condition}
        return (
            Resource(
                type="gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
                name="github",
                inputs=inputs,
            ),
        )

    pinned = "assertion.repository_owner_id == '12' && ((assertion.repository_id == '34') || (assertion.repository_id == '56' && assertion.ref == 'refs/heads/main'))"
    whole = Resource(
        type="gcp:serviceaccount/iAMMember:IAMMember",
        name="bind",
        inputs={
            "member": "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*"
        },
    )
    missing: tuple[tuple[Level, str], ...] = (("violation", "federation/not-pinned"),)
    return [
        Example(
            rule=name, outcome="pass", title="owner and repositories by number", resources=provider(pinned)
        ),
        Example(
            rule=name,
            outcome="pass",
            title="repositories as a list of numbers",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id in ['34', '56']"
            ),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a GitLab project by number",
            resources=provider(
                "assertion.namespace_id == '1' && assertion.project_id == '2'", "https://gitlab.com"
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an owner by name",
            resources=provider("assertion.repository_owner == 'acme'"),
            expected=missing,
            says=("by number",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no repository",
            resources=provider("assertion.repository_owner_id == '12'"),
            expected=missing,
            says=("repository_id",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an or that opens the door again",
            resources=provider(
                "assertion.repository_id == '34' && assertion.repository_owner_id == '12' || assertion.ref == 'x'"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an or behind brackets that opens the door again",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' && (assertion.ref == 'x') || true"
            ),
            expected=missing,
            says=("repository_owner_id and repository_id",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin that is only a comment",
            resources=provider("assertion.repository_owner_id == '12' // && assertion.repository_id == '34'"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin whose opposite is chosen",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' ? false : true"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin that is negated",
            resources=provider("!(assertion.repository_owner_id == '12' && assertion.repository_id == '34')"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no condition at all",
            resources=provider(None),
            expected=(("violation", "federation/no-condition"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a binding of a whole pool",
            resources=(whole,),
            expected=(("violation", "federation/whole-pool"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a member that isn't federated",
            resources=(replace(whole, inputs={"member": "user:a@example.com"}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a condition that only up will know",
            resources=provider(UNKNOWN),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an issuer that only up will know",
            resources=(Resource(type=provider("")[0].type, name="github", inputs={"oidc": UNKNOWN}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="brackets that don't close",
            resources=provider("(assertion.repository_owner_id == '12' && assertion.repository_id == '34'"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a text that hides where it ends",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' && assertion.ref == \"\\\"\" || true"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a provider without an issuer",
            resources=(Resource(type=provider("")[0].type, name="saml", inputs={}),),
        ),
    ]


def _project_protected() -> list[Example]:
    name = "project-protected"
    project = Resource(
        type="gcp:organizations/project:Project",
        name="acme-genai",
        inputs={"deletionPolicy": "PREVENT"},
        protect=True,
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "project/unprotected"),)
    return [
        Example(rule=name, outcome="pass", title="protected, and deletion prevented", resources=(project,)),
        Example(
            rule=name,
            outcome="violation",
            title="not protected",
            resources=(replace(project, protect=False),),
            expected=found,
            says=("isn't protected",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="deletion allowed",
            resources=(replace(project, inputs={"deletionPolicy": "DELETE"}),),
            expected=found,
            says=("DELETE",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another resource",
            resources=(Resource(type="gcp:storage/bucket:Bucket", name="b", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a project without inputs",
            resources=(replace(project, inputs={}),),
            expected=found,
            says=("unset",),
        ),
    ]


def _services_kept() -> list[Example]:
    name = "services-kept"
    service = Resource(
        type="gcp:projects/service:Service",
        name="aiplatform",
        inputs={"service": "aiplatform.googleapis.com", "disableOnDestroy": False},
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "services/disabled"),)
    return [
        Example(rule=name, outcome="pass", title="an API that stays on", resources=(service,)),
        Example(
            rule=name,
            outcome="violation",
            title="an API that goes with the stack",
            resources=(replace(service, inputs={**service.inputs, "disableOnDestroy": True}),),
            expected=found,
            says=("aiplatform.googleapis.com",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another resource",
            resources=(Resource(type="gcp:storage/bucket:Bucket", name="b", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an API that doesn't say",
            resources=(replace(service, inputs={}),),
            expected=found,
        ),
    ]


def _alert(query: str, project: str = "acme-genai") -> Resource:
    conditions = [{"conditionPrometheusQueryLanguage": {"query": query}}]
    return Resource(
        type="gcp:monitoring/alertPolicy:AlertPolicy",
        name="alert",
        inputs={"project": project, "conditions": conditions},
    )


def _pool_has_alerts() -> list[Example]:
    name = "pool-has-alerts"
    labels = 'model_user_id="gemini-3.8-flash",location="global"'
    full, spill = (
        _alert(f"x{{{labels}}} / dedicated_token_limit"),
        _alert(f'x{{{labels},request_type="spillover"}}'),
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "alerts/missing"),)
    return [
        Example(
            rule=name,
            outcome="pass",
            title="alerts on utilisation and spillover",
            view=still(CHAT),
            resources=(full, spill),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no alert on spillover",
            view=still(CHAT),
            resources=(full,),
            expected=found,
            says=("spillover",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="alerts in another project",
            view=still(CHAT),
            resources=(replace(full, inputs={**full.inputs, "project": "other"}), spill),
            expected=found,
            says=("utilisation",),
        ),
        Example(rule=name, outcome="not applicable", title="a pool with a draft only", view=still(DRAFT)),
        Example(
            rule=name,
            outcome="not applicable",
            title="Veo, which Google doesn't meter",
            view=still(replace(CHAT, model="veo-3.1-generate-001", location="us-central1")),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an alert without conditions",
            view=still(CHAT),
            resources=(replace(full, inputs={"project": "acme-genai"}),),
            expected=found,
        ),
    ]


def _budget_present() -> list[Example]:
    name = "budget-present"
    budget = Resource(type="gcp:billing/budget:Budget", name="budget", inputs={})
    return [
        Example(rule=name, outcome="pass", title="a budget", view=still(CHAT), resources=(budget,)),
        Example(
            rule=name,
            outcome="violation",
            title="orders without a budget: advice",
            view=still(CHAT),
            expected=(("advice", "budget/missing"),),
            says=("prod",),
        ),
        Example(rule=name, outcome="not applicable", title="no order that hasn't ended", view=still(LOST)),
        Example(
            rule=name,
            outcome="bad input",
            title="a budget of another provider doesn't count",
            view=still(CHAT),
            resources=(replace(budget, type="aws:budgets/budget:Budget"),),
            expected=(("advice", "budget/missing"),),
        ),
    ]


_MAKERS: tuple[Callable[[], list[Example]], ...] = (
    _grow_only,
    _renewal_reviewed,
    _order_editable,
    _term_allowed,
    _model_available,
    _catalogue_fresh,
    _exposure_approved,
    _routing_allowed,
    _label_valid,
    _buyers_separate,
    _record_current,
    _no_service_account_keys,
    _federation_pinned,
    _project_protected,
    _services_kept,
    _pool_has_alerts,
    _budget_present,
)


def examples() -> list[Example]:
    """All examples, in the order of the rules."""
    return [example for maker in _MAKERS for example in maker()]


__all__ = ["OUTCOMES", "TODAY", "Example", "Outcome", "examples", "ledger", "seen", "still"]
