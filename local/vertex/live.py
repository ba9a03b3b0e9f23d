"""The Live API, as far as routing goes: the upgrade's headers and the pool decide once, at the set-up, for the whole session.

A session that purchased throughput serves never spills half-way; what it takes beyond the window is charged to the following ones.
Text turns are answered with a fixed text; audio and video frames are acknowledged, not understood.
Source: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/provisioned-throughput/live-api (2026-09-30).
"""

import asyncio
import base64
import hashlib
import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from local.vertex.calls import ANSWERED_OUTPUT, Calls, Recorded, checked_labels, field_of
from local.vertex.errors import Refused
from local.vertex.gemini import ANSWER, MEDIA_TOKENS
from local.vertex.http import Request, Response
from local.vertex.pools import PT, Grant, tokens_of
from local.vertex.routing import Asked, asked_for
from throughput.orders import Pool

PATH = re.compile(r"/ws/google\.cloud\.aiplatform\.v1(?:beta1)?\.LlmBidiService/BidiGenerateContent")
_MODEL = re.compile(r"projects/([^/]+)/locations/([^/]+)/publishers/[^/]+/models/([^/:]+)")
# The protocol's own constant, RFC 6455 section 1.3.
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
MAX_MESSAGE = 16 * 1024 * 1024


class Closed(Exception):
    """The session is over; code and reason go into the close frame."""

    def __init__(self, code: int = 1000, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def upgrade(calls: Calls, request: Request, recorded: Recorded) -> Response:
    """Accept the upgrade; the session then runs on the connection. Raises `Refused` (400) for bad headers."""
    key = request.header("Sec-WebSocket-Key")
    if key is None or (request.header("Upgrade") or "").lower() != "websocket":
        raise Refused(400, "A WebSocket upgrade is expected here.")
    asked = asked_for(request)
    recorded.routing = asked.routing
    accept = base64.b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()
    headers = (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept))
    session = _Session(calls, request, recorded, asked)
    return Response(status=101, headers=headers, takes_over=session.run)


@dataclass
class _Session:
    calls: Calls
    request: Request
    recorded: Recorded
    asked: Asked
    pool: Pool | None = None
    grant: Grant | None = None

    async def run(self) -> None:
        """Serve until one side closes."""
        try:
            while True:
                await self._answer(json.loads(await self._message()))
        except Closed as closed:
            await self._frame(_CLOSE, struct.pack("!H", closed.code) + closed.reason.encode()[:120])
        except ValueError:
            await self._frame(_CLOSE, struct.pack("!H", 1007) + b"a message isn't JSON")

    async def _answer(self, message: Any) -> None:
        if not isinstance(message, dict):
            raise Closed(1007, "a message isn't a JSON object")
        if self.pool is None:
            self._set_up(message.get("setup"))
            await self._send({"setupComplete": {"sessionId": "local"}})
        elif (content := field_of(message, "clientContent")) is not None:
            await self._turn(content)
        elif field_of(message, "realtimeInput") is None and field_of(message, "toolResponse") is None:
            raise Closed(1007, "setup, clientContent, realtimeInput or toolResponse is expected")

    def _set_up(self, setup: Any) -> None:
        found = _MODEL.fullmatch(str(setup.get("model"))) if isinstance(setup, dict) else None
        if found is None:
            raise Closed(1007, "the first message must be setup, with the full path of the model")
        pool = Pool(project=found[1], location=found[2], model=found[3])
        try:
            self.recorded.pool, self.recorded.labels = pool, checked_labels(setup.get("labels"), 64)
            model = self.calls.model_of(pool)
            self.grant = self.calls.admit(
                self.asked, pool, model, "BidiGenerateContent", model.burndown(1, ANSWERED_OUTPUT)
            )
        except Refused as refusal:
            self.recorded.status = refusal.status
            raise Closed(1008, refusal.message) from refusal
        # The estimate only opened the session; its turns are charged as they come.
        self.grant.settle(0)
        self.pool = pool
        self.recorded.status, self.recorded.traffic_type = 200, self.grant.traffic_type

    async def _turn(self, content: Any) -> None:
        if self.pool is None or self.grant is None or not isinstance(content, dict):
            raise Closed(1007, "clientContent must be an object")
        model = self.calls.model_of(self.pool)
        tokens = _tokens(content)
        used = model.burndown(tokens, ANSWERED_OUTPUT)
        if self.grant.traffic_type == PT:
            self.calls.pools.burst(self.pool, used)
        self.recorded.tokens += used
        self.calls.count(
            self.pool, model, self.grant.request_type, "BidiGenerateContent", 200, tokens, ANSWERED_OUTPUT
        )
        if field_of(content, "turnComplete") is not False:
            await self._send(
                {"serverContent": {"modelTurn": {"role": "model", "parts": [{"text": "".join(ANSWER)}]}}}
            )
            usage = {
                "promptTokenCount": tokens,
                "responseTokenCount": ANSWERED_OUTPUT,
                "totalTokenCount": tokens + ANSWERED_OUTPUT,
                "trafficType": self.grant.traffic_type,
            }
            await self._send({"serverContent": {"turnComplete": True}, "usageMetadata": usage})

    async def _send(self, document: dict[str, Any]) -> None:
        await self._frame(_TEXT, json.dumps(document).encode())

    async def _message(self) -> bytes:
        whole = bytearray()
        while True:
            final, opcode, payload = await read_frame(self.request.reader)
            if opcode == _CLOSE:
                raise Closed
            if opcode == _PING:
                await self._frame(_PONG, payload)
            elif opcode != _PONG:
                whole += payload
                if len(whole) > MAX_MESSAGE:
                    raise Closed(1009, "the message is too large")
                if final:
                    return bytes(whole)

    async def _frame(self, opcode: int, payload: bytes) -> None:
        self.request.writer.write(frame(opcode, payload))
        await self.request.writer.drain()


async def read_frame(reader: asyncio.StreamReader) -> tuple[bool, int, bytes]:
    """One frame: whether it is the last of its message, its kind, its payload unmasked."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        length = struct.unpack("!H", await reader.readexactly(2))[0]
    elif length == 127:
        length = struct.unpack("!Q", await reader.readexactly(8))[0]
    if length > MAX_MESSAGE:
        raise Closed(1009, "the message is too large")
    mask = await reader.readexactly(4) if second & 0x80 else b""
    payload = await reader.readexactly(length)
    if mask:
        repeated = (mask * (length // 4 + 1))[:length]
        payload = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
    return bool(first & 0x80), first & 0x0F, payload


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole message from a server: final, unmasked."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length < 65_536:
        return bytes((0x80 | opcode, 126)) + struct.pack("!H", length) + payload
    return bytes((0x80 | opcode, 127)) + struct.pack("!Q", length) + payload


def _tokens(content: dict[str, Any]) -> int:
    texts, media = [], 0
    for turn in content.get("turns") or []:
        for part in turn.get("parts") or [] if isinstance(turn, dict) else []:
            if isinstance(part, dict) and field_of(part, "inlineData") is not None:
                media += MEDIA_TOKENS
            else:
                texts.append(str(part.get("text", "")) if isinstance(part, dict) else "")
    return tokens_of(texts) + media
