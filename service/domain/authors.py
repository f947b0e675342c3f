"""What moderators decide about whoever writes: a standing, until when, and how it is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from service.domain.states import Status

Standing = Literal["trusted", "normal", "held", "banned"]
STANDINGS: Final[tuple[Standing, ...]] = ("trusted", "normal", "held", "banned")


class StandingRefusal(Exception):
    """The change is not possible; the text says why and what to do, `code` why in one word."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code: Final = code


@dataclass(frozen=True, slots=True)
class StandingState:
    """A standing as its locked row has it; `last_*` are of the newest change, if there was one."""

    standing: Standing
    until: datetime | None
    version: int
    last_staff_id: UUID | None = None
    last_from: Standing | None = None
    last_from_until: datetime | None = None
    last_undoes: int | None = None


@dataclass(frozen=True, slots=True)
class StandingChange:
    """The change to record; `version` is the one that it makes."""

    standing: Standing
    until: datetime | None
    version: int
    undoes: int | None = None


def changed(
    state: StandingState, standing: Standing, until: datetime | None, seen: int | None
) -> StandingChange:
    """Give an author a standing; `seen` is the version that the moderator saw.

    Raises:
        StandingRefusal: it has changed since.
    """
    _check_seen(state, seen)
    return StandingChange(standing, until, state.version + 1)


def taken_back(state: StandingState, staff_id: UUID, seen: int | None) -> StandingChange:
    """Restore what was before one's own newest change.

    Raises:
        StandingRefusal: it has changed since, or the newest change is not one's own.
    """
    _check_seen(state, seen)
    if state.last_from is None or state.last_staff_id != staff_id or state.last_undoes:
        told = "There is no newest change of yours to undo on this author."
        raise StandingRefusal("not_possible", told)
    return StandingChange(state.last_from, state.last_from_until, state.version + 1, state.version)


def _check_seen(state: StandingState, seen: int | None) -> None:
    if seen is not None and seen != state.version:
        told = "The author's standing has changed since you saw it; look at it again."
        raise StandingRefusal("stale", told)


@dataclass(frozen=True, slots=True)
class PastStanding:
    """One change of a standing, with who made it."""

    version: int
    standing: Standing
    until: datetime | None
    note: str | None
    staff: str
    undoes: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AuthorComment:
    """One of an author's comments, as a listing of them shows it."""

    id: UUID
    page: str
    name: str
    body: str
    language: str | None
    status: Status
    version: int
    reasons: Sequence[str]
    submitted_at: datetime
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes on a site, as far as moderators are told: names, counts, standing; no contact.

    `names` are those of the newest comments; `counts` the comments by status; `standing` is the
    one in force, `until` its end.
    """

    id: UUID
    site: str
    names: Sequence[str]
    standing: Standing
    until: datetime | None
    version: int
    counts: Mapping[str, int]
    first_seen: datetime | None
    last_seen: datetime | None
    history: Sequence[PastStanding]
