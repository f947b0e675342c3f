"""Use cases that change a comment's status: decide, undo, erase. Nothing else does.

Each change happens on a locked row, in one transaction with its decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from service.db import comments as comments_db
from service.db import review as review_db
from service.db.pool import Pool
from service.domain.masking import mask_addresses
from service.domain.states import (
    Action,
    Actor,
    Change,
    HeldByOther,
    Last,
    NotPossible,
    StaleVersion,
    State,
    StateRefusal,
    transition,
)
from service.errors import Conflict, NotFound
from service.ids import new_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision asked for: the change, or why not, with the state as it is."""

    id: UUID
    change: Change | None = None
    refusal: StateRefusal | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Moderation:
    """The use cases with the parts they need."""

    pool: Pool

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
        async with self.pool.acquire() as connection, connection.transaction():
            if action == "erase":  # before any row: posting locks in this order too
                await review_db.lock_authors(connection, ids)
            return [
                await self._decide_one(
                    connection,
                    id_,
                    action,
                    actor,
                    seen=(seen or {}).get(id_),
                    reason=reason,
                    note=mask_addresses(note) if note else None,
                    site_id=site_id,
                )
                for id_ in await _in_lock_order(connection, ids)
            ]

    async def _decide_one(
        self,
        connection: comments_db.Connection,
        id_: UUID,
        action: Action,
        actor: Actor,
        *,
        seen: int | None,
        reason: str | None,
        note: str | None,
        site_id: UUID | None,
    ) -> Outcome:
        row = (await review_db.lock(connection, [id_])).get(id_)
        if row is None or site_id not in (None, row["site_id"]):
            return Outcome(id_)
        state = _state(row)
        try:
            change = transition(state, action, actor, seen)
        except StateRefusal as refusal:
            return Outcome(id_, refusal=refusal, state=state)
        if change.to_status == "erased":
            await review_db.erase(connection, id_)
        await review_db.change(
            connection,
            id_,
            change,
            actor=actor.kind,
            staff_id=actor.staff_id,
            reason=reason,
            note=note,
            notice_id=new_id(),
        )
        return Outcome(id_, change=change, state=state)


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


def _state(row: asyncpg.Record) -> State:
    last = Last(row["action"], row["staff_id"], row["from_status"])
    return State(row["status"], row["version"], last, row["claimed_by"])


async def _in_lock_order(connection: comments_db.Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Lock all rows at once, in the order of their ids, then go through them as given."""
    await review_db.lock(connection, sorted(ids))
    return list(ids)
