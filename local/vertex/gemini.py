"""Gemini's own methods: generateContent, streamGenerateContent, countTokens, embedContent and predict."""

import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from local.vertex.calls import (
    Call,
    Calls,
    Recorded,
    checked_labels,
    field_of,
    json_body,
    object_of,
    whole_number,
)
from local.vertex.errors import Refused
from local.vertex.http import Request, Response
from local.vertex.pools import tokens_of
from throughput.orders import Pool

ANSWER = ("This answer comes from a stand-in ", "on this machine; ", "no model was asked.")
# An inline or linked image, as Gemini 2 counts a small one.
MEDIA_TOKENS = 258
EMBEDDING_SIZE = 16


async def generate(calls: Calls, request: Request, recorded: Recorded, pool: Pool, method: str) -> Response:
    """Answer generateContent or streamGenerateContent."""
    body = json_body(request)
    config = object_of(body, "generationConfig")
    call = await calls.open(
        request,
        recorded,
        pool=pool,
        method=method,
        input_tokens=prompt_tokens(body),
        output_limit=whole_number(config, "maxOutputTokens", "max_output_tokens"),
        labels=checked_labels(body.get("labels"), 64),
    )
    if method == "generateContent":
        calls.close(call)
        return Response(body=json.dumps(_answer(call, "".join(ANSWER), last=True)).encode())
    sse = request.query.get("alt") == "sse"
    content_type = "text/event-stream" if sse else "application/json; charset=UTF-8"
    return Response(content_type=content_type, pieces=_stream(calls, call, sse))


async def _stream(calls: Calls, call: Call, sse: bool) -> AsyncGenerator[bytes, None]:
    """The answer in pieces; a client that leaves early pays for what it was sent."""
    sent = 0
    try:
        for index, text in enumerate(ANSWER):
            last = index == len(ANSWER) - 1
            piece = json.dumps(_answer(call, text, last=last)).encode()
            if sse:
                yield b"data: " + piece + b"\r\n\r\n"
            else:
                yield (b"[" if index == 0 else b",\r\n") + piece + (b"]" if last else b"")
            sent = call.output_tokens * (index + 1) // len(ANSWER)
    finally:
        calls.close(call, sent)


def _answer(call: Call, text: str, *, last: bool) -> dict[str, Any]:
    usage: dict[str, Any] = {"trafficType": call.traffic_type}
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
    if last:
        candidate["finishReason"] = "STOP"
        usage |= {
            "promptTokenCount": call.input_tokens,
            "candidatesTokenCount": call.output_tokens,
            "totalTokenCount": call.input_tokens + call.output_tokens,
        }
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": call.pool.model,
        "responseId": "local",
    }


def prompt_tokens(body: dict[str, Any]) -> int:
    """Input tokens of a generateContent body."""
    contents = body.get("contents")
    if not isinstance(contents, list | dict) or not contents:
        raise Refused(400, "contents: at least one is required.")
    whole = [
        *(contents if isinstance(contents, list) else [contents]),
        object_of(body, "systemInstruction"),
    ]
    media = 0
    texts = []
    for part in _parts(whole):
        if "text" in part:
            texts.append(str(part["text"]))
        elif field_of(part, "inlineData") or field_of(part, "fileData"):
            media += MEDIA_TOKENS
        else:
            texts.append(json.dumps(part))
    return tokens_of(texts) + media


def _parts(contents: list[Any]) -> Iterator[dict[str, Any]]:
    for content in contents:
        parts = content.get("parts", []) if isinstance(content, dict) else []
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, dict):
                yield part


async def count_tokens(calls: Calls, request: Request, recorded: Recorded, pool: Pool) -> Response:
    """Answer countTokens, which uses no capacity."""
    calls.model_of(pool)
    recorded.pool, recorded.status = pool, 200
    return Response(body=json.dumps({"totalTokens": prompt_tokens(json_body(request))}).encode())


async def embed(calls: Calls, request: Request, recorded: Recorded, pool: Pool, method: str) -> Response:
    """Answer embedContent, or predict with text instances."""
    body = json_body(request)
    texts = _texts_to_embed(body, method)
    call = await calls.open(
        request,
        recorded,
        pool=pool,
        method=method,
        input_tokens=tokens_of(texts),
        output_limit=1,
        labels=checked_labels(body.get("labels"), 64),
    )
    calls.close(call, 0)
    values = [0.25] * EMBEDDING_SIZE
    if method == "embedContent":
        usage = {"promptTokenCount": call.input_tokens, "totalTokenCount": call.input_tokens}
        return Response(body=json.dumps({"embedding": {"values": values}, "usageMetadata": usage}).encode())
    predictions = [
        {
            "embeddings": {
                "values": values,
                "statistics": {"token_count": tokens_of([text]), "truncated": False},
            }
        }
        for text in texts
    ]
    return Response(body=json.dumps({"predictions": predictions}).encode())


def _texts_to_embed(body: dict[str, Any], method: str) -> list[str]:
    if method == "embedContent":
        texts = [str(part.get("text", "")) for part in _parts([body.get("content")])]
    else:
        instances = body.get("instances")
        given = instances if isinstance(instances, list) else []
        texts = [str(one["content"]) for one in given if isinstance(one, dict) and "content" in one]
    if not texts:
        raise Refused(400, "There is no text to embed; this stand-in embeds text only.")
    return texts
