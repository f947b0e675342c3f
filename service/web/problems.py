"""Every error as application/problem+json (RFC 9457): no input value, no exception text."""

from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

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
    says_unkeepable,
)
from service.logs import describe

PROBLEM_TYPE: Final = "application/problem+json"
_STANDARD: Final = frozenset({"type", "title", "status", "detail", "errors"})
"""Members that no problem's `extra` can take the place of."""

_LOG = structlog.get_logger(__name__)


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status = 405
    type = "method-not-allowed"
    title = "The method is not allowed here"


class Internal(Problem):
    """A fault of the service itself."""

    status = 500
    type = "internal-error"
    title = "The service made a mistake"


_BY_STATUS: Final[dict[int, tuple[type[Problem], str]]] = {
    400: (BadRequest, "The request cannot be understood."),
    403: (Forbidden, "This is not allowed."),
    404: (NotFound, "There is nothing at this address."),
    405: (MethodNotAllowed, "Use a method that this address knows."),
    413: (TooLarge, "Send a smaller request."),
    415: (UnsupportedMedia, "Send application/json in UTF-8."),
}


def render(problem: Problem) -> tuple[bytes, dict[str, str]]:
    """The body and headers that say a problem."""
    body: dict[str, Any] = {
        "type": f"urn:comment-moderation:{problem.type}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"field": e.field, "message": e.message} for e in problem.errors]
    more = {name: value for name, value in problem.extra.items() if name not in _STANDARD}
    return msgspec.json.encode(body | more), problem.headers


def problem_of(error: Exception, request: Request[Any, Any, Any] | None = None) -> Problem:
    """The problem that stands for an exception; what was not foreseen is an internal error.

    Of a request that is too large it says how large it may be at its address.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        most = _most_bytes(request) if error.status_code == TooLarge.status else None
        return TooLarge(f"Send at most {most // 1024} KiB.") if most else _of_http(error)
    if says_away(error):
        _LOG.warning("database_away", **describe(error))
        return Unavailable("The database does not answer; try again with the same Idempotency-Key.")
    if says_unkeepable(error):
        return BadRequest("The request holds a character that cannot be kept, such as NUL.")
    _LOG.error("unhandled_error", **describe(error))
    return Internal("The fault has been recorded under this answer's X-Request-ID.")


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler for every exception."""
    body, headers = render(problem := problem_of(error, request))
    return Response(body, status_code=problem.status, headers=headers, media_type=PROBLEM_TYPE)


def _of_http(error: HTTPException) -> Problem:
    if error.status_code == Unauthorised.status:
        return Unauthorised("Send a valid key as Authorization: Bearer KEY.")
    kind, detail = _BY_STATUS.get(error.status_code, _BY_STATUS[400])
    given = {name.lower(): value for name, value in (error.headers or {}).items()}
    return kind(detail, headers={"Allow": _allow(given["allow"])} if "allow" in given else None)


def _allow(methods: str) -> str:
    """The methods of an address, with those that every one has; see web/methods.py."""
    known = {*methods.split(", "), "OPTIONS"}
    return ", ".join(sorted({*known, "HEAD"} if "GET" in known else known))


def _most_bytes(request: Request[Any, Any, Any] | None) -> int | None:
    handler = request.scope.get("route_handler") if request else None
    return (
        handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
    )
