"""A website's name, keys and secret."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final, cast, get_args
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.accounts.keys import Keys
from service.comments.settings_preview import Websites
from service.domain.accounts import KeyKind, SiteKey
from service.domain.fields import Fields, choice_field, text_field
from service.errors import Conflict, InvalidFields, NotFound, Problem
from service.web.auth import gate_of
from service.web.body import checked
from service.web.pages.acts import KEY_KINDS
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.parts import parts_of
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

_NAME: Final = Fields(MappingProxyType({"name": text_field(1, 63, required=True, one_line=True)}))
_KEY: Final = Fields(
    MappingProxyType(
        {
            "kind": choice_field(get_args(KeyKind), default="bearer"),
            "others": choice_field(("revoke",)),
        }
    )
)
_ID: Final = Fields(MappingProxyType({"key": text_field(1, 100, required=True, one_line=True)}))
SHOWN: Final = ("Key", "Key for the clients of Akismet", "New key", "Secret of the notices")
"""What is shown this once is called."""


@post("/sites/add", status_code=200, guards=[page_for("admin")])
async def add(
    request: AnyRequest, websites: NamedDependency[Websites], keys: NamedDependency[Keys]
) -> Response[Any]:
    """Add a website; its keys stand on the answer, this once."""
    form = await read_form(request)
    try:
        made = await keys.add_site(checked(_NAME.read(form))["name"], _me(request))
    except (InvalidFields, Conflict) as refusal:
        return page(
            "sites.html",
            session_here(request),
            status=shape_of(refusal).status,
            here="/sites",
            rows=await websites.all(),
            refusal=refusal,
            given=form.get("name", ""),
        )
    fresh = dict(zip(SHOWN, (made.key, made.akismet_key), strict=False))
    return await _shown(request, websites, made.site.name, fresh=fresh)


@get("/sites/{name:str}/keys", guards=[page_for("admin")])
async def site_keys(
    name: FromPath[str], request: AnyRequest, websites: NamedDependency[Websites]
) -> Response[Any]:
    """A website's name and keys in force."""
    return await _shown(request, websites, name)


@post("/sites/{name:str}/rename", guards=[page_for("admin")])
async def rename(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    keys: NamedDependency[Keys],
) -> Response[Any]:
    """Give a website another name."""
    form = await read_form(request)
    try:
        new = checked(_NAME.read(form))["name"]
        await keys.rename_site(name, new, _me(request))
    except (InvalidFields, Conflict) as refusal:
        return await _shown(request, websites, name, refusal=refusal)
    gate_of(request).forget()
    return see(f"/sites/{new}/keys")


@post("/sites/{name:str}/keys", status_code=200, guards=[page_for("admin")])
async def new_key(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    keys: NamedDependency[Keys],
) -> Response[Any]:
    """Make a key, which is shown this once; with `others` it takes their place."""
    asked = checked(_KEY.read(await read_form(request)))
    rotates = asked["others"] == "revoke"
    kind = cast("KeyKind", asked["kind"])
    made = await keys.new_key(name, kind, _me(request), revoke_others=rotates)
    gate_of(request).forget()
    return await _shown(request, websites, name, fresh={SHOWN[2]: made})


@post("/sites/{name:str}/revoke", guards=[page_for("admin")])
async def revoke(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    keys: NamedDependency[Keys],
) -> Response[Any]:
    """End a key."""
    asked = checked(_ID.read(await read_form(request)))
    try:
        await keys.revoke_key(name, asked["key"], _me(request))
    except NotFound as refusal:
        return await _shown(request, websites, name, refusal=refusal)
    gate_of(request).forget()
    return see(f"/sites/{name}/keys")


@post("/sites/{name:str}/secret", status_code=200, guards=[page_for("admin")])
async def secret(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    keys: NamedDependency[Keys],
) -> Response[Any]:
    """Show what a website checks its notices with."""
    await read_form(request)
    shown = await keys.webhook_secret(name, _me(request))
    return await _shown(request, websites, name, fresh={SHOWN[3]: shown})


@post("/sites/{name:str}/pages", guards=[page_for("admin")])
async def close_page(
    name: FromPath[str],
    request: AnyRequest,
    websites: NamedDependency[Websites],
    keys: NamedDependency[Keys],
) -> Response[Any]:
    """Take no more comments on a page, or take them again."""
    form = await read_form(request)
    reopens = form.get("do") == "open"
    try:
        await keys.close_page(name, form.get("page", ""), _me(request), reopen=reopens)
    except InvalidFields as refusal:
        return await _shown(request, websites, name, refusal=refusal)
    return see(f"/sites/{name}/keys?page={'open' if reopens else 'closed'}")


async def _shown(
    request: AnyRequest,
    websites: Websites,
    name: str,
    *,
    fresh: dict[str, str] | None = None,
    refusal: Problem | None = None,
) -> Response[Any]:
    found = await websites.find(name)
    rows = {row.name: row for row in await websites.all()}
    return page(
        "keys.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/sites",
        site=found,
        keys=rows[found.name].keys,
        embed=_embed(request, rows[found.name].keys),
        kinds=KEY_KINDS,
        fresh=fresh or {},
        first=_first(request, (fresh or {}).get(SHOWN[0])),
        page_is=request.query_params.get("page"),
        refusal=refusal,
    )


def _first(request: AnyRequest, key: str | None) -> str | None:
    """Return what a shell says to post the first comment with a key that is shown."""
    if key is None:
        return None
    comment = {
        "name": "Ada",
        "email": "ada@example.org",
        "page": "https://www.example.org/first",
        "body": "The first comment.",
    }
    asked = f"curl -sS {parts_of(request).settings.address}/v1/comments"
    lines = [asked, f"-H 'Authorization: Bearer {key}'", "-H 'Content-Type: application/json'"]
    return " \\\n  ".join([*lines, f"-d '{msgspec.json.encode(comment).decode()}'"])


def _embed(request: AnyRequest, keys: Sequence[SiteKey]) -> str | None:
    """Return what a page of the site has in it to show its comments, by the newest public key."""
    public = [key.shown for key in keys if key.kind == "public"]
    if not public:
        return None
    source = f"{parts_of(request).settings.address}/widget/comments.js"
    script = f'<script type="module" src="{source}"></script>'
    return f'{script}\n<comment-thread site-key="{public[-1]}"></comment-thread>'


def _me(request: AnyRequest) -> UUID:
    return session_here(request).staff.id


ROUTER: Final = Router(
    "/",
    route_handlers=[add, site_keys, rename, new_key, revoke, secret, close_page],
)
