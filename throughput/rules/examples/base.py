"""What an example is, and the orders and ledgers that examples are made of."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from throughput import catalogue
from throughput.config.models import Rules
from throughput.instants import midnight
from throughput.orders import (
    Decision,
    Ledger,
    Order,
    Renewal,
    Status,
    Term,
)
from throughput.rules.model import Level, Resource
from throughput.rules.view import LedgerView
from throughput.transitions import transitions

Outcome = Literal["pass", "violation", "not applicable", "bad input"]
OUTCOMES: tuple[Outcome, ...] = ("pass", "violation", "not applicable", "bad input")

TODAY = date(2026, 11, 22)
APPROVER = "approver@example.com"
END = date(2027, 1, 1)


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
    end=at(END),
)
DRAFT = replace(CHAT, status=Status.DRAFT, order_id=None, start=None, end=None)
RENEWING = replace(CHAT, auto_renew=True)
REVIEW = Renewal(
    decision=Decision.RENEW,
    for_term_ending=END,
    reviewed_by=APPROVER,
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
        approvers=(APPROVER,),
        deployers=("serviceAccount:deploy@acme-genai.iam.gserviceaccount.com",),
        buyers_group="pt-buyers@example.com",
        emulated=False,
        rules=Rules.model_validate(settings),
        elsewhere={},
    )


def still(*orders: Order, as_of: date = TODAY, **settings: Any) -> LedgerView:
    """A ledger in which nothing changes."""
    return seen(ledger(*orders), ledger(*orders), as_of, **settings)
