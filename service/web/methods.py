"""HEAD and OPTIONS for every address: as GET without the body, and which methods there are."""

from typing import Any, Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_TOLD: Final = ("path_template", "user", "auth")
"""What the application notes of a request, for the log and the metrics."""
_NOT_ALLOWED: Final = 405
_NO_METHOD: Final = "-"


class Methods:
    """Wraps the application, whose routes know neither method.

    OPTIONS asks it for a method that no route has and answers with what it says is allowed, before
    any key is asked for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        method = scope.get("method") if scope["type"] == ScopeType.HTTP else None
        if method == "HEAD":
            await self._ask(scope, "GET", receive, _Bodiless(send).send)
        elif method == "OPTIONS":
            await self._ask(scope, _NO_METHOD, receive, _Allowed(send).send)
        else:
            await self._app(scope, receive, send)

    async def _ask(self, scope: Scope, method: str, receive: Receive, send: Send) -> None:
        """Have the application answer as if the method were another; the server sees its own."""
        asked = cast("dict[str, Any]", {**scope, "method": method})
        try:
            await self._app(cast("Scope", asked), receive, send)
        finally:
            told = cast("dict[str, Any]", scope)
            told.update({name: asked[name] for name in _TOLD if name in asked})


class _Bodiless:
    """Passes the head of an answer on, and of its body only that it ended."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.body":
            if message.get("more_body"):
                return
            message["body"] = b""
        await self._send(message)


class _Allowed:
    """Makes of the refusal of a method an answer that lists those that are allowed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._body = True

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start" and message["status"] == _NOT_ALLOWED:
            allow = [(name, value) for name, value in message["headers"] if name == b"allow"]
            message["status"] = 204
            message["headers"] = allow
            self._body = False
        elif message["type"] == "http.response.body" and not self._body:
            message["body"] = b""
        await self._send(message)
