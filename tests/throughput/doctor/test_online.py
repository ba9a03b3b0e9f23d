"""How one real request is read: served, not served, refused, or not known."""

import pytest

from tests.throughput.doctor.support import order
from throughput.doctor.findings import Outcome, exit_code
from throughput.doctor.online import Answer, judge_answer, not_probed, offline
from throughput.orders import Routing
from throughput.routing import MODES


@pytest.mark.parametrize("routing", Routing)
def test_the_first_traffic_type_of_a_mode_is_what_is_expected(routing: Routing) -> None:
    found = judge_answer(order(routing=routing), Answer(traffic_type=MODES[routing].traffic_types[0]))
    assert (found.code, found.outcome) == ("online/served", Outcome.OK)


@pytest.mark.parametrize(
    "routing", [Routing.PT_THEN_ON_DEMAND, Routing.PT_THEN_FLEX, Routing.PT_THEN_PRIORITY]
)
def test_what_spilled_is_a_problem_that_says_both_reasons(routing: Routing) -> None:
    found = judge_answer(order(routing=routing), Answer(traffic_type=MODES[routing].traffic_types[1]))
    assert (found.code, found.outcome) == ("online/not-dedicated", Outcome.PROBLEM)
    assert "the pool was full at that moment, or the order isn't reached" in found.message


@pytest.mark.parametrize(
    ("answer", "code", "outcome"),
    [
        (Answer(traffic_type="ON_DEMAND"), "other-traffic", Outcome.PROBLEM),
        (Answer(traffic_type="SOMETHING_NEW"), "other-traffic", Outcome.PROBLEM),
        (Answer(traffic_type=None), "untold", Outcome.UNKNOWN),
        (Answer(traffic_type="TRAFFIC_TYPE_UNSPECIFIED"), "untold", Outcome.UNKNOWN),
        (Answer(status=401), "denied", Outcome.PROBLEM),
        (Answer(status=403), "denied", Outcome.PROBLEM),
        (Answer(status=404), "no-model", Outcome.PROBLEM),
        (Answer(status=429), "exhausted", Outcome.PROBLEM),
        (Answer(status=400), "refused", Outcome.PROBLEM),
        (Answer(status=0), "refused", Outcome.PROBLEM),
        (Answer(status=503), "failed", Outcome.UNKNOWN),
        (Answer(unreachable="ConnectError: refused"), "unreachable", Outcome.UNKNOWN),
    ],
)
def test_failed_and_could_not_check_are_different_things(answer: Answer, code: str, outcome: Outcome) -> None:
    found = judge_answer(order(routing=Routing.PT_ONLY), answer)
    assert (found.code, found.outcome) == (f"online/{code}", outcome)
    assert exit_code([found]) == 1


def test_what_cant_be_tried_says_why_and_doesnt_fail() -> None:
    claude, video = (
        not_probed(order(), "anthropic", takes_prompts=True),
        not_probed(order(), "google", takes_prompts=False),
    )
    assert claude is not None
    assert video is not None
    assert exit_code([claude, video, offline()]) == 0
    assert not_probed(order(), "google", takes_prompts=True) is None
