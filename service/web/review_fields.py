"""What the review calls read: tables of fields, and cursors."""

import base64
import binascii
import struct
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from classifier.types import LABELS
from service.domain.comment import read_shown_page, read_signature
from service.domain.desk import ORDERS, VIEWS, Order, Place
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    choice_field,
    integer_field,
    list_field,
    read_flag,
    read_uuid,
    share_field,
    text_field,
    uuid_field,
)
from service.domain.languages import language_field
from service.domain.policy import REASONS
from service.domain.states import REJECTION_REASONS, STATUSES
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
        1,
        200,
        one_line=True,
        about='words, or "phrases" in quotes: all of them in body or name; or a comment by its id,'
        " its `external_id` or a link to it",
    ),
    "view": choice_field(
        VIEWS,
        about="part of the queue; `new` is of authors without a decision, `reported` what readers "
        "have reported since it was last approved, `skipped` what the caller left to colleagues, "
        "`late` what waits longer than its site wants",
    ),
    "author": uuid_field(about="id of an author, as an item's `author` has it"),
    "score_of": choice_field(LABELS, about="whose score `score_from` and `score_to` are about"),
    "score_from": share_field("of `score_of`: at least this"),
    "score_to": share_field("of `score_of`: at most this"),
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
                read_flag, {"type": "boolean"}, about="with `ids`: from colleagues who have them"
            ),
        }
    )
)
VERDICT: Final[dict[str, Field[Any]]] = {
    "action": choice_field(("approve", "reject"), required=True),
    "reason": choice_field(REJECTION_REASONS, about="why it is rejected"),
    "note": text_field(0, 2000, about="for colleagues; goes when the comment is erased"),
}
DECISION: Final = Fields(
    MappingProxyType(
        {**VERDICT, "version": integer_field(1, 2**31 - 1, required=True, about="as you saw it")}
    )
)
SITE_DECISION: Final = Fields(
    MappingProxyType(
        {
            "action": VERDICT["action"],
            "reason": VERDICT["reason"],
            "moderator": Field(
                read_signature,
                {"type": "string", "minLength": 1, "maxLength": 100},
                about="who decided, for the history; a name, not an e-mail",
            ),
            "version": integer_field(1, 2**31 - 1, about="as you saw it, if you did"),
        }
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
            **VERDICT,
            "action": choice_field(
                ("approve", "reject", "undo"), required=True, about="undo takes a bulk back as one"
            ),
        }
    )
)
UNDO: Final = Fields(
    MappingProxyType({"version": integer_field(1, 2**31 - 1, about="as you saw it, if you did")})
)
