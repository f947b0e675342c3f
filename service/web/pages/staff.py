"""Staff: add people, change roles, give one-time links, sign out everywhere, disable."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency

from service.accounts.people import People
from service.domain.accounts import ROLES
from service.domain.fields import Fields, choice_field, text_field
from service.errors import Conflict, InvalidFields, NotFound, Problem
from service.web.auth import gate_of
from service.web.body import checked
from service.web.pages.acts import ROLE_NAMES
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.parts import parts_of
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

HOLDS: Final = MappingProxyType({"60": "1 hour", "1440": "1 day", "15": "15 minutes"})
"""How long a one-time link may be good, in minutes."""

DONE: Final = MappingProxyType(
    {
        "disabled": "Done: that person is disabled.",
        "signed-out": "Done: that person is signed out.",
        "enabled": "Done: that person may sign in again.",
        "second-factor": "Done: that person has no second factor any more.",
        "role": "Done: that person has the role.",
        "identity": "Done: that person is known at the provider as you said.",
    }
)
_NAME: Final = text_field(1, 100, required=True)
_MINUTES: Final = choice_field(tuple(HOLDS), default="60")
_REACH: Final = {"reach": choice_field(("all", "named"), default="all")}
_SITE: Final = "site:"
"""What the fields of a form begin with whose rest is the name of a site."""

_ADD: Final = Fields(
    MappingProxyType(
        {"name": _NAME, "role": choice_field(ROLES, required=True), "minutes": _MINUTES, **_REACH}
    )
)
_ROLE: Final = Fields(
    MappingProxyType({"name": _NAME, "role": choice_field(ROLES, required=True), **_REACH})
)
_IDENTITY: Final = Fields(
    MappingProxyType(
        {
            "name": _NAME,
            "kind": choice_field(("email", "subject"), default="email"),
            "value": text_field(0, 255, one_line=True),
        }
    )
)
_WHO: Final = Fields(MappingProxyType({"name": _NAME, "minutes": _MINUTES}))


@get("/staff", guards=[page_for("admin")])
async def staff(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Everybody, and a form for somebody new."""
    return await _shown(request, people)


@post("/staff/add", status_code=200, guards=[page_for("admin")])
async def add(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Add somebody; the one-time link stands on the answer, this once."""
    form = await read_form(request)
    try:
        asked = checked(_ADD.read(form))
        new = await people.add(
            asked["name"],
            asked["role"],
            int(asked["minutes"]),
            _me(request),
            _sites(asked["reach"], form),
        )
    except (InvalidFields, Conflict) as refusal:
        return await _shown(request, people, refusal=refusal, given=form)
    return await _shown(request, people, fresh=(new.staff.name, new.link, asked["minutes"]))


@post("/staff/link", status_code=200, guards=[page_for("admin")])
async def link(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Give somebody a new one-time link in place of those not used; shown this once."""
    asked = checked(_WHO.read(await read_form(request)))
    try:
        made = await people.new_link(asked["name"], int(asked["minutes"]), _me(request))
    except NotFound as refusal:
        return await _shown(request, people, refusal=refusal)
    return await _shown(request, people, fresh=(asked["name"], made, asked["minutes"]))


@post("/staff/role", guards=[page_for("admin")])
async def role(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Give somebody another role, for all sites or for those that are ticked."""
    form = await read_form(request)
    asked = checked(_ROLE.read(form))
    sites = _sites(asked["reach"], form)
    try:
        await people.change_role(asked["name"], asked["role"], sites, _me(request))
    except (InvalidFields, NotFound, Conflict) as refusal:
        return await _shown(request, people, refusal=refusal)
    gate_of(request).forget()
    return see("/staff?done=role")


@post("/staff/sign-out", guards=[page_for("admin")])
async def sign_out(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """End every session of somebody."""
    return await _change(request, people, people.sign_out, "signed-out")


@post("/staff/second-factor", guards=[page_for("admin")])
async def reset_second_factor(
    request: AnyRequest, people: NamedDependency[People]
) -> Response[Any]:
    """Take the second factor of somebody who lost it away."""
    return await _change(request, people, people.reset_second_factor, "second-factor")


@post("/staff/identity", guards=[page_for("admin")])
async def identity(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Say who somebody is at the OpenID provider."""
    asked = checked(_IDENTITY.read(await read_form(request)))
    issuer, name = parts_of(request).settings.oidc_issuer, asked["name"]
    try:
        if not asked["value"]:
            await people.forget_identity(name, _me(request))
        else:
            await people.set_identity(name, issuer, asked["kind"], asked["value"], _me(request))
    except (InvalidFields, NotFound, Conflict) as refusal:
        return await _shown(request, people, refusal=refusal)
    return see("/staff?done=identity")


@post("/staff/disable", guards=[page_for("admin")])
async def disable(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Shut somebody out for good."""
    return await _change(request, people, people.disable, "disabled")


@post("/staff/enable", guards=[page_for("admin")])
async def enable(request: AnyRequest, people: NamedDependency[People]) -> Response[Any]:
    """Let somebody in again, who then needs a new link."""
    return await _change(request, people, people.enable, "enabled")


def _sites(reach: str, form: Mapping[str, str]) -> list[str] | None:
    """Return the sites that a form ticks, or None for all."""
    if reach == "all":
        return None
    return [name.removeprefix(_SITE) for name in form if name.startswith(_SITE)]


def _me(request: AnyRequest) -> UUID:
    return session_here(request).staff.id


async def _change(
    request: AnyRequest,
    people: People,
    change: Callable[[str, UUID], Awaitable[None]],
    done: str,
) -> Response[Any]:
    name = checked(_WHO.read(await read_form(request)))["name"]
    if done == "disabled" and session_here(request).staff.name == name:
        refusal = Conflict("You cannot disable yourself; another admin can.")
        return await _shown(request, people, refusal=refusal)
    try:
        await change(name, _me(request))
    except (NotFound, Conflict) as problem:
        return await _shown(request, people, refusal=problem)
    gate_of(request).forget()
    return see(f"/staff?done={done}")


async def _shown(
    request: AnyRequest,
    people: People,
    *,
    refusal: Problem | None = None,
    given: Mapping[str, str] | None = None,
    fresh: tuple[str, str, str] | None = None,
) -> Response[Any]:
    members = await people.everybody()
    return page(
        "staff.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/staff",
        people=[each for each in members if each.disabled_at is None],
        disabled=[each for each in members if each.disabled_at is not None],
        roles=ROLES,
        role_names=ROLE_NAMES,
        sites=await people.site_names(),
        holds=HOLDS,
        provider=parts_of(request).settings.oidc_issuer,
        given=given or {},
        ticked=_sites("named", given or {}),
        refusal=refusal,
        fresh=fresh,
        address=parts_of(request).settings.address,
        done=DONE.get(request.query_params.get("done", "")),
    )


ROUTER: Final = Router(
    "/",
    route_handlers=[
        staff,
        add,
        link,
        role,
        sign_out,
        reset_second_factor,
        identity,
        disable,
        enable,
    ],
)
