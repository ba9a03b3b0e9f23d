"""Load for a running endpoint: so many requests over so many connections, as fast as it answers."""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from throughput.orders import Pool


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a run of load came to."""

    requests: int
    seconds: float
    by_traffic_type: dict[str, int]
    refused: int

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return self.requests / self.seconds


def measure(url: str, pool: Pool, requests: int, connections: int = 16) -> Load:
    """Send `requests` small prompts to a pool and count who served them. Each takes 25 + 20 tokens of input and output."""
    return asyncio.run(_measure(url, pool, requests, connections))


async def _measure(url: str, pool: Pool, requests: int, connections: int) -> Load:
    address = urlsplit(url)
    prompt = {
        "contents": [{"role": "user", "parts": [{"text": "ping" * 25}]}],
        "generationConfig": {"maxOutputTokens": 20},
    }
    body = json.dumps(prompt).encode()
    path = f"/v1/projects/{pool.project}/locations/{pool.location}/publishers/google/models/{pool.model}:generateContent"
    head = f"POST {path} HTTP/1.1\r\nHost: local\r\nAuthorization: Bearer local\r\nContent-Length: {len(body)}\r\n\r\n"
    message, served = head.encode() + body, {"": 0}

    async def connection(count: int) -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for _ in range(count):
            writer.write(message)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            document = json.loads(await reader.readexactly(length))
            kind = document.get("usageMetadata", {}).get("trafficType", "")
            served[kind] = served.get(kind, 0) + 1
        writer.close()
        await writer.wait_closed()

    shares = [requests // connections + (number < requests % connections) for number in range(connections)]
    started = time.perf_counter()
    await asyncio.gather(*map(connection, shares))
    seconds = time.perf_counter() - started
    refused = served.pop("")
    return Load(requests=requests, seconds=seconds, by_traffic_type=served, refused=refused)
