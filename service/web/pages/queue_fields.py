"""What the queue's page reads from addresses and plain forms: tables of fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, cast
from uuid import UUID

from service.domain.fields import (
    Field,
    Fields,
    Refused,
    choice_field,
    integer_field,
    read_time,
    read_uuid,
    text_field,
)
from service.domain.states import Action
from service.web.body import checked
from service.web.review_fields import DECISION

MOST_WHOLE: Final = 20
"""So many comments are given whole at once."""

_MOST_ENTRIES: Final = 100
_MOST_IN_BULK: Final = 200


def _read_many(value: object) -> tuple[UUID, ...]:
    ids = tuple(map(read_uuid, str(value).split(",")))
    if len(ids) > _MOST_ENTRIES:
        raise Refused(f"must be at most {_MOST_ENTRIES} ids")
    return ids


def _read_batch(value: object) -> tuple[UUID, ...]:
    ids = tuple(map(read_uuid, str(value).split()))
    if not ids or len(ids) > _MOST_IN_BULK:
        raise Refused(f"must be 1 to {_MOST_IN_BULK} ids")
    return ids


def _read_versions(value: object) -> tuple[int, ...]:
    try:
        return tuple(map(int, str(value).split()))
    except ValueError:
        raise Refused("must be whole numbers") from None


IDS: Final = Fields(
    MappingProxyType(
        {
            "ids": Field(_read_many, {}, required=True),
            "q": text_field(1, 200),
            "listed": choice_field(("yes", "alone")),
        }
    )
)
BEFORE: Final = Fields(MappingProxyType({"before": Field(partial(read_time, zoned=True), {})}))
UNDO: Final = Fields(
    MappingProxyType(
        {
            "ids": Field(_read_batch, {}),
            "versions": Field(_read_versions, {}, default=()),
            "at": Field(partial(read_time, zoned=True), {}),
            "back": text_field(0, 2000),
        }
    )
)
COMMENT: Final = Fields(MappingProxyType({"comment": Field(read_uuid, {})}))
SEEN: Final = Fields(
    MappingProxyType(
        {
            "id": Field(read_uuid, {}, required=True),
            "version": integer_field(1, 2**31 - 1),
            "back": text_field(0, 2000),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision that the plain form at the foot of a desk sent; `back` is where it was."""

    id: UUID
    version: int
    action: Action
    reason: str | None
    note: str | None
    back: str | None


def decision_in(form: Mapping[str, str]) -> Sent:
    """Return the decision in a form, whose button for a reason rejects.

    Raises:
        InvalidFields: it is none.
    """
    seen = checked(SEEN.read(form))
    verdict = {
        "action": "reject" if "reject" in form else "approve",
        "reason": form.get("reject") or None,
    }
    asked = checked(
        DECISION.read({**verdict, "note": form.get("note") or None, "version": seen["version"]})
    )
    return Sent(
        seen["id"],
        asked["version"],
        cast("Action", asked["action"]),
        asked["reason"],
        asked["note"],
        seen["back"],
    )
