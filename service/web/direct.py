"""The busiest calls with nothing between the server and their handlers.

Routing, arguments and answers take the framework longer than a comment takes to be judged. A
request with nothing uncommon about it goes straight through the handler's guards to its function;
every other one takes the framework's way, to the same.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from service.web.body import MAX_BYTES
from service.web.pages.answers import answer

DIRECT: Final = "direct"
"""The option of a handler that takes the request alone and returns a Response without cookies."""

Routes: TypeAlias = dict[tuple[str, str], HTTPRouteHandler]

_HOST: Final = re.compile(rb"[A-Za-z0-9.:-]+")
_LENGTH: Final = re.compile(rb"[0-9]{1,6}")
_JSON: Final = (b"content-type", b"application/json")


class Direct:
    """Wraps the application; `routes` are its own."""

    def __init__(self, app: ASGIApp, routes: Routes) -> None:
        self._app: Final = app
        self._routes: Final = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        route = (scope.get("method"), scope.get("path"))
        handler = self._routes.get(route)  # type: ignore[arg-type]  # what is None is no key
        if handler is None or scope["type"] != ScopeType.HTTP or not _is_common(scope):
            await self._app(scope, receive, send)
            return
        scope["route_handler"] = handler
        scope["path_template"] = scope["path"]
        request = Direct._Request(scope, receive, send)
        try:
            for guard in handler.resolve_guards():
                await guard(request, handler)  # type: ignore[misc]  # Litestar made each awaitable
            response = await handler.fn(request)
            body = _body_of(response)
        except Exception as error:  # noqa: BLE001 - each has its answer, as in the framework's way
            failed = answer(request, error).to_asgi_response(app=None, request=request)
            await failed(scope, receive, send)
            return
        headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in response.headers.items()]
        if body is not None:
            headers += (_JSON, (b"content-length", str(len(body)).encode()))
        status = response.status_code or handler.status_code
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body or b"", "more_body": False})

    class _Request(Request[Any, Any, Any]):
        """A common request: its headers are read once, and its body has the length that it says."""

        __slots__ = ("_headers",)

        def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
            super().__init__(scope, receive, send)
            self._headers = Headers(scope["headers"])

        @property
        def headers(self) -> Headers:
            return self._headers

        async def body(self) -> bytes:
            parts: list[bytes] = []
            while True:
                message: Any = await self.receive()
                if message["type"] == "http.disconnect":
                    raise InternalServerException("client disconnected prematurely")
                parts.append(message["body"])
                if not message.get("more_body", False):
                    return b"".join(parts)


def direct_of(routes: Iterable[BaseRoute]) -> Routes:
    """Return the handlers of an application's routes that say that they may be called so."""
    return dict(_found(routes))


def _found(routes: Iterable[BaseRoute]) -> Iterator[tuple[tuple[str, str], HTTPRouteHandler]]:
    for route in routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if handler.opt.get(DIRECT):
                    yield (method, route.path), handler


def _is_common(scope: Any) -> bool:
    """Say whether a request is none that the framework refuses, unpacks or reads in parts."""
    if scope.get("root_path"):
        return False
    length: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"host":
            if not _HOST.fullmatch(value):
                return False
        elif name == b"content-length":
            length = value
        elif name in {b"content-encoding", b"transfer-encoding"}:
            return False
    if length is None:
        return bool(scope["method"] == "GET")
    return _LENGTH.fullmatch(length) is not None and int(length) <= MAX_BYTES


def _body_of(response: Response[Any]) -> bytes | None:
    """Return what an answer says in JSON; of None there is nothing."""
    content = response.content
    if content is None or isinstance(content, bytes):
        return content
    return msgspec.json.encode(content)
