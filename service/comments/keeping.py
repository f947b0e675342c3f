"""Decides about comments that came at once and writes them, each only if its verdict still holds.

A verdict is made for what most comments meet, which is nothing known; the database compares that
with what is so under locks, writes what agrees, and says of the rest what it knows: those are
decided again. So the usual comment costs one round trip, and two that come together never get what
one after the other would not have got, in one process or in many.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg

from classifier import Prior, Verdict
from classifier.types import Rules
from service.accounts.secrets import Secrets
from service.comments.asking import Asking
from service.comments.audits import Auditing
from service.comments.incoming import (
    Doubtful,
    Incoming,
    Kept,
    MetWords,
    Ruled,
    bands,
    closes_before,
    facts,
    refusal,
)
from service.comments.usual import UsualLanguages
from service.comments.waves import Turn, Waves
from service.concurrency.ttl_cache import TTLCache
from service.db import comments as comments_db
from service.db import pages as pages_db
from service.db.comments import NewComment
from service.db.pool import Pool
from service.domain.comment import Draft
from service.domain.policy import rules_of
from service.domain.rules import (
    NOTHING_KNOWN,
    REJECTED_BEFORE,
    SAME_TEXT_LENGTH,
    SAME_TEXT_TIMES,
    Fact,
)
from service.errors import Overloaded
from service.ids import first_id_ago, id_after, new_id
from service.models.assessing import Assessed, assess_together, verdict_of, wants_encoder
from service.models.scoring import Scoring

ROUNDS: Final = 10
"""So often a comment is decided again. Facts change from round to round only while others write."""

_TITLED: Final = 60.0
_TITLES: Final = 2_000


class Keeping:
    """The step that comments which came at once go through together."""

    def __init__(
        self, pool: Pool, secrets: Secrets, scoring: Scoring, kept: Callable[..., None]
    ) -> None:
        """`kept` is told the status of each new comment, and whether it was scored."""
        self._pool: Final = pool
        self._secrets: Final = secrets
        self._scoring: Final = scoring
        self._tell_kept: Final = kept
        self._titles: Final[TTLCache[tuple[UUID, bytes], str]] = TTLCache(_TITLED, _TITLES)
        self._usual: Final = UsualLanguages()
        self._auditing: Final = Auditing()

    async def __call__(self, incoming: Sequence[Incoming]) -> list[Kept]:
        """Score comments, decide and write them: each step for all at once."""
        incoming = list(incoming)
        silent = {one.site_id for one in incoming if not one.settings.languages}
        await self._usual.look(self._pool, silent)
        seen, asking = await self._seen(incoming), Asking(self._scoring)
        try:
            return asking.handed_on(await self._kept(incoming, seen, asking))
        finally:
            asking.end()

    async def _kept(
        self, incoming: list[Incoming], seen: Sequence[Assessed | None], asking: Asking
    ) -> list[Kept]:
        kept = [self._decided(*each, NOTHING_KNOWN) for each in zip(incoming, seen, strict=True)]
        self._decide_what_none_is_asked_about(incoming, kept, asking)
        left: Mapping[int, Sequence[Fact]] = dict.fromkeys(range(len(kept)), NOTHING_KNOWN)
        async with self._pool.acquire() as connection:
            for _ in range(ROUNDS):
                try:
                    left = await self._round(connection, incoming, kept, left)
                    left = await _follow(connection, incoming, left)
                except asyncpg.TransactionRollbackError:
                    # A deadlock: nothing of this round was written, and what earlier ones wrote
                    # must not be written again, so the round is made once more and not the batch.
                    continue
                for place, known in left.items():
                    kept[place] = self._decided(incoming[place], seen[place], known)
                self._decide_what_none_is_asked_about(incoming, kept, asking)
                left = {each: known for each, known in left.items() if _is_open(kept[each])}
                if not left:
                    break
            await self._title_pages(connection, incoming, kept)
            await self._auditing.choose(
                connection,
                [
                    (made.row, one.settings)
                    for place, (one, made) in enumerate(zip(incoming, kept, strict=True))
                    if isinstance(made, Ruled) and one.keeps(made.row) and place not in left
                ],
            )
        for place in left:
            kept[place] = Overloaded("Too many comments come at once; send this one again.")
        for one, made in zip(incoming, kept, strict=True):
            if isinstance(made, Ruled) and one.keeps(made.row):
                self._tell_kept(made.row.status, scored=made.row.model_version is not None)
        return kept

    async def seen(self, one: Incoming) -> Assessed | None:
        """Score the new text of a comment that is here already."""
        if not one.settings.languages:
            await self._usual.look(self._pool, {one.site_id})
        (seen,) = await self._seen([one])
        return seen

    def judged(self, one: Incoming, seen: Assessed | None, known: Sequence[Fact]) -> Kept:
        """Decide about it by what is known; nothing is written."""
        return self._decided(one, seen, known)

    async def known(self, connection: comments_db.Connection, one: Incoming) -> Sequence[Fact]:
        """Return what is known of it, and hold that so until the transaction ends."""
        turn, now = Waves().of(one), datetime.now(UTC)
        looked = _looked(one, 0, turn, NOTHING_KNOWN, None)
        minute, day = first_id_ago(now, minutes=1), first_id_ago(now, days=1)
        found = await comments_db.keep(connection, [looked], minute=minute, day=day)
        return found.get(0, NOTHING_KNOWN)

    async def _round(
        self,
        connection: comments_db.Connection,
        incoming: Sequence[Incoming],
        kept: Sequence[Kept],
        left: Mapping[int, Sequence[Fact]],
    ) -> Mapping[int, Sequence[Fact]]:
        """Write what agrees; return what is known of the rest."""
        now, waves, looked = datetime.now(UTC), Waves(), []
        for place, known in left.items():
            one, made = incoming[place], kept[place]
            new = made.row if isinstance(made, Ruled) and one.keeps(made.row) else None
            looked.append(_looked(one, place, waves.of(one), known, new))
        minute, day = first_id_ago(now, minutes=1), first_id_ago(now, days=1)
        return await comments_db.keep(connection, looked, minute=minute, day=day)

    async def _title_pages(
        self,
        connection: comments_db.Connection,
        incoming: Sequence[Incoming],
        kept: Sequence[Kept],
    ) -> None:
        """Keep what pages are called, which moderators see; known titles cost nothing."""
        titles = {
            (one.site_id, one.page_key): one.draft.page_title
            for one, made in zip(incoming, kept, strict=True)
            if isinstance(made, Ruled) and one.keeps(made.row) and one.draft.page_title
        }
        since = self._titles.now()
        fresh = {page: title for page, title in titles.items() if self._titles.get(page) != title}
        if fresh:
            await pages_db.name_pages(connection, fresh)
        for page, title in fresh.items():
            self._titles.put(page, title, since)

    async def _seen(self, incoming: Sequence[Incoming]) -> list[Assessed | None]:
        fresh = [one for one in incoming if one.assessed is None]
        texts = [one.draft.body for one in fresh]
        priors = [self._prior(one) for one in fresh]
        signed = [one.draft.signed for one in fresh]
        sites = [one.site_id for one in fresh]
        told = await assess_together(self._scoring, texts, priors, signed, sites) if fresh else ()
        found = iter(told)
        return [one.assessed or next(found) for one in incoming]

    def _prior(self, one: Incoming) -> Prior:
        """What the site's settings say counts before what its client says and its comments show."""
        said = one.settings.languages or one.draft.site_languages
        return Prior(one.draft.language, said or self._usual.of(one.site_id))

    def _decided(self, one: Incoming, seen: Assessed | None, known: Sequence[Fact]) -> Kept:
        if "key_taken" in known:
            return None
        if refused := refusal(known, one):
            return refused
        found = facts(one.draft, known, one.lists)
        rules = rules_of(found, one.settings)
        if seen and self._asks(one, seen, rules):
            return Doubtful(seen, rules, found.words)
        return self._ruled(one, seen, rules, found.words)

    def _ruled(
        self,
        one: Incoming,
        seen: Assessed | None,
        rules: Rules,
        words: MetWords,
    ) -> Ruled:
        row = self._row(one, seen, verdict_of(seen, rules, one.settings))
        return Ruled(row, rules, words, seen.alone if seen else None)

    def _decide_what_none_is_asked_about(
        self, incoming: Sequence[Incoming], kept: list[Kept], asking: Asking
    ) -> None:
        """Decide by words alone where the encoder has no time: to wait would change nothing."""
        for place, made in asking.without_time(incoming, kept):
            kept[place] = self._ruled(incoming[place], made.assessed, made.rules, made.words)

    def _asks(self, one: Incoming, seen: Assessed, rules: Rules) -> bool:
        return (
            one.assessed is None
            and self._scoring.has_second_opinion(
                seen.bundle, seen.language, wide=seen.adaptation is not None
            )
            and wants_encoder(seen, rules, one.settings)
        )

    def _row(self, one: Incoming, seen: Assessed | None, verdict: Verdict) -> NewComment:
        draft, by = one.draft, seen.by(verdict) if seen else None
        linear = seen.linear.scores if seen and by is not seen.linear else None
        # Of a known author too: the last of the earlier comments may be erased just now.
        author = one.author_id
        sealed = self._secrets.seal(draft.email, author.bytes) if author else None
        return NewComment(
            id=_id_of(draft),
            site_id=one.site_id,
            author_id=one.author_id,
            email=sealed,
            page=draft.page,
            page_key=one.page_key,
            parent_id=draft.parent_id,
            origin=one.origin,
            name=draft.name,
            website=draft.website,
            body=draft.body,
            fingerprint=one.fingerprint,
            external_id=draft.external_id,
            idempotency_key=one.idempotency_key,
            request_digest=one.request,
            status=verdict.status,
            reasons=verdict.reasons,
            scores=dict(by.scores) if by else {},
            risk=verdict.risk,
            language=seen.language if seen else None,
            model_version=seen.version if seen else None,
            submitted_at=datetime.now(UTC),
            actor="rule" if verdict.is_by_rule else "classifier",
            bands=bands(by, one.settings),
            notice_id=new_id() if one.settings.webhook_url else None,
            linear_scores=dict(linear) if linear else None,
            written_at=one.draft.submitted_at,
        )


def _id_of(draft: Draft) -> UUID:
    """Return a new id; a reply's stands behind what it answers, though two clocks differ."""
    return id_after(draft.parent_id, new_id()) if draft.parent_id else new_id()


async def _follow(
    connection: comments_db.Connection,
    incoming: list[Incoming],
    left: Mapping[int, Sequence[Fact]],
) -> Mapping[int, Sequence[Fact]]:
    """Put comments whose page has moved on the page that it is now; there nothing is known yet."""
    moved = {place: incoming[place] for place, known in left.items() if "page_moved" in known}
    if not moved:
        return left
    pages = {(one.site_id, one.page_key) for one in moved.values()}
    found = await pages_db.moved(connection, pages)
    for place, one in moved.items():
        if now := found.get((one.site_id, one.page_key)):
            incoming[place] = one.on(now.to_key, now.to_page)
    return {**left, **dict.fromkeys(moved, NOTHING_KNOWN)}


def _is_open(made: Kept) -> bool:
    """Say whether a comment that did not agree is to be written, or looked at, once more."""
    return isinstance(made, Ruled | Doubtful)


def _looked(
    one: Incoming,
    place: int,
    turn: Turn,
    known: Sequence[Fact],
    new: NewComment | None,
) -> comments_db.Looked:
    return comments_db.Looked(
        place=place,
        wave=turn.wave,
        locks=turn.locks,
        expected=known,
        site_id=one.site_id,
        idempotency_key=one.idempotency_key,
        parent_id=one.draft.parent_id,
        page_key=one.page_key,
        author_id=one.author_id,
        fingerprint=one.fingerprint,
        origin=one.origin,
        same_text=SAME_TEXT_TIMES if len(one.draft.body) >= SAME_TEXT_LENGTH else 0,
        rejected_before=REJECTED_BEFORE,
        hold_new=one.settings.hold_new_authors,
        trusted_after=one.settings.trusted_after or None,
        closes_before=closes_before(one.settings),
        author_per_minute=one.settings.author_per_minute,
        origin_per_minute=one.settings.origin_per_minute,
        new=new,
    )
