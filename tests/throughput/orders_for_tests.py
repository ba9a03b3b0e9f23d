"""Orders for tests: a sensible active one, with what a test cares about replaced."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from throughput.orders import Ledger, Order, Status, Term

AS_OF = date(2026, 11, 22)
START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def order(name: str = "chat", **changes: Any) -> Order:
    """An active three-month order of 45 GSU, ending on 2027-01-01 and renewing."""
    base = Order(
        name=name,
        project="acme-genai",
        model="gemini-3.8-flash",
        location="global",
        gsus=45,
        term=Term.QUARTER,
        auto_renew=True,
        status=Status.ACTIVE,
        order_id=f"id-{name}",
        start=START,
        end=END,
    )
    return replace(base, **changes)


def draft(name: str = "chat", **changes: Any) -> Order:
    """The same before it is placed."""
    plain = {"status": Status.DRAFT, "order_id": None, "start": None, "end": None, "auto_renew": False}
    return order(name, **{**plain, **changes})


def ledger(*orders: Order) -> Ledger:
    """A ledger of these orders."""
    return Ledger({one.name: one for one in orders})
