"""Is the process alive, is all there that it needs, and which calls does it have?"""

import asyncio
from typing import Any, Final

import asyncpg
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from service.db.pool import Pool
from service.models.scoring import Scoring
from service.web.openapi import complete

_PING_SECONDS: Final = 2.0
_AWAY: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@get("/health/live", summary="Is the process alive")
async def live() -> dict[str, str]:
    """Answer as long as the process serves."""
    return {"status": "ok"}


@get("/health/ready", summary="Is all there that the process needs")
async def ready(
    request: Request[Any, Any, Any], scoring: NamedDependency[Scoring]
) -> Response[dict[str, Any]]:
    """200 when the database answers; without a model comments only queue, which is said."""
    database = await _answers(request.app.state.pool)
    checks = {
        "database": "ok" if database else "away",
        "model": scoring.version or "none: every comment waits for a moderator",
        "second_opinion": scoring.second_opinion_state,
    }
    status = "ok" if database else "unavailable"
    code = 200 if database else 503
    return Response({"status": status, "checks": checks}, status_code=code)


@get("/openapi.json", include_in_schema=False)
async def schema(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Every call of the service as OpenAPI 3.1."""
    limit = request.app.state.settings.max_body_chars
    return complete(request.app.openapi_schema.to_schema(), limit)


async def _answers(pool: Pool) -> bool:
    try:
        async with asyncio.timeout(_PING_SECONDS):
            return bool(await pool.fetchval("select true"))
    except _AWAY:
        return False


ROUTER: Final = Router("/", route_handlers=[live, ready, schema], tags=["health"])
