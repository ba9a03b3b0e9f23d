"""The Monitoring API's timeSeries.list over the endpoint's counters and the pools' limits.

Understands filters that are conjunctions of equalities, intervals, pages and per-series alignment; what it doesn't (reducers, secondary
aggregation, other operators) it refuses, so that a query isn't quietly answered with something else.
Form: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from local.vertex.errors import Refused
from local.vertex.http import Request, Response
from local.vertex.metering import BUCKET_SECONDS, KEPT_BUCKETS, PREFIX, Counters, Series
from local.vertex.models import ServedModel
from throughput.admission import Capacity
from throughput.orders import Pool

PATH = re.compile(r"/v3/projects/([^/]+)/timeSeries")
RESOURCE = "aiplatform.googleapis.com/PublisherModel"
_TERM = re.compile(r'\s*([a-z_.A-Z]+)\s*=\s*"([^"]*)"\s*')
_ALIGNERS: dict[str, Callable[[list[int], int], int | float]] = {
    "ALIGN_SUM": lambda values, _: sum(values),
    "ALIGN_DELTA": lambda values, _: sum(values),
    "ALIGN_RATE": lambda values, seconds: sum(values) / seconds,
    "ALIGN_MAX": lambda values, _: max(values),
    "ALIGN_MIN": lambda values, _: min(values),
    "ALIGN_MEAN": lambda values, _: sum(values) / len(values),
}
_KNOWN = {
    "filter",
    "interval.startTime",
    "interval.endTime",
    "aggregation.alignmentPeriod",
    "aggregation.perSeriesAligner",
    "pageSize",
    "pageToken",
    "view",
    "alt",
    "$alt",
}


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """Answers timeSeries.list."""

    counters: Counters
    capacities: Mapping[Pool, Capacity]
    models: Mapping[str, ServedModel]

    def list(self, request: Request, project: str) -> Response:
        """One page of series, newest point first. Raises `Refused` (400, 501)."""
        query = request.query
        if unknown := sorted(set(query) - _KNOWN):
            raise Refused(501, f"This stand-in doesn't do {', '.join(unknown)}.")
        terms = _terms(query.get("filter", ""))
        first, last = _bucket(query, "interval.startTime"), _bucket(query, "interval.endTime")
        if last < first or last - first > KEPT_BUCKETS:
            raise Refused(400, "interval: the start comes first, and at most 24 hours are kept here.")
        found = [
            (series, points)
            for series, sums in self._all(project, first, last)
            if _matches(series, terms)
            and (points := {bucket: sums[bucket] for bucket in sums if first <= bucket <= last})
        ]
        start, size = int(query.get("pageToken") or 0), min(int(query.get("pageSize") or 1000), 100_000)
        headers_only = query.get("view") == "HEADERS"
        page = [
            _series(series, points, query, headers_only) for series, points in found[start : start + size]
        ]
        document: dict[str, Any] = {"timeSeries": page, "unit": "1"}
        if start + size < len(found):
            document["nextPageToken"] = str(start + size)
        return Response(body=json.dumps(document).encode())

    def _all(self, project: str, first: int, last: int) -> Iterator[tuple[Series, dict[int, int]]]:
        now = int(self.counters.clock() // BUCKET_SECONDS)
        for pool, capacity in self.capacities.items():
            if pool.project != project:
                continue
            publisher = self.models[pool.model].publisher
            for metric, value in (
                ("dedicated_gsu_limit", capacity.gsus),
                ("dedicated_token_limit", capacity.tokens_limit),
            ):
                series = Series(metric, project, pool.location, publisher, pool.model)
                yield series, dict.fromkeys(range(first, min(last, now) + 1), value)
        for series, sums in self.counters.series():
            if series.project == project:
                yield series, sums


def _terms(text: str) -> dict[str, str]:
    terms = {}
    for word in re.split(r"\s+AND\s+|\n", text.strip()):
        found = _TERM.fullmatch(word)
        if found is None:
            raise Refused(
                400, f'filter: KEY = "VALUE", joined by AND, is what this stand-in reads; found {word!r}.'
            )
        terms[found[1].replace(".label.", ".labels.")] = found[2]
    if not terms.get("metric.type", "").startswith(PREFIX):
        raise Refused(400, f"filter: metric.type must name a metric below {PREFIX}.")
    return terms


def _described(series: Series) -> dict[str, str]:
    described = {
        "metric.type": PREFIX + series.metric,
        "resource.type": RESOURCE,
        "project": series.project,
        "resource.labels.resource_container": series.project,
        "resource.labels.location": series.location,
        "resource.labels.publisher": series.publisher,
        "resource.labels.model_user_id": series.model,
        "resource.labels.model_version_id": "",
    }
    return described | {f"metric.labels.{name}": value for name, value in series.labels}


def _matches(series: Series, terms: Mapping[str, str]) -> bool:
    described = _described(series)
    return all(described.get(key) == value for key, value in terms.items())


def _bucket(query: Mapping[str, str], name: str) -> int:
    try:
        moment = datetime.fromisoformat(query[name].replace("Z", "+00:00"))
    except (KeyError, ValueError) as error:
        raise Refused(400, f"{name}: an instant such as 2026-11-26T12:00:00Z is required.") from error
    if moment.tzinfo is None:
        raise Refused(400, f"{name}: a time zone is required.")
    return int(moment.timestamp() // BUCKET_SECONDS)


def _series(
    series: Series, points: Mapping[int, int], query: Mapping[str, str], headers_only: bool
) -> dict[str, Any]:
    gauge = series.metric.endswith("_limit")
    values, floating = _aligned(points, query)
    resource = {
        key.removeprefix("resource.labels."): value
        for key, value in _described(series).items()
        if key.startswith("resource.labels.")
    }
    document: dict[str, Any] = {
        "metric": {"type": PREFIX + series.metric, "labels": dict(series.labels)},
        "resource": {"type": RESOURCE, "labels": resource},
        "metricKind": "GAUGE" if gauge or "aggregation.perSeriesAligner" in query else "DELTA",
        "valueType": "DOUBLE" if floating else "INT64",
    }
    if not headers_only:
        document["points"] = [_point(start, end, value, gauge, floating) for start, end, value in values]
    return document


def _aligned(
    points: Mapping[int, int], query: Mapping[str, str]
) -> tuple[list[tuple[int, int, int | float]], bool]:
    """Points as (start, end, value) in seconds, newest first, and whether the values are fractions."""
    name = query.get("aggregation.perSeriesAligner", "ALIGN_NONE")
    if name == "ALIGN_NONE":
        return [
            (b * BUCKET_SECONDS, (b + 1) * BUCKET_SECONDS, points[b]) for b in sorted(points, reverse=True)
        ], False
    aligner = _ALIGNERS.get(name)
    period = query.get("aggregation.alignmentPeriod", "").removesuffix("s")
    if aligner is None:
        raise Refused(501, f"This stand-in doesn't do {name}; it does {', '.join(_ALIGNERS)}.")
    if not period.isdigit() or int(period) < BUCKET_SECONDS or int(period) % BUCKET_SECONDS:
        raise Refused(400, "aggregation.alignmentPeriod: whole minutes such as 60s or 300s are expected.")
    seconds = int(period)
    groups = groupby(sorted(points, reverse=True), key=lambda bucket: bucket * BUCKET_SECONDS // seconds)
    aligned = [
        (n * seconds, (n + 1) * seconds, aligner([points[b] for b in buckets], seconds))
        for n, buckets in groups
    ]
    return aligned, name in ("ALIGN_RATE", "ALIGN_MEAN")


def _point(start: int, end: int, value: int | float, gauge: bool, floating: bool) -> dict[str, Any]:
    def moment(seconds: int) -> str:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    if gauge:
        start = end
    typed = {"doubleValue": value} if floating else {"int64Value": str(value)}
    return {"interval": {"startTime": moment(start), "endTime": moment(end)}, "value": typed}
