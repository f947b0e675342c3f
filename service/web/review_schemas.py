"""What the review calls answer: shapes, and how each is made of what a use case returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from classifier import Span
from service.comments.moderation import Outcome, code_of
from service.comments.review import Item, Review
from service.domain.authors import Standing
from service.domain.desk import Answered, Filters, PastDecision, Record, ScoreRange
from service.domain.fields import FieldError
from service.domain.learnt_links import LearntLink
from service.domain.learnt_phrases import LearntPhrase
from service.domain.states import ActorKind, Recorded, Status
from service.domain.wording import why
from service.errors import InvalidFields
from service.web.languages.speech import told


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment that an item answers."""

    id: UUID
    name: str
    body: str
    status: Status


@dataclass(frozen=True, slots=True)
class Author:
    """What is known of an item's author on its site: counts and standing, never who it is.

    `id` is for `/v1/authors/{id}`; null of who left no address.
    """

    id: UUID | None
    standing: Standing
    until: datetime | None
    approved: int
    rejected: int
    pending: int
    first_seen: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A comment as moderators see it.

    `why` is `reasons` in words; `bands` are those of its first verdict, [approve_below, reject_at]
    a label, null where no score reaches it. Where a second opinion was given, `scores` and `bands`
    are its own, and `linear_scores` what the first model said. `reports` are readers', by reason,
    since it was last approved; `links` are hosts that it links to and that the site's moderators
    reject, `phrases` what it says and only rejected comments said.
    """

    id: UUID
    site: str
    page: str
    page_title: str | None
    name: str
    website: str | None
    body: str
    status: Status
    version: int
    reasons: Sequence[str]
    why: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: dict[str, Sequence[float | None]]
    risk: float
    language: str | None
    model_version: str | None
    submitted_at: datetime
    decided_at: datetime
    spans: Sequence[Span]
    author: Author
    parent_id: UUID | None
    parent: Parent | None
    claimed_by: str | None
    claim_expires_at: datetime | None
    reports: dict[str, int]
    links: Sequence[LearntLink]
    phrases: Sequence[LearntPhrase]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of items, and the cursor of the next one."""

    items: Sequence[ReviewItem]
    next: str | None = None
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DecidedItem(ReviewItem):
    """An item after a decision about it, with the fields of the request that were not known."""

    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item of a bulk decision; `error` says why it was refused."""

    id: UUID
    ok: bool
    status: Status | None = None
    version: int | None = None
    error: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """A result per item, in the order they were sent."""

    results: Sequence[Result]
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision of a comment's history; a website may name the `person` who decided there."""

    version: int
    from_status: Status | None
    to_status: Status
    action: Recorded
    actor: ActorKind
    staff: str | None
    person: str | None
    reason: str | None
    note: str | None
    reasons: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: dict[str, Sequence[float | None]]
    model_version: str | None
    undoes: int | None
    at: datetime
    body_before: str | None = None  # an edit's: what the comment said until then


@dataclass(frozen=True, slots=True)
class History:
    """Every decision on a comment, oldest first."""

    id: UUID
    decisions: Sequence[DecisionRecord]


async def filters_of(review: Review, asked: Mapping[str, Any], viewer: UUID) -> Filters:
    """Return the filters that a person's request asks for; of `claimed` those of this person.

    Raises:
        NotFound: there is no such site.
    """
    return Filters(
        status=asked.get("status", "pending"),
        site_id=await review.site_id(asked["site"]) if asked["site"] else None,
        pages=asked["page"],
        language=asked["language"],
        reasons=tuple(each for each in (asked["reason"], asked["label"]) if each),
        search=asked["q"],
        author=asked["author"],
        view=asked["view"],
        scores=_range(asked),
        claimed_by=viewer if asked.get("claimed") else None,
        ids=asked.get("ids"),
        viewer=viewer,
    )


def _range(asked: Mapping[str, Any]) -> ScoreRange | None:
    """Return the range of a label's score that is asked for; its ends may come in either order."""
    low, high = asked["score_from"], asked["score_to"]
    if asked["score_of"] is None:
        if low is not None or high is not None:
            raise InvalidFields([FieldError("score_of", "is required: say whose score")])
        return None
    ends = (0.0 if low is None else low, 1.0 if high is None else high)
    return ScoreRange(asked["score_of"], min(ends), max(ends))


def render(item: Item) -> ReviewItem:
    """An item as it is answered: these fields, and none of its contact."""
    row = item.row
    return ReviewItem(
        id=row.id,
        site=row.site,
        page=row.page,
        page_title=row.page_title,
        name=row.name,
        website=row.website,
        body=row.body,
        status=row.status,
        version=row.version,
        reasons=row.reasons,
        why=[
            *why(row.reasons, row.scores, row.bands, row.body),
            *(each.told for each in item.links),
            *(each.told for each in item.phrases),
        ],
        scores=row.scores,
        linear_scores=row.linear_scores,
        bands=_told(row.bands),
        risk=row.risk,
        language=row.language,
        model_version=row.model_version,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        spans=item.spans,
        author=_author(row.author),
        parent_id=row.parent.id if row.parent else None,
        parent=_parent(row.parent) if row.parent else None,
        claimed_by=row.claimed_by,
        claim_expires_at=row.claim_expires_at,
        reports=dict(row.reports),
        links=item.links,
        phrases=item.phrases,
    )


def render_decided(item: Item, ignored: Sequence[str]) -> DecidedItem:
    """An item as it is answered to a decision about it."""
    told = render(item)
    plain = {name: getattr(told, name) for name in ReviewItem.__slots__}
    return DecidedItem(**plain, ignored=ignored)


def _told(bands: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float | None]]:
    """Return bands as cards write them too: a threshold that no probability reaches is null."""
    return {
        label: [None if end > 1 else end for end in thresholds]
        for label, thresholds in bands.items()
    }


def _author(record: Record) -> Author:
    return Author(
        record.author,
        record.standing,
        record.until,
        record.approved,
        record.rejected,
        record.pending,
        record.first_seen,
    )


def _parent(answered: Answered) -> Parent:
    return Parent(answered.id, answered.name, answered.body, answered.status)


def render_decision(past: PastDecision) -> DecisionRecord:
    """One decision of a comment's history as it is answered."""
    return DecisionRecord(
        version=past.version,
        from_status=past.from_status,
        to_status=past.to_status,
        action=past.action,
        actor=past.actor,
        staff=past.staff,
        person=past.person,
        reason=past.reason,
        note=past.note,
        reasons=past.reasons,
        scores=past.scores,
        linear_scores=past.linear_scores,
        bands=_told(past.bands),
        model_version=past.model_version,
        undoes=past.undoes,
        at=past.at,
        body_before=past.body_before,
    )


def result_of(outcome: Outcome) -> Result:
    """What became of one item, as it is answered."""
    if outcome.change:
        return Result(outcome.id, True, outcome.change.to_status, outcome.change.version)
    if outcome.state is None or outcome.refusal is None:
        return Result(
            outcome.id, False, error="not_found", detail=told("There is no such comment.")
        )
    return Result(
        outcome.id,
        False,
        outcome.state.status,
        outcome.state.version,
        code_of(outcome.refusal),
        told(str(outcome.refusal)),
    )
