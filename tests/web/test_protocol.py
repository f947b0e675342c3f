"""Requests that never end, at the server's protocol: headers, trailers, chunks, pauses."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn

from service.web import protocol
from service.web.joined import JoinedTransport
from service.web.protocol import LimitedProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SHORT = 0.3


async def application(may_answer: asyncio.Event, scope: Any, receive: Any, send: Any) -> None:
    """Answer with the number of bytes in the body."""
    assert scope["type"] == "http"
    await may_answer.wait()
    count = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        count += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = str(count).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Caller:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *parts: bytes) -> None:
        """Send until the server has had enough."""
        try:
            for part in parts:
                self.writer.write(part)
                await self.writer.drain()
        except ConnectionError:
            return

    async def rest(self) -> bytes:
        """All that the server says until it closes."""
        try:
            async with asyncio.timeout(10):
                return await self.reader.read()
        except ConnectionError:
            return b""

    async def answer(self) -> bytes:
        """One answer of a connection that stays open."""
        async with asyncio.timeout(10):
            return await self.reader.readuntil(b"\r\n\r\n") + await self.reader.read(1)


@pytest.fixture
def may_answer() -> asyncio.Event:
    """Is set until a test has answers wait."""
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
async def port(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, may_answer: asyncio.Event
) -> AsyncIterator[int]:
    """A server with short times, or others."""
    seconds = getattr(request, "param", SHORT)
    monkeypatch.setattr(protocol, "HEAD_SECONDS", seconds)
    monkeypatch.setattr(protocol, "BODY_SECONDS", seconds)
    config = uvicorn.Config(
        partial(application, may_answer),
        http=LimitedProtocol,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([taken]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has a flag and no event
            await asyncio.sleep(0.01)
        yield int(taken.getsockname()[1])
        server.should_exit = True
        await task


@asynccontextmanager
async def calling(port: int) -> AsyncIterator[Caller]:
    """A connection that is closed for sure."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()


async def test_an_ordinary_request_and_the_next_on_the_same_connection(port: int) -> None:
    async with calling(port) as caller:
        for _ in range(3):
            await caller.send(POST + b"Content-Length: 3\r\n\r\nabc")
            answer = await caller.answer()
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"3")
            await asyncio.sleep(SHORT)  # longer than a head may take, and idle is no head


async def test_a_head_just_below_the_limit_is_read(port: int) -> None:
    async with calling(port) as caller:
        await caller.send(HEAD + b"X: " + b"a" * 65_000 + b"\r\n\r\n")
        assert (await caller.answer()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "parts",
    [
        [HEAD, *[b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(300)]],
        [HEAD, *[b"X: a\r\n"] * 40_000],
        [HEAD, b"X: ", *[b"a" * 1000] * 300],
        [b"GET /?", *[b"a" * 1000] * 300],
        [HEAD, *[b"a" * 1000] * 300],
        [HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n"],
    ],
    ids=["lines", "short lines", "one line", "address", "name", "at once"],
)
async def test_a_head_without_end_is_refused(port: int, parts: list[bytes]) -> None:
    async with calling(port) as caller:
        await caller.send(*parts)
        assert (await caller.rest())[:12] in {b"HTTP/1.1 431", b"HTTP/1.1 400", b""}
    async with calling(port) as caller:  # and everybody else is served
        await caller.send(HEAD + b"\r\n")
        assert (await caller.answer()).startswith(b"HTTP/1.1 200")


async def test_300_megabytes_of_header_lines_leave_no_trace_in_memory(port: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 100) for n in range(10_000))
    for _ in range(4):
        async with calling(port) as caller:
            await caller.send(HEAD, *[lines] * 70)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # KiB


@pytest.mark.parametrize(
    "parts",
    [
        [CHUNKED, b"1\r\na\r\n0\r\n", *[b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(300)]],
        [CHUNKED, b"1;", *[b"a" * 1000] * 300],
        [CHUNKED, b"1\r\na\r\n0\r\nX: ", *[b"a" * 1000] * 300],
    ],
    ids=["trailers", "chunk extension", "one trailer"],
)
async def test_what_is_no_body_behind_the_head_is_bounded_too(
    port: int, parts: list[bytes]
) -> None:
    async with calling(port) as caller:
        await caller.send(*parts)
        assert (await caller.rest())[:12] in {b"HTTP/1.1 431", b"HTTP/1.1 400", b""}


async def test_a_body_in_chunks_of_one_byte_is_read(port: int) -> None:
    async with calling(port) as caller:
        await caller.send(CHUNKED, b"1\r\na\r\n" * 100_000, b"0\r\n\r\n")
        assert (await caller.answer()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", HEAD, HEAD + b"X: a", b"\r\n", POST + b"Content-Length: 3\r\n\r\na", CHUNKED],
    ids=["nothing", "a letter", "headers", "half a header", "blank", "half a body", "no chunk"],
)
async def test_what_is_begun_and_not_ended_is_closed(port: int, begun: bytes) -> None:
    async with calling(port) as caller:
        await caller.send(begun)
        assert (await caller.rest()).startswith(b"HTTP/1.1 408")


async def test_a_head_that_trickles_is_closed(port: int) -> None:
    async with calling(port) as caller:
        left, closed = list(HEAD * 3), asyncio.create_task(caller.rest())
        while left and not closed.done():
            await caller.send(bytes([left.pop(0)]))
            await asyncio.sleep(SHORT / 10)
        assert left
        assert (await closed)[:12] in {b"HTTP/1.1 408", b""}


async def test_a_half_open_request_behind_another_is_closed(port: int) -> None:
    async with calling(port) as caller:
        await caller.send(HEAD + b"\r\n" + HEAD)
        said = await caller.rest()
        assert said.startswith(b"HTTP/1.1 200")
        assert b"HTTP/1.1 408" in said


class Written(asyncio.Transport):
    """A connection's end that keeps what it is given to send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.sent.append(data)

    def close(self) -> None:
        """End."""
        self.is_closed = True

    def is_closing(self) -> bool:
        """Say whether it has ended."""
        return self.is_closed


async def test_a_head_goes_out_with_its_body_or_alone_before_anything_else_happens() -> None:
    end = Written()
    joined = JoinedTransport(end, asyncio.get_running_loop())
    joined.write(b"head ")
    joined.write(b"body")
    await asyncio.sleep(0)
    assert end.sent == [b"head body"]
    joined.write(b"a stream's head")
    await asyncio.sleep(0)
    assert end.sent[1:] == [b"a stream's head"]
    joined.write(b"the last")
    joined.close()
    await asyncio.sleep(0)
    assert (end.sent[2:], end.is_closed) == ([b"the last"], True)
    joined.write(b"too late")
    await asyncio.sleep(0)
    assert end.sent[3:] == []


OFFERS = [
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n",
    b"connection: upgrade, keep-alive\r\nupgrade: TLS/1.0, HTTP/2.0\r\n",
]
BODIES = [
    (b"Content-Length: 5\r\n\r\nabcde", b"5"),
    (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\nX-Trailer: a\r\n\r\n", b"5"),
    (b"Content-Length: 0\r\n\r\n", b"0"),
    (b"\r\n", b"0"),
]


@pytest.mark.parametrize("port", [60], indirect=True)
@pytest.mark.parametrize("offer", OFFERS, ids=["h2c", "websocket", "TLS"])
async def test_an_offer_of_another_protocol_is_passed_over(port: int, offer: bytes) -> None:
    for body, count in BODIES:
        async with calling(port) as caller:
            for sent in ([POST + offer + body], [POST + offer, *(bytes([b]) for b in body)]):
                await caller.send(*sent)  # in one piece, and byte by byte
                answer = await caller.answer()
                assert (answer[:12], answer[-1:]) == (b"HTTP/1.1 200", count), (sent, answer)
            await caller.send(POST + offer + body + POST + b"Content-Length: 3\r\n\r\nabc")
            for expected in (count, b"3"):  # and whatever comes behind it is read
                assert (await caller.answer())[-1:] == expected
            await caller.send(HEAD + b"\r\n")
            assert (await caller.answer()).startswith(b"HTTP/1.1 200")


async def test_what_an_offer_hides_is_limited_like_all_else(port: int) -> None:
    offer = POST + OFFERS[0]
    for body in (b"Content-Length: 5\r\n\r\nab", b"Transfer-Encoding: chunked\r\n\r\n2\r\n"):
        async with calling(port) as caller:
            await caller.send(offer + body)
            assert (await caller.rest()).startswith(b"HTTP/1.1 408")


MALFORMED = [
    "GET /?page=https://b.example/für-alle/ HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    b"GET /?page=\xfcber HTTP/1.1\r\nHost: x\r\n\r\n",
    b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n",
    HEAD + b"X-A : b\r\n\r\n",
    HEAD + b"X-A: b\0c\r\n\r\n",
    POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + OFFERS[0] + b"Content-Length: -1\r\n\r\n",
    CHUNKED + b"zz\r\n",
    POST + OFFERS[0] + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    *(
        line + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        for line in (
            *(b"CONNECT x:443", b"CONNECT [::1]:443", b"GET http://", b"GET http://[::1/"),
            *(b"GET http://x:y/", b"GET http://x:99999/", b"GET http://a@b@c/", b"GET http:///x"),
        )
    ),
]


@pytest.mark.parametrize("port", [60], indirect=True)
async def test_what_is_no_http_is_told_the_remedy_as_a_problem(port: int) -> None:
    for sent in MALFORMED:
        async with calling(port) as caller:
            await caller.send(sent)
            head, _, body = (await caller.rest()).partition(b"\r\n\r\n")
        assert head.startswith(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json"
        )
        assert b"percent-encoded" in body, sent
    async with calling(port) as caller:
        await caller.send(HEAD + b"\r\n")
        assert (await caller.answer()).startswith(b"HTTP/1.1 200")
        await caller.send(MALFORMED[0])
        assert (await caller.rest()).startswith(b"HTTP/1.1 400")  # where it can be read


CONTRADICTIONS = [
    b"GET / HTTP/1.1\r\n\r\n",
    HEAD + b"Host: x\r\n\r\n",
    HEAD + b"hOST: y\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: kim@x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x:80:81\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: f\xc3\xbcr\r\n\r\n",
    HEAD + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    POST + b"Content-Type: text/plain\r\ncontent-type: application/json\r\n\r\n",
    POST + b"Idempotency-Key: a\r\nX: y\r\nIdempotency-Key: b\r\n\r\n",
    POST + OFFERS[0] + b"Host: y\r\nContent-Length: 3\r\n\r\nabc",
]


@pytest.mark.parametrize("port", [60], indirect=True)
async def test_headers_that_contradict_each_other_are_refused(port: int) -> None:
    for sent in CONTRADICTIONS:
        async with calling(port) as caller:
            await caller.send(sent)
            head, _, body = (await caller.rest()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400"), sent
        assert b'"detail":"Send ' in body, sent


@pytest.mark.parametrize("port", [60], indirect=True)
async def test_hosts_of_every_form_and_a_header_that_is_repeated_are_taken(port: int) -> None:
    for host in (b"", b"x", b"X-1.example.:443", b"[::1]:8000", b"127.0.0.1", b"xn--r-kka.example"):
        same = b"Content-Type: text/plain\r\n" * 2
        async with calling(port) as caller:
            await caller.send(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n" + same + b"\r\n")
            assert (await caller.answer()).startswith(b"HTTP/1.1 200"), host
    async with calling(port) as caller:
        await caller.send(b"GET / HTTP/1.0\r\n\r\n")
        assert (await caller.rest()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("port", [60], indirect=True)
@pytest.mark.parametrize(
    ("parts", "answers"),
    [
        ([HEAD + b"\r\n"], 1),
        ([POST + b"Content-Length: 3\r\n\r\nabc"], 1),
        ([CHUNKED, b"1\r\na\r\n0\r\n\r\n"], 1),
        ([HEAD + b"\r\n" + CHUNKED + b"0\r\n\r\n" + HEAD + b"\r\n"], 3),
        ([POST + OFFERS[0] + b"Content-Length: 5\r\n\r\nabcde"], 1),
        ([], 0),
        ([HEAD], 0),
        ([POST + b"Content-Length: 3\r\n\r\na"], 0),
    ],
)
async def test_who_says_that_nothing_more_comes_is_answered_what_came_whole(
    port: int,
    parts: list[bytes],
    answers: int,
    may_answer: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_answer.clear()
    heard = LimitedProtocol.eof_received

    def hear(protocol: LimitedProtocol) -> bool:
        asyncio.get_running_loop().call_later(0.01, may_answer.set)  # once the end has its effect
        return heard(protocol)

    monkeypatch.setattr(LimitedProtocol, "eof_received", hear)
    async with calling(port) as caller:
        await caller.send(*parts)
        caller.writer.write_eof()
        if answers != 1:  # of several the end is read behind the first answer
            may_answer.set()
        said = await caller.rest()  # to its end: the service keeps nothing open for them
    assert said.count(b"HTTP/1.1 200") == said.count(b"HTTP/1.1") == answers
