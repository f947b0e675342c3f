"""What the review calls read and answer: field tables, shapes, cursors."""

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from classifier import Span
from classifier.types import LABELS
from service.comments.moderation import Outcome, code_of
from service.comments.review import Item, Review
from service.domain.comment import read_shown_page
from service.domain.desk import ORDERS, Answered, Filters, Order, PastDecision, Place, Record
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    choice_field,
    integer_field,
    list_field,
    read_uuid,
    text_field,
    uuid_field,
)
from service.domain.languages import language_field
from service.domain.policy import REASONS
from service.domain.states import REJECTION_REASONS, STATUSES, ActorKind, Recorded, Status
from service.domain.wording import why
from service.errors import InvalidFields

_CURSOR: Final = struct.Struct(">Bd16s")  # number of the order, risk, id
_BULK_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a listing, which means something in one order only."""

    order: Order
    place: Place

    def place_in(self, order: Order) -> Place:
        """Return the place.

        Raises:
            InvalidFields: it is of another order.
        """
        if order != self.order:
            error = f"is of the order `{self.order}`; begin a listing in another one without it"
            raise InvalidFields([FieldError("cursor", error)])
        return self.place


def _read_cursor(value: object) -> Cursor:
    try:
        raw = base64.urlsafe_b64decode(str(value).encode("ascii"))
        number, risk, id_ = _CURSOR.unpack(raw)
    except (ValueError, UnicodeEncodeError, binascii.Error, struct.error):
        raise Refused("must be `next` of the answer before") from None
    if not 0 <= risk <= 1 or number >= len(ORDERS):
        raise Refused("must be `next` of the answer before")
    return Cursor(ORDERS[number], (risk, UUID(bytes=id_)))


def _read_ids(value: object) -> tuple[UUID, ...]:
    if not isinstance(value, list) or len(value) > _BULK_LIMIT:
        raise Refused(f"must be a list of at most {_BULK_LIMIT} ids")
    return tuple(read_uuid(each) for each in value)


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused("must be true or false")
    return value


def write_cursor(order: Order, after: Place | None) -> str | None:
    """A place in a listing as an opaque word."""
    if after is None:
        return None
    raw = _CURSOR.pack(ORDERS.index(order), after[0], after[1].bytes)
    return base64.urlsafe_b64encode(raw).decode()


FILTERS: Final[dict[str, Field[Any]]] = {
    "label": choice_field(LABELS, about="held for this label"),
    "reason": choice_field(tuple(REASONS), about="held for this reason"),
    "language": language_field("two-letter code"),
    "site": text_field(1, 63, one_line=True, about="name of the site"),
    "page": Field(read_shown_page, {"type": "string", "format": "uri"}, about="URL of the article"),
    "q": text_field(
        1, 200, one_line=True, about='words, or "phrases" in quotes: all of them in body or name'
    ),
}
_SELECTION: Final[dict[str, Field[Any]]] = {
    "order": choice_field(ORDERS, default="risk"),
    **FILTERS,
}
LIST: Final = Fields(
    MappingProxyType(
        {
            "status": choice_field(STATUSES[:3], default="pending"),
            **_SELECTION,
            "claimed": choice_field(("me",), about="only what you have claimed"),
            "cursor": Field(_read_cursor, {"type": "string"}, about="`next` of the answer before"),
            "limit": integer_field(1, 100, default=50),
        }
    )
)
CLAIM_LIMIT: Final = 10
CLAIM: Final = Fields(
    MappingProxyType(
        {
            "limit": integer_field(1, 100, about=f"else {CLAIM_LIMIT}, or all of `ids`"),
            **_SELECTION,
            "ids": Field(
                _read_ids,
                {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 200},
                about="these and no others, one's own again too; instead of filters",
            ),
            "take_over": Field(
                _read_flag, {"type": "boolean"}, about="with `ids`: from colleagues who have them"
            ),
        }
    )
)
_VERDICT: Final[dict[str, Field[Any]]] = {
    "action": choice_field(("approve", "reject"), required=True),
    "reason": choice_field(REJECTION_REASONS, about="why it is rejected"),
    "note": text_field(0, 2000, about="for colleagues; goes when the comment is erased"),
}
DECISION: Final = Fields(
    MappingProxyType(
        {**_VERDICT, "version": integer_field(1, 2**31 - 1, required=True, about="as you saw it")}
    )
)
_SEEN: Final = Fields(
    MappingProxyType(
        {
            "id": uuid_field(required=True),
            "version": integer_field(1, 2**31 - 1, required=True),
        }
    )
)
BULK: Final = Fields(
    MappingProxyType(
        {
            "items": list_field(_SEEN, _BULK_LIMIT, unique="id", required=True),
            **_VERDICT,
            "action": choice_field(
                ("approve", "reject", "undo"), required=True, about="undo takes a bulk back as one"
            ),
        }
    )
)
UNDO: Final = Fields(
    MappingProxyType({"version": integer_field(1, 2**31 - 1, about="as you saw it, if you did")})
)


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment that an item answers."""

    id: UUID
    name: str
    body: str
    status: Status


@dataclass(frozen=True, slots=True)
class Author:
    """What is known of an item's author on its site: counts, never who it is."""

    approved: int
    rejected: int
    pending: int
    first_seen: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A comment as moderators see it.

    `why` is `reasons` in words; `bands` are those of its first verdict, [approve_below, reject_at]
    a label. Where a second opinion was given, `scores` and `bands` are its own, and
    `linear_scores` what the first model said.
    """

    id: UUID
    site: str
    page: str
    name: str
    website: str | None
    body: str
    status: Status
    version: int
    reasons: Sequence[str]
    why: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: dict[str, Sequence[float]]
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
    """One decision of a comment's history."""

    version: int
    from_status: Status | None
    to_status: Status
    action: Recorded
    actor: ActorKind
    staff: str | None
    reason: str | None
    note: str | None
    reasons: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: dict[str, Sequence[float]]
    model_version: str | None
    undoes: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Every decision on a comment, oldest first."""

    id: UUID
    decisions: Sequence[DecisionRecord]


async def filters_of(
    review: Review, asked: Mapping[str, Any], claimed_by: UUID | None = None
) -> Filters:
    """Return the filters that a request's fields ask for; of `claimed` those of this person.

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
        claimed_by=claimed_by if asked.get("claimed") else None,
        ids=asked.get("ids"),
    )


def render(item: Item) -> ReviewItem:
    """An item as it is answered: these fields, and none of its contact."""
    row = item.row
    bands = dict(row.bands)
    return ReviewItem(
        id=row.id,
        site=row.site,
        page=row.page,
        name=row.name,
        website=row.website,
        body=row.body,
        status=row.status,
        version=row.version,
        reasons=row.reasons,
        why=why(row.reasons, row.scores, bands, row.body),
        scores=row.scores,
        linear_scores=row.linear_scores,
        bands=bands,
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
    )


def render_decided(item: Item, ignored: Sequence[str]) -> DecidedItem:
    """An item as it is answered to a decision about it."""
    told = render(item)
    plain = {name: getattr(told, name) for name in ReviewItem.__slots__}
    return DecidedItem(**plain, ignored=ignored)


def _author(record: Record) -> Author:
    return Author(record.approved, record.rejected, record.pending, record.first_seen)


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
        reason=past.reason,
        note=past.note,
        reasons=past.reasons,
        scores=past.scores,
        linear_scores=past.linear_scores,
        bands=dict(past.bands),
        model_version=past.model_version,
        undoes=past.undoes,
        at=past.at,
    )


def result_of(outcome: Outcome) -> Result:
    """What became of one item, as it is answered."""
    if outcome.change:
        return Result(outcome.id, True, outcome.change.to_status, outcome.change.version)
    if outcome.state is None or outcome.refusal is None:
        return Result(outcome.id, False, error="not_found", detail="There is no such comment.")
    return Result(
        outcome.id,
        False,
        outcome.state.status,
        outcome.state.version,
        code_of(outcome.refusal),
        str(outcome.refusal),
    )
