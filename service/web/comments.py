"""The website's calls: post a comment, look at one, erase one, decide about one, score a text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, delete
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from classifier import Signed, Span
from service.comments.moderation import Moderation, refused
from service.comments.submission import Submission
from service.comments.threads import Threads
from service.domain.accounts import Site, Staff
from service.domain.addresses import read_website
from service.domain.comment import comment_fields, ignored_in, is_flagged, read_draft
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    text,
    text_field,
)
from service.domain.languages import language_field
from service.domain.pages import URL_LENGTH
from service.domain.policy import rules_of
from service.domain.reader_mail import wish_in
from service.domain.rules import facts_in
from service.domain.shown import Answer
from service.domain.states import Actor, Status
from service.errors import InvalidFields, NotFound
from service.models.assessing import decide
from service.models.scoring import Scoring
from service.web.auth import may_erase, site_only, site_or_browser, site_or_sandbox, site_or_staff
from service.web.body import read_fields, read_json
from service.web.editing import edit
from service.web.handlers import get, post
from service.web.listing import list_page
from service.web.openapi import reads
from service.web.parts import parts_of
from service.web.posted import Posted, posted
from service.web.readers.sent import check_form, from_caller, told
from service.web.review_fields import SITE_DECISION

AnyRequest = Request[Any, Any, Any]
SiteRequest = Request[Site, Any, Any]
"""Where it counts, caller and parts are taken from the request: resolving dependencies costs a
tenth of posting a comment."""

MAX_DOCUMENTED_BODY: Final = 10_000
_IDEMPOTENCY: Final = "Idempotency-Key"


@lru_cache(maxsize=8)
def _score_fields(max_body: int) -> Fields:
    return Fields(
        MappingProxyType(
            {
                "text": text_field(1, max_body, required=True, stripped=False),
                "name": text_field(0, 100, one_line=True, about="who signs it, judged with it"),
                "website": Field(
                    read_website, {"type": "string", "maxLength": URL_LENGTH}, about="likewise"
                ),
                "language": language_field("two-letter code; identified when absent"),
            }
        )
    )


@dataclass(frozen=True, slots=True)
class SiteDecision:
    """A comment as a decision of its website left it."""

    id: UUID
    status: Status
    version: int
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What the service thinks of a text that it does not keep."""

    scores: dict[str, float]
    language: str | None
    spans: Sequence[Span]
    verdict: Status
    reasons: Sequence[str]
    ignored: Sequence[str] = ()


@post(
    "/v1/comments",
    guards=[site_or_browser],
    operation_class=reads(
        body=comment_fields(MAX_DOCUMENTED_BODY),
        headers={_IDEMPOTENCY: "the same key again gives the same answer and no second comment"},
    ),
    responses={
        200: ResponseSpec(Posted, description="The Idempotency-Key was sent before, or a dry run")
    },
    summary="Post a new comment",
    direct=True,
)
async def submit(request: SiteRequest) -> Response[Posted]:
    """Give a new comment its verdict: 201 with its status; 200 for a repeated Idempotency-Key.

    With `nudge` 422, `code` `nudge`, once for a comment whose words hold it back: nothing of it is
    kept, and the next of the same Idempotency-Key, or without one of the same author in the same
    place within an hour, is taken. 200 too for one with `dry_run`, of which nothing is kept, not
    even that it was tried. With a sandbox key all is answered so, 201 included, and nothing kept.

    With a public key the comment needs `form`, its `ip` is where it comes from, what only a server
    may say is ignored, and the answer has neither scores nor reasons.
    """
    key = _idempotency_key(request)
    site, submission = request.user, parts_of(request).submission
    raw, unheard = await from_caller(request, await read_json(request))
    draft, errors = read_draft(raw, submission.max_body, site.settings.tracking)
    ignored = [*unheard, *ignored_in(raw, draft, submission.max_body)]
    if draft is None:
        raise InvalidFields(errors, ignored)
    check_form(request, raw, draft)
    mails, wish = parts_of(request).reader_mails, wish_in(raw)
    if wish and not mails.takes(site.settings):
        wish, ignored = None, [*ignored, "notify"]
    if is_flagged(raw, "nudge") and not is_flagged(raw, "dry_run"):
        await parts_of(request).nudging.nudge(site, draft, key)
    if site.sandbox or is_flagged(raw, "dry_run"):
        answer, is_new = await submission.check(site.id, site.settings, draft, None, "nothing")
    else:
        answer, is_new = await submission.submit(site.id, site.settings, draft, key)
        if wish:
            await mails.ask(answer, wish, site.settings.languages)
    looks_new = is_new or (site.sandbox and not is_flagged(raw, "dry_run"))
    return Response(posted(told(site, answer), ignored), status_code=201 if looks_new else 200)


@get("/v1/comments/{comment_id:uuid}", guards=[site_only], summary="Look at one comment")
async def look(
    comment_id: FromPath[UUID], site: NamedDependency[Site], threads: NamedDependency[Threads]
) -> Answer:
    """One comment of the site, with its status."""
    found = await threads.look(site.id, comment_id)
    if found is None:
        raise NotFound("There is no such comment on this site.")
    return found


@delete(
    "/v1/comments/{comment_id:uuid}",
    guards=[site_or_staff("moderator"), may_erase],
    summary="Erase a comment's content",
)
async def erase(
    comment_id: FromPath[UUID], request: AnyRequest, moderation: NamedDependency[Moderation]
) -> None:
    """Erase for good; the row stays for the audit. Erasing twice is no error."""
    caller = request.user
    if isinstance(caller, Staff):
        actor, site_id = Actor("moderator", caller.id), None
    else:
        actor, site_id = Actor("site"), caller.id
    (outcome,) = await moderation.decide([comment_id], "erase", actor, site_id=site_id)
    if outcome.change is None and not (outcome.state and outcome.state.status == "erased"):
        raise refused(outcome)


@post(
    "/v1/comments/{comment_id:uuid}/decision",
    status_code=200,
    guards=[site_only],
    operation_class=reads(body=SITE_DECISION),
    summary="Decide about a comment from the website's own system",
)
async def decide_there(
    comment_id: FromPath[UUID], request: SiteRequest, moderation: NamedDependency[Moderation]
) -> SiteDecision:
    """Approve or reject one's own comment; 409 if it stands so, has changed, or is claimed."""
    asked = await read_fields(request, SITE_DECISION)
    version = asked["version"]
    (outcome,) = await moderation.decide(
        [comment_id],
        asked["action"],
        Actor("site", person=asked["moderator"]),
        seen=None if version is None else {comment_id: version},
        reason=asked["reason"] if asked["action"] == "reject" else None,
        site_id=request.user.id,
    )
    if outcome.change is None:
        raise refused(outcome)
    change = outcome.change
    return SiteDecision(comment_id, change.to_status, change.version, asked["ignored"])


@post(
    "/v1/score",
    status_code=200,
    guards=[site_or_sandbox],
    operation_class=reads(body=_score_fields(MAX_DOCUMENTED_BODY)),
    summary="Score a text and keep nothing",
)
async def score(
    request: AnyRequest,
    site: NamedDependency[Site],
    scoring: NamedDependency[Scoring],
    submission: NamedDependency[Submission],
) -> Score:
    """Scores, language, the stretches that raised a label, and the verdict it would get."""
    asked = await read_fields(request, _score_fields(submission.max_body))
    text = asked["text"].strip()  # as a comment's body is
    name, website = asked["name"] or "", asked["website"]
    signed = (name, website or "")
    lists = await parts_of(request).word_lists.of(site.id)
    rules = rules_of(facts_in(text, name, website, lists), site.settings)
    language = asked["language"]
    seen, verdict = await decide(
        scoring, text, rules, site.settings, language, signed=signed, site_id=site.id
    )
    return Score(
        scores=dict(seen.by(verdict).scores) if seen else {},
        language=seen.language if seen else None,
        spans=await _spans(scoring, asked["text"], signed) if seen else [],
        verdict=verdict.status,
        reasons=verdict.reasons,
        ignored=asked["ignored"],
    )


async def _spans(scoring: Scoring, text: str, signed: Signed) -> list[Span]:
    """The stretches that raised a label; those of the text are counted in it as it was sent."""
    before = len(text) - len(text.lstrip())
    return [
        replace(span, begin=span.begin + before, end=span.end + before)
        if span.field == "body"
        else span
        for span in await scoring.explain(text.strip(), signed)
    ]


def _idempotency_key(request: SiteRequest) -> str | None:
    """Return the key that a comment comes with; browsers cannot take those of the server."""
    given = request.headers.get(_IDEMPOTENCY)
    if given is None:
        return None
    try:
        key = text(1, 200, one_line=True)(given)
    except Refused as refusal:
        raise InvalidFields([FieldError(_IDEMPOTENCY, str(refusal))]) from None
    return f"public\n{key}" if request.user.public else key


ROUTER: Final = Router(
    "/",
    route_handlers=[submit, list_page, look, edit, erase, decide_there, score],
    tags=["website"],
)
