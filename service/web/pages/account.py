"""One's own account: password, second factor, recovery codes."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

import segno
from litestar import Request, Response, Router, get, post
from markupsafe import Markup

from service.accounts.second_factors import SecondFactors
from service.domain.second_factors import address_of
from service.errors import Conflict, Problem, TooMany, Unauthorised
from service.web.auth import client_address, device_of, gate_of
from service.web.pages.answers import page, see
from service.web.pages.people import own_account, read_form, session_here
from service.web.parts import parts_of
from service.web.problems import headers_of, shape_of

AnyRequest = Request[Any, Any, Any]

DONE: Final = MappingProxyType({"off": "Your second factor is off."})
WRONG: Final = "The code is not right; wait for the next one, and see that the device's time is."


@get("/account", guards=[own_account])
async def account(request: AnyRequest) -> Response[Any]:
    """What one signs in with."""
    return await _shown(request)


@post("/account/second-factor/begin", guards=[own_account])
async def begin(request: AnyRequest) -> Response[Any]:
    """Make a secret to be put into a device."""
    await read_form(request)
    try:
        await _factors(request).begin(session_here(request).staff)
    except Conflict as refusal:
        return await _shown(request, refusal)
    return see("/account/second-factor")


@get("/account/second-factor", guards=[own_account])
async def set_up(request: AnyRequest) -> Response[Any]:
    """The secret, as a QR code and in letters, and a form for the device's first code."""
    return await _set_up(request)


@post("/account/second-factor", status_code=200, guards=[own_account])
async def confirm(request: AnyRequest) -> Response[Any]:
    """From a right code on it counts; the recovery codes stand on the answer, this once."""
    form = await read_form(request)
    session, gate = session_here(request), gate_of(request)
    new = await _factors(request).confirm(session.staff, form.get("code", ""))
    if new is None:
        return await _set_up(request, WRONG)
    await gate.sign_in.end_others(session)
    gate.forget()
    return _codes(request, new)


@post("/account/second-factor/codes", status_code=200, guards=[own_account])
async def new_codes(request: AnyRequest) -> Response[Any]:
    """New recovery codes in place of the others, for who has a code."""
    refusal = await _without_code(request)
    if refusal is not None:
        return await _shown(request, refusal)
    new = await _factors(request).new_recovery_codes(session_here(request).staff)
    return _codes(request, new)


@post("/account/second-factor/off", status_code=200, guards=[own_account])
async def turn_off(request: AnyRequest) -> Response[Any]:
    """Take it away, for who has a code; be it to set up another."""
    refusal = await _without_code(request)
    if refusal is not None:
        return await _shown(request, refusal)
    await _factors(request).turn_off(session_here(request).staff)
    gate_of(request).forget()
    return see("/account?done=off")


def _factors(request: AnyRequest) -> SecondFactors:
    return gate_of(request).sign_in.second_factors


async def _without_code(request: AnyRequest) -> Problem | None:
    """Use up the form's code; return why there is none to go on with."""
    code = (await read_form(request)).get("code", "")
    staff, address = session_here(request).staff, client_address(request)
    try:
        await gate_of(request).sign_in.check_code(staff, code, address, device_of(request))
    except (Unauthorised, TooMany) as refusal:
        return refusal
    return None


async def _shown(request: AnyRequest, refusal: Problem | None = None) -> Response[Any]:
    session = session_here(request)
    made = page(
        "account.html",
        session,
        status=shape_of(refusal).status if refusal else 200,
        factor=await _factors(request).of(session.staff),
        needed=session.staff.role in gate_of(request).settings.second_factor,
        error=refusal.detail if refusal else None,
        done=DONE.get(request.query_params.get("done", "")),
    )
    made.headers.update(headers_of(refusal) if refusal else {})
    return made


async def _set_up(request: AnyRequest, error: str | None = None) -> Response[Any]:
    session = session_here(request)
    secret = await _factors(request).begun(session.staff)
    if secret is None:
        return see("/account")
    host = urlsplit(parts_of(request).settings.address).netloc
    address = address_of(secret, session.staff.name, f"Comment moderation at {host}")
    return page(
        "second_factor.html",
        session,
        status=422 if error else 200,
        secret=secret,
        address=address,
        qr=_qr(address),
        error=error,
    )


def _codes(request: AnyRequest, codes: Sequence[str]) -> Response[Any]:
    return page("recovery_codes.html", session_here(request), codes=codes)


def _qr(text: str) -> Markup:
    """Draw a text as a QR code, black on white in dark mode too, since not every camera inverts."""
    drawn = segno.make_qr(text).svg_inline(
        omitsize=True, svgclass="qr", lineclass=None, light="#fff", title="QR code of the secret"
    )
    return Markup(drawn)  # noqa: S704 - segno's drawing: the text is in its modules, not in words


ROUTER: Final = Router("/", route_handlers=[account, begin, set_up, confirm, new_codes, turn_off])
