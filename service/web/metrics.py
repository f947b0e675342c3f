"""/metrics for Prometheus."""

from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.handlers import BaseRouteHandler

from service.errors import ForAllSites, NotFound
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
        if connection.scope["user"].sites is not None:
            raise ForAllSites


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


ROUTER: Final = Router("/", route_handlers=[read], tags=["health"])
