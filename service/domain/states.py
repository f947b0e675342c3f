"""The one state machine: (current state, action, actor) -> next status and decision, or refusal.

Every code path that changes a status asks `transition`, on a locked row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

Status = Literal["pending", "approved", "rejected", "erased"]
Action = Literal["approve", "reject", "hold", "undo", "erase"]
Recorded = Literal["submit", "edit", "hold", "approve", "reject", "undo", "erase"]
"""What a decision can have done."""
ActorKind = Literal["classifier", "rule", "moderator", "site", "system"]

STATUSES: Final[tuple[Status, ...]] = ("pending", "approved", "rejected", "erased")
REJECTION_REASONS: Final = (
    "spam",
    "toxicity",
    "harassment",
    "hate",
    "threat",
    "personal_data",
    "off_topic",
    "other",
)

_LEADS_TO: Final[Mapping[str, Status]] = MappingProxyType(
    {"approve": "approved", "reject": "rejected", "hold": "pending", "erase": "erased"}
)
_ALLOWED: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        "pending": frozenset({"approved", "rejected", "erased"}),
        "approved": frozenset({"pending", "rejected", "erased"}),
        "rejected": frozenset({"pending", "approved", "erased"}),
        "erased": frozenset(),
    }
)


class StateRefusal(Exception):
    """The action is not possible in this state; the text says why and what to do."""


class StaleVersion(StateRefusal):
    """The comment has changed since the actor saw it."""


class HeldByOther(StateRefusal):
    """A colleague has claimed the comment."""


class NotPossible(StateRefusal):
    """The status does not allow the action."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, a site by its key, or the system.

    A site may name the `person` who decided there.
    """

    kind: ActorKind
    staff_id: UUID | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """The newest decision on a comment: what undo may take back.

    `answers` says that it answered an audit, which its undo opens again.
    """

    action: str
    staff_id: UUID | None
    from_status: Status | None
    reason: str | None = None
    actor: ActorKind = "moderator"
    person: str | None = None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A comment as its locked row stands; `audited`, moderators see it as if it waited."""

    status: Status
    version: int
    last: Last
    claimed_by: UUID | None = None  # whose claim has not expired
    audited: bool = False

    def seen_by(self, actor: Actor) -> "State":
        """Return the state as it is shown to whoever acts."""
        return replace(self, status="pending") if self.audited and actor.staff_id else self


Audit = Literal["answered", "opened"]
"""What a decision does to an audit."""


@dataclass(frozen=True, slots=True)
class Change:
    """The decision to record; `version` is the comment's next one.

    One about an audit may leave the status as it is.
    """

    action: Recorded
    from_status: Status
    to_status: Status
    version: int
    undoes: int | None = None
    audit: Audit | None = None


def transition(state: State, action: Action, actor: Actor, seen: int | None = None) -> Change:
    """What the action makes of the comment.

    `seen` is the version that the actor saw; None skips that check (erasing needs none).

    Raises:
        StaleVersion: the comment has changed since.
        HeldByOther: a colleague's claim is on it.
        NotPossible: the status does not allow the action, or there is nothing to undo.
    """
    _check_seen(state, seen)
    if action != "erase" and state.claimed_by not in (None, actor.staff_id):
        raise HeldByOther("A colleague has claimed this comment; take another one.")
    target = _before_last(state, actor) if action == "undo" else _LEADS_TO[action]
    if state.status == "erased":
        raise NotPossible("The comment is erased; nothing more can be decided about it.")
    audit = _audit(state, action, actor)
    if target not in _ALLOWED[state.status] and not (audit and target == state.status):
        raise NotPossible(f"The comment is {state.status} already.")
    undoes = state.version if action == "undo" else None
    return Change(action, state.status, target, state.version + 1, undoes, audit)


def _audit(state: State, action: Action, actor: Actor) -> Audit | None:
    """Say what an action that is possible does to a comment's audit."""
    if action == "undo":
        return "opened" if state.last.answers else None
    is_answer = state.audited and actor.kind == "moderator" and action in {"approve", "reject"}
    return "answered" if is_answer else None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The newest decision about a comment that is no edit of it: what stood before edits."""

    action: str
    to_status: Status

    @property
    def is_by_people(self) -> bool:
        """Say whether people had a hand in it, readers' reports included."""
        return self.action != "submit"

    @property
    def is_held_by_people(self) -> bool:
        """Say whether people want to decide about it, whatever its text says by now."""
        return self.is_by_people and self.to_status == "pending"


def edited(state: State, ruling: Ruling, verdict: Status, seen: int | None = None) -> Change:
    """What becomes of a comment whose new text has a verdict.

    The verdict counts, but what people want to look at stays with them, and what they rejected
    stays rejected. A claim is no hindrance: it was on the text of before, and ends.

    Raises:
        StaleVersion: the comment has changed since.
        NotPossible: it is erased, or people rejected it.
    """
    _check_seen(state, seen)
    if state.status == "erased":
        raise NotPossible("The comment is erased; post a new one.")
    if ruling.is_by_people and ruling.to_status == "rejected":
        raise NotPossible("The comment was rejected by a person and cannot be edited any more.")
    target = "pending" if ruling.is_held_by_people and verdict == "approved" else verdict
    return Change("edit", state.status, target, state.version + 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision that somebody asks for."""

    action: Action
    actor: Actor
    reason: str | None = None


def sent_again(state: State, asked: Asked, seen: int | None) -> Change | None:
    """Return the newest change where it is this very decision, sent again by the same person.

    Who lost the answer on the way sends once more, and is told as the first time. A site may
    decide without having seen a version, and then sends none again.
    """
    last, by = state.last, asked.actor
    sent = (asked.action, asked.reason, by.kind, by.staff_id, by.person)
    if sent != (last.action, last.reason, last.actor, last.staff_id, last.person):
        return None
    unseen = by.kind == "site" and seen is None
    if last.from_status is None or not (unseen or seen == state.version - 1):
        return None
    return Change(asked.action, last.from_status, state.status, state.version)


def _check_seen(state: State, seen: int | None) -> None:
    if seen is not None and seen != state.version:
        raise StaleVersion("The comment has changed since you saw it; look at it again.")


def _before_last(state: State, actor: Actor) -> Status:
    """The status before the actor's last decision, if that is still the newest one."""
    last = state.last
    if not _may_take_back(last, actor):
        raise NotPossible("There is no newest decision of yours to undo on this comment.")
    return last.from_status or "pending"


def _may_take_back(last: Last, actor: Actor) -> bool:
    """Say whether a decision is the actor's own: of the system only what it put into the queue."""
    if actor.kind == "system":
        return (last.actor, last.action) == ("system", "hold")
    return last.staff_id is not None and last.staff_id == actor.staff_id and last.action != "undo"
