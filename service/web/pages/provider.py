"""Signing in through the organisation's OpenID provider: there, and back."""

from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from litestar import Request, Response, Router, get

from service.accounts.provider import Provider
from service.accounts.sign_in import Session
from service.domain.accounts import is_secret
from service.errors import NotFound, Problem, TooMany, Unauthorised, Unavailable
from service.web.auth import (
    client_address,
    device_cookie,
    flow_cookie,
    flow_of,
    gate_of,
    session_cookie,
)
from service.web.languages.speech import told
from service.web.pages.answers import HEADERS, local_path, page
from service.web.pages.navigation import first_place
from service.web.problems import headers_of, shape_of

AnyRequest = Request[Any, Any, Any]

BACK: Final = "/sign-in/provider/back"
"""Where a provider leads browsers back to: its address is registered there."""
_NOT_BEGUN: Final = "This sign-in was not begun in this browser, or too long ago; begin again."
_LONGEST: Final = 4000


@get("/sign-in/provider")
async def there(request: AnyRequest) -> Response[Any]:
    """Lead to the provider; a cookie ties its answer to this browser."""
    sign_in = gate_of(request).sign_in
    secret, flow = sign_in.new_flow()
    wish = local_path(request.query_params.get("next"), "")
    try:
        place = await _provider(request).address(flow)
    except Unavailable as refusal:
        return asked_again(request, refusal, wish=wish)
    made = Response("", status_code=303, headers={**HEADERS, "Location": place})
    made.cookies.append(flow_cookie(request, f"{secret}.{quote(wish, '')}"))
    return made


@get(BACK)
async def back(request: AnyRequest) -> Response[Any]:
    """Sign in whom the provider vouches for; from a page of ours, so that the session is sent."""
    secret, wish = _begun(request)
    try:
        session = await _vouched_for(request, secret)
    except (Unauthorised, TooMany, Unavailable) as refusal:
        made = asked_again(request, refusal, wish=wish)
    else:
        made = page("sign_in_done.html", wish=wish or first_place(session.staff))
        made.cookies.append(session_cookie(request, session))
        made.cookies.append(device_cookie(request, session.staff.name))
    made.cookies.append(flow_cookie(request, None))
    return made


def asked_again(
    request: AnyRequest, refusal: Problem | None = None, *, wish: str, name: str = ""
) -> Response[Any]:
    """Answer with the sign-in page, and with why what was tried there was refused."""
    provider = gate_of(request).sign_in.provider
    made = page(
        "sign_in.html",
        status=shape_of(refusal).status if refusal else 200,
        wish=wish,
        name=name,
        error=told(refusal.detail) if refusal else None,
        provider=urlsplit(provider.issuer).hostname if provider else None,
        passwords=bool(gate_of(request).settings.password_roles),
    )
    if refusal is not None and refusal.retry_after is not None:
        made.headers.update(headers_of(refusal))
    return made


async def _vouched_for(request: AnyRequest, secret: str) -> Session:
    provider, sign_in = _provider(request), gate_of(request).sign_in
    flow, told = sign_in.flow(secret), request.query_params
    if not is_secret(secret) or told.get("state") != flow.state:
        raise Unauthorised(_NOT_BEGUN)
    code = told.get("code", "")
    if not 1 <= len(code) <= _LONGEST:
        raise Unauthorised("Your organisation's sign-in did not let you through.")
    return await sign_in.by_provider(provider, code, flow, client_address(request))


def _provider(request: AnyRequest) -> Provider:
    provider = gate_of(request).sign_in.provider
    if provider is None:
        raise NotFound("No OpenID provider is set; MODERATION_OIDC_ISSUER names one.")
    return provider


def _begun(request: AnyRequest) -> tuple[str, str]:
    """Return the secret of the sign-in that this browser began, and what was wished for then."""
    secret, _, wish = (flow_of(request) or "").partition(".")
    return secret, local_path(unquote(wish), "")


ROUTER: Final = Router("/", route_handlers=[there, back])
