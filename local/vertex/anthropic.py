"""Claude's methods: rawPredict and streamRawPredict in the form of the Messages API. Their answers name no traffic type."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from local.vertex.calls import Call, Calls, Recorded, header_labels, json_body, whole_number
from local.vertex.errors import Refused
from local.vertex.gemini import ANSWER
from local.vertex.http import Request, Response
from local.vertex.openai import text_of
from local.vertex.pools import tokens_of
from throughput.orders import Pool


async def message(calls: Calls, request: Request, recorded: Recorded, pool: Pool, method: str) -> Response:
    """Answer a message, whole or as a stream."""
    body = json_body(request)
    limit = whole_number(body, "max_tokens")
    messages = body.get("messages")
    if limit is None or not isinstance(messages, list) or not messages:
        raise Refused(400, "messages and max_tokens are required.")
    if "anthropic_version" not in body:
        raise Refused(400, "anthropic_version: Field required.")
    call = await calls.open(
        request,
        recorded,
        pool=pool,
        method=method,
        input_tokens=tokens_of([text_of(one) for one in messages] + [str(body.get("system", ""))]),
        output_limit=limit,
        labels=header_labels(request),
    )
    if method == "streamRawPredict" and body.get("stream"):
        return Response(content_type="text/event-stream", pieces=_stream(calls, call))
    calls.close(call)
    return Response(
        body=json.dumps(_message(call, [{"type": "text", "text": "".join(ANSWER)}], "end_turn")).encode()
    )


def _message(call: Call, content: list[dict[str, Any]], stop_reason: str | None) -> dict[str, Any]:
    return {
        "id": "msg_local",
        "type": "message",
        "role": "assistant",
        "model": call.pool.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": call.input_tokens,
            "output_tokens": call.output_tokens if stop_reason else 0,
        },
    }


async def _stream(calls: Calls, call: Call) -> AsyncGenerator[bytes, None]:
    sent = 0
    try:
        yield _event("message_start", message=_message(call, [], None))
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for index, text in enumerate(ANSWER):
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
            sent = call.output_tokens * (index + 1) // len(ANSWER)
        yield _event("content_block_stop", index=0)
        end = {"stop_reason": "end_turn", "stop_sequence": None}
        yield _event("message_delta", delta=end, usage={"output_tokens": call.output_tokens})
        yield _event("message_stop")
    finally:
        calls.close(call, sent)


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
