"""Variables against the ledger: each mismatch is named with both values, and secrets never are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.doctor.support import PROJECT, bad, order
from throughput.doctor.credential import Expected
from throughput.doctor.environment import environment_findings, foreign_address, table
from throughput.doctor.findings import Outcome
from throughput.orders import Order, Routing

CHAT = order()
SEARCH = order("search", location="eu", model="gemini-3.5-flash-lite")
CLAUDE = order("claude", model="claude-opus-5", location="us-east5", routing=Routing.PT_ONLY)
ONLY = order(routing=Routing.PT_ONLY)
RIGHT = {"GOOGLE_CLOUD_PROJECT": PROJECT, "GOOGLE_CLOUD_LOCATION": "global"}
EXPECTED = Expected(stack="prod", projects=(PROJECT,))
PROBLEM, WARNING = Outcome.PROBLEM, Outcome.WARNING

TABLE: list[tuple[dict[str, str], list[Order], list[tuple[str, Outcome]]]] = [
    (RIGHT, [CHAT], []),
    (RIGHT, [CHAT, SEARCH], []),
    ({}, [CHAT], []),
    (RIGHT | {"GOOGLE_CLOUD_LOCATION": "us-central1"}, [CHAT], [("environment/location", PROBLEM)]),
    (RIGHT | {"GOOGLE_CLOUD_LOCATION": "us"}, [CHAT, SEARCH], [("environment/location", PROBLEM)]),
    (RIGHT | {"GOOGLE_CLOUD_PROJECT": "acme-dev"}, [CHAT], [("environment/project", PROBLEM)]),
    ({"GOOGLE_CLOUD_PROJECT": PROJECT}, [CHAT], [("environment/location", WARNING)]),
    ({"GOOGLE_CLOUD_PROJECT": PROJECT}, [SEARCH], [("environment/location", PROBLEM)]),
    (
        {"GOOGLE_CLOUD_PROJECT": PROJECT, "GOOGLE_CLOUD_LOCATION": "$REGION"},
        [CHAT],
        [("environment/location", WARNING)],
    ),
    (RIGHT | {"VERTEX_MODEL": "gemini-3.8-flash"}, [CHAT], []),
    (RIGHT | {"VERTEX_MODEL": "gemini-3.8-flash-latest"}, [CHAT], [("environment/model", PROBLEM)]),
    (RIGHT | {"VERTEX_MODEL": "gemini-2.5-pro"}, [CHAT], [("environment/model", WARNING)]),
    (RIGHT | {"VERTEX_MODEL": "gemini-3.5-flash-lite"}, [CHAT, SEARCH], [("environment/location", PROBLEM)]),
    (
        {"VERTEXAI_PROJECT": PROJECT, "VERTEXAI_LOCATION": "us-east1"},
        [CHAT],
        [("environment/location", PROBLEM)],
    ),
    (
        {"ANTHROPIC_VERTEX_PROJECT_ID": PROJECT, "CLOUD_ML_REGION": "global"},
        [CHAT, CLAUDE],
        [("environment/location", PROBLEM)],
    ),
    ({"ANTHROPIC_VERTEX_PROJECT_ID": PROJECT, "CLOUD_ML_REGION": "nowhere"}, [CHAT], []),
    (
        {"ANTHROPIC_CUSTOM_HEADERS": "X-Vertex-AI-LLM-Request-Type: dedicatd", "CLOUD_ML_REGION": "us-east5"},
        [CLAUDE],
        [("environment/header-value", PROBLEM)],
    ),
    (
        {
            "ANTHROPIC_CUSTOM_HEADERS": "X-Vertex-AI-LLM-Request-Type: dedicated",
            "CLOUD_ML_REGION": "us-east5",
        },
        [CLAUDE],
        [],
    ),
    (
        {"ANTHROPIC_CUSTOM_HEADERS": "x-vertex-ai-llm-request-type: shared", "CLOUD_ML_REGION": "us-east5"},
        [CLAUDE],
        [("environment/routing", PROBLEM)],
    ),
    (RIGHT | {"VERTEX_ROUTING_HEADERS": "{}"}, [CHAT], []),
    (RIGHT | {"VERTEX_ROUTING_HEADERS": "{}"}, [ONLY], [("environment/routing", WARNING)]),
    (RIGHT | {"VERTEX_ROUTING_HEADERS": "dedicated"}, [CHAT], [("environment/broken", PROBLEM)]),
    (RIGHT | {"VERTEX_ROUTING_HEADERS": "[" * 9999}, [CHAT], [("environment/broken", PROBLEM)]),
    (RIGHT | {"VERTEX_LABELS": '{"dedicated-capacity": "chat"}'}, [CHAT], []),
    (RIGHT | {"VERTEX_LABELS": '{"dedicated-capacity": "other"}'}, [CHAT], [("environment/label", WARNING)]),
    (
        RIGHT | {"VERTEX_LABELS": '{"dedicated-capacity": "Not Fine"}'},
        [CHAT],
        [("environment/label", PROBLEM)],
    ),
    ({"GOOGLE_GENAI_USE_VERTEXAI": "true"}, [CHAT], []),
    ({"GOOGLE_GENAI_USE_VERTEXAI": "1", "GOOGLE_GENAI_USE_ENTERPRISE": "True"}, [CHAT], []),
    ({"GOOGLE_GENAI_USE_VERTEXAI": "yes"}, [CHAT], [("environment/switch", PROBLEM)]),
    ({"GOOGLE_GENAI_USE_VERTEXAI": "false"}, [CHAT], [("environment/switch", PROBLEM)]),
    (
        {"GOOGLE_GENAI_USE_VERTEXAI": "true", "GOOGLE_GENAI_USE_ENTERPRISE": "0"},
        [CHAT],
        [("environment/switch", PROBLEM), ("environment/switch", PROBLEM)],
    ),
    ({"GEMINI_API_KEY": "k"}, [CHAT], [("environment/api-key", PROBLEM)]),
    (
        {"GOOGLE_API_KEY": "k", "GOOGLE_GENAI_USE_VERTEXAI": "true"},
        [CHAT],
        [("environment/api-key", WARNING)],
    ),
    ({"GOOGLE_VERTEX_BASE_URL": "https://gateway.example.com"}, [CHAT], [("environment/address", PROBLEM)]),
    ({"GOOGLE_VERTEX_BASE_URL": "http://127.0.0.1:8765"}, [CHAT], [("environment/address", PROBLEM)]),
    ({"GOOGLE_VERTEX_BASE_URL": "https://us-central1-aiplatform.googleapis.com"}, [CHAT], []),
    (
        {"GOOGLE_VERTEX_BASE_URL": "https://a:b@aiplatform.googleapis.com"},
        [CHAT],
        [("environment/address", PROBLEM)],
    ),
    (
        {"GOOGLE_VERTEX_BASE_URL": "https://aiplatform.googleapis.com.evil.example"},
        [CHAT],
        [("environment/address", PROBLEM)],
    ),
    ({"GCE_METADATA_HOST": "metadata.google.internal"}, [CHAT], []),
    ({"GCE_METADATA_HOST": "10.0.0.7:80"}, [CHAT], [("environment/address", PROBLEM)]),
    ({"GOOGLE_CLOUD_QUOTA_PROJECT": "acme-else"}, [CHAT], [("environment/quota-project", WARNING)]),
    ({"GOOGLE_CLOUD_QUOTA_PROJECT": PROJECT}, [CHAT], []),
    ({"GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES": "1"}, [CHAT], [("environment/executables", WARNING)]),
    (RIGHT | {"GOOGLE_CLOUD_LOCATION": "us-central1"}, [], []),
]


@pytest.mark.parametrize(("variables", "orders", "expected"), TABLE, ids=[str(n) for n in range(len(TABLE))])
def test_each_mismatch_is_found_and_nothing_else(
    variables: dict[str, str], orders: list[Order], expected: list[tuple[str, Outcome]]
) -> None:
    assert bad(environment_findings(variables, orders, EXPECTED, loopback=False)) == expected


def test_a_wrong_location_names_both_and_the_command_that_mends_it() -> None:
    (found,) = environment_findings(
        RIGHT | {"GOOGLE_CLOUD_LOCATION": "us-central1"}, [CHAT], EXPECTED, loopback=False
    )
    assert found.message == (
        "GOOGLE_CLOUD_LOCATION=us-central1, but chat is committed in global: every call would be pay-as-you-go"
    )
    assert found.fix == "export GOOGLE_CLOUD_LOCATION=global"


def test_this_machine_is_fine_for_an_emulated_stack_and_said_so() -> None:
    variables = {"GOOGLE_VERTEX_BASE_URL": "http://127.0.0.1:1", "GCE_METADATA_HOST": "127.0.0.1:1"}
    assert bad(environment_findings(variables, [CHAT], EXPECTED, loopback=True)) == [
        ("environment/address", WARNING)
    ]
    assert foreign_address(variables, loopback=True) is None
    assert foreign_address(variables, loopback=False) == "GOOGLE_VERTEX_BASE_URL"


@pytest.mark.parametrize("name", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_a_keys_value_is_in_no_message(name: str) -> None:
    assert "hush-5df1" not in repr(
        environment_findings({name: "hush-5df1"}, [CHAT], EXPECTED, loopback=False)
    )


def test_every_variable_of_the_table_is_named_once() -> None:
    names = [
        value
        for group in table()["groups"]
        for role, value in group.items()
        if value.isupper() and role != "source"
    ]
    names += [*table()["addresses"], *table()["keys"], *table()["switches"]]
    assert len(names) == len(set(names))
    assert all(name.replace("_", "").isalnum() for name in names)


NAMES = [
    *(
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_CLOUD_LOCATION",
        "VERTEX_MODEL",
        "VERTEX_ROUTING_HEADERS",
        "VERTEX_LABELS",
    ),
    *(
        "ANTHROPIC_CUSTOM_HEADERS",
        "CLOUD_ML_REGION",
        "GOOGLE_VERTEX_BASE_URL",
        "GCE_METADATA_HOST",
        "GOOGLE_GENAI_USE_VERTEXAI",
    ),
]


@settings(max_examples=150)
@given(
    variables=st.dictionaries(
        st.sampled_from(NAMES), st.text(max_size=30) | st.sampled_from(["{}", "global", PROJECT])
    )
)
def test_any_values_are_judged_without_a_traceback(variables: dict[str, str]) -> None:
    for one in environment_findings(variables, [CHAT, SEARCH, CLAUDE], EXPECTED, loopback=False):
        assert one.message.isprintable()
