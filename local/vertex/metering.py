"""The counters that Cloud Monitoring would show, in buckets of a minute.

Metric names, kinds and labels: https://docs.cloud.google.com/monitoring/api/metrics_gcp_a_b (2026), all Beta there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

BUCKET_SECONDS = 60
KEPT_BUCKETS = 24 * 60
PREFIX = "aiplatform.googleapis.com/publisher/online_serving/"

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class Series:
    """One time series: metric without the prefix, where it was counted, and the metric's labels."""

    metric: str
    project: str
    location: str
    publisher: str
    model: str
    labels: Labels = ()


@dataclass(frozen=True, kw_only=True)
class Served:
    """One finished request, as the counters see it. Token counts before burndown, `consumed` after it."""

    project: str
    location: str
    publisher: str
    model: str
    request_type: str
    method: str
    code: int
    input_tokens: int
    output_tokens: int
    consumed: int


@dataclass
class Counters:
    """Sums per series and minute. Old minutes are dropped, so that a long-running endpoint stays small."""

    clock: Callable[[], float]
    _sums: dict[Series, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _oldest: int = 0

    def record(self, served: Served) -> None:
        """Count one request."""
        bucket = int(self.clock() // BUCKET_SECONDS)
        self._drop_before(bucket - KEPT_BUCKETS)

        def add(metric: str, amount: int, *labels: tuple[str, str]) -> None:
            series = Series(
                metric, served.project, served.location, served.publisher, served.model, tuple(sorted(labels))
            )
            self._sums[series][bucket] += amount

        kind = ("request_type", served.request_type)
        add("model_invocation_count", 1, kind, ("response_code", str(served.code)), ("method", served.method))
        if served.code != 200:
            return
        add("consumed_token_throughput", served.consumed, kind)
        # Characters; models that are metered in tokens show four per token.
        add("consumed_throughput", served.consumed * 4, kind)
        add("token_count", served.input_tokens, kind, ("type", "input"))
        add("token_count", served.output_tokens, kind, ("type", "output"))

    def series(self) -> Iterator[tuple[Series, dict[int, int]]]:
        """Every series with its sums by minute number."""
        for series in sorted(self._sums):
            yield series, dict(self._sums[series])

    def total(self, metric: str, **labels: str) -> int:
        """Sum of a metric over all minutes and series that carry these labels."""
        wanted = set(labels.items())
        return sum(
            sum(buckets.values())
            for series, buckets in self._sums.items()
            if series.metric == metric and wanted <= set(series.labels)
        )

    def _drop_before(self, bucket: int) -> None:
        if bucket <= self._oldest:
            return
        self._oldest = bucket
        for sums in self._sums.values():
            for old in [minute for minute in sums if minute < bucket]:
                del sums[old]
