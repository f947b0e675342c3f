"""Every error as application/problem+json (RFC 9457): no input value, no exception text."""

from collections.abc import Callable
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from service.accounts.sign_in import Session
from service.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    Problem,
    TooLarge,
    Unauthorised,
    Unavailable,
    UnsupportedMedia,
    says_away,
    says_no_month,
    says_no_room,
    says_unkeepable,
)
from service.logs import describe
from service.web.languages.speech import told

PROBLEM_TYPE: Final = "application/problem+json"
_STANDARD: Final = frozenset({"type", "title", "status", "detail", "errors"})
"""Members that no problem's `extra` can take the place of."""

_LOG = structlog.get_logger(__name__)


class MethodNotAllowed(Problem):
    """The path exists, but only with these methods."""

    code = "method-not-allowed"

    def __init__(self, detail: str, *, allow: str) -> None:
        super().__init__(detail)
        self.allow = allow


class EncodedBody(UnsupportedMedia):
    """The body comes in a Content-Encoding, of which none is taken."""


class Internal(Problem):
    """A fault of the service itself."""

    code = "internal-error"


class Shape(NamedTuple):
    """What a problem is answered with besides its own words."""

    status: int
    title: str
    type: str


def _shape(code: str, status: int, title: str) -> tuple[str, Shape]:
    return code, Shape(status, title, f"urn:comment-moderation:{code}")


_NO_VIEW: Final = "There is no such view of the queue"
_SHAPES: Final = MappingProxyType(
    dict([
        _shape("bad-request", 400, "The request cannot be understood"),
        _shape("unauthorised", 401, "A valid key is needed"),
        ("sign-in-needed", Shape(401, "Sign in first", "urn:comment-moderation:unauthorised")),
        _shape("forbidden", 403, "Not allowed"),
        _shape("not-found", 404, "Not found"),
        ("no-such-view", Shape(404, _NO_VIEW, "urn:comment-moderation:not-found")),
        _shape("method-not-allowed", 405, "The method is not allowed here"),
        _shape("too-slow", 408, "The request did not come in time"),
        _shape("conflict", 409, "The state has changed"),
        _shape("worse", 409, "The version is worse than the active one"),
        _shape("too-large", 413, "The request is too large"),
        _shape("unsupported-media-type", 415, "Another content type is needed"),
        _shape("invalid-fields", 422, "Some fields are not valid"),
        _shape("nudge", 422, "The author may say it another way"),
        _shape("bundle-refused", 422, "The model bundle cannot be used"),
        _shape("too-many-requests", 429, "Too many attempts"),
        _shape("head-too-large", 431, "The request's headers are too large"),
        _shape("internal-error", 500, "The service made a mistake"),
        _shape("unavailable", 503, "Not available for the moment"),
        _shape("overloaded", 503, "More comes at once than can be taken"),
    ])
)  # fmt: skip
"""Every code that a problem of this service has."""

TITLES: Final = tuple(dict.fromkeys(shape.title for shape in _SHAPES.values()))
"""What a page about a problem is called."""

_BY_STATUS: Final[dict[int, tuple[type[Problem], str]]] = {
    400: (BadRequest, "The request cannot be understood."),
    403: (Forbidden, "This is not allowed."),
    404: (NotFound, "There is nothing at this address."),
    413: (TooLarge, "Send a smaller request."),
    415: (UnsupportedMedia, "Send application/json in UTF-8."),
}

_COMMENTS: Final = "/v1/comments/"
_BY_OWN_ID: Final = (
    "A comment's address has the `id` that this service gave it, a UUID;"
    " GET /v1/comments?external_id= finds it by yours."
)


def shape_of(problem: Problem) -> Shape:
    """The status, title and type that a problem is answered with."""
    return _SHAPES[problem.code]


def headers_of(problem: Problem) -> dict[str, str]:
    """The headers that say to programs what the problem's sentence says to people."""
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, Unauthorised):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = problem.allow
    if isinstance(problem, EncodedBody):
        headers["Accept-Encoding"] = "identity"  # RFC 7694
    return headers


def render(problem: Problem, say: Callable[[str], str] = str) -> tuple[bytes, dict[str, str]]:
    """The body and headers that say a problem; `say` puts its sentences into a language."""
    shape = shape_of(problem)
    body: dict[str, Any] = {
        "type": shape.type,
        "title": shape.title,
        "status": shape.status,
        "detail": say(problem.detail),
        "code": problem.code.replace("-", "_"),
    }
    if problem.errors:
        body["errors"] = [{"field": e.field, "message": say(e.message)} for e in problem.errors]
    more = {name: value for name, value in problem.extra.items() if name not in _STANDARD}
    return msgspec.json.encode(body | more), headers_of(problem)


def problem_of(error: Exception, request: Request[Any, Any, Any] | None = None) -> Problem:
    """The problem that stands for an exception; what was not foreseen is an internal error.

    Of a request that is too large it says how large it may be at its address.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error, request)
    if (passing := _passing(error)) is not None:
        return passing
    if says_unkeepable(error):
        return BadRequest("The request holds a character that cannot be kept, such as NUL.")
    _LOG.error("unhandled_error", **describe(error))
    return Internal("The fault has been recorded under this answer's X-Request-ID.")


def _passing(error: Exception) -> Unavailable | None:
    """What is away or missing for a while, and no fault of the request."""
    if says_away(error):
        _LOG.warning("database_away", **describe(error))
        return Unavailable("The database does not answer; try again with the same Idempotency-Key.")
    if says_no_room(error):
        _LOG.error("no_room", **describe(error))
        return Unavailable("The service has no room left on its disk or in its memory; try later.")
    if says_no_month(error):
        _LOG.error("month_missing", **describe(error))
        return Unavailable("There is no table yet for comments of this month; try again later.")
    return None


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler for every exception.

    Programs are answered in English; a page's own script, which has a session, in the language of
    the person who looks at the page.
    """
    say = told if isinstance(request.scope.get("auth"), Session) else str
    body, headers = render(problem := problem_of(error, request), say)
    return Response(
        body, status_code=shape_of(problem).status, headers=headers, media_type=PROBLEM_TYPE
    )


def _names_another_id(request: Request[Any, Any, Any] | None) -> bool:
    """Say whether a comment is asked for by an id that is none of this service's."""
    path = request.scope["path"] if request else ""
    if not path.startswith(_COMMENTS):
        return False
    try:
        UUID(path.removeprefix(_COMMENTS).partition("/")[0])
    except ValueError:
        return True
    return False


def _of_http(error: HTTPException, request: Request[Any, Any, Any] | None) -> Problem:
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return Unauthorised("Send a valid key as Authorization: Bearer KEY.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        given = {name.lower(): value for name, value in (error.headers or {}).items()}
        detail = "Use a method that this address knows."
        return MethodNotAllowed(detail, allow=_allow(given.get("allow", "")))
    if error.status_code == HTTPStatus.NOT_FOUND and _names_another_id(request):
        return NotFound(_BY_OWN_ID)
    is_too_large = error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if is_too_large and (most := _most_bytes(request)):
        return TooLarge(f"Send at most {most // 1024} KiB.")
    kind, detail = _BY_STATUS.get(error.status_code, _BY_STATUS[400])
    return kind(detail)


def _allow(methods: str) -> str:
    """The methods of an address, with those that every one has; see web/methods.py."""
    known = {*filter(None, methods.split(", ")), "OPTIONS"}
    return ", ".join(sorted({*known, "HEAD"} if "GET" in known else known))


def _most_bytes(request: Request[Any, Any, Any] | None) -> int | None:
    handler = request.scope.get("route_handler") if request else None
    return (
        handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
    )
