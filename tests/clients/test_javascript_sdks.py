"""Every JavaScript snippet, run with its real SDK; over TLS, because LangChain takes nothing else."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from local.vertex.endpoint import Endpoint, Options, serving
from local.vertex.tls import loopback_certificate
from scripts import _clients_env
from tests.clients.claims import holds
from tests.clients.running import CASES, MODELS, Case, environment, order_of, run_file, write_snippet
from throughput.clients import matrix
from throughput.clients.matrix import Client, Publisher

pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(
        not _clients_env.javascript_ready(),
        reason="no .build/clients-js: ./pt test --clients makes it where npm is",
    ),
]

JAVASCRIPT_CLIENTS = [
    pytest.param(client, id=client.name)
    for client in matrix.load().clients.values()
    if client.language == "javascript"
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("client", JAVASCRIPT_CLIENTS)
def test_each_mode_arrives_as_written_and_the_self_check_tells_who_served(
    client: Client, case: Case, tmp_path: Path
) -> None:
    ca, context = loopback_certificate(tmp_path, time.time())
    orders = [order_of(case, Publisher.GOOGLE, "global")]
    endpoint = Endpoint(orders, MODELS, time.time, replace(Options(), tls=context))
    # Node looks for packages beside the file, so the snippet stands where the packages can be seen.
    (tmp_path / "node_modules").symlink_to(_clients_env.JAVASCRIPT / "node_modules")
    file = tmp_path / "snippet.mjs"
    file.write_text(write_snippet(client, case, Publisher.GOOGLE).text, encoding="utf-8")
    with serving(endpoint):
        variables = environment(endpoint, tmp_path, ca)
        outcome = run_file([str(_clients_env.NODE), str(file)], endpoint, case, variables, tmp_path)
    holds(client, Publisher.GOOGLE, case, outcome)
