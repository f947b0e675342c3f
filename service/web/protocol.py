"""The server's HTTP protocol with limits: a request's head is small and soon there.

uvicorn reads headers without end, waits for ever for those that do not come, and would keep the
trailers of a chunked body too. None of that needs a key, so all of it is bounded here. It also
loses the body of a request that offers to go on in another protocol, as Java's HTTP client offers
HTTP/2 with every request; such an offer is passed over here. A caller that says all at once that
nothing more comes is answered all the same, and headers that contradict each other are refused: a
proxy before this service may have believed the other one.
"""

import asyncio
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.errors import BadRequest, Problem
from service.web.joined import JoinedTransport
from service.web.problems import PROBLEM_TYPE, render, shape_of

MOST_HEAD_BYTES: Final = 64 * 1024
"""Request line and headers, and trailers, of one request."""

HEAD_SECONDS: Final = 20.0
"""From the first byte of a request, or the connection, to the end of its headers."""

BODY_SECONDS: Final = 20.0
LEAST_BODY_BYTES: Final = 1024
"""So much of a body comes within so many seconds, or its end: a sender that trickles is let go."""

_PER_LINE: Final = 4  # colon, blank and line end of a header
_FRAMING: Final = 8
"""Bytes that a chunk's frame may have for each byte in it; five is the most that is of use."""

_LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
"""The headers that say how long a body is, or that there is one."""
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[\w.~%!$&'()*+,;=-]*)(?::[0-9]*)?", re.ASCII)
"""RFC 9110: a host and a port, as addresses have them."""

_SAID_ONCE: Final = frozenset({b"authorization", b"content-type", b"idempotency-key"})
"""Each has one value; the same once more contradicts nothing."""

_MALFORMED: Final = (
    "Send HTTP/1.1 with a path, each line ended by CR LF, and what is not ASCII in an address"
    " percent-encoded."
)

_LOG: Final = structlog.get_logger(__name__)


class HeadTooLarge(Problem):
    """The request line and headers are longer than is read."""

    code = "head-too-large"


class TooSlow(Problem):
    """The request did not come in time."""

    code = "too-slow"


class LimitedProtocol(HttpToolsProtocol):
    """One connection; what exceeds a limit is answered where an answer can be read, and closed."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._timer: asyncio.TimerHandle | None = None
        self._is_receiving = False  # a request has begun and not ended
        self._in_head = True
        self._head = 0  # bytes of this request that are no body, as the parser tells them
        self._raw = 0  # bytes since this request began, or nearly
        self._body = 0
        self._body_before = 0  # at the last look
        self._refused = False
        self._is_replaying = False
        self._is_ended = False  # nothing more comes, though an answer can be read

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own does
        """Expect the first request."""
        super().connection_made(JoinedTransport(transport, self.loop))
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own may say so
        """Keep the connection for the answers to what came whole; nothing more comes."""
        self._is_ended = True
        return not (self._is_receiving or self._is_answered())

    def on_response_complete(self) -> None:
        """Go on with the next request, or end where none can come."""
        super().on_response_complete()
        if self._is_ended and self._is_answered():
            self.transport.close()

    def _is_answered(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.pipeline)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the request was refused already."""
        if self._refused:
            return
        if not self._is_receiving and self._timer is None:
            self._expect_head()
        self._raw += len(data)
        self._feed(data)
        if self._is_receiving and self._timer is None and not self._refused:
            self._expect_head()  # it began behind the end of another
        if self._raw - self._body > MOST_HEAD_BYTES + len(data) + _FRAMING * self._body:
            self._refuse(HeadTooLarge("Send headers of at most 64 KiB together."))

    def _feed(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline(data[offer.args[0] :])
        except httptools.HttpParserError:
            self._refuse(BadRequest(_MALFORMED))

    def _decline(self, rest: bytes) -> None:
        """Go on in HTTP/1.1, where the parser would leave the rest to another protocol."""
        self.parser = httptools.HttpRequestParser(self)
        if lengths := self._lengths():
            self._is_replaying = True  # so that the new parser knows how long the body is
            head = b"".join(b"%b: %b\r\n" % each for each in lengths)
            self.parser.feed_data(b"POST / HTTP/1.1\r\n" + head + b"\r\n")
            self._is_replaying = False
        if rest and not self._refused:
            self._feed(rest)

    def _lengths(self) -> list[tuple[bytes, bytes]]:
        return [each for each in self.headers if each[0] in _LENGTHS]

    def _should_upgrade(self) -> bool:
        """No other protocol is spoken here, whatever libraries for them are installed."""
        return False

    def on_message_begin(self) -> None:
        """Begin to count."""
        if self._is_replaying:
            return
        super().on_message_begin()
        self._is_receiving = self._in_head = True
        self._head = self._raw = self._body = self._body_before = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the request line."""
        if self._is_replaying:
            return
        self._count(len(url))
        if not self._refused:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; after the head one is a trailer, which nobody here reads."""
        if self._is_replaying:
            return
        self._count(len(name) + len(value) + _PER_LINE)
        if self._in_head and not self._refused:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Serve the request, and expect its body."""
        if self._refused or self._is_replaying:
            return
        if fault := _fault_in(self.headers, self.parser.get_http_version()):
            self._refuse(BadRequest(fault))
            return
        super().on_headers_complete()
        self._in_head = False  # not before: an address that is none is a fault of the head
        self._cancel()
        self._timer = self.loop.call_later(BODY_SECONDS, self._look_at_body)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body += len(body)
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Serve on, and expect the next request when its first byte comes."""
        if self._refused or (self.parser.should_upgrade() and self._lengths()):
            return  # in the second case it is not complete: the parser leaves the body to others
        self._is_receiving = False
        self._cancel()
        super().on_message_complete()

    def _expect_head(self) -> None:
        self._timer = self.loop.call_later(
            HEAD_SECONDS,
            lambda: self._refuse(TooSlow("Send the whole head of a request within 20 seconds.")),
        )

    def _look_at_body(self) -> None:
        if self._body - self._body_before < LEAST_BODY_BYTES and not self.flow.read_paused:
            self._refuse(TooSlow("Send a body without long pauses."))
            return
        self._body_before = self._body
        self._timer = self.loop.call_later(BODY_SECONDS, self._look_at_body)

    def _count(self, more: int) -> None:
        self._head += more
        if self._head > MOST_HEAD_BYTES:
            self._refuse(HeadTooLarge("Send headers of at most 64 KiB together."))

    def _refuse(self, problem: Problem) -> None:
        """Say why, unless an answer is under way, and close."""
        if self._refused:
            return
        self._refused = True
        self._cancel()
        _LOG.warning("request_refused", why=problem.code)
        if not self.transport.is_closing():
            if self._may_answer():
                self.transport.write(_answer(problem))
            self.transport.close()

    def _may_answer(self) -> bool:
        """Whether no other answer, to this request or an earlier one, can be mixed up with ours."""
        if self._in_head or not self._is_receiving:
            return self.cycle is None or self.cycle.response_complete
        return not (self.cycle.response_started or self.pipeline)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _fault_in(headers: Iterable[tuple[bytes, bytes]], version: str) -> str | None:
    """Say which header contradicts another, or is missing, and the remedy; None if all is well."""
    hosts, said = [], dict[bytes, bytes]()
    for name, value in headers:
        if name == b"host":
            hosts.append(value)
        elif name in _SAID_ONCE and said.setdefault(name, value) != value:
            return f"Send the header {name.decode()} once; here are two, of which one differs."
    if len(hosts) > 1 or (version == "1.1" and not hosts):
        return "Send the header Host once, as HTTP/1.1 asks."
    if hosts and not _HOST.fullmatch(hosts[0]):
        return "Send a Host that is a name or an address, and a port where it has one."
    return None


def _answer(problem: Problem) -> bytes:
    body, _ = render(problem)
    status = shape_of(problem).status
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"content-type: {PROBLEM_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
