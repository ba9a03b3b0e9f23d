"""HTTP/1.1 on asyncio streams, as much as client SDKs use: keep-alive, chunked bodies both ways, 100-continue, upgrades.

Hand-written because the headers must be seen exactly as they came: their order, spelling and repetitions are what the tests of the
client snippets are about, and the usual servers normalise them away. It isn't meant for anything but loopback.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024
LINGER_SECONDS = 2


class BadRequest(Exception):
    """What came isn't HTTP/1.1 that this server reads; the connection ends after the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(slots=True)
class Request:
    """One request; `headers` keeps order, spelling and repetitions."""

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def header(self, name: str) -> str | None:
        """The first value of a header, any spelling."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def header_values(self, name: str) -> list[str]:
        """Every line of a header, any spelling."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


@dataclass(slots=True)
class Response:
    """An answer: a whole body, or pieces that are sent as they come. `takes_over` keeps the connection for another protocol."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: Sequence[tuple[str, str]] = ()
    pieces: AsyncGenerator[bytes, None] | None = None
    takes_over: Callable[[], Awaitable[None]] | None = None


Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class HttpServer:
    """Serves one handler on one loopback address."""

    handler: Handler
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> tuple[str, int]:
        """Listen; returns the address, with the port that was given when 0 was asked for."""
        self._server = await asyncio.start_server(
            self._connected, host, port, limit=MAX_HEAD, backlog=1024, ssl=tls
        )
        address = self._server.sockets[0].getsockname()
        return str(address[0]), int(address[1])

    async def stop(self) -> None:
        """Stop listening and end what is still connected."""
        if self._server is not None:
            self._server.close()
        running = list(self._connections)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The client went away or the server ends: nobody is left to tell.
            pass
        finally:
            if task is not None:
                self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer. Returns whether the connection goes on."""
        try:
            request = await read_request(reader, writer)
        except BadRequest as error:
            refusal = Response(status=error.status, body=error.message.encode(), content_type="text/plain")
            await _send(writer, refusal, "close")
            await _linger(reader, writer)
            return False
        if request is None:
            return False
        response = await self.handler(request)
        if response.takes_over is not None:
            writer.write(_head(response, None))
            await response.takes_over()
            return False
        keep = (request.header("connection") or "").lower() != "close"
        await _send(writer, response, "keep-alive" if keep else "close")
        return keep


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """Read one request, or None when the connection ended between two. Raises `BadRequest`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BadRequest(400, "the request ended inside its head") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest(431, "the head of the request is too large") from error
    method, target, headers = _parse_head(head)
    try:
        parts = urlsplit(target)
    except ValueError as error:
        raise BadRequest(400, "the target isn't a path") from error
    request = Request(
        method, target, unquote(parts.path), dict(parse_qsl(parts.query)), headers, b"", reader, writer
    )
    if (request.header("expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.body = await _read_body(request, reader)
    return request


def _parse_head(head: bytes) -> tuple[str, str, list[tuple[str, str]]]:
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(400, "the first line isn't METHOD TARGET HTTP/1.1")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(400, "a header line isn't NAME: VALUE")
        headers.append((name, value.strip()))
    return words[0], words[1], headers


async def _read_body(request: Request, reader: asyncio.StreamReader) -> bytes:
    if (request.header("transfer-encoding") or "").lower() == "chunked":
        return await _read_chunks(reader)
    length = request.header("content-length")
    if length is None:
        return b""
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(400, "Content-Length isn't a number")
    if int(length) > MAX_BODY:
        raise BadRequest(413, "the body is too large")
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        try:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0].strip(), 16)
        except (ValueError, asyncio.LimitOverrunError) as error:
            raise BadRequest(400, "a chunk has no size") from error
        if size < 0 or len(body) + size > MAX_BODY:
            raise BadRequest(413, "the body is too large")
        if size == 0:
            await _skip_trailers(reader)
            return bytes(body)
        body += await reader.readexactly(size)
        await reader.readexactly(2)


async def _skip_trailers(reader: asyncio.StreamReader) -> None:
    try:
        while (await reader.readuntil(b"\r\n")) != b"\r\n":
            pass
    except asyncio.LimitOverrunError as error:
        raise BadRequest(431, "the trailers of the request are too large") from error


def _head(response: Response, connection: str | None, framing: str = "") -> bytes:
    phrase = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    if response.takes_over is None:
        lines.append(f"Content-Type: {response.content_type}")
    lines += [f"{name}: {value}" for name, value in response.headers]
    if framing:
        lines.append(framing)
    if connection:
        lines.append(f"Connection: {connection}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _send(writer: asyncio.StreamWriter, response: Response, connection: str) -> None:
    if response.pieces is None:
        writer.write(_head(response, connection, f"Content-Length: {len(response.body)}") + response.body)
        await writer.drain()
        return
    writer.write(_head(response, connection, "Transfer-Encoding: chunked"))
    # Closed even when the client leaves half-way, so that its request is settled then and not at some later time.
    async with aclosing(response.pieces) as pieces:
        async for piece in pieces:
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what the client still sends, for a moment: closing on unread bytes would reset the connection under the answer."""
    if writer.can_write_eof():
        writer.write_eof()
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while await reader.read(MAX_HEAD):
                pass
