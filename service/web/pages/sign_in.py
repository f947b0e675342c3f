"""Signing in by name and password or by a one-time link, setting a password, signing out."""

from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post

from service.accounts.sign_in import CodeNeeded, Session
from service.domain.accounts import PASSWORD_CHARACTERS
from service.domain.fields import Fields, text_field
from service.errors import InvalidFields, TooMany, Unauthorised
from service.web.auth import (
    client_address,
    device_cookie,
    device_of,
    gate_of,
    half_way_cookie,
    half_way_of,
    session_cookie,
    session_of,
)
from service.web.body import read_fields
from service.web.languages.speech import gettext, told
from service.web.pages.answers import local_path, page, see
from service.web.pages.navigation import first_place
from service.web.pages.people import (
    own_account,
    page_for,
    plain_form,
    read_form,
    refuse_other_sites,
    session_here,
)
from service.web.pages.provider import asked_again
from service.web.problems import headers_of, shape_of

AnyRequest = Request[Any, Any, Any]

_LINK: Final = Fields(
    MappingProxyType({"secret": text_field(1, 200, required=True), "next": text_field(0, 2000)})
)


@get("/", guards=[page_for()])
async def start(request: AnyRequest) -> Response[Any]:
    """Where a person begins."""
    return see(first_place(session_here(request).staff))


@get("/sign-in")
async def ask(request: AnyRequest) -> Response[Any]:
    """The form; whoever is signed in is led on."""
    wish = local_path(request.query_params.get("next"), "")
    session = await session_of(request)
    if session is not None:
        return see(wish or first_place(session.staff))
    return asked_again(request, wish=wish)


@get("/sign-in/known")
async def known(request: AnyRequest) -> dict[str, bool]:
    """Whether the browser has a session after all.

    It keeps a SameSite=Strict cookie back when another website's link leads here; the sign-in
    page asks this from within, and then goes on to what was linked.
    """
    return {"signed_in": await session_of(request) is not None}


@post("/sign-in", status_code=200)
async def by_password(request: AnyRequest) -> Response[Any]:
    """Name and password; wrong ones show the form again."""
    form = await plain_form(request)
    name, wish = form.get("name", "").strip(), local_path(form.get("next"), "")
    try:
        session = await gate_of(request).sign_in.by_password(
            name, form.get("password", ""), client_address(request), device_of(request)
        )
    except CodeNeeded as half_way:
        return _asked_for_code(request, half_way, see(_code_page(wish)))
    except (Unauthorised, TooMany) as refusal:
        return asked_again(request, refusal, wish=wish, name=name)
    return _signed_in(request, session, wish or first_place(session.staff))


@post("/sign-in/link", status_code=200)
async def by_link(request: AnyRequest) -> Response[Any]:
    """A one-time link's secret, which the page took from behind the `#`; says where to go on."""
    refuse_other_sites(request)
    asked = await read_fields(request, _LINK)
    try:
        session = await gate_of(request).sign_in.by_link(asked["secret"], client_address(request))
    except CodeNeeded as half_way:
        return _asked_for_code(request, half_way, Response({"next": _code_page(asked["next"])}))
    wish = local_path(asked["next"], first_place(session.staff))
    return Response(
        {"next": f"/password?{urlencode({'next': wish})}"},
        cookies=[session_cookie(request, session), device_cookie(request, session.staff.name)],
    )


@get("/sign-in/code")
async def ask_code(request: AnyRequest) -> Response[Any]:
    """The form of the second step; whoever did not make the first is led to it."""
    wish = local_path(request.query_params.get("next"), "")
    staff = await gate_of(request).sign_in.half_way(half_way_of(request))
    if staff is None:
        return see(_with_wish("/sign-in", wish))
    return page("sign_in_code.html", wish=wish, error=None)


@post("/sign-in/code", status_code=200)
async def by_code(request: AnyRequest) -> Response[Any]:
    """A code of the second factor; a wrong one shows the form again."""
    form = await plain_form(request)
    wish, gate = local_path(form.get("next"), ""), gate_of(request)
    staff = await gate.sign_in.half_way(half_way_of(request))
    if staff is None:
        return see(_with_wish("/sign-in", wish))
    try:
        session = await gate.sign_in.by_code(
            staff, form.get("code", ""), client_address(request), device_of(request)
        )
    except (Unauthorised, TooMany) as refusal:
        shown = page(
            "sign_in_code.html",
            status=shape_of(refusal).status,
            wish=wish,
            error=told(refusal.detail),
        )
        if isinstance(refusal, TooMany):
            shown.headers.update(headers_of(refusal))
        return shown
    made = _signed_in(request, session, wish or first_place(staff))
    made.cookies.append(half_way_cookie(request, None))
    return made


@get("/password", guards=[own_account])
async def ask_password(request: AnyRequest) -> Response[Any]:
    """The form that sets one's own password."""
    return _password_form(request, local_path(request.query_params.get("next"), ""))


@post("/password", status_code=200, guards=[own_account])
async def set_password(request: AnyRequest) -> Response[Any]:
    """Set one's own password; every other session of one's ends."""
    form = await read_form(request)
    staff, wish = session_here(request).staff, local_path(form.get("next"), "")
    password = form.get("password", "")
    if password != form.get("again", ""):
        return _password_form(request, wish, gettext("The two passwords are not the same."))
    gate = gate_of(request)
    try:
        await gate.sign_in.set_password(staff, password)
    except InvalidFields as refusal:
        return _password_form(
            request, wish, f"{gettext('Password')}: {told(refusal.errors[0].message)}."
        )
    await gate.sign_out(session_here(request), everywhere=True)
    session = await gate.sign_in.again(session_here(request))
    return _signed_in(request, session, wish or first_place(staff))


@post("/sign-out", guards=[own_account])
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End this session, or all of one's own."""
    form = await read_form(request)
    gate = gate_of(request)
    await gate.sign_out(session_here(request), everywhere=form.get("everywhere") == "yes")
    made = see("/sign-in")
    made.cookies.append(session_cookie(request, None))
    return made


def _signed_in(request: AnyRequest, session: Session, path: str) -> Response[Any]:
    made = see(path)
    made.cookies.append(session_cookie(request, session))
    made.cookies.append(device_cookie(request, session.staff.name))
    return made


def _asked_for_code(
    request: AnyRequest, half_way: CodeNeeded, made: Response[Any]
) -> Response[Any]:
    made.cookies.append(half_way_cookie(request, half_way.ticket))
    return made


def _code_page(wish: str) -> str:
    return _with_wish("/sign-in/code", wish)


def _with_wish(path: str, wish: str) -> str:
    return f"{path}?{urlencode({'next': wish})}" if wish else path


def _password_form(request: AnyRequest, wish: str, error: str | None = None) -> Response[str]:
    return page(
        "password.html",
        session_here(request),
        status=422 if error else 200,
        wish=wish,
        error=error,
        shortest=PASSWORD_CHARACTERS[0],
    )


ROUTER: Final = Router(
    "/",
    route_handlers=[
        start,
        ask,
        known,
        by_password,
        by_link,
        ask_code,
        by_code,
        ask_password,
        set_password,
        sign_out,
    ],
)
