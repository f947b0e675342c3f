"""The demo website: an article, its published comments as threads, and a form for a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post

from service.comments.demo import Demo
from service.domain.accounts import new_secret
from service.domain.fields import Refused, read_uuid
from service.domain.masking import mask_addresses
from service.domain.shown import Answer, Shown
from service.errors import Conflict, InvalidFields, NotFound, TooMany
from service.web.auth import client_address
from service.web.pages.answers import page, see
from service.web.pages.people import plain_form
from service.web.parts import parts_of
from service.web.problems import headers_of, shape_of

AnyRequest = Request[Any, Any, Any]

"""Comments of one address."""
_DEEPEST: Final = 4  # a reply to a deeper one stands beside it
_SENT: Final = ("name", "email", "website", "body", "parent_id", "trap")
_BLANK: Final = dict.fromkeys(("name", "website", "body", "parent_id"), "")
_MARK: Final = "demo comment"


@dataclass(frozen=True, slots=True)
class Branch:
    """A comment with the replies under it, oldest first."""

    comment: Shown
    replies: list["Branch"] = field(default_factory=list)


def branches(comments: Sequence[Shown]) -> list[Branch]:
    """Return comments, given oldest first, as threads of bounded depth.

    A reply to what is not among them begins a thread of its own.
    """
    top: list[Branch] = []
    levels: dict[UUID, tuple[int, Branch]] = {}
    for comment in comments:
        level, above = levels.get(comment.parent_id, (0, None)) if comment.parent_id else (0, None)
        made = Branch(comment)
        (above.replies if above else top).append(made)
        at_most = above if above and level == _DEEPEST else made
        levels[comment.id] = (min(level + 1, _DEEPEST), at_most)
    return top


@get("/demo")
async def article(request: AnyRequest) -> Response[Any]:
    """The article; after posting also what became of the reader's comment."""
    demo = await _demo(request)
    query = request.query_params
    posted = _id(query.get("comment"))
    mark = query.get("mark", "")
    said = None
    if posted and demo.secrets.signed(_MARK, str(posted), mark):
        said = await demo.look(posted)
    filled = {**_BLANK, "parent_id": str(_id(query.get("reply")) or "")}
    return await _shown(demo, filled, said=said, after=_id(query.get("after")))


@post("/demo", status_code=200)
async def write(request: AnyRequest) -> Response[Any]:
    """A new comment, sent on as a website's own server would."""
    demo = await _demo(request)
    form = await plain_form(request)
    # A browser sends line ends as two characters and counts them as one.
    fields = {name: form.get(name, "").replace("\r\n", "\n") for name in _SENT}
    shown = {name: mask_addresses(fields[name]) for name in _BLANK}
    client = request.client
    try:
        await demo.allow(client_address(request))
        key = form.get("key") or new_secret()
        kept = await demo.post(fields, ip=client.host if client else None, key=key)
    except InvalidFields as refusal:
        errors = {error.field: error.message for error in refusal.errors}
        return await _shown(demo, shown, errors=errors, status=shape_of(refusal).status)
    except TooMany as refusal:
        answer = await _shown(
            demo,
            shown,
            problem="You are writing too fast; wait a minute.",
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
        answer.headers.update(headers_of(refusal))
        return answer
    except Conflict as refusal:
        return await _shown(demo, shown, problem=refusal.detail, status=shape_of(refusal).status)
    mark = demo.secrets.sign(_MARK, str(kept.id))
    return see(f"/demo?{urlencode({'comment': str(kept.id), 'mark': mark})}#said")


async def _shown(
    demo: Demo,
    filled: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    problem: str | None = None,
    said: Answer | None = None,
    after: UUID | None = None,
    status: int = 200,
) -> Response[str]:
    thread = await demo.thread(after)
    answered = [row for row in thread.comments if str(row.id) == filled["parent_id"]]
    return page(
        "demo.html",
        status=status,
        thread=thread,
        branches=branches(thread.comments),
        filled=filled,
        answered=answered[0] if answered else None,
        errors=errors or {},
        problem=problem,
        said=said,
        key=new_secret(),
        most=demo.submission.max_body,
    )


async def _demo(request: AnyRequest) -> Demo:
    """Return the demo, which is made ready when it is first asked for.

    Raises:
        NotFound: it is off.
    """
    demo = parts_of(request).demo
    if demo is None:
        raise NotFound("There is nothing at this address.")
    await demo.open()
    return demo


def _id(text: str | None) -> UUID | None:
    try:
        return read_uuid(text)
    except Refused:
        return None


ROUTER: Final = Router("/", route_handlers=[article, write])
