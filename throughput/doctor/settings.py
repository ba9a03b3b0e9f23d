"""One block of settings of a client, wherever it stands: held against what is active in the ledger.

A mismatch is never an error at Google: the request is served as pay-as-you-go and billed again (Use page, 2026-09-30). So each one is a
problem here, named with both values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from throughput.doctor.findings import Finding, Outcome, Section, plain, shown
from throughput.labels import checked_labels
from throughput.orders import Order, Routing
from throughput.problems import did_you_mean, nearest
from throughput.routing import LABEL_KEY, MODES, REQUEST_TYPE, SHARED_TYPE

_VALUES = {REQUEST_TYPE: ("dedicated", "shared"), SHARED_TYPE: ("priority", "flex")}
_LOST = "every call would be pay-as-you-go"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A value and how to show where it stands: "GOOGLE_CLOUD_LOCATION", "litellm_params.vertex_location"."""

    name: str
    value: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.name}={plain(self.value[:80])}"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Settings that belong together. `headers` is None where this kind of place can't carry any, or doesn't matter.

    `pins`: the place is expected to name a location; without one the client's own default decides. `change` says how a value is set,
    such as "export {name}={value}".
    """

    section: Section
    prefix: str
    file: str | None = None
    title: str = ""
    project: Setting | None = None
    location: Setting | None = None
    model: Setting | None = None
    headers: Mapping[str, str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    pins: str | None = None
    change: str = "set {name} to {value}"
    line: int | None = None


def block_findings(block: Block, orders: Sequence[Order]) -> list[Finding]:
    """Findings of one block against active orders; one fine line when there are none."""
    if not orders:
        return []
    found = list(_place(block, orders))
    fitting = _fitting(block, orders)
    found += _headers(block, fitting)
    found += _labels(block, fitting)
    if found:
        return found
    named = ", ".join(str(one) for one in (block.project, block.location, block.model) if one)
    if not named:
        return []
    return [
        _finding(
            block,
            "fits",
            Outcome.OK,
            f"{_title(block)}{named}: as committed in {_orders(fitting)}",
            None,
            None,
        )
    ]


def _fitting(block: Block, orders: Sequence[Order]) -> list[Order]:
    """The orders that the block's settings, as far as they go, can reach."""
    return [
        order
        for order in orders
        if (block.project is None or block.project.value == order.project)
        and (block.location is None or block.location.value == order.location)
        and (block.model is None or block.model.value == order.model)
    ]


def _place(block: Block, orders: Sequence[Order]) -> Iterator[Finding]:
    left = list(orders)
    if block.model is not None:
        left = [order for order in left if order.model == block.model.value]
        if not left:
            yield _other_model(block, block.model, orders)
            return
    if block.project is not None:
        there = [order for order in left if order.project == block.project.value]
        if not there:
            yield _mismatch(block, "project", block.project, left)
            return
        left = there
    if block.location is not None:
        if block.location.value not in {order.location for order in left}:
            yield _mismatch(block, "location", block.location, left)
    elif block.pins is not None and (block.project or block.model):
        yield from _unpinned(block, left)


def _other_model(block: Block, model: Setting, orders: Sequence[Order]) -> Finding:
    names = sorted({order.model for order in orders})
    close = nearest(model.value[:128], names)
    close = close if close and (model.value.startswith(close) or close.startswith(model.value)) else None
    if close:
        message = f"{_title(block)}{model} isn't the exact version {close} that is committed: {_LOST}"
        return _finding(block, "model", Outcome.PROBLEM, message, _fix(block, model.name, close), model.line)
    message = f"{_title(block)}{model}: nothing is committed for that model, it is served as pay-as-you-go"
    return _finding(block, "model", Outcome.WARNING, message, f"committed: {', '.join(names)}", model.line)


def _mismatch(block: Block, what: str, setting: Setting, orders: Sequence[Order]) -> Finding:
    held = sorted({(getattr(order, what), order.name) for order in orders})
    places = sorted({place for place, _ in held})
    where = " and ".join(_committed([name for place, name in held if place == one], one) for one in places)
    message = f"{_title(block)}{setting}, but {where}: {_LOST}"
    fix = _fix(block, setting.name, places[0]) if len(places) == 1 else f"one of: {', '.join(places)}"
    return _finding(block, what, Outcome.PROBLEM, message, fix, setting.line)


def _committed(names: Sequence[str], place: str) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} committed in {place}"


def _unpinned(block: Block, orders: Sequence[Order]) -> Iterator[Finding]:
    assert block.pins is not None
    places = sorted({order.location for order in orders})
    fix = (
        _fix(block, block.pins, places[0])
        if len(places) == 1
        else f"set {block.pins} to one of {', '.join(places)}"
    )
    message = f"{_title(block)}{block.pins} isn't set, so the client's own default decides; committed: {', '.join(places)}"
    # google-genai falls back to global, where that is the place there is nothing to lose today.
    outcome = Outcome.WARNING if places == ["global"] else Outcome.PROBLEM
    yield _finding(block, "location", outcome, message, fix, block.line)


def _headers(block: Block, orders: Sequence[Order]) -> Iterator[Finding]:
    if block.headers is None:
        return
    sent: dict[str, str] = {}
    wrong = False
    for name, value in block.headers.items():
        canonical = next((one for one in _VALUES if one.lower() == name.lower()), None)
        if canonical is None:
            close = nearest(name, [one.lower() for one in _VALUES])
            if close and "llm" in name.lower():
                wrong = True
                message = f"{_title(block)}header {shown(name)} isn't one that routes"
                yield _finding(
                    block, "header-name", Outcome.PROBLEM, message, f"write {_canonical(close)}", block.line
                )
            continue
        if canonical in sent:
            wrong = True
            message = f"{_title(block)}header {canonical} is set twice in different spellings; clients differ on which one they send"
            yield _finding(block, "header-twice", Outcome.PROBLEM, message, "keep one", block.line)
        sent[canonical] = value
        if value not in _VALUES[canonical]:
            wrong = True
            hint = did_you_mean(value, _VALUES[canonical]) or f"allowed: {', '.join(_VALUES[canonical])}"
            message = f"{_title(block)}{canonical}: {shown(value)} isn't a value that routes"
            yield _finding(block, "header-value", Outcome.PROBLEM, message, hint, block.line)
    if wrong:
        return
    if sent.get(REQUEST_TYPE) == "dedicated" and SHARED_TYPE in sent:
        message = (
            f"{_title(block)}{REQUEST_TYPE}: dedicated together with {SHARED_TYPE} is undefined at Google"
        )
        yield _finding(
            block, "header-undefined", Outcome.PROBLEM, message, "keep the first alone", block.line
        )
        return
    yield from _routing(block, _routed(sent), orders)


def _canonical(lower: str) -> str:
    return next(one for one in _VALUES if one.lower() == lower)


def _routed(sent: Mapping[str, str]) -> Routing:
    pair = (sent.get(REQUEST_TYPE), sent.get(SHARED_TYPE))
    return next(mode.routing for mode in MODES.values() if (mode.request_type, mode.shared_type) == pair)


def _routing(block: Block, routing: Routing, orders: Sequence[Order]) -> Iterator[Finding]:
    if not orders or any(order.routing is routing for order in orders):
        return
    order = orders[0]
    wanted = MODES[order.routing].headers
    fix = (
        "send " + ", ".join(f"{name}: {value}" for name, value in wanted.items())
        if wanted
        else "send no routing header"
    )
    message = f"{_title(block)}routed as {routing}, {order.name} is to be used as {order.routing}"
    outcome = Outcome.WARNING if MODES[routing].uses_pt else Outcome.PROBLEM
    if outcome is Outcome.PROBLEM:
        message += f": {_LOST}"
    yield _finding(block, "routing", outcome, message, fix, block.line)


def _labels(block: Block, orders: Sequence[Order]) -> Iterator[Finding]:
    try:
        checked_labels(block.labels)
    except ValueError as error:
        yield _finding(
            block, "label", Outcome.PROBLEM, f"{_title(block)}{plain(str(error)[:200])}", None, block.line
        )
        return
    found = block.labels.get(LABEL_KEY)
    if found is not None and orders and found not in {order.label_value for order in orders}:
        wanted = ", ".join(sorted({order.label_value for order in orders}))
        message = f"{_title(block)}label {LABEL_KEY}={found}, the ledger's is {wanted}; it routes nothing, it only attributes"
        yield _finding(block, "label", Outcome.WARNING, message, f"write {wanted}", block.line)


def _orders(orders: Sequence[Order]) -> str:
    return ", ".join(order.name for order in orders) or "the ledger"


def _title(block: Block) -> str:
    return f"{block.title}: " if block.title else ""


def _fix(block: Block, name: str, value: str) -> str:
    return block.change.format(name=name, value=value)


def _finding(
    block: Block, code: str, outcome: Outcome, message: str, fix: str | None, line: int | None
) -> Finding:
    at = line or block.line
    place = f"{block.file}:{at}" if block.file and at else block.file
    return Finding(
        section=block.section,
        code=f"{block.prefix}/{code}",
        outcome=outcome,
        message=message,
        fix=fix,
        place=place,
    )
