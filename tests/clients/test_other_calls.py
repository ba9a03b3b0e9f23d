"""What the SDKs do besides one prompt and its answer: streams, embeddings, counting; the endpoint speaks all of it."""

from pathlib import Path

import pytest

from local.vertex.endpoint import Endpoint, serving
from scripts import _clients_env
from tests.clients.running import CASES, Case, endpoint_for, environment, run_file, this_python
from throughput.clients.matrix import Publisher

PT_ONLY = next(case for case in CASES if case.name == "pt-only")
HEADERS = '{"X-Vertex-AI-LLM-Request-Type": "dedicated"}'

GOOGLE = f"""
from google import genai
from google.genai import types

options = types.HttpOptions(headers={HEADERS})
client = genai.Client(vertexai=True, project="{PT_ONLY.project}", location="global", http_options=options)
model = "gemini-3.6-flash"
pieces = list(client.models.generate_content_stream(model=model, contents="ping"))
print(pieces[-1].usage_metadata.traffic_type.value, "".join(piece.text for piece in pieces))
chat = client.chats.create(model=model)
print(chat.send_message("ping").usage_metadata.traffic_type.value, chat.send_message("again").usage_metadata.prompt_token_count)
print(client.models.count_tokens(model=model, contents="ping").total_tokens)
print(len(client.models.embed_content(model=model, contents="ping").embeddings[0].values))
"""

OPENAI = f"""
import os, openai

base = os.environ["GOOGLE_VERTEX_BASE_URL"] + "/v1/projects/{PT_ONLY.project}/locations/global/endpoints/openapi"
client = openai.OpenAI(api_key="local", base_url=base, default_headers={HEADERS}, max_retries=0)
stream = client.chat.completions.create(
    model="google/gemini-3.6-flash", messages=[{{"role": "user", "content": "ping"}}], stream=True, stream_options={{"include_usage": True}}
)
pieces = list(stream)
print(pieces[-1].usage.extra_properties["google"]["traffic_type"], "".join(p.choices[0].delta.content or "" for p in pieces if p.choices))
"""

CLAUDE = f"""
import anthropic

client = anthropic.AnthropicVertex(project_id="{PT_ONLY.project}", region="global", default_headers={HEADERS}, max_retries=0)
with client.messages.stream(model="claude-opus-5", max_tokens=8, messages=[{{"role": "user", "content": "ping"}}]) as stream:
    print(stream.get_final_message().usage.output_tokens, stream.get_final_text())
"""

TEXT = "This answer comes from a stand-in on this machine; no model was asked."


def _run(python: Path | str, program: str, endpoint: Endpoint, folder: Path) -> list[str]:
    (folder / "program.py").write_text(program, encoding="utf-8")
    command = [str(python), "-P", "-W", "ignore", "program.py"]
    case: Case = PT_ONLY
    with serving(endpoint):
        outcome = run_file(command, endpoint, case, environment(endpoint, folder), folder)
    assert outcome.code == 0, outcome.err
    assert {request.routing for request in outcome.requests if request.routing} == {"pt_only"}
    return outcome.out.splitlines()


def test_google_genai_streams_chats_counts_and_embeds(tmp_path: Path) -> None:
    lines = _run(this_python(), GOOGLE, endpoint_for(Publisher.GOOGLE), tmp_path)
    assert lines == [
        f"PROVISIONED_THROUGHPUT {TEXT}",
        f"PROVISIONED_THROUGHPUT {(8 + len(TEXT) + 5) // 4}",
        "1",
        "16",
    ]


@pytest.mark.clients
@pytest.mark.skipif(not _clients_env.python_ready(), reason="no .venv-clients: ./pt test --clients makes it")
@pytest.mark.parametrize(
    ("program", "kind", "says"),
    [
        (OPENAI, Publisher.GOOGLE, f"PROVISIONED_THROUGHPUT {TEXT}"),
        (CLAUDE, Publisher.ANTHROPIC, f"8 {TEXT}"),
    ],
    ids=["openai", "anthropic"],
)
def test_other_publishers_sdks_stream(program: str, kind: Publisher, says: str, tmp_path: Path) -> None:
    assert _run(_clients_env.PYTHON, program, endpoint_for(kind), tmp_path) == [says]
