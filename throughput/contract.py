"""What the ledger resource's inputs and outputs hold, and what its provider does with them, as pure functions on plain values.

`Check` writes the previous ledger (the baseline) and the judged changes into the inputs, since a policy sees nothing but inputs; `Diff`
refuses what no policy stopped. A baseline is sealed with a digest: not a secret, but an edit by hand doesn't go unnoticed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from throughput import catalogue
from throughput.config.models import Rules
from throughput.config.order_models import order_from_plain
from throughput.exposure import commitment_usd, committed_until
from throughput.instants import day_of, parse_day
from throughput.orders import COMMITTED, Ledger, Order, Status
from throughput.rules.view import LedgerView
from throughput.terms import committed_span, rolled
from throughput.transitions import Change, transitions
from throughput.transitions.curve import source_of

# What the program says; everything else in the inputs is written by Check.
PROGRAM_KEYS = ("stack", "environment", "orders", "elsewhere", "asOf")
WRITTEN_KEYS = ("baseline", "changes", "judgedOn", "seal")
# What makes the ledger resource differ. The date to judge by and what Check wrote don't.
COMPARED_KEYS = ("stack", "environment", "orders")
_NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An input that can't be used: the property it is about, and what is wrong with it."""

    property: str
    reason: str


def digest(orders: Mapping[str, Any]) -> str:
    """A digest of plain orders, independent of key order and of how numbers arrived."""
    return hashlib.sha256(json.dumps(orders, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check(
    olds: Mapping[str, Any] | None, news: Mapping[str, Any], today: date
) -> tuple[dict[str, Any], list[Failure]]:
    """Complete the program's inputs with baseline and changes.

    Takes the old inputs (None or empty on the first deployment), the program's new ones and today's date in UTC; gives the inputs to
    store and what is wrong with the new ones. With failures the inputs are returned as they came.
    """
    inputs = {key: value for key, value in news.items() if not key.startswith("__")}
    failures = [
        Failure(property=key, reason="is written by the provider; take it out of the program")
        for key in WRITTEN_KEYS
        if key in inputs
    ]
    failures += [
        Failure(property=key, reason="isn't an input of the ledger")
        for key in inputs
        if key not in PROGRAM_KEYS + WRITTEN_KEYS
    ]
    new = _read(inputs.get("orders", {}), "orders", failures)
    elsewhere = _read(inputs.get("elsewhere", {}), "elsewhere", failures)
    as_of = _as_of(inputs, today, failures)
    _environment(inputs, failures)
    if failures:
        return inputs, failures
    old_plain, state = _baseline(olds)
    broken: list[Failure] = []
    old = _read(old_plain, "baseline", broken)
    if broken:
        state, old = "broken", {}
    changes = transitions(
        Ledger(old),
        Ledger(new),
        catalogue.load(),
        as_of,
        stack=str(inputs.get("stack", "")),
        elsewhere=elsewhere,
    )
    inputs |= {
        "baseline": {"state": state, "orders": dict(old_plain), "seal": digest(old_plain)},
        "changes": [change.plain() for change in changes],
        "judgedOn": as_of.isoformat(),
        "seal": digest(inputs.get("orders", {})),
    }
    return inputs, []


def _baseline(olds: Mapping[str, Any] | None) -> tuple[dict[str, Any], str]:
    if not olds:
        return {}, "first"
    orders = dict(olds.get("orders") or {})
    # An edit of the recorded orders by hand leaves the seal behind.
    return orders, "recorded" if olds.get("seal") == digest(orders) else "broken"


def _read(plain: Any, where: str, failures: list[Failure]) -> dict[str, Order]:
    if not isinstance(plain, Mapping):
        failures.append(
            Failure(
                property=where, reason="is a map from order name to order, as plain values known in preview"
            )
        )
        return {}
    found = {}
    for name, values in plain.items():
        try:
            found[name] = order_from_plain(name.rpartition("/")[2], values)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            path = ".".join(str(part) for part in (where, name, *detail["loc"]))
            failures.append(Failure(property=path, reason=str(detail["msg"])))
        except (ValueError, TypeError) as error:
            failures.append(Failure(property=f"{where}.{name}", reason=str(error)))
    return found


def _environment(inputs: Mapping[str, Any], failures: list[Failure]) -> tuple[Mapping[str, Any], Rules]:
    environment = inputs.get("environment") or {}
    if not isinstance(environment, Mapping):
        failures.append(Failure(property="environment", reason="is a map, as plain values known in preview"))
        return {}, Rules()
    for key in ("approvers", "deployers"):
        if not isinstance(environment.get(key) or [], list | tuple):
            failures.append(Failure(property=f"environment.{key}", reason="is a list of people"))
            return {}, Rules()
    try:
        return environment, Rules.model_validate(environment.get("rules") or {})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in ("environment", "rules", *detail["loc"]))
        failures.append(Failure(property=path, reason=str(detail["msg"])))
        return environment, Rules()


def _judged_on(inputs: Mapping[str, Any], failures: list[Failure]) -> date:
    """The day that Check judged by. Without one nothing can be judged: renewals would look far away, and terms running."""
    try:
        return parse_day(inputs["judgedOn"])
    except (KeyError, TypeError, ValueError):
        failures.append(Failure(property="judgedOn", reason="isn't a day that the provider wrote"))
        return _NO_DAY


def _as_of(inputs: Mapping[str, Any], today: date, failures: list[Failure]) -> date:
    try:
        return parse_day(inputs["asOf"]) if inputs.get("asOf") else today
    except ValueError as error:
        failures.append(Failure(property="asOf", reason=str(error)))
        return today


def refusals(inputs: Mapping[str, Any]) -> list[str]:
    """Why these checked inputs must not be applied; empty when they may."""
    view = view_of(inputs)
    texts = []
    if view.baseline in ("broken", "missing"):
        texts.append(
            f"The recorded ledger of stack {view.stack} is {view.baseline}: its orders don't match their seal, so nothing can be judged against it.\n\n"
            "  The state was edited by hand, or the baseline was taken away.\n\n"
            "  Instead   restore the state from its last good version (pulumi stack export keeps versions), then run this again"
        )
    texts += [change.text for change in view.changes if change.refused]
    return texts


def view_of(inputs: Mapping[str, Any]) -> LedgerView:
    """Checked inputs as the rules see them. What a program or a person could have written is judged anew, not believed."""
    baseline = inputs.get("baseline")
    failures: list[Failure] = []
    new = Ledger(_read(inputs.get("orders", {}), "orders", failures))
    elsewhere = _read(inputs.get("elsewhere", {}), "elsewhere", failures)
    if isinstance(baseline, Mapping):
        plain = baseline.get("orders") or {}
        state = str(baseline.get("state"))
        if (
            baseline.get("seal") != digest(plain)
            or state not in ("first", "recorded")
            or (state == "first" and plain)
        ):
            state = "broken"
        old = Ledger(_read(plain, "baseline", failures))
    else:
        state, old = "missing", Ledger()
    as_of = _judged_on(inputs, failures)
    environment, rules = _environment(inputs, failures)
    if failures and state != "missing":
        state = "broken"
    stack = str(inputs.get("stack", ""))
    changes: tuple[Change, ...] = ()
    if state in ("first", "recorded"):
        changes = transitions(old, new, catalogue.load(), as_of, stack=stack, elsewhere=elsewhere)
    return LedgerView(
        stack=stack,
        old=old,
        new=new,
        changes=changes,
        as_of=as_of,
        baseline=state,
        approvers=tuple(environment.get("approvers") or ()),
        deployers=tuple(environment.get("deployers") or ()),
        buyers_group=environment.get("buyersGroup"),
        emulated=bool(environment.get("emulated")),
        rules=rules,
        elsewhere=elsewhere,
    )


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One changed input, by its dotted path."""

    path: str
    kind: str  # "add", "delete" or "update"


def diff(old_inputs: Mapping[str, Any], new_inputs: Mapping[str, Any]) -> list[FieldChange]:
    """What differs between two checked inputs, as paths such as orders.chat.gsus; empty when nothing does."""
    found: list[FieldChange] = []
    for key in COMPARED_KEYS:
        _compare(key, old_inputs.get(key), new_inputs.get(key), found)
    return found


def _compare(path: str, old: Any, new: Any, found: list[FieldChange]) -> None:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            _compare(f"{path}.{key}", old.get(key), new.get(key), found)
    else:
        found.append(
            FieldChange(path=path, kind="add" if old is None else "delete" if new is None else "update")
        )


def outputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the ledger resource gives out: pools, what a person is to place, what the change commits, the next dates."""
    view = view_of(inputs)
    return {
        **{key: value for key, value in inputs.items() if not key.startswith("__")},
        "pools": _pools(view),
        "toPlace": sorted(order.name for order in view.new.values() if order.status is Status.DRAFT),
        "exposureUsd": f"{sum((change.exposure_usd for change in view.changes), Decimal(0)):.2f}",
        "nextDates": _next_dates(view),
    }


def _pools(view: LedgerView) -> list[dict[str, Any]]:
    pools = []
    for pool, orders in view.new.pools.items():
        spans = [
            span
            for order in orders
            if (span := committed_span(order, view.as_of, source_of(order, (view.new, view.elsewhere))))
        ]
        pools.append(
            {
                "project": pool.project,
                "location": pool.location,
                "model": pool.model,
                "gsus": sum(span.gsus for span in spans),
                "until": min(day_of(span.end) for span in spans).isoformat() if spans else None,
                "orders": [order.name for order in orders],
            }
        )
    return pools


def _next_dates(view: LedgerView) -> list[dict[str, Any]]:
    running = [rolled(order, view.as_of) for order in view.new.values() if order.status is Status.ACTIVE]
    dates = [
        {
            "order": order.name,
            "on": day_of(order.end).isoformat(),
            "then": "renews" if order.auto_renew else "lapses",
            "gsus": order.next_term_gsus or order.gsus,
        }
        for order in running
        if order.end is not None
    ]
    return sorted(dates, key=lambda entry: (str(entry["on"]), str(entry["order"])))


def undeletable(inputs: Mapping[str, Any], today: date) -> list[str]:
    """Why the record can't be deleted: each order that is still committed. Empty when nothing runs any more."""
    failures: list[Failure] = []
    as_of = _as_of(inputs, today, failures)
    ledger = Ledger(_read(inputs.get("orders", {}), "orders", failures))
    return [
        f"{order.name} ({order.location}, {order.model}): {rolled(order, as_of).gsus} GSU committed until {day_of(committed_until(order, as_of))}, "
        f"${commitment_usd(order, as_of):,.0f} still to pay"
        for order in ledger.values()
        if order.status in COMMITTED and committed_span(order, as_of) is not None
    ]
