"""One word for a website's lists, from a text that is read: what it would meet, add it, undo."""

from types import MappingProxyType
from typing import Any, Final, get_args

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.comments.editing_words import EditingWords
from service.domain.fields import Fields, choice_field, text_field
from service.domain.words import LONGEST_WORD, ListName
from service.errors import InvalidFields
from service.web.body import checked, read_view
from service.web.pages.answers import page
from service.web.pages.people import page_for, read_form, session_here
from service.web.problems import shape_of

AnyRequest = Request[Any, Any, Any]

_LIST: Final = choice_field(get_args(ListName), default="blocked")
_ASKED: Final = Fields(
    MappingProxyType({"text": text_field(0, LONGEST_WORD, one_line=True), "list": _LIST})
)
_SENT: Final = Fields(
    MappingProxyType(
        {
            "text": text_field(1, LONGEST_WORD, required=True, one_line=True),
            "list": _LIST,
            "do": choice_field(("look", "add", "undo"), default="look"),
        }
    )
)


@get("/sites/{name:str}/words/one", guards=[page_for("admin")])
async def look(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """The form, with what the word of the address would have met."""
    asked = read_view(request, _ASKED)
    return await _shown(request, editing_words, name, asked["text"] or "", asked["list"])


@post("/sites/{name:str}/words/one", status_code=200, guards=[page_for("admin")])
async def change(
    name: FromPath[str], request: AnyRequest, editing_words: NamedDependency[EditingWords]
) -> Response[Any]:
    """Look again, add the word, or take it out again."""
    form = await read_form(request)
    try:
        sent = checked(_SENT.read(form))
    except InvalidFields as refusal:
        return await _shown(request, editing_words, name, "", "blocked", refusal=refusal)
    text, which, me = sent["text"], sent["list"], session_here(request).staff.id
    if sent["do"] == "look":
        return await _shown(request, editing_words, name, text, which)
    try:
        if sent["do"] == "undo":
            await editing_words.take_back(name, which, text, me)
            return await _shown(request, editing_words, name, text, which, did="undone")
        done = await editing_words.add(name, which, [text], me, inside=False)
    except InvalidFields as refusal:
        return await _shown(request, editing_words, name, text, which, refusal=refusal)
    did = "added" if done.added else "there"
    return await _shown(request, editing_words, name, text, which, did=did)


async def _shown(
    request: AnyRequest,
    editing_words: EditingWords,
    name: str,
    text: str,
    which: ListName,
    *,
    refusal: InvalidFields | None = None,
    did: str | None = None,
) -> Response[Any]:
    met = None
    if text and refusal is None:
        try:
            met = await editing_words.would_meet(name, text)
        except InvalidFields as found:
            refusal = found
    return page(
        "word.html",
        session_here(request),
        status=shape_of(refusal).status if refusal else 200,
        here="/sites",
        site=await editing_words.site(name),
        text=text,
        which=which,
        met=met,
        refusal=refusal,
        did=did,
    )


ROUTER: Final = Router("/", route_handlers=[look, change])
