"""What a reader's browser may say in a call with a public key, and what is said for it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from litestar import Request
from msgspec.structs import replace

from service.domain.accounts import Site
from service.domain.comment import Draft
from service.domain.fields import FieldError
from service.domain.origins import origin_of
from service.domain.shown import Answer
from service.errors import InvalidFields
from service.web.auth import client_address
from service.web.parts import parts_of

SiteRequest = Request[Site, Any, Any]

OF_SERVERS: Final = ("page_title", "ip", "user_agent", "external_id", "submitted_at")
"""Fields of a comment in which only a website's own server is believed."""

_NOT_ITS: Final = "must be a page of the site: its origin is none of those that the site has set"
_NO_FORM: Final = "is required with a public key: the token of GET /v1/form for this page"


async def from_caller(request: SiteRequest, raw: object) -> tuple[object, list[str]]:
    """Return a comment as its caller may send it, and the names of what counts for nothing.

    The `ip` of a browser's is the address that it comes from.

    Raises:
        TooMany: the address sends more than the limit.
    """
    if not request.user.public:
        return raw, []
    address = client_address(request)
    await parts_of(request).browsers.allow(request.user.id, address)
    if not isinstance(raw, Mapping):
        return raw, []
    own = {name: value for name, value in raw.items() if name not in OF_SERVERS}
    return {**own, "ip": address}, [name for name in OF_SERVERS if name in raw]


def check_form(request: SiteRequest, raw: object, draft: Draft) -> None:
    """Look at the form's token, which a browser must send and a server may.

    Raises:
        InvalidFields: there is none, or the page is none of the site's.
        Conflict: the comment comes too soon, or too late.
    """
    site, parts = request.user, parts_of(request)
    token = raw.get("form") if isinstance(raw, Mapping) else None
    if site.public:
        check_pages(site, [draft.page_url])
        if not token:
            raise InvalidFields([FieldError("form", _NO_FORM)])
    if token:
        key = parts.threads.page_key(site.settings, draft.page_url)
        parts.browsers.check_form(site.id, key, token)


def check_pages(site: Site, pages: Iterable[str]) -> None:
    """Let a public key ask of pages of its site only.

    Raises:
        InvalidFields: one is of another origin than those that the site has set.
    """
    if site.public and not all(origin_of(page) in site.settings.origins for page in pages):
        raise InvalidFields([FieldError("page", _NOT_ITS)])


def told(site: Site, answer: Answer) -> Answer:
    """Return what a caller learns of a comment: a browser not why, nor by how much."""
    return replace(answer, reasons=(), scores={}) if site.public else answer
