"""The use case of a new comment: verdict, one row with its first decision, one answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hmac import compare_digest
from uuid import UUID

import asyncpg
import msgspec

from service.db import comments as comments_db
from service.db.pool import Pool
from service.domain.comment import Draft
from service.domain.fields import FieldError
from service.domain.policy import Model, Verdict, judge
from service.domain.rules import Evidence, evidence_in
from service.domain.sites import SiteSettings
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
class Submission:
    """The use case with the parts it needs."""

    pool: Pool
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
        request = None
        if idempotency_key:  # kept as a keyed digest: it is the caller's text and may be anything
            idempotency_key = self.secrets.request_digest(idempotency_key.encode()).hex()
            request = self._request_digest(draft)
        async with self.pool.acquire() as connection:
            context = await self._context(connection, site_id, draft, author_id, idempotency_key)
            if idempotency_key and context.earlier_id:
                return await self._again(connection, site_id, idempotency_key, request), False
            _check_place(draft, context)
            evidence = _evidence(draft, context, settings)
            verdict = judge(seen.model if seen else None, evidence, settings)
            new = self._row(
                site_id, draft, author_id, settings=settings, seen=seen, verdict=verdict
            )
            new = replace(new, idempotency_key=idempotency_key, request_digest=request)
            if context.author_comments == 0:
                new = replace(new, sealed_email=self.secrets.seal(draft.email, author_id.bytes))
            if not await comments_db.insert(connection, new) and idempotency_key:
                return await self._again(connection, site_id, idempotency_key, request), False
        if seen:
            self.scoring.offer_shadow(new.id, draft.body, seen.language)
        return _answer(new), True

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
        draft: Draft,
        author_id: UUID,
        *,
        settings: SiteSettings,
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
