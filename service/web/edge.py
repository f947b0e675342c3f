"""The outermost layer: request id in and out, log line and figures, headers, last resort."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.accounts import throttle
from service.domain.accounts import Site
from service.ids import new_id
from service.web.problems import PROBLEM_TYPE, problem_of, render, shape_of

_LOG = structlog.get_logger(__name__)
_GIVEN_ID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_ANSWER: Final = 500  # counted so where nobody was there to take one
_HEADERS: Final = ((b"x-content-type-options", b"nosniff"),)
_DEFAULTS: Final = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""For answers that do not say it themselves."""


class Edge:
    """Wraps the application so that every answer, also of an unknown address, passes here."""

    def __init__(
        self,
        app: ASGIApp,
        answered: Callable[[str, str, int, float], None],
        wrote: Callable[[UUID, float], None],
    ) -> None:
        """`answered` is told the method, the route's template, the status and the seconds.

        `wrote` is told the website that may have changed something, and by when, before the answer
        is sent.
        """
        self._app: Final = app
        self._answered: Final = answered
        self._wrote: Final = wrote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        with throttle.of_call() as counted:
            exchange = _Exchange(scope, send, self._wrote, counted)
            bound = structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
            try:
                await self._app(scope, receive, exchange.send)
            except Exception as error:
                await exchange.fail(error)
            finally:
                exchange.log(self._answered)
                structlog.contextvars.reset_contextvars(**bound)


class _Exchange:
    """One request and its answer."""

    def __init__(
        self,
        scope: Any,
        send: Send,
        wrote: Callable[[UUID, float], None],
        counted: throttle.Counted,
    ) -> None:
        self._counted = counted
        self._scope = scope
        self._send = send
        self._wrote = wrote
        self._started = time.perf_counter()
        self._status = 0
        self._bytes = 0
        self.request_id = _request_id(scope)

    async def send(self, message: Message) -> None:
        """Pass a message on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._note_write()
            if self._status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                await self._counted.give_back()  # before the caller, who may come again at once
            given = message["headers"]
            names = {name.lower() for name, _ in given}
            message["headers"] = [
                *given,
                (b"x-request-id", self.request_id.encode()),
                *_HEADERS,
                *(default for default in _DEFAULTS if default[0] not in names),
            ]
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    def _note_write(self) -> None:
        caller = self._scope.get("user")
        if isinstance(caller, Site) and self._scope["method"] not in _READING:
            self._wrote(caller.id, time.monotonic())

    async def fail(self, error: Exception) -> None:
        """Answer for what no handler caught; nothing more can be said once an answer began."""
        problem = problem_of(error)
        if self._status:
            return
        body, extra = render(problem)
        headers = {"content-type": PROBLEM_TYPE, "content-length": str(len(body)), **extra}
        await self.send(
            {
                "type": "http.response.start",
                "status": shape_of(problem).status,
                "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            }
        )
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    def log(self, answered: Callable[[str, str, int, float], None]) -> None:
        """Count the answer and write its line: the route, never the path or query as they came."""
        seconds = time.perf_counter() - self._started
        method, route = self._scope["method"], self._scope.get("path_template") or "unmatched"
        answered(method, route, self._status or _NO_ANSWER, seconds)
        caller = self._scope.get("user")
        _LOG.info(
            "request",
            method=method if method.isalpha() else "?",
            route=route,
            status=self._status,
            ms=round(seconds * 1000, 2),
            bytes_out=self._bytes,
            **{type(caller).__name__.lower(): str(caller.id)} if caller else {},
        )


def _request_id(scope: Any) -> str:
    """The caller's id if it is a UUID, else a new one: any other word may be made of an address."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return str(new_id())
