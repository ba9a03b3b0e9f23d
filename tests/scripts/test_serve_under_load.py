"""What `pt serve` promises under load: the accounting stays right however fast requests come."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from local.vertex.load import measure
from tests.scripts.small_house import write_stack
from throughput.orders import Pool

POOL = Pool(project="acme-small", location="global", model="gemini-3.6-flash")
COUNT, TOKENS = 4000, 25 + 5 * 20


def counted(url: str, metric: str) -> dict[str, int]:
    """Sums of a counter by request type, as the Monitoring API lists them."""
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    query = {
        "filter": f'metric.type = "aiplatform.googleapis.com/publisher/online_serving/{metric}"',
        "interval.startTime": (now - timedelta(minutes=30)).isoformat(),
        "interval.endTime": (now + timedelta(minutes=1)).isoformat(),
    }
    listed = requests.get(
        f"{url}/v3/projects/acme-small/timeSeries?{urlencode(query)}",
        headers={"Authorization": "Bearer x"},
        timeout=20,
    )
    found: dict[str, int] = {}
    for series in listed.json()["timeSeries"]:
        kind = series["metric"]["labels"]["request_type"]
        found[kind] = found.get(kind, 0) + sum(
            int(point["value"]["int64Value"]) for point in series["points"]
        )
    return found


@pytest.mark.slow
def test_a_flood_is_counted_to_the_token_and_no_window_gives_more_than_was_bought(tmp_path: Path) -> None:
    write_stack(tmp_path)
    command = [sys.executable, "-P", "-m", "scripts", "serve", "small", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            document = json.loads(process.stdout.readline())
            load = measure(document["url"], POOL, COUNT)
            tokens, calls = (
                counted(document["url"], "consumed_token_throughput"),
                counted(document["url"], "model_invocation_count"),
            )
        finally:
            process.terminate()
            process.communicate(timeout=30)
    (budget,) = [
        pool["budget"]
        for pool in document["pools"]
        if pool["location"] == "global" and pool["model"] == POOL.model
    ]
    dedicated, spilled = load.by_traffic_type["PROVISIONED_THROUGHPUT"], load.by_traffic_type["ON_DEMAND"]
    assert load.refused == 0
    assert calls == {"dedicated": dedicated, "spillover": spilled}
    assert dedicated + spilled == COUNT
    assert tokens == {"dedicated": dedicated * TOKENS, "spillover": spilled * TOKENS}
    # A window of 120 s holds 1,296 of these; the flood may have met as many windows as it lasted, and one more.
    windows = int(load.seconds // 120) + 2
    assert budget // TOKENS <= dedicated <= windows * (budget // TOKENS)
