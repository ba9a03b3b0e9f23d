"""What isn't a program: the shell, LiteLLM's configuration and environment variables, used as they are meant."""

import shutil
from pathlib import Path

import pytest

from local.vertex.endpoint import serving
from scripts import _clients_env
from tests.clients.claims import holds, pinned
from tests.clients.running import CASES, Case, endpoint_for, environment, run_file, this_python, write_snippet
from throughput.clients import matrix
from throughput.clients.matrix import Publisher

needs_curl = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs bash, curl and jq on PATH"
)
needs_sdks = pytest.mark.skipif(
    not _clients_env.python_ready(), reason="no .venv-clients: ./pt test --clients makes it"
)
PT_ONLY = next(case for case in CASES if case.name == "pt-only")
# No header, one header, both headers: each start of an SDK takes seconds, and every mode is one of these three.
SOME = [case for case in CASES if case.name in ("pt-then-on-demand", "pt-only", "priority-only")]

GLUE = """
import json, os
from google import genai
from google.genai import types

# Project and location are passed although the client would read them: with another base URL it drops what is only in the environment.
client = genai.Client(
    vertexai=True, project=os.environ["GOOGLE_CLOUD_PROJECT"], location=os.environ["GOOGLE_CLOUD_LOCATION"]
)
config = types.GenerateContentConfig(
    labels=json.loads(os.environ["VERTEX_LABELS"]),
    http_options=types.HttpOptions(headers=json.loads(os.environ["VERTEX_ROUTING_HEADERS"])),
)
answer = client.models.generate_content(model=os.environ["VERTEX_MODEL"], contents="ping", config=config)
print(answer.usage_metadata.traffic_type.value)
"""

CLAUDE = """
import os
import anthropic

messages = [{"role": "user", "content": "ping"}]
anthropic.AnthropicVertex().messages.create(model=os.environ["VERTEX_MODEL"], max_tokens=8, messages=messages)
"""

PROXY = """
import sys
import litellm, yaml

config = yaml.safe_load(open(sys.argv[1]))
router = litellm.Router(model_list=config["model_list"], **config["router_settings"])
try:
    router.completion(model=config["model_list"][0]["model_name"], messages=[{"role": "user", "content": "ping"}])
except litellm.exceptions.RateLimitError as error:
    sys.exit(str(error))
"""


@needs_curl
@pytest.mark.parametrize("kind", Publisher)
def test_the_shell_script_says_who_served_it_in_every_mode(kind: Publisher, tmp_path: Path) -> None:
    client = matrix.load().find("curl")
    with serving(endpoint_for(kind)) as endpoint:
        variables = environment(endpoint, tmp_path)
        for case in CASES:
            file = tmp_path / f"{case.name}.sh"
            file.write_text(write_snippet(client, case, kind).text, encoding="utf-8")
            holds(client, kind, case, run_file(["bash", str(file)], endpoint, case, variables, tmp_path))


def _sourced(python: Path | str, file: Path, program: str, folder: Path) -> list[str]:
    (folder / "glue.py").write_text(program, encoding="utf-8")
    return [
        "sh",
        "-c",
        'set -a; . "$1"; exec "$2" -P -W ignore "$3"',
        "sh",
        str(file),
        str(python),
        str(folder / "glue.py"),
    ]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_the_variables_carry_the_order_where_the_code_passes_them_on(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "variables.env"
    file.write_text(write_snippet("env", case, Publisher.GOOGLE).text, encoding="utf-8")
    with serving(endpoint_for(Publisher.GOOGLE)) as endpoint:
        command = _sourced(this_python(), file, GLUE, tmp_path)
        outcome = run_file(command, endpoint, case, environment(endpoint, tmp_path), tmp_path)
    holds(matrix.load().find("env"), Publisher.GOOGLE, case, outcome)


@pytest.mark.clients
@needs_sdks
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_anthropics_sdk_reads_routing_and_label_from_the_variables(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "variables.env"
    file.write_text(write_snippet("env", case, Publisher.ANTHROPIC).text, encoding="utf-8")
    with serving(endpoint_for(Publisher.ANTHROPIC)) as endpoint:
        command = _sourced(_clients_env.PYTHON, file, CLAUDE, tmp_path)
        outcome = run_file(command, endpoint, case, environment(endpoint, tmp_path), tmp_path)
    assert outcome.code == 0, outcome.err
    (request,) = outcome.requests
    pinned(matrix.load().find("env"), Publisher.ANTHROPIC, case, request)
    assert request.traffic_type == case.expected


@pytest.mark.clients
@needs_sdks
@pytest.mark.parametrize("case", [*SOME, CASES[-1]], ids=lambda case: case.name)
def test_litellms_router_takes_the_proxys_configuration(case: Case, tmp_path: Path) -> None:
    client = matrix.load().find("litellm-proxy")
    (tmp_path / "config.yaml").write_text(
        write_snippet(client, case, Publisher.GOOGLE).text, encoding="utf-8"
    )
    (tmp_path / "run.py").write_text(PROXY, encoding="utf-8")
    command = [str(_clients_env.PYTHON), "-P", "-W", "ignore", "run.py", "config.yaml"]
    with serving(endpoint_for(Publisher.GOOGLE)) as endpoint:
        outcome = run_file(command, endpoint, case, environment(endpoint, tmp_path), tmp_path)
    for request in outcome.requests:
        pinned(client, Publisher.GOOGLE, case, request)
    assert len(outcome.requests) == 1, "nothing is retried, and nothing is sent twice"
    assert outcome.requests[0].traffic_type == case.expected
    assert (outcome.code == 0) == (case.expected is not None), outcome.err


def test_every_snippet_of_a_program_ends_with_its_own_check() -> None:
    for client in matrix.load().clients.values():
        if client.language in ("yaml", "dotenv"):
            continue
        for kind in client.publishers:
            text = write_snippet(client, PT_ONLY, kind).text
            assert "expected" in text.lower()
