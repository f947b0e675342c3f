"""/metrics for Prometheus, and the layer that measures every answer."""

import time
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import NotFound
from service.metrics import Metrics
from service.web.auth import Connection, gate_of, require_staff
from service.web.parts import parts_of

_TEXT: Final = "text/plain; version=0.0.4"
"""Prometheus' format; Litestar adds the charset."""


async def as_configured(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in whom MODERATION_METRICS names: everyone, staff, or nobody."""
    who = gate_of(connection).settings.metrics
    if who == "off":
        raise NotFound("Metrics are switched off; see MODERATION_METRICS.")
    if who == "staff":
        await require_staff(connection)


@get(
    "/metrics",
    operation_id="health_metrics",
    guards=[as_configured],
    media_type="text/plain",
    summary="Figures for Prometheus",
)
async def read(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Requests, verdicts, times, the queue and deliveries, of this process and the database."""
    return Response(await parts_of(request).scrape(), media_type=_TEXT)


class Measured:
    """Wraps the whole application and counts every answer, by route template."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app: Final = app
        self._metrics: Final = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            route = str(scope.get("path_template") or "unmatched")
            seconds = time.perf_counter() - began
            self._metrics.answered(str(scope.get("method")), route, status, seconds)


ROUTER: Final = Router("/", route_handlers=[read], tags=["health"])
