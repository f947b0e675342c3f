"""The path of MODERATION_PUBLIC_URL, which the proxy before the service takes off every request.

Whatever leads a browser back here gets it: redirects, links, forms and files of pages. Scripts
find it in their own address, see `at` in api.js; cookies in web/auth.py.
"""

import re
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_TAG: Final = re.compile(rb"<[a-z][^<>]*>")
_LINK: Final = re.compile(rb'( (?:href|src|action|formaction)=")/(?!/)')
"""Attributes of our templates; text of others is escaped and holds neither `<` nor `"`."""


class Prefixed:
    """Wraps the application; without a path it is not needed."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app: Final = app
        self._base: Final = base.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(self._base, send).send)


class _Answer:
    """One answer; that of a page waits for its text, which becomes longer."""

    def __init__(self, base: bytes, send: Send) -> None:
        self._base = base
        self._send = send
        self._start: Any = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            headers = [(name, self._led(name, value)) for name, value in message["headers"]]
            message["headers"] = headers
            if any(n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in headers):
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_page(message)
            return
        await self._send(message)

    async def _send_page(self, last: Any) -> None:
        text = prefixed(b"".join(self._parts), self._base)
        kept = [(n, v) for n, v in self._start["headers"] if n.lower() != b"content-length"]
        self._start["headers"] = [*kept, (b"content-length", str(len(text)).encode())]
        await self._send(self._start)
        last["body"] = text
        await self._send(last)

    def _led(self, name: bytes, value: bytes) -> bytes:
        is_ours = name.lower() == b"location" and value.startswith(b"/")
        if not is_ours or value.startswith((b"//", self._base + b"/")):
            return value
        return self._base + value


def prefixed(page: bytes, base: bytes) -> bytes:
    """Return a page whose links of ours begin with a path."""
    return _TAG.sub(lambda tag: _LINK.sub(rb"\1" + base + b"/", tag[0]), page)
