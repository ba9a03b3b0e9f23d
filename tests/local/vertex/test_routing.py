"""Who serves a request: the table of modes, the pool's limits, and the texts that tell refusals apart."""

import pytest

from local.vertex.endpoint import Options, serving
from local.vertex.pools import PaygoLimits
from tests.local.vertex.support import (
    CLAUDE,
    FLASH,
    PROJECT,
    Clock,
    call,
    confirmed,
    endpoint,
    gemini_path,
    order,
    prompt,
    routing_headers,
)
from throughput.orders import Routing, Status
from throughput.routing import REQUEST_TYPE, SHARED_TYPE

PT, PAYGO, PRIORITY, FLEX = "PROVISIONED_THROUGHPUT", "ON_DEMAND", "ON_DEMAND_PRIORITY", "ON_DEMAND_FLEX"
EXCEEDED = "Too many requests. Exceeded the Provisioned Throughput."
EXHAUSTED = "Resource exhausted, please try again later."

# Mode: with room in the pool, with a full pool, in a location without the order (429 stands for the refusal).
TABLE = {
    Routing.PT_THEN_ON_DEMAND: (PT, PAYGO, PAYGO),
    Routing.PT_ONLY: (PT, 429, 429),
    Routing.PT_THEN_PRIORITY: (PT, PRIORITY, PAYGO),
    Routing.PT_THEN_FLEX: (PT, FLEX, PAYGO),
    Routing.ON_DEMAND: (PAYGO, PAYGO, PAYGO),
    Routing.PRIORITY_ONLY: (PRIORITY, PRIORITY, PAYGO),
    Routing.FLEX_ONLY: (FLEX, FLEX, PAYGO),
}


@pytest.mark.parametrize("routing", Routing)
def test_every_mode_with_room_beyond_capacity_and_elsewhere(routing: Routing) -> None:
    headers = routing_headers(routing)
    with serving(endpoint()) as target:
        found = [call(target, gemini_path(), prompt(2), headers)]
        assert call(target, gemini_path(), prompt(190)).traffic_type == PT
        found.append(call(target, gemini_path(), prompt(20), headers))
        found.append(call(target, gemini_path(location="europe-west4"), prompt(2), headers))
    for answer, expected in zip(found, TABLE[routing], strict=True):
        assert (answer.status if expected == 429 else answer.traffic_type) == expected
        if expected == 429:
            assert answer.json["error"] == {"code": 429, "message": EXCEEDED, "status": "RESOURCE_EXHAUSTED"}


class TestThePool:
    def test_requests_beyond_the_window_spill_whole_and_the_next_window_starts_fresh(self) -> None:
        clock = Clock()
        with serving(endpoint(clock=clock)) as target:
            types = [call(target, gemini_path(), prompt(60)).traffic_type for _ in range(4)]
            assert types == [PT, PT, PT, PAYGO]
            assert call(target, gemini_path(), prompt(15)).traffic_type == PT, "a smaller one still fits"
            clock.now += 10
            assert call(target, gemini_path(), prompt(60)).traffic_type == PT

    def test_a_request_larger_than_the_window_never_fits(self) -> None:
        with serving(endpoint()) as target:
            assert call(target, gemini_path(), prompt(200)).traffic_type == PAYGO
            assert call(target, gemini_path(), prompt(199)).traffic_type == PT

    def test_what_was_reserved_beyond_the_answer_is_given_back(self) -> None:
        # Without a limit the estimate is 1,281 burndown tokens and the answer takes 321 of the window of 2,000.
        with serving(endpoint([order(gsus=2)])) as target:
            types = [call(target, gemini_path(), prompt()).traffic_type for _ in range(4)]
        assert types == [PT, PT, PT, PAYGO]

    def test_orders_of_a_pool_add_up_and_share_the_window_of_their_sum(self) -> None:
        with serving(endpoint([order("a", gsus=4), order("b", gsus=8)])) as target:
            (held,) = target.pools.capacities.values()
        assert (held.gsus, held.window_seconds, held.budget) == (12, 1, 1200)

    def test_only_active_orders_count_and_with_what_the_console_confirmed(self) -> None:
        orders = [
            order("a", gsus=5, confirmed=confirmed(3)),
            order("b", status=Status.APPROVED),
            order("c", status=Status.EXPIRED),
        ]
        with serving(endpoint(orders)) as target:
            assert [held.gsus for held in target.pools.capacities.values()] == [3]

    @pytest.mark.parametrize(
        "path",
        [
            gemini_path(location="us-central1"),
            gemini_path().replace(PROJECT, "acme-other"),
            gemini_path(name=CLAUDE),
        ],
    )
    def test_another_location_project_or_model_bypasses_the_order(self, path: str) -> None:
        with serving(endpoint()) as target:
            assert call(target, path, prompt(2)).traffic_type == PAYGO

    def test_an_alias_is_unknown(self) -> None:
        with serving(endpoint()) as target:
            answer = call(target, gemini_path(name="gemini-flash-latest"), prompt())
        assert answer.status == 404
        assert "gemini-flash-latest" in answer.message

    @pytest.mark.parametrize("version", ["v1", "v1beta1"])
    def test_both_versions_of_the_api_are_served(self, version: str) -> None:
        with serving(endpoint()) as target:
            assert call(target, gemini_path(version=version), prompt(2)).traffic_type == PT


class TestPaygo:
    def test_beyond_its_limit_it_refuses_with_its_own_text_until_the_next_minute(self) -> None:
        clock, options = Clock(), Options(paygo=PaygoLimits(standard_tokens=1000))
        headers = routing_headers(Routing.ON_DEMAND)
        with serving(endpoint(clock=clock, options=options)) as target:
            assert call(target, gemini_path(), prompt(190), headers).traffic_type == PAYGO
            answer = call(target, gemini_path(), prompt(190), headers)
            assert (answer.status, answer.message) == (429, EXHAUSTED)
            clock.now += 60
            assert call(target, gemini_path(), prompt(190), headers).traffic_type == PAYGO

    def test_priority_is_downgraded_past_its_ramp(self) -> None:
        options = Options(paygo=PaygoLimits(priority_tokens_other=1000))
        headers = routing_headers(Routing.PRIORITY_ONLY)
        with serving(endpoint(options=options)) as target:
            types = [call(target, gemini_path(), prompt(100), headers).traffic_type for _ in range(3)]
        assert types == [PRIORITY, PAYGO, PAYGO]

    def test_flex_has_so_many_requests_a_minute(self) -> None:
        options = Options(paygo=PaygoLimits(flex_requests=2))
        headers = routing_headers(Routing.FLEX_ONLY)
        with serving(endpoint(options=options)) as target:
            found = [call(target, gemini_path(), prompt(1), headers).status for _ in range(3)]
        assert found == [200, 200, 429]


class TestWhatIsNotDocumentedIsRefused:
    @pytest.mark.parametrize(
        ("lines", "says"),
        [
            ([(REQUEST_TYPE, "dedicatd")], "'dedicatd' isn't one of dedicated, shared"),
            ([(SHARED_TYPE, "standard")], "'standard' isn't one of priority, flex"),
            ([(REQUEST_TYPE, "dedicated"), (SHARED_TYPE, "flex")], "can't be combined"),
            (
                [(REQUEST_TYPE, "dedicated"), (REQUEST_TYPE.lower(), "shared")],
                "came 2 times: dedicated, shared",
            ),
            ([(REQUEST_TYPE, "dedicated"), (REQUEST_TYPE, "dedicated")], "came 2 times"),
            ([(REQUEST_TYPE, "dedicated, shared")], "isn't one of"),
            ([(REQUEST_TYPE, "")], "isn't one of"),
        ],
    )
    def test_headers(self, lines: list[tuple[str, str]], says: str) -> None:
        with serving(endpoint()) as target:
            answer = call(target, gemini_path(), prompt(), lines)
        assert answer.status == 400
        assert says in answer.message

    @pytest.mark.parametrize(
        "name", [REQUEST_TYPE, REQUEST_TYPE.lower(), REQUEST_TYPE.upper(), "X-Vertex-Ai-Llm-Request-Type"]
    )
    def test_any_spelling_of_a_name_is_the_same_header(self, name: str) -> None:
        with serving(endpoint()) as target:
            assert call(target, gemini_path(), prompt(2), [(name, "shared")]).traffic_type == PAYGO

    @pytest.mark.parametrize(
        "labels",
        [
            {"Upper": "x"},
            {"key": "Upper"},
            {"key": 1},
            {"key": "a" * 64},
            {"key": "a\n"},
            ["key"],
            {f"k{i}": "" for i in range(65)},
        ],
    )
    def test_labels_outside_the_documented_charset(self, labels: object) -> None:
        with serving(endpoint()) as target:
            assert call(target, gemini_path(), prompt(labels=labels)).status == 400

    def test_a_label_never_routes(self) -> None:
        with serving(endpoint([order(location="us-central1")])) as target:
            answer = call(target, gemini_path(), prompt(labels={"dedicated-capacity": "chat"}))
        assert answer.traffic_type == PAYGO
        assert target.calls.recent[0].labels == {"dedicated-capacity": "chat"}


def test_a_call_without_a_credential_is_refused() -> None:
    with serving(endpoint()) as target:
        assert call(target, gemini_path(), prompt(), authorized=False).status == 401
        assert (
            call(target, gemini_path(), prompt(), [("x-goog-api-key", "k")], authorized=False).status == 200
        )


def test_the_long_context_tier_burns_more() -> None:
    from decimal import Decimal

    from local.vertex.models import Rates
    from tests.local.vertex.support import model

    tiers = (
        Rates(up_to_input=10, input=Decimal(1), output=Decimal(6)),
        Rates(up_to_input=None, input=Decimal(2), output=Decimal("9.5")),
    )
    tiered = model(FLASH, "google", *tiers)
    assert (tiered.burndown(10, 1), tiered.burndown(11, 1)) == (16, 32)
