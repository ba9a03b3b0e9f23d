"""Under load no window gives more than was bought, and every token is accounted for."""

import http.client
import json
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from local.vertex.endpoint import Options, serving
from tests.local.vertex.support import NOON, Clock, endpoint, gemini_path, order, prompt, routing_headers
from throughput.admission import Meter
from throughput.orders import Pool, Routing

CLIENTS, REQUESTS = 8, 150


def test_windows_stay_within_the_pool_while_many_clients_call_at_once() -> None:
    charged: dict[int, int] = defaultdict(int)

    def audit(pool: Pool, meter: Meter) -> None:
        # What a window was charged in the end: credits lower it, so the last value counts.
        charged[meter.window] = meter.charged
        assert 0 <= meter.charged <= budget

    clock = Clock()
    target = endpoint([order("a", gsus=3), order("b", gsus=2)], clock, Options(audit=audit))
    (held,) = target.pools.capacities.values()
    budget = held.budget

    def client(number: int) -> list[tuple[str, int]]:
        """Call with sizes of its own; returns traffic type and burndown tokens of each answer."""
        dice, found = random.Random(number), []
        host, port = target.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        for _ in range(REQUESTS):
            routing = dice.choice((Routing.PT_THEN_ON_DEMAND, Routing.PT_ONLY, Routing.PT_THEN_PRIORITY))
            body = json.dumps(
                prompt(dice.choice((None, 1, 30, 200, 1200)), text="x" * dice.randrange(1, 4000))
            )
            connection.request(
                "POST", gemini_path(), body, {"Authorization": "Bearer x", **dict(routing_headers(routing))}
            )
            response = connection.getresponse()
            document = json.loads(response.read())
            if response.status == 429:
                assert routing is Routing.PT_ONLY
                continue
            usage = document["usageMetadata"]
            found.append(
                (usage["trafficType"], usage["promptTokenCount"] + 5 * usage["candidatesTokenCount"])
            )
            clock.now += dice.random() / 2
        connection.close()
        return found

    with serving(target), ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for found in pool.map(client, range(CLIENTS)) for answer in found]

    by_type: dict[str, int] = defaultdict(int)
    for traffic_type, tokens in answers:
        by_type[traffic_type] += tokens
    counters = target.counters
    assert by_type["PROVISIONED_THROUGHPUT"] == counters.total(
        "consumed_token_throughput", request_type="dedicated"
    )
    assert by_type["ON_DEMAND"] + by_type["ON_DEMAND_PRIORITY"] == counters.total(
        "consumed_token_throughput", request_type="spillover"
    )
    assert counters.total("model_invocation_count") == CLIENTS * REQUESTS
    assert counters.total("model_invocation_count", response_code="429") == CLIENTS * REQUESTS - len(answers)
    # Everything that purchased throughput served was charged to some window, none above its budget.
    assert len(charged) > 10
    assert by_type["PROVISIONED_THROUGHPUT"] <= sum(charged.values()) <= budget * len(charged)
    assert min(charged) >= NOON // held.window_seconds
