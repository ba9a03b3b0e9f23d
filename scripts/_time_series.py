"""Reading the Monitoring API: `timeSeries.list` for the metrics of Provisioned Throughput. The one part of `pt status` that uses the network."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from throughput.orders import Pool
from throughput.problems import ConfigError, Problem
from throughput.status import Measured

API = "https://monitoring.googleapis.com"
_PREFIX = "aiplatform.googleapis.com/publisher/online_serving/"
_SCOPE = "https://www.googleapis.com/auth/monitoring.read"
_TIMEOUT = 30


class TimeSeries:
    """A session with the caller's own credentials (ADC). Raises `ConfigError` when there are none or they are refused."""

    def __init__(self, endpoint: str, now: datetime, minutes: int) -> None:
        import google.auth
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import AuthorizedSession

        self._endpoint = endpoint.rstrip("/")
        self._end = now
        self._start = now - timedelta(minutes=minutes)
        self._seconds = minutes * 60
        try:
            credentials, _ = google.auth.default(scopes=[_SCOPE])
        except GoogleAuthError as error:
            raise _unreachable(str(error)) from error
        self._session = AuthorizedSession(credentials)

    def measure(self, pool: Pool) -> Measured:
        """What monitoring shows of a pool over the window."""
        gsus = self._latest(pool, "dedicated_gsu_limit")
        limit = self._latest(pool, "dedicated_token_limit")
        used = self._minutes(pool)
        if gsus is None or not limit:
            return Measured(gsus=gsus, average=None, peak=None)
        return Measured(
            gsus=gsus,
            average=sum(used) / (limit * self._seconds),
            peak=max(used, default=0) / (limit * 60),
        )

    def _latest(self, pool: Pool, metric: str) -> int | None:
        points = [point for series in self._list(pool, metric, {}) for point in series.get("points", [])]
        newest = max(points, key=lambda point: str(point["interval"]["endTime"]), default=None)
        return (
            int(newest["value"].get("int64Value", newest["value"].get("doubleValue", 0))) if newest else None
        )

    def _minutes(self, pool: Pool) -> list[float]:
        """Tokens after burndown that purchased throughput served, per minute."""
        found: dict[str, float] = {}
        extra = {"aggregation.alignmentPeriod": "60s", "aggregation.perSeriesAligner": "ALIGN_SUM"}
        for series in self._list(
            pool, "consumed_token_throughput", extra, ' AND metric.labels.request_type = "dedicated"'
        ):
            for point in series.get("points", []):
                value = point["value"]
                at = str(point["interval"]["endTime"])
                found[at] = found.get(at, 0) + float(value.get("int64Value", value.get("doubleValue", 0)))
        return list(found.values())

    def _list(
        self, pool: Pool, metric: str, extra: Mapping[str, str], more: str = ""
    ) -> list[dict[str, Any]]:
        parameters = {
            "filter": f'metric.type = "{_PREFIX}{metric}" AND resource.labels.location = "{pool.location}"'
            f' AND resource.labels.model_user_id = "{pool.model}"{more}',
            "interval.startTime": self._start.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "interval.endTime": self._end.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            **extra,
        }
        found: list[dict[str, Any]] = []
        while True:
            page = self._get(pool.project, parameters)
            found += page.get("timeSeries", [])
            if not page.get("nextPageToken"):
                return found
            parameters = {**parameters, "pageToken": str(page["nextPageToken"])}

    def _get(self, project: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        import requests
        from google.auth.exceptions import GoogleAuthError

        try:
            answer = self._session.get(
                f"{self._endpoint}/v3/projects/{project}/timeSeries", params=parameters, timeout=_TIMEOUT
            )
        except (requests.RequestException, GoogleAuthError) as error:
            raise _unreachable(str(error)) from error
        if answer.status_code != 200:
            raise _unreachable(f"{answer.status_code} for project {project}: {_said(answer)}")
        document: dict[str, Any] = answer.json()
        return document


def _said(answer: Any) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return str(answer.text)[:200]


def _unreachable(reason: str) -> ConfigError:
    hint = "See which credential is used, and why: pt doctor. It needs monitoring.timeSeries.list (roles/monitoring.viewer)"
    return ConfigError(
        Problem(
            message=f"monitoring could not be read, so nothing was checked: {reason.splitlines()[0]}",
            hint=hint,
        )
    )
