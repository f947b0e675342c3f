"""The use case of a new comment: verdict, one row with its first decision, one answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from service.accounts.secrets import Secrets
from service.comments.incoming import Doubtful, Incoming, Keep, Kept, Ruled
from service.comments.keeping import Keeping
from service.comments.word_lists import WordLists
from service.concurrency.batcher import Batcher
from service.concurrency.fair_queue import Full
from service.db import comments as comments_db
from service.db.contact_keys import known
from service.db.pool import Pool
from service.domain.comment import Draft
from service.domain.repeats import fingerprint
from service.domain.shown import Answer, FirstAnswer
from service.domain.sites import SiteSettings
from service.errors import Conflict, NotFound, Overloaded
from service.models.assessing import reassess
from service.models.scoring import INLINE_CHARS, Scoring
from service.models.shadow import Offered

WAITING: Final = 1024
"""Comments that wait for a batch: a second's work of a process. On top of them only sites with less
than their part of it may send, the others are to come again."""

_TOGETHER = 64
_OF_ONE_ROW = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.TransactionRollbackError,  # a deadlock, which a lone row does not get into
)
"""Errors of a batch that one of its rows may be to blame for."""
_KEY_USED: Final[dict[str, object]] = {"code": "key_used"}


class Submission:
    """The use case with the parts it needs. Comments that come at once are written together."""

    def __init__(
        self,
        pool: Pool,
        secrets: Secrets,
        scoring: Scoring,
        lists: WordLists,
        max_body: int,
        *,
        kept: Callable[..., None] = lambda *_, **__: None,
    ) -> None:
        """`kept` is told the status of each new comment, and whether it was scored."""
        self.pool: Final = pool
        self.max_body: Final = max_body
        self._secrets: Final = secrets
        self._scoring: Final = scoring
        self._lists: Final = lists
        self._keeping: Final = Keeping(pool, secrets, scoring, kept)
        self._keep: Final = self._batcher(WAITING)
        # Scoring a long comment may take until the time limit: the short ones do not wait for it.
        self._keep_long: Final = self._batcher(WAITING)
        # What was asked about twice has waited enough: it does not wait for the next batch too.
        self._keep_judged: Final = self._batcher(None)

    async def submit(
        self, site_id: UUID, settings: SiteSettings, draft: Draft, idempotency_key: str | None
    ) -> tuple[Answer, bool]:
        """Give a new comment its verdict and keep it; the answer, and whether it is new.

        The same idempotency key gives the first answer again.

        Raises:
            InvalidFields: the parent is not a comment on the same page.
            Conflict: the page is closed, or the key came with another comment before.
            Overloaded: so many of the site's wait that no more is taken now.
        """
        one = await self._incoming(site_id, settings, draft, idempotency_key)
        kept = await self._kept(one)
        if kept is None:
            return await self._again(one), False
        if kept.row.model_version:
            told = draft.body, draft.signed, kept.row.language
            offered = Offered(kept.row.id, *told, kept.rules, settings, kept.alone)
            self._scoring.offer_shadow(offered)
        return _answer(kept.row), True

    async def check(
        self, site_id: UUID, settings: SiteSettings, draft: Draft, key: str | None, keep: Keep
    ) -> tuple[Answer, bool]:
        """Give a comment that its website keeps itself a verdict; and say if it is kept here too.

        A key that was used before gives the status that the comment has now. The e-mail address
        may be empty.

        Raises:
            Conflict: the page is closed.
            Overloaded: as for `submit`.
        """
        one = await self._incoming(site_id, settings, draft, key, keep)
        kept = await self._kept(one)
        if kept is not None:
            return _answer(kept.row), one.keeps(kept.row)
        found = await self.find(site_id, key)
        if found is None:
            raise NotFound("The comment of this key is gone.")
        return replace(found.answer, status=found.status_now), True

    async def find(self, site_id: UUID, key: str | None) -> FirstAnswer | None:
        """Return the comment of an idempotency key, with its first verdict and its status now."""
        return await comments_db.first_answer(self.pool, site_id, self._key(key))

    def author_of(self, site_id: UUID, email: str) -> UUID | None:
        """Return the id of an author on a site; None without an address."""
        return self._secrets.author_id(site_id, email) if email else None

    async def _author(self, site_id: UUID, email: str) -> UUID:
        """Return the id that an author is known under, or is to be."""
        ids = self._secrets.author_ids(site_id, email)
        if len(ids) == 1:
            return ids[0]
        return await known(self.pool, ids) or self._secrets.author_id(site_id, email)

    def _batcher(self, holds: int | None) -> Batcher[Incoming, Kept]:
        """One whose batches are filled from all sites in turn."""
        return Batcher(
            self._keeping,
            most=_TOGETHER,
            sender=lambda one: one.site_id,
            holds=holds,
            split_on=_OF_ONE_ROW,
        )

    async def _kept(self, one: Incoming) -> Ruled | None:
        body = one.draft.body
        try:
            kept = await (self._keep_long if len(body) > INLINE_CHARS else self._keep)(one)
        except Full:
            told = "Too many comments come at once; send this one again, with its Idempotency-Key."
            raise Overloaded(told) from None
        while isinstance(kept, Doubtful):  # once: what is judged again is decided
            seen = await reassess(
                self._scoring, body, kept.assessed, site_id=one.site_id, opinion=kept.opinion
            )
            one = replace(one, assessed=seen)
            kept = await self._keep_judged(one)
        if isinstance(kept, Exception):
            raise kept
        if kept is not None and one.keep != "nothing":
            self._lists.count(one.site_id, kept.words)
        return kept

    def _key(self, key: str | None) -> str | None:
        # Kept as a keyed digest: it is the caller's text and may be anything.
        return self._secrets.request_digest(key.encode()).hex() if key else None

    async def _incoming(
        self,
        site_id: UUID,
        settings: SiteSettings,
        draft: Draft,
        idempotency_key: str | None,
        keep: Keep = "all",
    ) -> Incoming:
        now = datetime.now(UTC)
        if draft.submitted_at is not None and draft.submitted_at > now:  # a clock that is fast
            draft = replace(draft, submitted_at=now)
        return Incoming(
            site_id=site_id,
            settings=settings,
            lists=await self._lists.of(site_id),
            draft=draft,
            author_id=await self._author(site_id, draft.email) if draft.email else None,
            origin=self._secrets.origin(site_id, draft.ip) if draft.ip else None,
            page_key=self._secrets.page_key(draft.page_url),
            fingerprint=fingerprint(draft.body),
            idempotency_key=self._key(idempotency_key),
            request=self._secrets.content_digest(_canonical(draft)) if idempotency_key else None,
            keep=keep,
        )

    async def _again(self, one: Incoming) -> Answer:
        found = await comments_db.first_answer(self.pool, one.site_id, one.idempotency_key)
        if found is None:
            raise NotFound("The comment of this Idempotency-Key is gone.")
        if found.status_now == "erased":
            raise Conflict("The comment of this Idempotency-Key has been erased.", extra=_KEY_USED)
        if not self._secrets.is_content(_canonical(one.draft), found.request):
            told = (
                "This Idempotency-Key came with another comment before; use a new key for this one."
            )
            raise Conflict(told, extra=_KEY_USED)
        return found.answer


def _answer(new: comments_db.NewComment) -> Answer:
    return Answer(
        id=new.id,
        status=new.status,
        reasons=new.reasons,
        scores=new.scores,
        language=new.language,
        page=new.page,
        parent_id=new.parent_id,
        name=new.name,
        website=new.website,
        body=new.body,
        submitted_at=new.written_at or new.submitted_at,
        external_id=new.external_id,
    )


def _canonical(draft: Draft) -> bytes:
    # These are the page's, the website's, a clock's: the same comment may come again with others.
    other = {"page_title", "site_languages", "submitted_at"}
    own = (name for name in Draft.__struct_fields__ if name not in other)
    return msgspec.json.encode([getattr(draft, name) for name in own])
