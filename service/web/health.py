"""Is the process alive, can it do its work, and which calls does it have?"""

from typing import Any, Final

from litestar import Request, Response, Router, get

from service.web.openapi import complete
from service.web.parts import parts_of


@get("/health/live", summary="Is the process alive")
async def live() -> dict[str, str]:
    """Answer as long as the process serves."""
    return {"status": "ok"}


@get("/health/ready", summary="Is the service able to do its work")
async def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """200 when comments can be scored and written; else 503.

    `checks` has a word for each part, and `missing` a sentence for each that is not there: of a
    second opinion also where the service is able, as words decide alone then.
    """
    found = await parts_of(request).readiness.check()
    checks = {
        "database": found.database,
        "model": found.model,
        "second_opinion": found.second_opinion,
    }
    told = {
        "status": "ok" if found.is_able else "unavailable",
        "checks": checks,
        "missing": found.missing,
    }
    return Response(told, status_code=200 if found.is_able else 503)


@get("/openapi.json", include_in_schema=False)
async def schema(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Every call of the service as OpenAPI 3.1."""
    settings = parts_of(request).settings
    found = complete(request.app.openapi_schema.to_schema(), settings.max_body_chars)
    return found | ({"servers": [{"url": settings.public_url}]} if settings.public_url else {})


ROUTER: Final = Router("/", route_handlers=[live, ready, schema], tags=["health"])
