"""What renews or lapses, what that costs, and whether the review that a renewal needs was made.

Pure: a ledger, a date, the environment's rules and its approvers in; one `RenewalItem` per running order out. It decides nothing and
turns nothing off: a renewal review is a person's decision, recorded in the stack file and carried out in the Console.

Google stops no auto-renewal by itself, not even of a discontinued model, and the fees stand (Purchase page, 2026-09-30). It warns two
weeks ahead, which is too late to change much: that is why a review opens and falls due earlier here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from throughput import catalogue
from throughput.catalogue import Catalogue
from throughput.config.models import Rules
from throughput.exposure import ZERO, next_term_usd
from throughput.instants import day_of, midnight
from throughput.orders import COMMITTED, Decision, Ledger, Order, Renewal, Status, Term
from throughput.problems import ConfigError, Problem
from throughput.terms import FROZEN_DAYS, assumed_length, expected_end, rolled


@dataclass(frozen=True, kw_only=True)
class Window:
    """When a review opens and falls due, in days before the term ends."""

    open: int
    due: int


# This project's own choice, wide enough for ten business days of processing; Environment.rules.renewalReview overrides it.
# A weekly order never renews (Purchase page, 2026-09-30), so it has no window.
WINDOWS: Mapping[Term, Window] = MappingProxyType(
    {
        Term.MONTH: Window(open=20, due=10),
        Term.QUARTER: Window(open=60, due=30),
        Term.YEAR: Window(open=120, due=60),
    }
)


class ReviewState(StrEnum):
    """Where the review of one renewal stands."""

    NOT_NEEDED = "not needed"
    NOT_OPEN = "not open"
    MISSING = "missing"
    OVERDUE = "overdue"
    REVIEWED = "reviewed"
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True)
class RenewalItem:
    """What happens to one order at the end of its term.

    `order` is in the term that runs on the day judged by. `gsus` are the next term's where it renews and the ones that go where it
    lapses. `at_stake_usd` is the list price of the next term, 0 where it lapses. `problems` say what is wrong with the recorded
    review; the state is INVALID, or MISSING or OVERDUE where the record is only left over from an earlier term.
    """

    order: Order
    ends: date
    days_left: int
    renews: bool
    gsus: int
    at_stake_usd: Decimal
    next_term_ends: date | None
    opens: date | None
    due: date | None
    state: ReviewState
    problems: tuple[Problem, ...]
    last_change: date
    blocked: str | None
    lifecycle: str | None

    @property
    def name(self) -> str:
        """The order's name."""
        return self.order.name

    @property
    def then(self) -> str:
        """What happens at the end, in words."""
        if self.renews:
            return f"renews with {self.gsus} GSU"
        return f"lapses: {self.gsus} GSU of {self.order.location} {self.order.model} gone"

    @property
    def needs_review(self) -> bool:
        """Whether a person has to review it now."""
        return self.state in (ReviewState.MISSING, ReviewState.OVERDUE, ReviewState.INVALID)


def window_of(term: Term, rules: Rules) -> Window | None:
    """The review window of a term: the environment's, else the default; None for a term that never renews."""
    if term not in WINDOWS:
        return None
    override = rules.renewal_review.get(term)
    return Window(open=override.open, due=override.due) if override is not None else WINDOWS[term]


def upcoming(
    ledger: Ledger,
    as_of: date,
    rules: Rules,
    approvers: Iterable[str],
    models: Catalogue | None = None,
) -> tuple[RenewalItem, ...]:
    """Every approved or active order with a known end after `as_of`, soonest first.

    An order that auto-renewed since it was recorded counts in the term that runs now. `models` is the catalogue to hold lifecycles
    against; the shipped one unless said.
    """
    allowed = tuple(approvers)
    known = catalogue.load() if models is None else models
    items = (
        _item(order, as_of, rules, allowed, known) for order in ledger.values() if order.status in COMMITTED
    )
    return tuple(
        sorted((item for item in items if item is not None), key=lambda item: (item.ends, item.name))
    )


def renewal_item(
    order: Order,
    as_of: date,
    rules: Rules,
    approvers: Iterable[str],
    models: Catalogue | None = None,
) -> RenewalItem | None:
    """The item of one order, or None where it isn't running or its end isn't known."""
    return next(iter(upcoming(Ledger({order.name: order}), as_of, rules, approvers, models)), None)


def _item(
    order: Order, as_of: date, rules: Rules, approvers: tuple[str, ...], models: Catalogue
) -> RenewalItem | None:
    renews = order.auto_renew and order.term in WINDOWS
    current = rolled(order, as_of) if renews else order
    end = expected_end(current)
    if end is None or end <= midnight(as_of):
        return None
    window = window_of(current.term, rules)
    ends = day_of(end)
    opens = ends - timedelta(days=window.open) if window else None
    due = ends - timedelta(days=window.due) if window else None
    state, problems = _review(current, renews, ends, opens, due, as_of, approvers)
    next_end = end + assumed_length(current.term) if renews else None
    return RenewalItem(
        order=current,
        ends=ends,
        days_left=(ends - as_of).days,
        renews=renews,
        gsus=(current.next_term_gsus or current.gsus) if renews else current.gsus,
        at_stake_usd=next_term_usd(current) if renews else ZERO,
        next_term_ends=day_of(next_end) if next_end else None,
        opens=opens,
        due=due,
        state=state,
        problems=problems,
        last_change=ends - timedelta(days=FROZEN_DAYS),
        blocked=_blocked(current, ends, as_of),
        lifecycle=_lifecycle(current, next_end or end, as_of, models),
    )


def _review(
    order: Order,
    renews: bool,
    ends: date,
    opens: date | None,
    due: date | None,
    as_of: date,
    approvers: tuple[str, ...],
) -> tuple[ReviewState, tuple[Problem, ...]]:
    record = order.renewal
    if opens is None or due is None:
        return ReviewState.NOT_NEEDED, ()
    left_over = record is not None and record.for_term_ending < ends and record.reviewed_on < opens
    if record is not None and not left_over:
        problems = review_problems(order, record, ends=ends, opens=opens, as_of=as_of, approvers=approvers)
        return (ReviewState.INVALID if problems else ReviewState.REVIEWED), problems
    if not renews:
        return ReviewState.NOT_NEEDED, ()
    if as_of < opens:
        return ReviewState.NOT_OPEN, ()
    # A record of the term before is no mistake, so it doesn't make the day on which the next review opens a failure.
    found = () if record is None else (_earlier_term(order, record, ends),)
    return (ReviewState.OVERDUE if as_of > due else ReviewState.MISSING), found


def review_problems(
    order: Order,
    record: Renewal,
    *,
    ends: date,
    opens: date,
    as_of: date,
    approvers: Iterable[str],
) -> tuple[Problem, ...]:
    """What is wrong with a recorded review of the term that ends on `ends`; empty when it counts."""
    checks = (
        _term_problem(order, record, ends),
        _date_problem(order, record, opens, as_of),
        _reviewer_problem(order, record, tuple(approvers)),
        _decision_problem(order, record),
    )
    return tuple(problem for problem in checks if problem is not None)


def _problem(order: Order, field: str, code: str, message: str, hint: str) -> Problem:
    return Problem(path=f"orders.{order.name}.{field}", code=f"renewal/{code}", message=message, hint=hint)


def _earlier_term(order: Order, record: Renewal, ends: date) -> Problem:
    return _problem(
        order,
        "renewal.forTermEnding",
        "earlier-term",
        f"the review is for the term that ended on {record.for_term_ending}; this one ends on {ends}",
        "review this term too: a review counts for one term only",
    )


def _term_problem(order: Order, record: Renewal, ends: date) -> Problem | None:
    if record.for_term_ending == ends:
        return None
    if record.for_term_ending < ends:
        return _earlier_term(order, record, ends)
    return _problem(
        order,
        "renewal.forTermEnding",
        "later-term",
        f"the review is for a term that ends on {record.for_term_ending}, but this one ends on {ends}",
        f"set forTermEnding: '{ends}', or record the end that the Console shows",
    )


def _date_problem(order: Order, record: Renewal, opens: date, as_of: date) -> Problem | None:
    if record.reviewed_on > as_of:
        return _problem(
            order,
            "renewal.reviewedOn",
            "in-future",
            f"reviewed on {record.reviewed_on}, which is after {as_of}",
            "record the day on which it was really reviewed",
        )
    # A record for an earlier term says so already; that it is also too early follows from it.
    if record.reviewed_on < opens:
        return _problem(
            order,
            "renewal.reviewedOn",
            "too-early",
            f"reviewed on {record.reviewed_on}, before the review opened on {opens}",
            f"review it again from {opens} on, with what is known then",
        )
    return None


def _reviewer_problem(order: Order, record: Renewal, approvers: tuple[str, ...]) -> Problem | None:
    if record.reviewed_by.casefold() in {approver.casefold() for approver in approvers}:
        return None
    allowed = ", ".join(approvers) or "nobody yet; add someone to environment.approvers"
    return _problem(
        order,
        "renewal.reviewedBy",
        "unknown-reviewer",
        f"reviewed by {record.reviewed_by}, who isn't among the approvers",
        f"Approvers: {allowed}",
    )


def _decision_problem(order: Order, record: Renewal) -> Problem | None:
    decision = record.decision
    if (decision is Decision.LAPSE) == order.auto_renew:
        now, wanted = ("true", "false") if order.auto_renew else ("false", "true")
        return _problem(
            order,
            "renewal.decision",
            "decision-disagrees",
            f"the decision is {decision}, but autoRenew is {now}",
            f"set autoRenew: {wanted}, or review it again",
        )
    same = order.next_term_gsus is None or order.next_term_gsus == order.gsus
    if decision is Decision.RESIZE and same:
        return _problem(
            order,
            "renewal.decision",
            "resize-not-scheduled",
            f"the decision is resize, but nextTermGsus is {order.next_term_gsus or 'missing'} and the order has {order.gsus}",
            "set nextTermGsus to the GSUs of the next term, or decide renew",
        )
    if decision is Decision.RENEW and not same:
        return _problem(
            order,
            "renewal.decision",
            "renew-resizes",
            f"the decision is renew, but nextTermGsus is {order.next_term_gsus} and the order has {order.gsus}",
            "decide resize, or take nextTermGsus away",
        )
    return None


def _blocked(order: Order, ends: date, as_of: date) -> str | None:
    """Why nothing about the order can be changed today, or None."""
    if order.status is Status.APPROVED:
        return "approved: nothing can be changed until it is active"
    if order.pending_gsus is not None and order.confirmed is not None:
        return f"a change from {order.confirmed.gsus} to {order.gsus} GSU is pending"
    if not order.auto_renew and ends - as_of < timedelta(days=FROZEN_DAYS):
        return f"in its last {FROZEN_DAYS} days: nothing can be changed"
    return None


def _lifecycle(order: Order, until: datetime, as_of: date, models: Catalogue) -> str | None:
    """What the model's lifecycle means for a commitment that runs until `until`, or None when nothing is known against it."""
    try:
        life = models.find(order.model, as_of).lifecycle
    except ConfigError:
        return f"{order.model} isn't in the catalogue of {as_of}: its lifecycle is unknown"
    follows = f"; {life.replaced_by} follows it" if life.replaced_by else ""
    if life.retires is not None and life.retires < day_of(until):
        verb = "retired" if life.retires <= as_of else "retires"
        source = "" if life.retires_official else " (third-party date)"
        return (
            f"{order.model} {verb} on {life.retires}{source}, before {day_of(until)}: the fees stand{follows}"
        )
    if life.not_before is not None and life.not_before < day_of(until):
        return f"{order.model} may be retired from {life.not_before} on, before {day_of(until)}: the fees stand{follows}"
    if life.short_term:
        return f"{order.model} is a short-term model: it is retired 45 days after a replacement is released"
    return None
