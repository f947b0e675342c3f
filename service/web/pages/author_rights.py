"""What the law gives whoever writes: all of one e-mail address as a file, or erased for good.

The address is typed, is in no page's address, and is not shown again.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency

from service.comments.author_rights import AuthorRights
from service.domain.addresses import read_email
from service.domain.fields import FieldError, Refused
from service.domain.learnt_from import LearntFrom
from service.domain.states import Actor
from service.errors import Conflict, InvalidFields
from service.web.auth import may_erase
from service.web.languages.formats import number
from service.web.languages.speech import gettext, told
from service.web.pages.answers import HEADERS, page
from service.web.pages.comment import ERASE_WORD
from service.web.pages.people import page_for, read_form, session_here

AnyRequest = Request[Any, Any, Any]

_FILE: Final = {**HEADERS, "Content-Disposition": 'attachment; filename="author.jsonl"'}
_CONFLICT: Final = 409
_INVALID: Final = 422


@get("/author-rights", guards=[page_for("admin"), may_erase])
async def ask(request: AnyRequest) -> Response[Any]:
    """The two forms."""
    return _shown(request)


@post("/author-rights/export", status_code=200, guards=[page_for("admin"), may_erase])
async def export(
    request: AnyRequest, author_rights: NamedDependency[AuthorRights]
) -> Response[Any]:
    """Everything of an author as JSON lines, but the address itself."""
    try:
        rows = await author_rights.export(_address(await read_form(request)))
    except InvalidFields as refusal:
        return _refused(request, refusal)
    if not rows:
        return _shown(request, said=gettext("There is no comment of this author."))
    raw = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    return Response(raw, headers=_FILE, media_type="application/x-ndjson")


@post("/author-rights/erase", status_code=200, guards=[page_for("admin"), may_erase])
async def erase(request: AnyRequest, author_rights: NamedDependency[AuthorRights]) -> Response[Any]:
    """Erase everything of an author, when the word that says so was typed."""
    form = await read_form(request)
    if form.get("word", "").strip().casefold() != ERASE_WORD:
        wrong = gettext(
            "Nothing is erased: type the word %(word)s to erase it for good.", word=ERASE_WORD
        )
        return _shown(request, refusal=wrong, status=_INVALID)
    actor = Actor("moderator", session_here(request).staff.id)
    try:
        done = await author_rights.erase(_address(form), actor)
    except InvalidFields as refusal:
        return _refused(request, refusal)
    except Conflict as refusal:
        return _shown(request, refusal=told(refusal.detail), status=_CONFLICT)
    said = gettext("Erased comments: %(count)s", count=number(done.comments))
    return _shown(request, said=said, learnt=done.learnt)


def _address(form: Mapping[str, str]) -> str:
    try:
        return read_email(form.get("email", ""))
    except Refused as refusal:
        raise InvalidFields([FieldError("email", str(refusal))]) from None


def _refused(request: AnyRequest, refusal: InvalidFields) -> Response[Any]:
    (error,) = refusal.errors
    field = gettext("E-mail address of the author")
    return _shown(request, refusal=f"{field}: {told(error.message)}", status=_INVALID)


def _shown(
    request: AnyRequest,
    *,
    said: str | None = None,
    learnt: Collection[LearntFrom] = (),
    refusal: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return page(
        "author_rights.html",
        session_here(request),
        status=status,
        here="/sites",
        said=said,
        learnt=learnt,
        refusal=refusal,
        word=ERASE_WORD,
    )


ROUTER: Final = Router("/", route_handlers=[ask, export, erase])
