"""Use cases that change a comment's status: decide, undo, erase. Nothing else does.

Each change happens on a locked row, in one transaction with its decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from service.db import comments as comments_db
from service.db import erasing as erasing_db
from service.db import review as review_db
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.masking import mask_addresses
from service.domain.states import (
    Action,
    Actor,
    Asked,
    Change,
    HeldByOther,
    Last,
    NotPossible,
    StaleVersion,
    State,
    StateRefusal,
    sent_again,
    transition,
)
from service.errors import Conflict, NotFound
from service.ids import new_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision asked for: the change, or why not, with the state as it is.

    Of a decision that was sent again the change is the first one's, and not new.
    """

    id: UUID
    change: Change | None = None
    refusal: StateRefusal | None = None
    state: State | None = None
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a decision goes by that the comment's first verdict did not know; None: as it is."""

    reasons: Sequence[str] | None = None
    risk: float | None = None
    note: str | None = None


NO_NEWS: Final = Found()
NOTHING_FOUND: Final[Mapping[UUID, Found]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moderation:
    """The use cases with the part they need, for comments of the sites that one may see."""

    pool: Pool
    sites: Sites = None

    async def decide(
        self,
        ids: Sequence[UUID],
        action: Action,
        actor: Actor,
        *,
        seen: dict[UUID, int] | None = None,
        reason: str | None = None,
        note: str | None = None,
        site_id: UUID | None = None,
    ) -> list[Outcome]:
        """Change the status of comments; one outcome each, in the order given.

        A refused item leaves the others alone. `site_id` limits it to comments of one site.
        E-mail addresses in the note are masked.
        """
        asked = Asked(action, actor, reason)
        async with self.pool.acquire() as connection, connection.transaction():
            sites = self.sites if site_id is None else (site_id,)
            return await decide(connection, ids, asked, seen=seen, note=note, sites=sites)


async def decide(
    connection: comments_db.Connection,
    ids: Sequence[UUID],
    asked: Asked,
    *,
    seen: Mapping[UUID, int] | None = None,
    note: str | None = None,
    sites: Sites = None,
    found: Mapping[UUID, Found] = NOTHING_FOUND,
) -> list[Outcome]:
    """Do as `Moderation.decide` in the caller's transaction; `found` is what is new of comments."""
    made: dict[UUID, Change] = {}
    if asked.action == "erase":  # before any row: posting locks in this order too
        await review_db.lock_authors(connection, ids)
    states = await _locked(connection, ids, sites)
    outcomes = []
    for id_ in ids:
        outcome = _outcome(id_, states.get(id_), asked, (seen or {}).get(id_))
        if outcome.is_new and outcome.change is not None:
            made[id_] = outcome.change
            states[id_] = _after(outcome.change, asked)
        outcomes.append(outcome)
    # Before the change: an erased comment is an empty one.
    gone = made if asked.action == "erase" else ()
    erased = {id_: await erasing_db.erase(connection, id_) for id_ in gone}
    masked = mask_addresses(note) if note else None
    rows = [_row(id_, each, asked, masked, found.get(id_, NO_NEWS)) for id_, each in made.items()]
    await review_db.change(connection, rows)
    for id_, external_id in erased.items():
        await erasing_db.name_notices(connection, id_, external_id)
    return outcomes


async def _locked(
    connection: comments_db.Connection, ids: Sequence[UUID], sites: Sites
) -> dict[UUID, State]:
    """Lock comments of these sites, or of any, and return them as they then stand."""
    ordered = sorted(set(ids))
    # Twice: who waited for a lock sees the rows joined as they were before.
    await review_db.lock(connection, ordered)
    rows = await review_db.lock(connection, ordered)
    return {id_: row.state for id_, row in rows.items() if sites is None or row.site_id in sites}


def _outcome(id_: UUID, state: State | None, asked: Asked, seen: int | None) -> Outcome:
    """Say what becomes of one comment."""
    if state is None:
        return Outcome(id_)
    if before := sent_again(state, asked, seen):
        return Outcome(id_, change=before, state=state, is_new=False)
    try:
        return Outcome(id_, change=transition(state, asked.action, asked.actor, seen), state=state)
    except StateRefusal as refusal:
        return Outcome(id_, refusal=refusal, state=state.seen_by(asked.actor))


def _after(change: Change, asked: Asked) -> State:
    by, audit = asked.actor, change.audit
    who = (by.staff_id, change.from_status, asked.reason, by.kind, by.person)
    last = Last(change.action, *who, answers=audit == "answered")
    return State(change.to_status, change.version, last, audited=audit == "opened")


def _row(
    id_: UUID, change: Change, asked: Asked, note: str | None, found: Found
) -> review_db.StatusChange:
    return review_db.StatusChange(
        id=id_,
        version=change.version,
        from_status=change.from_status,
        to_status=change.to_status,
        action=change.action,
        actor=asked.actor.kind,
        staff_id=asked.actor.staff_id,
        reason=asked.reason,
        note=found.note or note,
        undoes=change.undoes,
        notice_id=new_id(),
        person=asked.actor.person,
        audit=change.audit,
        reasons=found.reasons,
        risk=found.risk,
    )


def refused(outcome: Outcome) -> Exception:
    """The error that answers for a single decision that was not made."""
    if outcome.refusal is None or outcome.state is None:
        return NotFound("There is no such comment.")
    current = {"comment_status": outcome.state.status, "version": outcome.state.version}
    return Conflict(str(outcome.refusal), extra={"code": code_of(outcome.refusal), **current})


def code_of(refusal: StateRefusal) -> str:
    """A stable word for why a decision was refused."""
    codes = {StaleVersion: "stale", HeldByOther: "claimed", NotPossible: "not_possible"}
    return codes[type(refusal)]
