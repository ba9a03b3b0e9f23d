"""Orders and the ledger as plain frozen values.

An order here is a reviewed record of intent and of what was bought. Nothing in this module buys, resizes or cancels: Google offers
no API for that, a person does it in the Console.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Term(StrEnum):
    """How long an order commits (Purchase page, 2026-09-30)."""

    WEEK = "1-week"
    MONTH = "1-month"
    QUARTER = "3-months"
    YEAR = "1-year"

    @property
    def rank(self) -> int:
        """Position from the shortest (0) to the longest (3)."""
        return _TERM_RANKS[self]

    @property
    def words(self) -> str:
        """As people write it: '3 months'."""
        return self.value.replace("-", " ")


_TERM_RANKS = {term: rank for rank, term in enumerate(Term)}


class Status(StrEnum):
    """Where an order stands. `requested` is Google's "Pending review"; `draft` hasn't left this repository."""

    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


COMMITTED = frozenset({Status.APPROVED, Status.ACTIVE})
ENDED = frozenset({Status.EXPIRED, Status.SUPERSEDED})


class Decision(StrEnum):
    """What a renewal review decided."""

    RENEW = "renew"
    RESIZE = "resize"
    LAPSE = "lapse"


class Routing(StrEnum):
    """The seven ways a request can be routed (Use, Priority and Flex pages)."""

    PT_THEN_ON_DEMAND = "pt_then_on_demand"
    PT_ONLY = "pt_only"
    PT_THEN_PRIORITY = "pt_then_priority"
    PT_THEN_FLEX = "pt_then_flex"
    ON_DEMAND = "on_demand"
    PRIORITY_ONLY = "priority_only"
    FLEX_ONLY = "flex_only"


@dataclass(frozen=True, kw_only=True, order=True)
class Pool:
    """Where capacity applies: requests use it only when all three match exactly (Measure page)."""

    project: str
    location: str
    model: str

    def __str__(self) -> str:
        return f"{self.location} {self.model}"


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """A review's outcome, bound to the one term that ends at `for_term_ending`."""

    decision: Decision
    for_term_ending: date
    reviewed_by: str
    reviewed_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Approval:
    """An approver's agreement to a commitment: the same GSUs, the same end, at least the computed exposure."""

    gsus: int
    until: date | None
    exposure_usd: Decimal
    approved_by: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The one way to mend a mistyped record: `was` names the exact recorded values, by configuration field name."""

    was: Mapping[str, Any]
    reason: str
    reviewed_by: str


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """The GSUs that the Console showed as active on a day; differs from `gsus` while an increase is pending."""

    gsus: int
    on: date


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order. `project` is always set here: the loader fills it in where the environment has just one."""

    name: str
    project: str
    model: str
    location: str
    gsus: int
    term: Term
    auto_renew: bool = False
    status: Status = Status.DRAFT
    order_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    next_term_gsus: int | None = None
    confirmed: Confirmed | None = None
    renewal: Renewal | None = None
    approval: Approval | None = None
    from_: str | None = None
    superseded_by: tuple[str, ...] = ()
    correction: Correction | None = None
    routing: Routing = Routing.PT_THEN_ON_DEMAND
    label: str | None = None
    owner: str | None = None
    notes: str | None = None

    @property
    def pool(self) -> Pool:
        """The pool whose capacity this order adds to."""
        return Pool(project=self.project, location=self.location, model=self.model)

    @property
    def label_value(self) -> str:
        """The attribution label's value: the order's name unless said otherwise."""
        return self.name if self.label is None else self.label

    @property
    def pending_gsus(self) -> int | None:
        """GSUs asked for beyond what the Console confirmed; None when nothing is pending."""
        if self.status is Status.ACTIVE and self.confirmed is not None and self.confirmed.gsus != self.gsus:
            return self.gsus
        return None


@dataclass(frozen=True)
class Ledger(Mapping[str, Order]):
    """All orders of one stack, by name. Equality and every result are independent of their order."""

    orders: Mapping[str, Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "orders", MappingProxyType(dict(sorted(self.orders.items()))))

    def __getitem__(self, name: str) -> Order:
        return self.orders[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ledger) and dict(self.orders) == dict(other.orders)

    def __hash__(self) -> int:
        return hash(tuple(self.orders))

    @property
    def pools(self) -> Mapping[Pool, tuple[Order, ...]]:
        """Orders by pool, pools and orders sorted."""
        found: dict[Pool, list[Order]] = {}
        for order in self.orders.values():
            found.setdefault(order.pool, []).append(order)
        return {pool: tuple(found[pool]) for pool in sorted(found)}
