"""A website's words that are held or blocked: look through, add, import, remove, try a text."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.accounts.site_words import lines
from service.comments.editing_words import EditingWords
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    choice_field,
    integer_field,
    text_field,
)
from service.domain.listed_words import Word, WordOrder, WordView
from service.domain.words import LONGEST_WORD, MOST_WORDS, ListName
from service.errors import InvalidFields
from service.web.body import checked, read_view
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

MAX_LIST_BYTES: Final = 8 * 1024 * 1024
"""A request with the longest list that is taken, in letters of three bytes, and what is around."""

_LONGEST_TRIED: Final = 20_000
_PLACE: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})", re.ASCII)


def _read_place(raw: object) -> tuple[int, int]:
    found = _PLACE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise Refused("is no place in the list; begin at its top")
    return int(found[1]), int(found[2])


_LIST: Final = choice_field(get_args(ListName), default="held")
_VIEW: Final = Fields(
    MappingProxyType(
        {
            "list": _LIST,
            "q": text_field(0, LONGEST_WORD),
            "order": choice_field(get_args(WordOrder), default="time"),
            "after": Field(_read_place, {}),
            "added": integer_field(0, MOST_WORDS),
        }
    )
)
_TRIED: Final = Fields(MappingProxyType({"text": text_field(1, _LONGEST_TRIED, required=True)}))
_ID: Final = Fields(MappingProxyType({"id": integer_field(1, 2**62, required=True)}))


@get("/sites/{name:str}/words", guards=[page_for("admin")])
async def words(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """A part of a list, with how often each entry was met."""
    asked = read_view(request, _VIEW)
    return await _shown(request, editing_words, name, _view(asked), added=asked["added"])


@post(
    "/sites/{name:str}/words",
    status_code=200,
    guards=[page_for("admin")],
    request_max_body_size=MAX_LIST_BYTES,
)
async def add(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """Add what was typed, an entry a line, and what a file has."""
    form = await read_form(request)
    view, typed = _view(checked(_VIEW.read(form))), form.get("entries", "")
    try:
        entries = [*lines(typed.encode()), *await _in_file(request)]
        done = await editing_words.add(
            name, view.list, entries, _me(request), inside=form.get("inside") == "yes"
        )
    except InvalidFields as refusal:
        return await _shown(request, editing_words, name, view, refusal=refusal, typed=typed)
    return see(f"/sites/{name}/words?{urlencode({'list': view.list, 'added': done.added})}")


@post("/sites/{name:str}/words/remove", guards=[page_for("admin")])
async def remove(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """Take one entry out."""
    form = await read_form(request)
    view = _view(checked(_VIEW.read(form)))
    await editing_words.remove(name, checked(_ID.read(form))["id"], _me(request))
    return see(_path(name, view))


@post("/sites/{name:str}/words/try", status_code=200, guards=[page_for("admin")])
async def try_text(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """Say which entries a text has."""
    form = await read_form(request)
    view, tried = _view(checked(_VIEW.read(form))), form.get("text", "")
    try:
        met = await editing_words.met(name, checked(_TRIED.read(form))["text"])
    except InvalidFields as refusal:
        return await _shown(request, editing_words, name, view, refusal=refusal, tried=tried)
    return await _shown(request, editing_words, name, view, tried=tried, met=met)


async def _in_file(request: AnyRequest) -> list[str]:
    """Return the entries of the file that came with a form, if one did.

    Raises:
        InvalidFields: it is not in UTF-8.
    """
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        return []
    try:
        return lines(await file.read())
    except UnicodeDecodeError:
        error = FieldError("file", "must be a text in UTF-8, an entry a line")
        raise InvalidFields([error]) from None


def _view(asked: Mapping[str, Any]) -> WordView:
    which, order = cast("ListName", asked["list"]), cast("WordOrder", asked["order"])
    return WordView(which, asked["q"] or "", order, asked["after"])


def _path(name: str, view: WordView, after: Word | None = None) -> str:
    asked = {"list": view.list, "q": view.sought, "order": view.order}
    place = {"after": f"{after.hits}.{after.id}"} if after else {}
    return f"/sites/{name}/words?{urlencode(asked | place)}"


async def _shown(
    request: AnyRequest,
    editing_words: EditingWords,
    name: str,
    view: WordView,
    *,
    refusal: InvalidFields | None = None,
    **given: Any,
) -> Response[Any]:
    seen = await editing_words.look(name, view)
    return page(
        "words.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/sites",
        site=seen.site,
        seen=seen,
        view=view,
        more=_path(name, view, seen.next) if seen.next else None,
        refusal=refusal,
        **{"added": None, "typed": "", "tried": "", "met": None, **given},
    )


def _me(request: AnyRequest) -> Any:
    return session_here(request).staff.id


ROUTER: Final = Router("/", route_handlers=[words, add, remove, try_text])
