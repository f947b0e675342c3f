"""The language of the pages, as a person chooses it in their account."""

from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, post

from service.domain.fields import Fields, choice_field
from service.web.auth import gate_of
from service.web.body import checked
from service.web.languages.catalogue import NAMES
from service.web.pages.answers import see
from service.web.pages.people import own_account, read_form, session_here

_ASKED: Final = Fields(MappingProxyType({"language": choice_field(("", *NAMES), default="")}))


@post("/account/language", guards=[own_account])
async def choose(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep the choice, which counts in every browser of this person."""
    asked = checked(_ASKED.read(await read_form(request)))
    gate = gate_of(request)
    await gate.sign_in.set_language(session_here(request).staff, asked["language"] or None)
    gate.forget()
    return see("/account")


ROUTER: Final = Router("/", route_handlers=[choose])
