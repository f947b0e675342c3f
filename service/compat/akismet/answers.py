"""Akismet's answers: exact words in plain text, what else there is to say in headers."""

from typing import Any, Final

from litestar import Request, Response

from service.compat.akismet.use_cases import Verdict
from service.web.problems import headers_of, problem_of, shape_of

THANKS: Final = "Thanks for making the web a better place."
RECHECK_SECONDS: Final = 120
_HELP: Final = "X-akismet-debug-help"
_TYPE: Final = "text/plain"


class InvalidKey(Exception):
    """The key is not in force."""


class MissingArgument(Exception):
    """A check lacks something; the text is its name."""


def plain(body: str, headers: dict[str, str] | None = None, status: int = 200) -> Response[bytes]:
    """Answer with these very words and no newline."""
    return Response(body.encode(), status_code=status, headers=headers, media_type=_TYPE)


def verdict(found: Verdict) -> Response[bytes]:
    """Answer a check."""
    headers = {"X-akismet-guid": str(found.id)}
    if found.is_spam and found.is_blatant:
        headers["X-akismet-pro-tip"] = "discard"
    if found.is_provisional:
        headers["X-akismet-recheck-after"] = str(RECHECK_SECONDS)
    return plain("true" if found.is_spam else "false", headers)


def failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler for every exception of this API."""
    if isinstance(error, InvalidKey):
        return plain("invalid", {_HELP: "The key is not valid; `sites list` shows key ids."})
    if isinstance(error, MissingArgument):
        return plain("Missing required argument", {_HELP: f'Empty "{error}" value'})
    problem = problem_of(error, request)
    status, title, _ = shape_of(problem)
    told = {"X-akismet-error": f"{status} {title}", _HELP: problem.detail}
    return plain(title, {**headers_of(problem), **told}, status)
