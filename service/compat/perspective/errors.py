"""Every error of the Perspective API in the form that its clients read."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import msgspec
from litestar import Request, Response

from service.compat.perspective.words import PerspectiveError
from service.errors import BadRequest, Problem, TooLarge, Unauthorised
from service.web.problems import headers_of, problem_of, shape_of

_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
_SERVICE: Final = "commentanalyzer.googleapis.com"
_STATUS: Final = MappingProxyType({404: "NOT_FOUND", 503: "UNAVAILABLE"})
_METRIC: Final = "Analysis requests (AnalyzeComment)"


def bad_key() -> PerspectiveError:
    """Say that the key is not in force."""
    return PerspectiveError(
        "API key not valid. Please pass a valid API key.",
        detail=_reason("API_KEY_INVALID", {"service": _SERVICE}),
    )


def no_key() -> PerspectiveError:
    """Say that there is no key."""
    return PerspectiveError(
        "Method doesn't allow unregistered callers (callers without established identity). Please "
        "use API Key or other form of API consumer identity to call this API.",
        code=403,
        status="PERMISSION_DENIED",
        detail=_reason("CONSUMER_INVALID", {"service": _SERVICE}),
    )


def over_quota(per_minute: int, headers: Mapping[str, str]) -> PerspectiveError:
    """Say that the site has had as many checks as it may in this minute."""
    return PerspectiveError(
        f"Quota exceeded for quota metric '{_METRIC}' and limit '{_METRIC} per minute' of service "
        f"'{_SERVICE}' for consumer 'project_number:0'.",
        code=429,
        status="RESOURCE_EXHAUSTED",
        detail=_reason(
            "RATE_LIMIT_EXCEEDED",
            {
                "service": _SERVICE,
                "quota_limit": "AnalyzeRequestsPerMinutePerProject",
                "quota_limit_value": str(per_minute),
            },
        ),
        headers=headers,
    )


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler for every exception of this API."""
    refusal = error if isinstance(error, PerspectiveError) else _translated(request, error)
    body = {
        "code": refusal.code,
        "message": refusal.message,
        "status": refusal.status,
        "details": [refusal.detail],
    }
    return Response(
        msgspec.json.encode({"error": body}),
        status_code=refusal.code,
        headers=refusal.headers,
        media_type="application/json",
    )


def _translated(request: Request[Any, Any, Any], error: Exception) -> PerspectiveError:
    problem: Problem = problem_of(error, request)
    if isinstance(problem, Unauthorised):
        return bad_key()
    if isinstance(problem, BadRequest):
        return PerspectiveError(f"Invalid JSON payload received. {problem.detail}")
    if isinstance(problem, TooLarge):
        return PerspectiveError("Comment text too long.", "COMMENT_TOO_LONG")
    code = shape_of(problem).status
    is_theirs = code < HTTPStatus.INTERNAL_SERVER_ERROR
    return PerspectiveError(
        problem.detail,
        "INVALID_REQUEST" if is_theirs else "INTERNAL",
        code=code,
        status=_STATUS.get(code, "INVALID_ARGUMENT" if is_theirs else "INTERNAL"),
        headers=headers_of(problem),
    )


def _reason(reason: str, metadata: dict[str, str]) -> dict[str, Any]:
    return {"@type": _INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}
