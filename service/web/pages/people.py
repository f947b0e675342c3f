"""Who may open a page, and forms that only our own pages can have sent."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from service.accounts.sign_in import Session
from service.domain.accounts import Role
from service.domain.fields import Refused, clean_text
from service.errors import BadRequest, Forbidden
from service.web.auth import (
    Connection,
    gate_of,
    language_of,
    refuse_without_second_factor,
    session_of,
)
from service.web.languages.speech import gettext, speak
from service.web.pages.answers import SignInNeeded

CSRF_FIELD: Final = "csrf"
_OUT_OF_DATE: Final = "The page is out of date; reload it and try again."


def page_for(*roles: Role) -> Guard:
    """Make a guard that lets people with one of these roles in, and admins; none means any.

    Without a session it leads to the sign-in page. The handler takes `request.auth` for the
    session, and `staff: NamedDependency[Staff]`.
    """

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        await own_account(connection, _)
        session: Session = connection.scope["auth"]
        refuse_without_second_factor(connection, session)
        if roles and not session.staff.may(*roles):
            needed = " / ".join(roles)
            raise Forbidden(gettext("This page needs the role %(role)s.", role=needed))

    return guard


async def own_account(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in whoever has a session: a guard of pages that all need, be it for a second factor."""
    session = await session_of(connection)
    if session is None:
        raise SignInNeeded("Sign in to see this page.")
    connection.scope["user"] = session.staff
    connection.scope["auth"] = session
    speak(language_of(connection, session))


def session_here(request: Request[Any, Any, Any]) -> Session:
    """Return the session that the guard found."""
    session: Session = request.scope["auth"]
    return session


async def read_form(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    """Return a form's text fields, of which the last of a name counts, after its CSRF check.

    Raises:
        Forbidden: the form is not from a page of this session.
        BadRequest: a field cannot be kept as text.
    """
    form = await plain_form(request)
    gate = gate_of(request)
    if not gate.csrf_is_right(session_here(request), form.get(CSRF_FIELD, "")):
        raise Forbidden(_OUT_OF_DATE)
    return form


async def plain_form(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    """Return a form's text fields, for the one form before there is a session: signing in.

    Raises:
        Forbidden: the browser says that another website's page sent it.
        BadRequest: a field cannot be kept as text.
    """
    refuse_other_sites(request)
    form = await request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        return {name: clean_text(value) for name, value in fields.items()}
    except Refused:
        raise BadRequest("The form has characters that cannot be kept; remove them.") from None


def refuse_other_sites(request: Request[Any, Any, Any]) -> None:
    """Refuse what another website's page made the browser send.

    Raises:
        Forbidden: it did.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden(_OUT_OF_DATE)
