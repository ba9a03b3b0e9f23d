"""The OpenAI-compatible path: chat/completions, whole or as a stream."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from local.vertex.calls import Call, Calls, Recorded, json_body, object_of, whole_number
from local.vertex.errors import Refused
from local.vertex.gemini import ANSWER
from local.vertex.http import Request, Response
from local.vertex.pools import tokens_of
from throughput.orders import Pool


async def complete(
    calls: Calls, request: Request, recorded: Recorded, project: str, location: str
) -> Response:
    """Answer a chat completion. The model is named `publisher/model` in the body; labels have no place here."""
    body = json_body(request)
    publisher, slash, model = str(body.get("model", "")).partition("/")
    if not slash:
        raise Refused(
            400, f"model: PUBLISHER/MODEL is expected, such as google/{publisher or 'gemini-3.8-flash'}."
        )
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused(400, "messages: at least one is required.")
    wants_usage = bool(object_of(body, "stream_options").get("include_usage"))
    call = await calls.open(
        request,
        recorded,
        pool=Pool(project=project, location=location, model=model),
        method="chatCompletions",
        input_tokens=tokens_of(text_of(message) for message in messages),
        output_limit=whole_number(body, "max_completion_tokens", "max_tokens"),
        labels={},
    )
    if body.get("stream"):
        return Response(
            content_type="text/event-stream", pieces=_stream(calls, call, body["model"], wants_usage)
        )
    calls.close(call)
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": "".join(ANSWER)},
    }
    return Response(
        body=json.dumps(_completion(call, body["model"], "chat.completion", [choice], usage=True)).encode()
    )


def text_of(message: Any) -> str:
    """The text of a chat message, whose content is a string or a list of parts."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


async def _stream(calls: Calls, call: Call, model: str, wants_usage: bool) -> AsyncGenerator[bytes, None]:
    sent = 0
    try:
        for index, text in enumerate(ANSWER):
            choice = {"index": 0, "finish_reason": None, "delta": {"role": "assistant", "content": text}}
            yield _event(_completion(call, model, "chat.completion.chunk", [choice], usage=False))
            sent = call.output_tokens * (index + 1) // len(ANSWER)
        end = {"index": 0, "finish_reason": "stop", "delta": {}}
        yield _event(_completion(call, model, "chat.completion.chunk", [end], usage=False))
        if wants_usage:
            yield _event(_completion(call, model, "chat.completion.chunk", [], usage=True))
        yield b"data: [DONE]\n\n"
    finally:
        calls.close(call, sent)


def _event(document: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(document).encode() + b"\n\n"


def _completion(
    call: Call, model: str, kind: str, choices: list[dict[str, Any]], *, usage: bool
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": "local",
        "object": kind,
        "created": int(call.recorded.at),
        "model": model,
        "choices": choices,
    }
    if usage:
        document["usage"] = {
            "prompt_tokens": call.input_tokens,
            "completion_tokens": call.output_tokens,
            "total_tokens": call.input_tokens + call.output_tokens,
            "extra_properties": {"google": {"traffic_type": call.traffic_type}},
        }
    return document
