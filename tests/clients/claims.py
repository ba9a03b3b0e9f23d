"""What must hold for every snippet of every client."""

from local.vertex.calls import Recorded
from tests.clients.running import BY_KIND, Case, Outcome
from throughput.clients.matrix import Client, Publisher
from throughput.routing import LABEL_KEY, MODES, REQUEST_TYPE, SHARED_TYPE

# Clients whose answers don't say who served them.
BLIND = {"anthropic-vertex"}
UNLABELLED = {"openai", "langchain-js"}


def holds(client: Client, kind: Publisher, case: Case, outcome: Outcome) -> None:
    """The requests pin the order and carry each header once; the snippet's own check tells the truth."""
    assert outcome.requests, f"nothing arrived: {outcome.err}"
    for request in outcome.requests:
        pinned(client, kind, case, request)
    if case.expected is None:
        refused(client, outcome)
        return
    assert {request.traffic_type for request in outcome.requests} == {case.expected}
    if client.name in BLIND or kind is Publisher.ANTHROPIC:
        assert outcome.code == 0, outcome.err
        return
    assert outcome.out.splitlines()[-1:] == [case.expected], outcome.err
    wanted = MODES[case.routing].traffic_types[0]
    if case.expected == wanted:
        assert outcome.code == 0, outcome.err
    else:
        assert outcome.code == 1
        assert f"expected {wanted}" in outcome.err


def pinned(client: Client, kind: Publisher, case: Case, request: Recorded) -> None:
    """Path, model, location, headers and label of one request."""
    assert request.pool is not None
    assert (request.pool.project, request.pool.location) == (case.project, case.location)
    assert request.pool.model == BY_KIND[kind].model
    assert f"/projects/{case.project}/locations/{case.location}/" in request.path
    assert request.routing == case.routing
    headers = MODES[case.routing].headers
    for name in (REQUEST_TYPE, SHARED_TYPE):
        assert request.header_values(name) == ([headers[name]] if name in headers else [])
    if client.name in UNLABELLED or (client.name == "curl" and kind is Publisher.OPEN):
        assert not request.labels
    else:
        assert request.labels[LABEL_KEY] == f"label-{case.name}"


def refused(client: Client, outcome: Outcome) -> None:
    """Beyond capacity, `pt_only` shows the documented text after one request: nothing is retried."""
    assert outcome.code == 1
    assert "Exceeded the Provisioned Throughput" in outcome.err + outcome.out
    assert len(outcome.requests) == 1
    assert outcome.requests[0].status == 429
