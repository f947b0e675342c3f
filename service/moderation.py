"""Use cases that give a comment its status: submit, decide, undo, erase. Nothing else does.

Each change of status happens on a locked row, in one transaction with its decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from service.db import comments as comments_db
from service.db import review as review_db
from service.domain.comment import Draft
from service.domain.fields import FieldError
from service.domain.policy import Model, Verdict, judge
from service.domain.rules import Evidence, evidence_in
from service.domain.sites import SiteSettings
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
from service.errors import Conflict, InvalidFields, NotFound
from service.ids import first_id_ago, new_id
from service.judging import Judged, judged
from service.scoring import Scoring
from service.secrets import Secrets

_SAME_TEXT_LENGTH = 80  # shorter texts, such as thanks, are the same by chance
_SAME_TEXT_TIMES = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """A comment as its website gets it."""

    id: UUID
    status: str
    reasons: Sequence[str]
    scores: dict[str, float]
    language: str | None
    page: str
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    submitted_at: datetime


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

    pool: asyncpg.Pool[Any]
    secrets: Secrets
    scoring: Scoring

    async def submit(
        self, site_id: UUID, settings: SiteSettings, draft: Draft, idempotency_key: str | None
    ) -> tuple[Answer, bool]:
        """Give a new comment its verdict and keep it; the answer, and whether it is new.

        The same idempotency key gives the first answer again.

        Raises:
            InvalidFields: the parent is not a comment on the same page.
            Conflict: the page is closed, or the key came with another comment before.
        """
        seen = await judged(self.scoring, draft.body)
        author_id = self.secrets.author_id(site_id, draft.email)
        request = self._request_digest(draft) if idempotency_key else None
        async with self.pool.acquire() as connection:
            context = await self._context(connection, site_id, draft, author_id, idempotency_key)
            if idempotency_key and context.earlier_id:
                return await self._again(connection, site_id, idempotency_key, request), False
            _check_place(draft, context)
            evidence = _evidence(draft, context, settings)
            verdict = judge(seen.model if seen else None, evidence, settings)
            new = self._row(site_id, settings, draft, author_id, seen, verdict)
            new = replace(new, idempotency_key=idempotency_key, request_digest=request)
            if context.author_comments == 0:
                new = replace(new, sealed_email=self.secrets.seal(draft.email, author_id.bytes))
            if not await comments_db.insert(connection, new) and idempotency_key:
                return await self._again(connection, site_id, idempotency_key, request), False
        if seen:
            self.scoring.offer_shadow(new.id, draft.body, seen.language)
        return _answer(new), True

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
        """
        async with self.pool.acquire() as connection, connection.transaction():
            return [
                await self._decide_one(
                    connection,
                    id_,
                    action,
                    actor,
                    seen=(seen or {}).get(id_),
                    reason=reason,
                    note=note,
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

    async def _context(
        self,
        connection: comments_db.Connection,
        site_id: UUID,
        draft: Draft,
        author_id: UUID,
        idempotency_key: str | None,
    ) -> comments_db.Context:
        now = datetime.now(UTC)
        return await comments_db.context(
            connection,
            site_id=site_id,
            idempotency_key=idempotency_key,
            parent_id=draft.parent_id,
            page_key=draft.page_key,
            author_id=author_id,
            fingerprint=draft.fingerprint,
            origin=self.secrets.origin(draft.ip) if draft.ip else None,
            minute=first_id_ago(now, minutes=1),
            day=first_id_ago(now, days=1),
        )

    def _row(
        self,
        site_id: UUID,
        settings: SiteSettings,
        draft: Draft,
        author_id: UUID,
        seen: Judged | None,
        verdict: Verdict,
    ) -> comments_db.NewComment:
        model = seen.model if seen else None
        return comments_db.NewComment(
            id=new_id(),
            site_id=site_id,
            author_id=author_id,
            sealed_email=None,
            page=draft.page,
            page_key=draft.page_key,
            parent_id=draft.parent_id,
            origin=self.secrets.origin(draft.ip) if draft.ip else None,
            name=draft.name,
            website=draft.website,
            body=draft.body,
            fingerprint=draft.fingerprint,
            external_id=draft.external_id,
            idempotency_key=None,
            request_digest=None,
            status=verdict.status,
            reasons=verdict.reasons,
            scores=dict(model.scores) if model else {},
            risk=verdict.risk,
            language=seen.language if seen else None,
            model_version=seen.version if seen else None,
            submitted_at=datetime.now(UTC),
            actor=verdict.actor,
            bands=_bands(model, settings),
            notice_id=new_id() if settings.webhook_url else None,
        )

    def _request_digest(self, draft: Draft) -> bytes:
        values = [getattr(draft, name) for name in Draft.__slots__]
        return self.secrets.request_digest(msgspec.json.encode(values))

    async def _again(
        self,
        connection: comments_db.Connection,
        site_id: UUID,
        idempotency_key: str,
        request: bytes | None,
    ) -> Answer:
        row = await comments_db.first_answer(connection, site_id, idempotency_key)
        if row is None:
            raise NotFound("The comment of this Idempotency-Key is gone.")
        if row["status_now"] == "erased":
            raise Conflict("The comment of this Idempotency-Key has been erased.")
        if not compare_digest(row["request_digest"] or b"", request or b""):
            raise Conflict(
                "This Idempotency-Key came with another comment before; use a new key for this one."
            )
        return answer_of(row)


def answer_of(row: asyncpg.Record) -> Answer:
    """A comment's row as its website gets it: these fields and no other."""
    return Answer(**{name: row[name] for name in Answer.__slots__})


def refused(outcome: Outcome) -> Exception:
    """The error that answers for a single decision that was not made."""
    if outcome.refusal is None or outcome.state is None:
        return NotFound("There is no such comment.")
    current = {"status": outcome.state.status, "version": outcome.state.version}
    return Conflict(str(outcome.refusal), extra={"code": code_of(outcome.refusal), **current})


def code_of(refusal: StateRefusal) -> str:
    """A stable word for why a decision was refused."""
    codes = {StaleVersion: "stale", HeldByOther: "claimed", NotPossible: "not_possible"}
    return codes[type(refusal)]


def _answer(new: comments_db.NewComment) -> Answer:
    return Answer(**{name: getattr(new, name) for name in Answer.__slots__})


def _check_place(draft: Draft, context: comments_db.Context) -> None:
    if draft.parent_id and not context.parent_fits:
        raise InvalidFields([FieldError("parent_id", "must be a comment on the same page")])
    if context.page_closed:
        raise Conflict("This page is closed for comments.", extra={"code": "page_closed"})


def _evidence(draft: Draft, context: comments_db.Context, settings: SiteSettings) -> Evidence:
    long_enough = len(draft.body) >= _SAME_TEXT_LENGTH
    return replace(
        evidence_in(draft.body, draft.name, draft.website, settings),
        trap=draft.trap,
        repeated=context.author_same or (long_enough and context.same_text >= _SAME_TEXT_TIMES),
        flood=context.author_recent >= settings.author_per_minute
        or context.origin_recent >= settings.origin_per_minute,
        author_approved=context.author_approved,
        author_rejected=context.author_rejected,
    )


def _bands(model: Model | None, settings: SiteSettings) -> dict[str, list[float]]:
    if model is None:
        return {}
    bands = {label: settings.bands.get(label, band) for label, band in model.bands.items()}
    return {label: [band.approve_below, band.reject_at] for label, band in bands.items()}


def _state(row: asyncpg.Record) -> State:
    last = Last(row["action"], row["staff_id"], row["from_status"])
    return State(row["status"], row["version"], last, row["claimed_by"])


async def _in_lock_order(connection: comments_db.Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Lock all rows at once, in the order of their ids, then go through them as given."""
    await review_db.lock(connection, sorted(ids))
    return list(ids)
