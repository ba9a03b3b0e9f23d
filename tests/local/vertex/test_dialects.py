"""Every interface of the endpoint, in the form its clients read."""

import base64
import json
from typing import Any

import pytest

from local.vertex.endpoint import serving
from tests.local.vertex.support import (
    CLAUDE,
    EMBEDDING,
    OPEN,
    PROJECT,
    Answer,
    call,
    endpoint,
    gemini_path,
    order,
    prompt,
)
from throughput.routing import REQUEST_TYPE

CHAT = f"/v1/projects/{PROJECT}/locations/global/endpoints/openapi/chat/completions"
CLAUDE_PATH = f"/v1/projects/{PROJECT}/locations/global/publishers/anthropic/models/{CLAUDE}"


def claude_body(**fields: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": [{"type": "text", "text": "ping"}]}]
    return {"anthropic_version": "vertex-2023-10-16", "max_tokens": 10, "messages": messages, **fields}


def events(answer: Answer) -> list[Any]:
    lines = answer.body.decode().splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ") and line != "data: [DONE]"]


class TestGemini:
    def test_an_answer_counts_what_it_was_asked_and_allowed(self) -> None:
        with serving(endpoint()) as target:
            document = call(
                target,
                gemini_path(),
                prompt(7, text="x" * 41, systemInstruction={"parts": [{"text": "y" * 3}]}),
            ).json
        assert document["candidates"][0]["content"]["role"] == "model"
        assert document["usageMetadata"] == {
            "promptTokenCount": 11,
            "candidatesTokenCount": 7,
            "totalTokenCount": 18,
            "trafficType": "PROVISIONED_THROUGHPUT",
        }

    @pytest.mark.parametrize("sse", [True, False])
    def test_a_stream_names_its_traffic_type_in_every_piece(self, sse: bool) -> None:
        with serving(endpoint()) as target:
            answer = call(
                target, gemini_path("streamGenerateContent") + ("?alt=sse" if sse else ""), prompt(9)
            )
            assert target.calls.recent[0].tokens == 1 + 5 * 9
        pieces = events(answer) if sse else answer.json
        assert [piece["usageMetadata"]["trafficType"] for piece in pieces] == ["PROVISIONED_THROUGHPUT"] * 3
        assert pieces[-1]["usageMetadata"]["candidatesTokenCount"] == 9
        assert [piece["candidates"][0].get("finishReason") for piece in pieces] == [None, None, "STOP"]

    def test_counting_tokens_uses_no_capacity(self) -> None:
        with serving(endpoint()) as target:
            assert call(target, gemini_path("countTokens"), prompt()).json["totalTokens"] == 1
            assert target.pools.left(next(iter(target.pools.capacities))) == 1000

    def test_an_image_counts_as_a_small_one(self) -> None:
        part = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
        with serving(endpoint()) as target:
            document = call(target, gemini_path(), {"contents": [{"role": "user", "parts": [part]}]}).json
        assert document["usageMetadata"]["promptTokenCount"] == 259

    @pytest.mark.parametrize(
        ("method", "body", "size"),
        [
            (
                "embedContent",
                {"content": {"parts": [{"text": "ping"}]}},
                lambda found: len(found["embedding"]["values"]),
            ),
            (
                "predict",
                {"instances": [{"content": "ping"}]},
                lambda found: len(found["predictions"][0]["embeddings"]["values"]),
            ),
        ],
    )
    def test_embeddings_use_the_pool_of_their_model(self, method: str, body: Any, size: Any) -> None:
        with serving(endpoint([order(model=EMBEDDING)])) as target:
            assert size(call(target, gemini_path(method, name=EMBEDDING), body).json) == 16
            assert target.calls.recent[0].traffic_type == "PROVISIONED_THROUGHPUT"

    @pytest.mark.parametrize(
        ("method", "body"),
        [
            ("generateContent", b"{"),
            ("generateContent", []),
            ("generateContent", {}),
            ("generateContent", {"contents": []}),
            ("generateContent", prompt(0)),
            ("generateContent", {**prompt(), "generationConfig": {"maxOutputTokens": "7"}}),
            ("embedContent", {}),
            ("predict", {"instances": [{"prompt": "a cat"}]}),
        ],
    )
    def test_a_body_that_makes_no_sense_is_refused_in_googles_form(self, method: str, body: Any) -> None:
        with serving(endpoint()) as target:
            answer = call(target, gemini_path(method), body)
        assert answer.status == 400
        assert answer.json["error"]["status"] == "INVALID_ARGUMENT"

    @pytest.mark.parametrize(
        ("path", "status"),
        [(gemini_path("fineTune"), 501), ("/v1/nothing", 404), (gemini_path("rawPredict"), 501)],
    )
    def test_what_the_stand_in_does_not_do_it_says(self, path: str, status: int) -> None:
        with serving(endpoint()) as target:
            assert call(target, path, prompt()).status == status


class TestOpenAi:
    @pytest.mark.parametrize(
        ("name", "held"), [("google/gemini-3.6-flash", "gemini-3.6-flash"), (f"openai/{OPEN}", OPEN)]
    )
    def test_an_answer_names_its_traffic_type_where_google_puts_it(self, name: str, held: str) -> None:
        body = {"model": name, "messages": [{"role": "user", "content": "ping"}], "max_tokens": 3}
        with serving(endpoint([order(model=held)])) as target:
            usage = call(target, CHAT, body).json["usage"]
        assert usage["extra_properties"] == {"google": {"traffic_type": "PROVISIONED_THROUGHPUT"}}
        assert (usage["prompt_tokens"], usage["completion_tokens"]) == (1, 3)

    @pytest.mark.parametrize("wants_usage", [True, False])
    def test_a_stream_ends_with_the_usage_where_it_was_asked_for(self, wants_usage: bool) -> None:
        body = {
            "model": "google/gemini-3.6-flash",
            "messages": [{"role": "user", "content": "ping"}],
            "stream": True,
        }
        with serving(endpoint()) as target:
            answer = call(target, CHAT, body | {"stream_options": {"include_usage": wants_usage}})
        assert answer.body.endswith(b"data: [DONE]\n\n")
        assert ("usage" in events(answer)[-1]) == wants_usage

    @pytest.mark.parametrize(
        "body",
        [
            {"model": "gemini-3.6-flash", "messages": [{}]},
            {"model": "google/gemini-3.6-flash", "messages": []},
        ],
    )
    def test_a_body_that_makes_no_sense_is_refused(self, body: Any) -> None:
        with serving(endpoint()) as target:
            assert call(target, CHAT, body).status == 400


class TestClaude:
    def test_an_answer_is_a_message_and_names_no_traffic_type(self) -> None:
        with serving(endpoint([order(model=CLAUDE)])) as target:
            document = call(target, f"{CLAUDE_PATH}:rawPredict", claude_body()).json
            assert target.calls.recent[0].traffic_type == "PROVISIONED_THROUGHPUT"
        assert document["usage"] == {"input_tokens": 1, "output_tokens": 10}
        assert "traffic" not in json.dumps(document)

    def test_a_stream_is_the_messages_apis(self) -> None:
        with serving(endpoint([order(model=CLAUDE)])) as target:
            answer = call(target, f"{CLAUDE_PATH}:streamRawPredict", claude_body(stream=True))
        kinds = [event["type"] for event in events(answer)]
        assert (kinds[0], kinds[-1]) == ("message_start", "message_stop")
        assert kinds.count("content_block_delta") == 3

    def test_labels_travel_in_a_header(self) -> None:
        encoded = base64.b64encode(json.dumps({"dedicated-capacity": "claude"}).encode()).decode()
        headers = [("X-Vertex-AI-Labels", encoded), (REQUEST_TYPE, "dedicated")]
        with serving(endpoint([order(model=CLAUDE)])) as target:
            assert call(target, f"{CLAUDE_PATH}:rawPredict", claude_body(), headers).status == 200
            assert target.calls.recent[0].labels == {"dedicated-capacity": "claude"}

    @pytest.mark.parametrize(
        "value", ["no base64!", base64.b64encode(b"{").decode(), base64.b64encode(b'{"K":"v"}').decode()]
    )
    def test_labels_that_cannot_be_read_are_refused(self, value: str) -> None:
        with serving(endpoint([order(model=CLAUDE)])) as target:
            assert (
                call(
                    target, f"{CLAUDE_PATH}:rawPredict", claude_body(), [("X-Vertex-AI-Labels", value)]
                ).status
                == 400
            )

    @pytest.mark.parametrize("missing", ["anthropic_version", "max_tokens", "messages"])
    def test_what_claude_requires_is_required(self, missing: str) -> None:
        body = {key: value for key, value in claude_body().items() if key != missing}
        with serving(endpoint()) as target:
            assert call(target, f"{CLAUDE_PATH}:rawPredict", body).status == 400


def test_what_arrived_can_be_looked_at_without_credentials_or_content() -> None:
    with serving(endpoint()) as target:
        call(
            target,
            gemini_path(),
            prompt(2, text="a secret", labels={"dedicated-capacity": "chat"}),
            [(REQUEST_TYPE, "dedicated")],
        )
        answer = call(target, "/local/requests", method="GET")
    assert b"secret" not in answer.body
    assert b"Bearer" not in answer.body
    (seen,) = answer.json["requests"]
    assert (seen["routing"], seen["label"], seen["trafficType"]) == (
        "pt_only",
        "chat",
        "PROVISIONED_THROUGHPUT",
    )
