"""What every page's answer is like: its headers, errors as HTML, the way to the sign-in page."""

from typing import Any, Final
from urllib.parse import quote, urlencode

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from service.accounts.sign_in import Session
from service.domain.accounts import Staff
from service.errors import Problem
from service.web.auth import Connection, SecondFactorNeeded, language_of
from service.web.languages.speech import speak
from service.web.pages.templates import render
from service.web.problems import answer as answer_json
from service.web.problems import headers_of, problem_of, shape_of

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Of every page."""

_LONGEST: Final = 2000
AnyRequest = Request[Any, Any, Any]


class SignInNeeded(Problem):
    """A page without a session: people are led to the sign-in page and then back."""

    code = "sign-in-needed"


async def listen(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard of all pages: what is said in answer is in the language that the browser asks for."""
    speak(language_of(connection, None))


def page(
    template: str, session: Session | None = None, *, status: int = 200, **context: Any
) -> Response[str]:
    """Answer with a template, which sees `session`, `staff` and `csrf` besides its context."""
    staff = session.staff if session else None
    text = render(
        template, session=session, staff=staff, csrf=session.csrf if session else None, **context
    )
    return Response(text, status_code=status, headers=HEADERS, media_type=MediaType.HTML)


def see(path: str) -> Redirect:
    """Lead the browser to a path of ours by GET."""
    return Redirect(path, status_code=303, headers=HEADERS)


def local_path(text: str | None, default: str = "/") -> str:
    """Return a path of this very service, or the default for whatever else stands there.

    A browser reads two slashes, backslashes and some controls as another host's address.
    """
    wanted = text or ""
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    if not safe or len(wanted) > _LONGEST or not wanted.isprintable() or "\\" in wanted:
        return default
    return quote(wanted, safe="/?&=%:;,@+!$'()*~-._")


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """Exception handler: HTML for a person's browser, problem+json for programs."""
    if not wants_html(request):
        return answer_json(request, error)
    if isinstance(error, SignInNeeded):
        return to_sign_in(request)
    if isinstance(error, SecondFactorNeeded):
        return see("/account")
    problem = problem_of(error, request)
    caller, session = request.scope.get("user"), request.scope.get("auth")
    known = session if isinstance(caller, Staff) and isinstance(session, Session) else None
    speak(language_of(request, known))
    shape = shape_of(problem)
    made = page("error.html", known, status=shape.status, title=shape.title, problem=problem)
    made.headers.update(headers_of(problem))
    return made


def to_sign_in(request: AnyRequest) -> Redirect:
    """Lead to the sign-in page, and from there back to what was asked for by GET."""
    query = request.scope["query_string"].decode("latin-1")
    asked = request.url.path + (f"?{query}" if query else "")
    wish = local_path(asked, "") if request.method in {"GET", "HEAD"} else ""
    return see("/sign-in" + (f"?{urlencode({'next': wish})}" if wish and wish != "/" else ""))


def wants_html(request: AnyRequest) -> bool:
    """Say whether a person's browser asks for a page, as its Accept header tells."""
    api = request.url.path.startswith(("/v1", "/1.1/", "/health/", "/metrics"))
    return not api and "text/html" in request.headers.get("accept", "")
