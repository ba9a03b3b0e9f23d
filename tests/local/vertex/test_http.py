"""HTTP as clients speak it, and as they shouldn't."""

import socket

import pytest

from local.vertex.endpoint import Endpoint, is_loopback, serving
from tests.local.vertex.support import MODELS, Clock, call, endpoint, gemini_path, prompt


def exchange(target: Endpoint, data: bytes, *, more: bytes = b"") -> bytes:
    """Send bytes, end the sending side, read all that comes back."""
    host, port = target.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(data)
        if more:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
            connection.sendall(more)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", "Host: x", "Authorization: Bearer x", *lines, "", ""]
    ).encode()


BODY = b'{"contents":[{"parts":[{"text":"ping"}]}]}'


def test_several_requests_share_a_connection() -> None:
    one = head(gemini_path(), f"Content-Length: {len(BODY)}") + BODY
    with serving(endpoint()) as target:
        assert exchange(target, one * 3).count(b"HTTP/1.1 200 OK") == 3


def test_a_chunked_body_is_read() -> None:
    chunks = (
        b"".join(b"%x;note\r\n%b\r\n" % (len(part), part) for part in (BODY[:10], BODY[10:]))
        + b"0\r\nTrailer: x\r\n\r\n"
    )
    with serving(endpoint()) as target:
        assert exchange(target, head(gemini_path(), "Transfer-Encoding: chunked") + chunks).startswith(
            b"HTTP/1.1 200"
        )


def test_a_client_that_waits_is_told_to_go_on() -> None:
    request = head(gemini_path(), f"Content-Length: {len(BODY)}", "Expect: 100-continue", "Connection: close")
    with serving(endpoint()) as target:
        assert b"HTTP/1.1 200 OK" in exchange(target, request, more=BODY)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / SPDY/1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nName : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost", 400),
        (head("/", "Content-Length: many"), 400),
        (head("/", "Content-Length: -1"), 400),
        (head("/", "Content-Length: \u00b2"), 400),
        (head("//["), 400),
        (head("/", "Transfer-Encoding: chunked") + b"1" * 70_000, 400),
        (head("/", "Transfer-Encoding: chunked") + b"0\r\n" + b"x" * 70_000, 431),
        (head("/", "Content-Length: 99999999999"), 413),
        (head("/", "Transfer-Encoding: chunked") + b"zz\r\n", 400),
        (head("/", "Transfer-Encoding: chunked") + b"ffffffffff\r\n", 413),
        (head("/", "Transfer-Encoding: chunked") + b"-1\r\n", 413),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, 431),
    ],
)
def test_what_is_not_http_is_answered_and_the_connection_ends(data: bytes, status: int) -> None:
    with serving(endpoint()) as target:
        assert exchange(target, data).startswith(b"HTTP/1.1 %d " % status)
        assert call(target, gemini_path(), prompt(1)).status == 200, "the endpoint goes on"


def test_a_client_that_leaves_in_the_middle_disturbs_nobody() -> None:
    with serving(endpoint()) as target:
        assert exchange(target, head(gemini_path(), "Content-Length: 1000") + b"{") == b""
        assert call(target, gemini_path(), prompt(1)).status == 200


def test_headers_are_recorded_as_they_came() -> None:
    lines = [("X-One", "a"), ("x-one", "b"), ("X-ONE", "c")]
    with serving(endpoint()) as target:
        call(target, gemini_path(), prompt(1), lines)
        recorded = target.calls.recent[0]
    assert [pair for pair in recorded.headers if pair[0].lower() == "x-one"] == lines
    assert recorded.header_values("X-One") == ["a", "b", "c"]


@pytest.mark.parametrize(("host", "fine"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("example.com", False), ("10.0.0.1", False)])  # fmt: skip
def test_only_this_machine_can_reach_it(host: str, fine: bool) -> None:
    assert is_loopback(host) == fine


def test_it_refuses_to_listen_elsewhere() -> None:
    import asyncio

    with pytest.raises(ValueError, match="isn't a loopback address"):
        asyncio.run(Endpoint([], MODELS, Clock()).start("0.0.0.0"))
