"""The use case of a new comment: verdict, one row with its first decision, one answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from classifier import Verdict
from classifier.types import Rules
from service.accounts.secrets import Secrets
from service.comments.incoming import Doubtful, Incoming, Keep, Kept, Ruled, bands, facts, refusal
from service.concurrency.batcher import Merged
from service.db import comments as comments_db
from service.db.pool import Pool
from service.domain.comment import Draft
from service.domain.pages import without_tracking
from service.domain.policy import rules_of
from service.domain.sites import SiteSettings
from service.domain.states import Status
from service.errors import Conflict, NotFound
from service.ids import first_id_ago, new_id
from service.models.assessing import (
    Assessed,
    assess_together,
    reassess,
    verdict_of,
    wants_encoder,
)
from service.models.scoring import INLINE_CHARS, Scoring

_TOGETHER = 64
_OF_ONE_ROW = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.TransactionRollbackError,  # a deadlock, which a lone row does not get into
)
"""Errors of a batch that one of its rows may be to blame for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A comment as its website gets it."""

    id: UUID
    status: Status
    reasons: Sequence[str]
    scores: dict[str, float]
    language: str | None
    page: str
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    submitted_at: datetime


class Submission:
    """The use case with the parts it needs. Comments that come at once are written together."""

    def __init__(
        self,
        pool: Pool,
        secrets: Secrets,
        scoring: Scoring,
        max_body: int,
        *,
        kept: Callable[..., None] = lambda *_, **__: None,
    ) -> None:
        """`kept` is told the status of each new comment, and whether it was scored."""
        self.pool: Final = pool
        self.max_body: Final = max_body
        self._secrets: Final = secrets
        self._scoring: Final = scoring
        self._tell_kept: Final = kept
        self._keep: Final = Merged(self._keep_all, most=_TOGETHER, split_on=_OF_ONE_ROW)
        # Scoring a long comment may take until the time limit: the short ones do not wait for it.
        self._keep_long: Final = Merged(self._keep_all, most=_TOGETHER, split_on=_OF_ONE_ROW)
        # What was asked about twice has waited enough: it does not wait for the next batch too.
        self._keep_judged: Final = Merged(self._keep_all, most=_TOGETHER, split_on=_OF_ONE_ROW)

    async def submit(
        self, site_id: UUID, settings: SiteSettings, draft: Draft, idempotency_key: str | None
    ) -> tuple[Answer, bool]:
        """Give a new comment its verdict and keep it; the answer, and whether it is new.

        The same idempotency key gives the first answer again.

        Raises:
            InvalidFields: the parent is not a comment on the same page.
            Conflict: the page is closed, or the key came with another comment before.
        """
        one = self._incoming(site_id, settings, draft, idempotency_key)
        kept = await self._kept(one)
        if kept is None:
            return await self._again(one), False
        if kept.row.model_version:
            self._scoring.offer_shadow(
                kept.row.id, draft.body, kept.row.language, kept.rules, settings
            )
        return _answer(kept.row), True

    async def check(
        self, site_id: UUID, settings: SiteSettings, draft: Draft, key: str | None, keep: Keep
    ) -> tuple[Answer, bool]:
        """Give a comment that its website keeps itself a verdict; and say if it is kept here too.

        A key that was used before gives the status that the comment has now. The e-mail address
        may be empty.

        Raises:
            Conflict: the page is closed.
        """
        one = self._incoming(site_id, settings, draft, key, keep)
        kept = await self._kept(one)
        if kept is not None:
            return _answer(kept.row), one.keeps(kept.row)
        row = await self.find(site_id, key)
        if row is None:
            raise NotFound("The comment of this key is gone.")
        return replace(answer_of(row), status=row["status_now"]), True

    async def find(self, site_id: UUID, key: str | None) -> asyncpg.Record | None:
        """Return the comment of an idempotency key: its first verdict, and `status_now`."""
        return await comments_db.first_answer(self.pool, site_id, self._key(key))

    def page_key(self, settings: SiteSettings, page: str) -> bytes:
        """Return the key that comments of a page are found by; the page is as `read_page` reads."""
        return self._secrets.page_key(without_tracking(page, settings.tracking))

    async def _kept(self, one: Incoming) -> Ruled | None:
        body = one.draft.body
        kept = await (self._keep_long if len(body) > INLINE_CHARS else self._keep)(one)
        while isinstance(kept, Doubtful):  # once: what is judged again is decided
            one = replace(one, assessed=await reassess(self._scoring, body, kept.assessed))
            kept = await self._keep_judged(one)
        if isinstance(kept, Exception):
            raise kept
        return kept

    def _key(self, key: str | None) -> str | None:
        # Kept as a keyed digest: it is the caller's text and may be anything.
        return self._secrets.request_digest(key.encode()).hex() if key else None

    def _incoming(
        self,
        site_id: UUID,
        settings: SiteSettings,
        draft: Draft,
        idempotency_key: str | None,
        keep: Keep = "all",
    ) -> Incoming:
        digest = self._secrets.request_digest
        return Incoming(
            site_id=site_id,
            settings=settings,
            draft=draft,
            author_id=self._secrets.author_id(site_id, draft.email) if draft.email else None,
            idempotency_key=self._key(idempotency_key),
            request=digest(_canonical(draft)) if idempotency_key else None,
            keep=keep,
        )

    async def _keep_all(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Score comments, look them up, decide and write them: each step for all at once."""
        seen = await self._seen(incoming)
        async with self.pool.acquire() as connection:
            contexts = await self._contexts(connection, incoming)
            kept = [self._decided(*each) for each in zip(incoming, seen, contexts, strict=True)]
            rows = [
                made.row
                for one, made in zip(incoming, kept, strict=True)
                if isinstance(made, Ruled) and one.keeps(made.row)
            ]
            written = await comments_db.insert(connection, rows) if rows else set()
        taken = {row.id for row in rows} - written
        for row in rows:
            if row.id in written:
                self._tell_kept(row.status, scored=row.model_version is not None)
        return [None if isinstance(made, Ruled) and made.row.id in taken else made for made in kept]

    async def _seen(self, incoming: Sequence[Incoming]) -> list[Assessed | None]:
        fresh = [one.draft.body for one in incoming if one.assessed is None]
        found = iter(await assess_together(self._scoring, fresh) if fresh else ())
        return [one.assessed or next(found) for one in incoming]

    async def _contexts(
        self, connection: comments_db.Connection, incoming: Sequence[Incoming]
    ) -> list[comments_db.Context]:
        now = datetime.now(UTC)
        asked = [
            comments_db.Asked(
                site_id=one.site_id,
                idempotency_key=one.idempotency_key,
                parent_id=one.draft.parent_id,
                page_key=self._secrets.page_key(one.draft.page_url),
                author_id=one.author_id,
                fingerprint=one.draft.fingerprint,
                origin=self._origin(one.draft),
            )
            for one in incoming
        ]
        minute, day = first_id_ago(now, minutes=1), first_id_ago(now, days=1)
        return await comments_db.contexts(connection, asked, minute=minute, day=day)

    def _decided(self, one: Incoming, seen: Assessed | None, context: comments_db.Context) -> Kept:
        if one.idempotency_key and context.earlier_id:
            return None
        if refused := refusal(one.draft, context):
            return refused
        rules = rules_of(facts(one.draft, context, one.settings), one.settings)
        if seen and self._asks(one, seen, rules):
            return Doubtful(seen)
        return Ruled(self._row(one, seen, verdict_of(seen, rules, one.settings)), rules)

    def _asks(self, one: Incoming, seen: Assessed, rules: Rules) -> bool:
        return (
            one.assessed is None
            and wants_encoder(seen, rules, one.settings)
            and self._scoring.has_second_opinion(seen.bundle, seen.language)
        )

    def _row(
        self, one: Incoming, seen: Assessed | None, verdict: Verdict
    ) -> comments_db.NewComment:
        draft, by = one.draft, seen.by(verdict) if seen else None
        linear = seen.linear.scores if seen and by is not seen.linear else None
        # Of a known author too: the last of the earlier comments may be erased just now.
        author = one.author_id
        sealed = self._secrets.seal(draft.email, author.bytes) if author else None
        return comments_db.NewComment(
            id=new_id(),
            site_id=one.site_id,
            author_id=one.author_id,
            sealed_email=sealed,
            page=draft.page,
            page_key=self._secrets.page_key(draft.page_url),
            parent_id=draft.parent_id,
            origin=self._origin(draft),
            name=draft.name,
            website=draft.website,
            body=draft.body,
            fingerprint=draft.fingerprint,
            external_id=draft.external_id,
            idempotency_key=one.idempotency_key,
            request_digest=one.request,
            status=verdict.status,
            reasons=verdict.reasons,
            scores=dict(by.scores) if by else {},
            risk=verdict.risk,
            language=seen.language if seen else None,
            model_version=seen.bundle.version if seen else None,
            submitted_at=datetime.now(UTC),
            actor="rule" if verdict.is_by_rule else "classifier",
            bands=bands(by, one.settings),
            notice_id=new_id() if one.settings.webhook_url else None,
            linear_scores=dict(linear) if linear else None,
        )

    def _origin(self, draft: Draft) -> bytes | None:
        return self._secrets.origin(draft.ip) if draft.ip else None

    async def _again(self, one: Incoming) -> Answer:
        row = await comments_db.first_answer(self.pool, one.site_id, one.idempotency_key)
        if row is None:
            raise NotFound("The comment of this Idempotency-Key is gone.")
        if row["status_now"] == "erased":
            raise Conflict("The comment of this Idempotency-Key has been erased.")
        if not compare_digest(row["request_digest"] or b"", one.request or b""):
            raise Conflict(
                "This Idempotency-Key came with another comment before; use a new key for this one."
            )
        return answer_of(row)


def answer_of(row: asyncpg.Record) -> Answer:
    """A comment's row as its website gets it: these fields and no other."""
    return Answer(**{name: row[name] for name in Answer.__slots__})


def _answer(new: comments_db.NewComment) -> Answer:
    return Answer(**{name: getattr(new, name) for name in Answer.__slots__})


def _canonical(draft: Draft) -> bytes:
    return msgspec.json.encode([getattr(draft, name) for name in Draft.__slots__])
