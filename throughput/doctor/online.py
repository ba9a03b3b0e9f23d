"""What one real request showed, judged. The request itself is made elsewhere; this only reads how it ended."""

from dataclasses import dataclass

from throughput.doctor.findings import Finding, Outcome, Section, plain
from throughput.orders import Order
from throughput.routing import MODES

_UNSPECIFIED = ("", "TRAFFIC_TYPE_UNSPECIFIED")
_ROLE = "it needs aiplatform.endpoints.predict there; pt adc says how each caller gets it"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a request ended: a traffic type, or a status with Google's words, or a reason why there was no answer."""

    traffic_type: str | None = None
    status: int | None = None
    message: str = ""
    unreachable: str | None = None


def judge_answer(order: Order, answer: Answer) -> Finding:
    """Whether the order served the request."""
    mode = MODES[order.routing]
    pool = f"{order.name} ({order.location}, {order.model})"
    if answer.unreachable is not None:
        message = f"{pool}: no answer: {plain(answer.unreachable[:200])}"
        return _finding(
            "unreachable", Outcome.UNKNOWN, message, "check the network and proxies, then run it again"
        )
    if answer.status is not None:
        return _refused(order, pool, answer.status, plain(answer.message[:200]))
    seen = answer.traffic_type
    if seen is None or seen in _UNSPECIFIED:
        message = f"{pool}: answered, without saying which traffic type it was"
        return _finding("untold", Outcome.UNKNOWN, message, "pt status shows what monitoring counted")
    if seen == mode.traffic_types[0]:
        return _finding("served", Outcome.OK, f"{pool}: {plain(seen)}, as {order.routing} says")
    if seen in mode.traffic_types:
        message = f"{pool}: served as {seen}, though {order.gsus} GSU are active: the pool was full at that moment, or the order isn't reached"
        fix = "run it again; if it stays, compare project, location and model with the Console, and pt status"
        return _finding("not-dedicated", Outcome.PROBLEM, message, fix)
    message = f"{pool}: served as {plain(seen)}, {order.routing} expects {' or '.join(mode.traffic_types)}"
    return _finding(
        "other-traffic", Outcome.PROBLEM, message, "compare the client's headers: pt snippet STACK ORDER"
    )


def _refused(order: Order, pool: str, status: int, said: str) -> Finding:
    if status in (401, 403):
        fix = _ROLE if status == 403 else "sign in again; pt adc"
        return _finding("denied", Outcome.PROBLEM, f"{pool}: {status}, the caller may not ask: {said}", fix)
    if status == 404:
        message = f"{pool}: 404, there is no such model in that location: {said}"
        return _finding("no-model", Outcome.PROBLEM, message, f"pt catalog show {order.model}")
    if status == 429:
        dedicated = MODES[order.routing].beyond_capacity is None
        why = (
            "the pool is full, or Google knows no such order"
            if dedicated
            else "neither the pool nor PayGo had capacity"
        )
        return _finding(
            "exhausted",
            Outcome.PROBLEM,
            f"{pool}: 429, {why}: {said}",
            "pt status; then the Console's list of orders",
        )
    if status >= 500:
        message = f"{pool}: {status}, Google's own failure: {said}"
        return _finding("failed", Outcome.UNKNOWN, message, "run it again in a minute")
    return _finding("refused", Outcome.PROBLEM, f"{pool}: {status}: {said}", "see the message")


def not_probed(order: Order, publisher: str, *, takes_prompts: bool) -> Finding | None:
    """Why an order can't be tried by one small request, or None when it can."""
    pool = f"{order.name} ({order.location}, {order.model})"
    if publisher != "google":
        message = f"{pool}: not tried: answers of {publisher} don't name their traffic type"
    elif not takes_prompts:
        message = f"{pool}: not tried: this model isn't called by one small prompt"
    else:
        return None
    return _finding("not-tried", Outcome.SKIPPED, message, "pt status shows what monitoring counted")


def offline(reason: str = "online request (add --online)") -> Finding:
    """The line that says what wasn't looked at."""
    return _finding("not-checked", Outcome.SKIPPED, reason)


def _finding(code: str, outcome: Outcome, message: str, fix: str | None = None) -> Finding:
    return Finding(section=Section.ONLINE, code=f"online/{code}", outcome=outcome, message=message, fix=fix)
