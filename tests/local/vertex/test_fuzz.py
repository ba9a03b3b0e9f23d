"""Whatever body comes, it is answered or refused in Google's form; nothing breaks the endpoint."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.vertex.endpoint import Endpoint, serving
from tests.local.vertex.support import CLAUDE, EMBEDDING, PROJECT, call, endpoint, gemini_path

CLAUDE_PATH = f"/v1/projects/{PROJECT}/locations/global/publishers/anthropic/models/{CLAUDE}:streamRawPredict"
CHAT = f"/v1/projects/{PROJECT}/locations/global/endpoints/openapi/chat/completions"
ACCOUNT = "/v1/projects/-/serviceAccounts/a@example.com:generateAccessToken"

NAMES = st.sampled_from(
    [
        "contents",
        "parts",
        "text",
        "role",
        "generationConfig",
        "generation_config",
        "maxOutputTokens",
        "labels",
        "systemInstruction",
        "inlineData",
        "content",
        "instances",
        "messages",
        "model",
        "max_tokens",
        "anthropic_version",
        "stream",
        "stream_options",
        "include_usage",
        "system",
        "lifetime",
        "grantType",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5000),
    st.text(max_size=8),
    st.sampled_from(["google/gemini-3.6-flash"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def target() -> Iterator[Endpoint]:
    with serving(endpoint()) as started:
        yield started


TURN = {"role": "user", "parts": [{"text": "ping"}]}
MESSAGE = {"role": "user", "content": "ping"}
# Paths with a body that is fine, one field of which is then replaced.
FINE: list[tuple[str, dict[str, Any]]] = [
    (gemini_path(), {"contents": [TURN]}),
    (gemini_path("streamGenerateContent"), {"contents": [TURN]}),
    (gemini_path("countTokens"), {"contents": [TURN]}),
    (gemini_path("predict", name=EMBEDDING), {"instances": [{"content": "ping"}]}),
    (gemini_path("embedContent", name=EMBEDDING), {"content": TURN}),
    (CLAUDE_PATH, {"anthropic_version": "x", "max_tokens": 1, "messages": [MESSAGE]}),
    (CHAT, {"model": "google/gemini-3.6-flash", "messages": [MESSAGE]}),
    (ACCOUNT, {}),
    ("/v1/token", {}),
]


@given(fine=st.sampled_from(FINE), changes=st.dictionaries(NAMES, JSON, min_size=1, max_size=2))
@settings(max_examples=300)
def test_every_body_is_answered_or_refused(
    target: Endpoint, fine: tuple[str, dict[str, Any]], changes: dict[str, Any]
) -> None:
    path, body = fine
    answer = call(target, path, body | changes)
    assert answer.status in (200, 400, 404), answer.body


@given(fine=st.sampled_from(FINE), body=JSON)
@settings(max_examples=100)
def test_so_is_what_has_no_known_form(target: Endpoint, fine: tuple[str, dict[str, Any]], body: Any) -> None:
    answer = call(target, fine[0], body)
    assert answer.status in (200, 400, 404), answer.body
