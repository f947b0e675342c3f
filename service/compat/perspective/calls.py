"""The Perspective API: analyze, suggestscore and the discovery document, for its clients."""

import re
from typing import Any, Final

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from service.compat.bodies import PERSPECTIVE_ANALYZE, PERSPECTIVE_SUGGEST
from service.compat.parts import MAX_COMPAT_BYTES, CompatApis
from service.compat.perspective import errors
from service.compat.perspective.discovery import document
from service.compat.perspective.suggestion import read_suggestion
from service.compat.perspective.words import read_analysis
from service.domain.accounts import Site
from service.errors import Forbidden, TooMany
from service.web.auth import client_address, gate_of
from service.web.body import parse_json
from service.web.handlers import get, post
from service.web.problems import headers_of

_HOST: Final = re.compile(
    r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?"
)
_LOCAL: Final = "127.0.0.1"

Connection = ASGIConnection[Any, Any, Any, Any]
SiteRequest = Request[Site, Any, Any]


async def perspective_key(connection: Connection, _: BaseRouteHandler) -> None:
    """Let a website in by its key, which clients put into the address or a header."""
    key = _key_of(connection)
    if not key:
        raise errors.no_key()
    try:
        caller = await gate_of(connection).bearer(key, client_address(connection))
    except (TooMany, Forbidden):  # clients know what a bad key is, and a quota is not used up
        raise errors.bad_key() from None
    if not isinstance(caller, Site):
        raise errors.bad_key()
    connection.scope["user"] = caller


def _key_of(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return (
        connection.query_params.get("key", "")
        or connection.headers.get("x-goog-api-key", "")
        or (token if scheme.lower() == "bearer" else "")
    ).strip()


@post(
    "/v1alpha1/comments:analyze",
    operation_class=PERSPECTIVE_ANALYZE,
    status_code=200,
    guards=[perspective_key],
)
async def analyze(request: SiteRequest, apis: NamedDependency[CompatApis]) -> dict[str, Any]:
    """Score a text as Perspective does; it is kept nowhere, whether `doNotStore` is set or not."""
    site = request.user
    await _take(apis, site)
    asked = read_analysis(parse_json(await request.body() or b"{}"))
    answer = await apis.perspective.analyse(site, asked)
    apis.figures.count(site.id, "perspective", "analyze")
    return answer


@post(
    "/v1alpha1/comments:suggestscore",
    operation_class=PERSPECTIVE_SUGGEST,
    status_code=200,
    guards=[perspective_key],
)
async def suggestscore(request: SiteRequest, apis: NamedDependency[CompatApis]) -> dict[str, Any]:
    """Keep what people say of a text as labels for training."""
    site = request.user
    await _take(apis, site)
    told = read_suggestion(parse_json(await request.body() or b"{}"))
    answer = await apis.perspective.suggest(site.id, told)
    apis.figures.count(site.id, "perspective", "suggestscore")
    return answer


@get("/$discovery/rest")
async def discovery(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Describe the API to Google's API clients; a key that is sent must be in force."""
    if _key_of(request):
        await perspective_key(request, request.route_handler)
    public = gate_of(request).settings.public_url
    host = request.headers.get("host", "")
    scheme = request.scope.get("scheme", "http")
    shown = host if _HOST.fullmatch(host) else _LOCAL
    return Response(document(f"{public or f'{scheme}://{shown}'}/"))


async def _take(apis: CompatApis, site: Site) -> None:
    try:
        await apis.take(site)
    except TooMany as full:
        raise errors.over_quota(site.settings.checks_per_minute or 0, headers_of(full)) from None


ROUTER: Final = Router(
    "/",
    route_handlers=[analyze, suggestscore, discovery],
    exception_handlers={Exception: errors.answer},
    request_max_body_size=MAX_COMPAT_BYTES,
    tags=["perspective"],
)
