"""CORS: other origins' pages may read the answers to their public key, and to nothing else.

A preflight comes without a key, so it is answered for any site's origin; the call itself is let in
by the guard, for the origins of its own site. No answer allows cookies.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.accounts import Site

_CALLS: Final = re.compile(r"/v1/(?:comments(?:/[0-9a-fA-F-]{36}/reports)?|counts|form)/?")
"""What a page may call."""

_METHODS: Final = b"GET, POST"
_HEADERS: Final = b"authorization, content-type, idempotency-key"
_READABLE: Final = b"retry-after, x-request-id"
_SECONDS: Final = b"3600"  # a preflight is no permission: each call is looked at anew
_ASKING: Final = b"access-control-request-method"


class Cors:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, origins: Callable[[], Awaitable[frozenset[str]]]) -> None:
        """`origins` tells those that some site's public key is taken from."""
        self._app: Final = app
        self._origins: Final = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP or not _CALLS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"])
        origin = given.get(b"origin", b"")
        if scope.get("method") == "OPTIONS" and _ASKING in given:
            known = origin.decode("latin-1") in await self._origins()
            await _preflight(send, origin if known else None)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_answered(scope, origin)]
            await send(message)

        await self._app(scope, receive, send_on)


def _answered(scope: Any, origin: bytes) -> list[tuple[bytes, bytes]]:
    caller = scope.get("user")
    if not origin or not isinstance(caller, Site) or not caller.public:
        return [(b"vary", b"Origin")]
    return [*_allowed(origin), (b"access-control-expose-headers", _READABLE)]


async def _preflight(send: Send, origin: bytes | None) -> None:
    allowed = [
        *_allowed(origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", _SECONDS),
    ]
    headers = allowed if origin is not None else [(b"vary", b"Origin")]
    start: Any = {"type": "http.response.start", "status": 204, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _allowed(origin: bytes | None) -> list[tuple[bytes, bytes]]:
    return [(b"vary", b"Origin"), (b"access-control-allow-origin", origin or b"")]
