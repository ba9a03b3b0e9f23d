"""What the doctor's tests share: active orders, and the codes of findings."""

from collections.abc import Iterable
from typing import Any

from throughput.doctor.findings import Finding, Outcome
from throughput.orders import Order, Status, Term

PROJECT = "acme-prod"


def order(name: str = "chat", **fields: Any) -> Order:
    """An active order of five GSU of gemini-3.8-flash in global."""
    values: dict[str, Any] = {
        "name": name,
        "project": PROJECT,
        "model": "gemini-3.8-flash",
        "location": "global",
        "gsus": 5,
        "term": Term.QUARTER,
        "status": Status.ACTIVE,
    }
    return Order(**values | fields)


def bad(findings: Iterable[Finding]) -> list[tuple[str, Outcome]]:
    """Codes and outcomes of everything that isn't fine or skipped."""
    return [(one.code, one.outcome) for one in findings if one.outcome not in (Outcome.OK, Outcome.SKIPPED)]
