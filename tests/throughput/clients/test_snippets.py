"""What a snippet says, and when it is refused."""

import ast
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from throughput.clients import matrix
from throughput.clients.matrix import TEMPLATES, Client, Publisher
from throughput.clients.retries import PLANS
from throughput.clients.snippets import Target, host_of, refusals, snippet
from throughput.orders import Order, Routing, Status, Term
from throughput.routing import LABEL_KEY, MODES, REQUEST_TYPE, SHARED_TYPE

MODELS = {
    Publisher.GOOGLE: ("gemini-3.6-flash", "google"),
    Publisher.ANTHROPIC: ("claude-opus-5", "anthropic"),
    Publisher.OPEN: ("gpt-oss-120b-maas", "openai"),
}
CLIENTS = matrix.load().clients
EVERY = [
    pytest.param(client, kind, routing, id=f"{client.name}-{kind}-{routing}")
    for client in CLIENTS.values()
    for kind in client.publishers
    for routing in Routing
]


def target(kind: Publisher = Publisher.GOOGLE, **fields: Any) -> Target:
    model, publisher = MODELS[kind]
    values: dict[str, Any] = {
        "name": "chat",
        "project": "acme-prod",
        "model": model,
        "location": "global",
        "gsus": 5,
        "term": Term.MONTH,
        "status": Status.ACTIVE,
        "label": "chat-label",
    }
    return Target(stack="prod", order=Order(**values | fields), publisher=publisher, kind=kind)


@pytest.mark.parametrize(("client", "kind", "routing"), EVERY)
def test_every_snippet_pins_the_order_and_names_its_mode(
    client: Client, kind: Publisher, routing: Routing
) -> None:
    text = snippet(target(kind, routing=routing), client).text
    assert "@{" not in text
    for pinned in ("acme-prod", "global", MODELS[kind][0], str(routing)):
        assert pinned in text
    if client.language != "dotenv" or kind is not Publisher.OPEN:
        assert MODES[routing].traffic_types[0] in text


@pytest.mark.parametrize(("client", "kind", "routing"), EVERY)
def test_every_snippet_carries_the_headers_of_its_mode_and_the_label_or_says_why_not(
    client: Client, kind: Publisher, routing: Routing
) -> None:
    text = snippet(target(kind, routing=routing), client).text
    headers = MODES[routing].headers
    if client.name != "pydantic-ai":
        for name, value in headers.items():
            assert name in text
            assert value in text
        for name in {REQUEST_TYPE, SHARED_TYPE} - set(headers):
            assert f'"{name}"' not in text
            assert f"{name}: " not in text
    if client.labels is None or (client.name == "curl" and kind is Publisher.OPEN):
        assert "No label" in text
        assert "chat-label" in text
    else:
        assert LABEL_KEY in text or "X-Vertex-AI-Labels" in text


@pytest.mark.parametrize(("client", "kind", "routing"), EVERY)
def test_every_snippet_is_well_formed(
    client: Client, kind: Publisher, routing: Routing, tmp_path: Path
) -> None:
    text = snippet(target(kind, routing=routing), client).text
    if client.language == "python":
        ast.parse(text)
    elif client.language == "yaml":
        (deployment,) = yaml.safe_load(text)["model_list"]
        assert deployment["litellm_params"]["extra_headers"] == MODES[routing].headers
        assert deployment["litellm_params"]["labels"] == {LABEL_KEY: "chat-label"}
    elif client.language == "shell" and (bash := shutil.which("bash")):
        done = subprocess.run([bash, "-n"], input=text, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    assert text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 160


def test_grpc_gets_lower_case_names() -> None:
    text = snippet(target(routing=Routing.PT_ONLY), CLIENTS["vertexai"]).text
    assert REQUEST_TYPE.lower() in text


def test_variables_hold_headers_and_labels_as_json() -> None:
    text = snippet(target(routing=Routing.PRIORITY_ONLY), CLIENTS["env"]).text
    values = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert json.loads(values["VERTEX_ROUTING_HEADERS"].strip("'")) == MODES[Routing.PRIORITY_ONLY].headers
    assert json.loads(values["VERTEX_LABELS"].strip("'")) == {LABEL_KEY: "chat-label"}
    assert values["GOOGLE_CLOUD_LOCATION"] == "global"


class TestRefusals:
    @pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
    def test_an_order_that_is_not_active_unless_planned(self, status: Status) -> None:
        order, client = target(status=status), CLIENTS["google-genai"]
        (reason,) = refusals(order, client, planned=False)
        assert f"chat is {status}, not active" in reason
        assert refusals(order, client, planned=True) == []

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("google-genai", Publisher.ANTHROPIC),
            ("anthropic-vertex", Publisher.GOOGLE),
            ("go", Publisher.OPEN),
        ],
    )
    def test_a_client_that_cannot_call_that_publisher(self, name: str, kind: Publisher) -> None:
        (reason,) = refusals(target(kind), CLIENTS[name], planned=False)
        assert MODELS[kind][0] in reason

    @pytest.mark.parametrize("routing", Routing)
    def test_a_mode_that_the_location_cannot_serve(self, routing: Routing) -> None:
        found = refusals(target(routing=routing, location="europe-west3"), CLIENTS["curl"], planned=False)
        assert len(found) == MODES[routing].global_only
        assert all("global only" in reason for reason in found)

    def test_a_model_that_takes_no_prompt(self) -> None:
        video = Target(
            stack="prod", order=target().order, publisher="google", kind=Publisher.GOOGLE, takes_prompts=False
        )
        assert len(refusals(video, CLIENTS["curl"], planned=False)) == 1

    def test_all_reasons_are_told_at_once(self) -> None:
        wrong = target(
            Publisher.ANTHROPIC, status=Status.DRAFT, routing=Routing.FLEX_ONLY, location="us-east5"
        )
        assert len(refusals(wrong, CLIENTS["go"], planned=False)) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"label": 'x"y'},
        {"label": "a\nb"},
        {"project": "$(id)"},
        {"model": "m'; --"},
        {"location": "global\n"},
        {"label": "A"},
    ],
)
def test_a_value_outside_its_charset_is_never_written(fields: dict[str, str]) -> None:
    for client in CLIENTS.values():
        for kind in client.publishers:
            with pytest.raises(ValueError, match="allowed"):
                snippet(target(kind, **fields), client)


def test_retries_fit_the_mode() -> None:
    assert set(PLANS) == set(Routing)
    assert PLANS[Routing.PT_ONLY].retries == 0, "a full window stays full"
    for routing in (Routing.PT_THEN_FLEX, Routing.FLEX_ONLY):
        assert (PLANS[routing].retries, PLANS[routing].timeout_seconds) == (0, 1800)
    assert PLANS[Routing.ON_DEMAND].retries > 0


@pytest.mark.parametrize(
    ("place", "host"),
    [
        ("global", "https://aiplatform.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
    ],
)
def test_hosts_of_locations(place: str, host: str) -> None:
    assert host_of(place) == host


def test_every_template_belongs_to_a_client_and_every_client_has_its_own() -> None:
    used = {file for client in CLIENTS.values() for file in client.templates.values()}
    assert {path.name for path in TEMPLATES.iterdir() if path.is_file()} == used
