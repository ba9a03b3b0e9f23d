"""Every Python snippet, run with its real SDK."""

from pathlib import Path

import pytest

from local.vertex.endpoint import serving
from scripts import _clients_env
from tests.clients.claims import holds
from tests.clients.running import CASES, endpoint_for, environment, run_file, run_python, write_snippet
from throughput.clients import matrix
from throughput.clients.matrix import Client, Publisher

pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(
        not _clients_env.python_ready(), reason="no .venv-clients: ./pt test --clients makes it"
    ),
]

PYTHON_CLIENTS = [
    pytest.param(client, kind, id=f"{client.name}-{kind}")
    for client in matrix.load().clients.values()
    if client.language == "python"
    for kind in client.publishers
]


@pytest.mark.parametrize(("client", "kind"), PYTHON_CLIENTS)
def test_each_mode_arrives_as_written_and_the_self_check_tells_who_served(
    client: Client, kind: Publisher, tmp_path: Path
) -> None:
    with serving(endpoint_for(kind)) as endpoint:
        outcomes = run_python(_clients_env.PYTHON, client.name, kind, endpoint, tmp_path)
    for case in CASES:
        holds(client, kind, case, outcomes[case.name])


@pytest.mark.parametrize(("client", "kind"), PYTHON_CLIENTS)
def test_the_snippet_is_a_program_of_its_own(client: Client, kind: Publisher, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "pt-only")
    file = tmp_path / "snippet.py"
    file.write_text(write_snippet(client, case, kind).text, encoding="utf-8")
    with serving(endpoint_for(kind)) as endpoint:
        variables = environment(endpoint, tmp_path)
        outcome = run_file([str(_clients_env.PYTHON), str(file)], endpoint, case, variables, tmp_path)
    holds(client, kind, case, outcome)
