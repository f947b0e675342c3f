"""One comment with its whole history; decide about it, take one's own decision back, erase it."""

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from classifier.types import LABELS
from service.comments.moderation import Moderation, Outcome, refused
from service.comments.review import Item, Review
from service.domain.accounts import Staff
from service.domain.fields import Refused, read_uuid
from service.domain.states import Action, Actor
from service.domain.wording import LABEL_NAMES, apart, in_one_line, moved, why
from service.errors import NotFound
from service.web.auth import erases, may_erase
from service.web.body import checked
from service.web.languages.formats import SPOKEN
from service.web.languages.speech import gettext
from service.web.pages.answers import local_path, page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.queue_view import ACTORS, SECOND, show
from service.web.review_fields import DECISION, UNDO
from service.web.review_schemas import render

AnyRequest = Request[Any, Any, Any]

ERASE_WORD: Final = "erase"
"""What is typed to erase a comment for good, which no click does by accident."""

CONVERSATION: Final = 10
"""So many comments each way stand around it."""


@get("/comments/{comment_id:uuid}", guards=[page_for("moderator")])
async def comment(
    comment_id: FromPath[UUID], request: AnyRequest, review: NamedDependency[Review]
) -> Response[Any]:
    """The comment as it stands, and every decision about it."""
    return await _shown(request, review, comment_id)


@post("/comments/{comment_id:uuid}/decision", guards=[page_for("moderator")])
async def decide(
    comment_id: FromPath[UUID],
    request: AnyRequest,
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """Approve or reject it as it was seen."""
    form = await read_form(request)
    given = {name: value for name, value in form.items() if value.strip()}
    asked = checked(DECISION.read(given))
    (outcome,) = await moderation.decide(
        [comment_id],
        asked["action"],
        _me(request),
        seen={comment_id: asked["version"]},
        reason=asked["reason"] if asked["action"] == "reject" else None,
        note=asked["note"],
    )
    return await after(request, review, outcome, form.get("back"))


@post("/comments/{comment_id:uuid}/undo", guards=[page_for("moderator")])
async def undo(
    comment_id: FromPath[UUID],
    request: AnyRequest,
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """Restore what was before one's own last decision."""
    form = await read_form(request)
    asked = checked(UNDO.read(form))
    return await after(
        request,
        review,
        await _decided(moderation, comment_id, "undo", _me(request), asked["version"]),
        form.get("back"),
    )


@post("/comments/{comment_id:uuid}/erase", guards=[page_for("moderator"), may_erase])
async def erase(
    comment_id: FromPath[UUID],
    request: AnyRequest,
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """Erase its content for good, when the word that says so was typed."""
    form = await read_form(request)
    if form.get("word", "").strip().casefold() != ERASE_WORD:
        refusal = gettext(
            "Nothing is erased: type the word %(word)s to erase it for good.", word=ERASE_WORD
        )
        return await _shown(request, review, comment_id, refusal=refusal)
    outcome = await _decided(moderation, comment_id, "erase", _me(request), None)
    return await after(request, review, outcome, None)


async def done_to(request: AnyRequest, review: Review) -> Item | None:
    """Return the comment that the form before this page decided about, as its address tells."""
    try:
        return await review.item(read_uuid(request.query_params.get("did")))
    except (Refused, NotFound):
        return None


async def _decided(
    moderation: Moderation, id_: UUID, action: Action, actor: Actor, seen: int | None
) -> Outcome:
    (outcome,) = await moderation.decide(
        [id_], action, actor, seen={id_: seen} if seen is not None else None
    )
    return outcome


async def after(
    request: AnyRequest, review: Review, outcome: Outcome, back: str | None
) -> Response[Any]:
    """Lead back to where the form was; what was refused is shown with the state as it is."""
    if outcome.change is None:
        if outcome.refusal is None:
            raise refused(outcome)
        return await _shown(request, review, outcome.id, refusal=str(outcome.refusal))
    path = local_path(back, f"/comments/{outcome.id}")
    joint = "&" if "?" in path else "?"
    return see(f"{path}{joint}{urlencode({'did': str(outcome.id)})}")


async def _shown(
    request: AnyRequest, review: Review, id_: UUID, refusal: str | None = None
) -> Response[Any]:
    item, history = await review.item(id_), await review.history(id_)
    session = session_here(request)
    return page(
        "comment.html",
        session,
        status=409 if refusal else 200,
        here="/queue" if item.row.status == "pending" else "/decided",
        comment=item.row,
        shown=show(render(item), session.staff.name, await review.conversation(id_, CONVERSATION)),
        history=history,
        newest=history[-1],
        refusal=refusal,
        did=await done_to(request, review),
        back=f"/comments/{id_}",
        actors=ACTORS,
        labels=LABELS,
        label_names=LABEL_NAMES,
        why=partial(why, tongue=SPOKEN),
        in_one_line=partial(in_one_line, tongue=SPOKEN),
        moved=partial(moved, tongue=SPOKEN),
        second=SECOND,
        apart=apart,
        terms=(),
        may_erase=erases(request, session.staff),
        word=ERASE_WORD,
    )


def _me(request: AnyRequest) -> Actor:
    staff: Staff = session_here(request).staff
    return Actor("moderator", staff.id)


ROUTER: Final = Router("/", route_handlers=[comment, decide, undo, erase])
