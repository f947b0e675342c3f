"""The page of what admins did; what an act was about is told in words of the page's language."""

import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from markupsafe import Markup, escape

from service.accounts.keys import Keys
from service.domain.accounts import Act
from service.domain.fields import Field, Fields, read_time, read_uuid
from service.domain.wording import ACT_NAMES
from service.web.body import read_view
from service.web.languages.speech import looked_up, told, within
from service.web.pages.answers import page
from service.web.pages.people import page_for, session_here
from service.web.pages.untrusted import visible

KEY_KINDS: Final = MappingProxyType(
    {
        "bearer": "for our own calls",
        "akismet": "for Akismet\N{RIGHT SINGLE QUOTATION MARK}s clients",
        "sandbox": "for trying: nothing is kept",
        "public": "for readers\N{RIGHT SINGLE QUOTATION MARK} browsers: stands in your pages",
    }
)
"""What each kind of key is for."""

ROLE_NAMES: Final = MappingProxyType(
    {"moderator": "Moderator", "data": "Data staff", "admin": "Admin"}
)
"""What people call the roles."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "kind": KEY_KINDS,
        "role": ROLE_NAMES,
        "list": MappingProxyType({"held": "held", "blocked": "blocked"}),
        "sites": MappingProxyType({"all sites": "All sites"}),
    }
)
"""Which parts of what an act was about are words of ours."""

_KEY: Final = (r"(?P<name>\S+), (?P<kind>\w+)", "%(name)s, %(kind)s")
_LIST: Final = (r"(?P<name>\S+), (?P<count>\d+) (?P<list>\w+)", "%(name)s, %(count)s %(list)s")
_PERSON: Final = (r"(?P<name>.+), (?P<role>\w+), (?P<sites>.*)", "%(name)s, %(role)s, %(sites)s")
_AUTHOR: Final = (r"(?P<name>\S+), author (?P<author>[0-9a-f-]{36})", "%(name)s, author %(author)s")
_SHAPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "site_renamed": (r"(?P<name>\S+) to (?P<new>\S+)", "%(name)s to %(new)s"),
        "key_added": _KEY,
        "keys_rotated": _KEY,
        "words_added": _LIST,
        "words_removed": _LIST,
        "person_added": _PERSON,
        "role_changed": _PERSON,
        **dict.fromkeys((act for act in ACT_NAMES if act.startswith("standing_")), _AUTHOR),
    }
)
"""What is kept of acts whose details have words of ours in them, and how these are said."""

DETAILS: Final = tuple(dict.fromkeys(message for _, message in _SHAPES.values()))
"""How details with words of ours are said."""

_BEHIND: Final = Fields(
    MappingProxyType(
        {"before": Field(partial(read_time, zoned=True), {}), "id": Field(read_uuid, {})}
    )
)
_NONE_BEHIND: Final = UUID(int=0)
_SET_APART: Final = Markup("<bdi>{}</bdi>")
_AUTHORS_PAGE: Final = Markup('<a href="/authors/{0}">{0}</a>')


def about(act: Act) -> Markup:
    """Return what an act was about; of another shape than is kept today it stays as it is."""
    shape, message = _SHAPES.get(act.act, ("", ""))
    found = re.fullmatch(shape, act.about) if shape else None
    if found is None:
        return _SET_APART.format(visible(act.about))
    return escape(looked_up(message)) % {
        part: _said(part, value) for part, value in found.groupdict().items()
    }


def _said(part: str, value: str) -> Markup | str:
    if value in _WORDS.get(part, {}):
        return within(told(_WORDS[part][value]))
    return _AUTHORS_PAGE.format(value) if part == "author" else _SET_APART.format(visible(value))


@get("/acts", guards=[page_for("admin")])
async def acts(request: Request[Any, Any, Any], keys: NamedDependency[Keys]) -> Response[Any]:
    """What admins did, the newest first."""
    asked = read_view(request, _BEHIND)
    last = (asked["before"], asked["id"] or _NONE_BEHIND) if asked["before"] else None
    found, earlier = await keys.acts(last)
    return page(
        "acts.html",
        session_here(request),
        here="/acts",
        acts=found,
        earlier=earlier,
        names=ACT_NAMES,
        about=about,
    )


ROUTER: Final = Router("/", route_handlers=[acts])
