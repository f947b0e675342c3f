"""Who may call what: Litestar guards, which run before the body is read.

A guard puts the caller, a Site or a Staff, where `request.user` finds it, and for people the
session where `request.auth` finds it. Handlers take `site` or `staff` as dependencies.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard, Scope

from service.accounts.sign_in import Session
from service.domain.accounts import KeyKind, Role, Site, Staff
from service.domain.origins import origin_of
from service.errors import Forbidden, Unauthorised
from service.settings import Settings
from service.web.gate import SERVERS, Gate
from service.web.languages.choice import chosen
from service.web.languages.speech import speak
from service.web.parts import parts_of

CSRF_HEADER: Final = "x-csrf-token"
_FORWARDED: Final = frozenset({"x-forwarded-for", "forwarded", "x-real-ip"})
_DEVICE: Final = "-device"
_HALF_WAY: Final = "-half-way"
_HALF_WAY_SECONDS: Final = 600
_FLOW: Final = "-flow"
_DEVICE_SECONDS: Final = 365 * 24 * 3600
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Connection = ASGIConnection[Any, Any, Any, Any]


class SecondFactorNeeded(Forbidden):
    """The role needs a second factor, and the person has none yet."""

    def __init__(self) -> None:
        super().__init__("Your role needs a second factor: set it up on the page of your account.")


def _site_by(*kinds: KeyKind) -> Guard:
    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = await _caller(connection, kinds)
        if not isinstance(caller, Site):
            raise Forbidden("This call is for websites; send a site's key.")
        if caller.public:
            gate_of(connection).count_browser(client_address(connection))

    return guard


site_only: Final = _site_by("bearer")
"""Lets a website's server in."""

site_or_sandbox: Final = _site_by("bearer", "sandbox")
"""Lets a website's server in, also with a key for trying, of which nothing is kept."""

site_or_browser: Final = _site_by("bearer", "sandbox", "public")
"""Lets these in, and readers' browsers with the public key of the site whose page they show."""

site_or_reporter: Final = _site_by("bearer", "public")
"""Lets a website's server in, and readers' browsers."""


async def require_staff(connection: Connection, *roles: Role) -> None:
    """Refuse whoever is not a person with one of these roles, or an admin; none means any."""
    _allow(await _caller(connection), roles)


def staff_only(*roles: Role) -> Guard:
    """Make a guard that lets in people with one of these roles, and admins; none means any."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        await require_staff(connection, *roles)

    return guard


async def reads_or_moderates(connection: Connection, _: BaseRouteHandler) -> None:
    """Let moderators in, and data staff to what only reads."""
    reading: tuple[Role, ...] = ("data",) if connection.scope.get("method") in _SAFE else ()
    await require_staff(connection, "moderator", *reading)


def site_or_staff(*roles: Role) -> Guard:
    """Make a guard that lets in websites, and people with one of these roles."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = await _caller(connection)
        if not isinstance(caller, Site):
            _allow(caller, roles)

    return guard


async def may_erase(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in who may erase for good: websites, and the people that the settings name.

    It stands after the guard that finds who calls.
    """
    caller = connection.scope["user"]
    if isinstance(caller, Staff) and not erases(connection, caller):
        raise Forbidden("Erasing for good is a right of admins here; ask one.")


def erases(connection: Connection, staff: Staff) -> bool:
    """Say whether a person may erase for good."""
    return staff.may(gate_of(connection).settings.erase)


def _allow(caller: Site | Staff, roles: tuple[Role, ...]) -> None:
    if not isinstance(caller, Staff):
        raise Forbidden("This call is for staff; sign in, or send a staff token.")
    if roles and not caller.may(*roles):
        raise Forbidden(f"This call needs the role {' or '.join(roles)}.")


def current_site(scope: Scope) -> Site:
    """Return the website that a guard let in.

    Raises:
        Forbidden: a person calls, or no guard stands before this handler.
    """
    caller = scope.get("user")
    if not isinstance(caller, Site):
        raise Forbidden("This call is for websites; send a site's key.")
    return caller


def current_staff(scope: Scope) -> Staff:
    """Return the person that a guard let in.

    Raises:
        Forbidden: a website calls, or no guard stands before this handler.
    """
    caller = scope.get("user")
    if not isinstance(caller, Staff):
        raise Forbidden("This call is for staff; sign in, or send a staff token.")
    return caller


DEPENDENCIES: Final = {
    "site": Provide(current_site, sync_to_thread=False),
    "staff": Provide(current_staff, sync_to_thread=False),
}
"""For the application's `dependencies`: a handler takes
`site: NamedDependency[Site]` or `staff: NamedDependency[Staff]`."""


async def session_of(connection: Connection) -> Session | None:
    """Return the session of the request's cookie, if it has one in force; for pages."""
    gate = gate_of(connection)
    secret = connection.cookies.get(_name(gate.settings, connection))
    return await gate.session(secret) if secret else None


def refuse_without_second_factor(connection: Connection, session: Session) -> None:
    """Refuse whoever has no second factor, where the settings say that the role needs one."""
    if (
        not session.second_factor
        and session.staff.role in gate_of(connection).settings.second_factor
    ):
        raise SecondFactorNeeded


def session_cookie(connection: Connection, session: Session | None) -> Cookie:
    """Make the cookie of a session, or for None the one that ends it; gone with the browser."""
    value, lasts = (session.secret, None) if session else ("", 0)
    return _cookie(connection, "", value, lasts)


def half_way_of(connection: Connection) -> str | None:
    """Return the ticket of somebody who is to send a code of a second factor."""
    return connection.cookies.get(_name(gate_of(connection).settings, connection, _HALF_WAY))


def half_way_cookie(connection: Connection, ticket: str | None) -> Cookie:
    """Make the cookie of such a ticket, or for None the one that ends it."""
    return _cookie(connection, _HALF_WAY, ticket or "", _HALF_WAY_SECONDS if ticket else 0)


def flow_of(connection: Connection) -> str | None:
    """Return the secret of a sign-in through a provider that this browser has begun."""
    return connection.cookies.get(_name(gate_of(connection).settings, connection, _FLOW))


def flow_cookie(connection: Connection, secret: str | None) -> Cookie:
    """Make the cookie of such a sign-in, or for None the one that ends it.

    The browser is to send it when the provider leads back here, so it is not strict.
    """
    lasts = _HALF_WAY_SECONDS if secret else 0
    return replace(_cookie(connection, _FLOW, secret or "", lasts), samesite="lax")


def device_of(connection: Connection) -> str | None:
    """Return the mark of a browser that somebody signed in with before."""
    return connection.cookies.get(_name(gate_of(connection).settings, connection, _DEVICE))


def device_cookie(connection: Connection, name: str) -> Cookie:
    """Make the mark of a browser that has signed in under a name; see throttle.ACCOUNT."""
    mark = gate_of(connection).sign_in.new_device(name)
    return _cookie(connection, _DEVICE, mark, _DEVICE_SECONDS)


def secure_cookies(settings: Settings, connection: Connection) -> bool:
    """Say whether cookies are for TLS only: as set, else as the request or public URL has it."""
    if settings.secure_cookies != "auto":
        return settings.secure_cookies == "on"
    public = (settings.public_url or "").startswith("https:")
    return public or connection.scope.get("scheme") == "https"


def client_address(connection: Connection) -> str:
    """Return the caller's address, as the server took it from the socket or a trusted proxy."""
    if connection.client is None:
        return "local"
    # uvicorn sets no port where it believed a proxy's header.
    if connection.client.port and connection.headers.keys() & _FORWARDED:
        gate_of(connection).warn_of_proxy()
    return connection.client.host


def gate_of(connection: Connection) -> Gate:
    """Return this process's gate, which every process has one of."""
    return parts_of(connection).gate


async def _caller(connection: Connection, kinds: Collection[KeyKind] = SERVERS) -> Site | Staff:
    """Find who calls, by the Authorization header or else by the session's cookie."""
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised("Send the key as `Authorization: Bearer KEY`.")
        caller = await gate_of(connection).bearer(
            text.strip(), client_address(connection), kinds=kinds, origin=_origin(connection)
        )
        return _known(connection, caller, None)
    session = await session_of(connection)
    if session is None:
        raise Unauthorised("Send a key as `Authorization: Bearer KEY`, or sign in.")
    _check_csrf(connection, session)
    refuse_without_second_factor(connection, session)
    return _known(connection, session.staff, session)


def _origin(connection: Connection) -> str | None:
    """Return from where a page calls; a browser does not say so of a page of our own origin."""
    given = connection.headers.getall("origin", [])
    if not given and connection.headers.get("sec-fetch-site") == "same-origin":
        return origin_of(gate_of(connection).settings.address)
    return given[0] if len(given) == 1 else None


def _check_csrf(connection: Connection, session: Session) -> None:
    """Refuse a change that another website's page could have made the browser send."""
    if connection.scope.get("method") in _SAFE:
        return
    token = connection.headers.get(CSRF_HEADER, "")
    if not gate_of(connection).csrf_is_right(session, token):
        raise Forbidden("The page is out of date; reload it and try again.")


def language_of(connection: Connection, session: Session | None) -> str:
    """Return the language of whoever asks: their own choice, else what their browser asks for."""
    setting = session.staff.language if session else None
    return chosen(setting, connection.headers.get("accept-language"))


def _known(connection: Connection, caller: Site | Staff, session: Session | None) -> Site | Staff:
    connection.scope["user"] = caller
    connection.scope["auth"] = session
    if session:  # a page's own script, which shows people what it is answered
        speak(language_of(connection, session))
    return caller


def _cookie(connection: Connection, more: str, value: str, lasts: int | None) -> Cookie:
    settings = gate_of(connection).settings
    return Cookie(
        key=_name(settings, connection, more),
        value=value,
        max_age=lasts,
        path=settings.base_path or "/",
        secure=secure_cookies(settings, connection),
        httponly=True,
        samesite="strict",
    )


def _name(settings: Settings, connection: Connection, more: str = "") -> str:
    """Name a cookie: a browser takes a __Host- cookie from this very host only, over TLS.

    Such a one is for every path; where the service has but one, other paths are others' business.
    """
    if not secure_cookies(settings, connection):
        return f"moderation{more}"
    return f"{'__Secure-' if settings.base_path else '__Host-'}moderation{more}"
