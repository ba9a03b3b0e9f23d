"""A Live session is served by one side from its start to its end."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import websockets

from local.vertex.endpoint import Endpoint, Options, serving
from local.vertex.environment import client_environment
from local.vertex.tls import loopback_certificate
from tests.local.vertex.support import FLASH, MODELS, PROJECT, endpoint, order, routing_headers
from throughput.orders import Routing
from throughput.routing import REQUEST_TYPE

PATH = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
SETUP = {"setup": {"model": f"projects/{PROJECT}/locations/global/publishers/google/models/{FLASH}"}}
TURN = {"clientContent": {"turns": [{"role": "user", "parts": [{"text": "ping"}]}], "turnComplete": True}}


def talk(
    target: Endpoint, messages: Sequence[Any], headers: Sequence[tuple[str, str]] = ()
) -> tuple[list[Any], int, str]:
    """Hold a session; returns what came back, the close code and reason."""

    async def run() -> tuple[list[Any], int, str]:
        url = target.url.replace("http", "ws", 1) + PATH
        sent = [("Authorization", "Bearer x"), *headers]
        received = []
        async with websockets.connect(url, additional_headers=sent) as socket:
            try:
                for message in messages:
                    await socket.send(message if isinstance(message, str) else json.dumps(message))
                    replies = 2 if isinstance(message, dict) and "clientContent" in message else 1
                    received += [json.loads(await socket.recv()) for _ in range(replies)]
            except websockets.ConnectionClosed as closed:
                frame = closed.rcvd
                return received, frame.code if frame else 0, frame.reason if frame else ""
            return received, 1000, ""

    return asyncio.run(run())


def types(received: list[Any]) -> list[str]:
    return [message["usageMetadata"]["trafficType"] for message in received if "usageMetadata" in message]


def test_a_session_that_purchased_throughput_serves_bursts_and_never_spills_half_way() -> None:
    with serving(endpoint()) as target:
        received, _, _ = talk(target, [SETUP, *[TURN] * 5])
        assert types(received) == ["PROVISIONED_THROUGHPUT"] * 5
        # Five turns take 1,605 burndown tokens of a window of 1,000: the next session finds it full.
        again, _, _ = talk(target, [SETUP, TURN])
    assert types(again) == ["ON_DEMAND"]
    assert target.counters.total("consumed_token_throughput", request_type="dedicated") == 5 * 321


def test_the_upgrades_header_decides() -> None:
    with serving(endpoint()) as target:
        received, _, _ = talk(target, [SETUP, TURN], routing_headers(Routing.ON_DEMAND))
    assert types(received) == ["ON_DEMAND"]


def test_a_dedicated_session_without_capacity_is_closed_with_the_documented_text() -> None:
    with serving(endpoint([order(location="us-central1")])) as target:
        _, code, reason = talk(target, [SETUP], [(REQUEST_TYPE, "dedicated")])
    assert (code, reason) == (1008, "Too many requests. Exceeded the Provisioned Throughput.")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([TURN], "the first message must be setup"),
        (["{"], "a message isn't JSON"),
        (["[]"], "a message isn't a JSON object"),
        ([{"setup": {"model": FLASH}}], "the first message must be setup"),
        ([SETUP, {"more": 1}], "is expected"),
    ],
)
def test_what_makes_no_sense_closes_the_session(messages: list[Any], reason: str) -> None:
    with serving(endpoint()) as target:
        _, code, found = talk(target, messages)
    assert code == 1007
    assert reason in found


def test_large_and_fragmented_messages_arrive_whole() -> None:
    turn = {
        "clientContent": {"turns": [{"role": "user", "parts": [{"text": "x" * 70_000}, {"inlineData": {}}]}]}
    }
    with serving(endpoint()) as target:
        received, _, _ = talk(target, [SETUP, turn])
    assert received[-1]["usageMetadata"]["promptTokenCount"] == 17_500 + 258


CLIENT = """
import asyncio
from google import genai
from google.genai import types

async def main():
    client = genai.Client(vertexai=True, project="acme-local", location="global")
    options = types.LiveConnectConfig(
        response_modalities=["TEXT"],
        http_options=types.HttpOptions(headers={"X-Vertex-AI-LLM-Request-Type": "dedicated"}),
    )
    async with client.aio.live.connect(model="gemini-3.6-flash", config=options) as session:
        await session.send_client_content(turns={"role": "user", "parts": [{"text": "ping"}]})
        async for message in session.receive():
            if message.usage_metadata:
                print(message.usage_metadata.traffic_type.value)

asyncio.run(main())
"""


def test_googles_own_client_holds_a_session_over_tls(tmp_path: Path) -> None:
    ca, context = loopback_certificate(tmp_path, time.time())
    target = Endpoint([order()], MODELS, time.time, Options(tls=context))
    (tmp_path / "client.py").write_text(CLIENT, encoding="utf-8")
    with serving(target):
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            **client_environment(target.url, PROJECT, tmp_path, ca),
        }
        done = subprocess.run(
            [sys.executable, "-P", "-W", "ignore", "client.py"],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.stdout.split() == ["PROVISIONED_THROUGHPUT"], done.stderr
    (session,) = [one for one in target.calls.recent if one.path.endswith("BidiGenerateContent")]
    assert session.header_values(REQUEST_TYPE) == ["dedicated"]
