"""The counters, as the Monitoring API lists them."""

from typing import Any
from urllib.parse import urlencode

import pytest

from local.vertex.endpoint import Endpoint, serving
from tests.local.vertex.support import (
    NOON,
    PROJECT,
    Answer,
    Clock,
    call,
    endpoint,
    gemini_path,
    order,
    prompt,
    routing_headers,
)
from throughput.orders import Routing

PREFIX = "aiplatform.googleapis.com/publisher/online_serving/"


def listed(target: Endpoint, metric: str, more: str = "", **query: str) -> Answer:
    interval = {"interval.startTime": "2026-09-21T13:33:00Z", "interval.endTime": "2026-09-21T14:40:00Z"}
    parameters = {"filter": f'metric.type = "{PREFIX}{metric}"{more}', **interval, **query}
    return call(target, f"/v3/projects/{PROJECT}/timeSeries?{urlencode(parameters)}", method="GET")


def sums(answer: Answer, label: str = "request_type") -> dict[str, int]:
    found: dict[str, int] = {}
    for series in answer.json["timeSeries"]:
        total = sum(int(point["value"]["int64Value"]) for point in series["points"])
        key = series["metric"]["labels"].get(label, "")
        found[key] = found.get(key, 0) + total
    return found


@pytest.fixture
def used() -> Any:
    """An endpoint that served one request of each request type, refused one, and then one more a minute later."""
    clock = Clock()
    with serving(endpoint([order(gsus=1)], clock)) as target:
        call(target, gemini_path(), prompt(180))
        call(target, gemini_path(), prompt(20))
        call(target, gemini_path(), prompt(20), routing_headers(Routing.PT_ONLY))
        call(target, gemini_path(), prompt(2), routing_headers(Routing.ON_DEMAND))
        clock.now += 60
        call(target, gemini_path(), prompt(1))
        yield target


def test_throughput_is_counted_by_request_type_after_burndown(used: Endpoint) -> None:
    assert sums(listed(used, "consumed_token_throughput")) == {
        "dedicated": 901 + 6,
        "spillover": 101,
        "shared": 11,
    }


def test_the_character_metric_shows_four_for_each_token(used: Endpoint) -> None:
    assert sums(listed(used, "consumed_throughput")) == {"dedicated": 4 * 907, "spillover": 404, "shared": 44}


def test_tokens_are_counted_before_burndown(used: Endpoint) -> None:
    assert sums(listed(used, "token_count"), "type") == {"input": 4, "output": 180 + 20 + 2 + 1}


def test_invocations_are_counted_with_their_response_code(used: Endpoint) -> None:
    assert sums(listed(used, "model_invocation_count"), "response_code") == {"200": 4, "429": 1}


def test_limits_are_shown_for_every_minute_so_far(used: Endpoint) -> None:
    (gsus,) = listed(used, "dedicated_gsu_limit").json["timeSeries"]
    (tokens,) = listed(used, "dedicated_token_limit").json["timeSeries"]
    assert {point["value"]["int64Value"] for point in gsus["points"]} == {"1"}
    assert {point["value"]["int64Value"] for point in tokens["points"]} == {"100"}
    assert gsus["metricKind"] == "GAUGE"
    assert gsus["points"][0]["interval"]["startTime"] == gsus["points"][0]["interval"]["endTime"]
    assert gsus["resource"]["labels"]["model_user_id"] == "gemini-3.6-flash"


def test_points_come_newest_first_with_the_ends_of_their_minute(used: Endpoint) -> None:
    (series,) = listed(
        used, "consumed_token_throughput", ' AND metric.labels.request_type = "dedicated"'
    ).json["timeSeries"]
    assert [point["value"]["int64Value"] for point in series["points"]] == ["6", "901"]
    assert series["points"][1]["interval"] == {
        "startTime": "2026-09-21T14:14:00Z",
        "endTime": "2026-09-21T14:15:00Z",
    }


def test_a_filter_on_another_place_finds_nothing(used: Endpoint) -> None:
    assert (
        listed(used, "consumed_token_throughput", ' AND resource.labels.location = "us-central1"').json[
            "timeSeries"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("aligner", "value"),
    [
        ("ALIGN_SUM", {"int64Value": "907"}),
        ("ALIGN_RATE", {"doubleValue": 907 / 600}),
        ("ALIGN_MAX", {"int64Value": "901"}),
    ],
)
def test_points_are_aligned(used: Endpoint, aligner: str, value: dict[str, Any]) -> None:
    query = {"aggregation.alignmentPeriod": "600s", "aggregation.perSeriesAligner": aligner}
    answer = listed(
        used, "consumed_token_throughput", ' AND metric.label.request_type = "dedicated"', **query
    )
    (point,) = answer.json["timeSeries"][0]["points"]
    assert point["value"] == value


def test_series_come_in_pages(used: Endpoint) -> None:
    first = listed(used, "model_invocation_count", pageSize="3").json
    rest = listed(used, "model_invocation_count", pageSize="3", pageToken=first["nextPageToken"]).json
    assert (len(first["timeSeries"]), len(rest["timeSeries"])) == (3, 1)
    assert "nextPageToken" not in rest


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"aggregation.crossSeriesReducer": "REDUCE_SUM"}, 501),
        ({"aggregation.perSeriesAligner": "ALIGN_PERCENTILE_99", "aggregation.alignmentPeriod": "60s"}, 501),
        ({"aggregation.perSeriesAligner": "ALIGN_SUM", "aggregation.alignmentPeriod": "90s"}, 400),
        ({"interval.startTime": "yesterday"}, 400),
        ({"interval.startTime": "2026-09-21T14:00:00"}, 400),
        ({"interval.startTime": "2026-09-22T14:00:00Z"}, 400),
        ({"filter": 'metric.type = starts_with("x")'}, 400),
        ({"filter": 'metric.type = "compute.googleapis.com/x"'}, 400),
    ],
)
def test_what_it_does_not_do_it_refuses(used: Endpoint, query: dict[str, str], status: int) -> None:
    assert listed(used, "consumed_token_throughput", **query).status == status


def test_old_minutes_are_forgotten() -> None:
    clock = Clock(NOON)
    with serving(endpoint(clock=clock)) as target:
        call(target, gemini_path(), prompt(1))
        clock.now += 25 * 3600
        call(target, gemini_path(), prompt(1))
    assert target.counters.total("model_invocation_count") == 1
