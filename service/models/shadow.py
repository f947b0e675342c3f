"""Scores comments with the shadow model after their answers went out, to compare it later."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from classifier import Bundle, Scored, Signed
from classifier.policy import asks_encoder, judge, judge_both
from classifier.types import Rules
from service.db import models
from service.db.models import ShadowScore
from service.db.pool import Pool
from service.domain.policy import in_force
from service.domain.sites import SiteSettings

_WAITING: Final = 2_000
_BATCH: Final = 100
_PAUSE: Final = 0.05  # seconds between batches, in which requests have the loop to themselves
_STOP_SECONDS: Final = 3.0
_LOG: Final = structlog.get_logger(__name__)

Ask = Callable[[Bundle, str, Scored], Awaitable[Scored | None]]
"""Gives what a bundle's encoder makes of a scored text; None if there is none to ask."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A committed comment; what its site's rules said and its settings are part of its verdict.

    `alone` is the active bundle and what its linear model said where a site's adaptation scored it:
    there the active one is compared as it is by itself.
    """

    comment_id: UUID
    text: str
    signed: Signed
    language: str | None
    rules: Rules
    settings: SiteSettings
    alone: tuple[Bundle, Scored] | None = None


class Shadowing:
    """A bounded queue before the shadow model; when it is full, comments are passed over."""

    def __init__(self, ask: Ask) -> None:
        self._ask: Final = ask
        self.bundle: Bundle | None = None
        self.dropped = 0
        self._queue: asyncio.Queue[Offered] = asyncio.Queue(_WAITING)
        self._task: asyncio.Task[None] | None = None

    @property
    def version(self) -> str | None:
        """The shadow version, if there is one."""
        return self.bundle.version if self.bundle else None

    def start(self, pool: Pool) -> None:
        """Begin in the running loop."""
        self._task = asyncio.create_task(self._run(pool), name="shadow-scoring")

    async def stop(self) -> None:
        """Finish what waits, within a few seconds, and end."""
        if self._task is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), _STOP_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def offer(self, comment: Offered) -> None:
        """Queue a comment, unless there is no shadow model or it is behind."""
        if self.bundle is None:
            return
        try:
            self._queue.put_nowait(comment)
        except asyncio.QueueFull:
            self.dropped += 1

    async def _run(self, pool: Pool) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._store(pool, batch)
            except Exception as error:  # noqa: BLE001 - nothing it does may harm the service
                self.dropped += len(batch)
                _LOG.warning("shadow_failed", error=type(error).__name__, count=len(batch))
            for _ in batch:
                self._queue.task_done()
            await asyncio.sleep(_PAUSE)

    async def _store(self, pool: Pool, batch: list[Offered]) -> None:
        bundle = self.bundle
        if bundle is None:
            return
        scores = []
        for waiting in batch:
            try:
                scores.append(await self._score(bundle, waiting))
            except TimeoutError:
                self.dropped += 1
            await asyncio.sleep(0)
        async with pool.acquire() as connection:
            await models.insert_shadow_scores(connection, bundle.version, scores)

    async def _score(self, bundle: Bundle, comment: Offered) -> ShadowScore:
        name, website = comment.signed
        scored = bundle.score(comment.text, comment.language, name=name, website=website)
        found, verdict = await self._opinion(bundle, comment, scored)
        kept = ShadowScore(
            comment_id=comment.comment_id,
            language=comment.language,
            scores=(found or scored).scores,
            linear_scores=scored.scores if found else None,
            rules=comment.rules.holding,
            verdict=verdict,
        )
        if comment.alone is None:
            return kept
        active, linear = comment.alone
        opinion, _ = await self._opinion(active, comment, linear)
        return replace(
            kept,
            active_scores=(opinion or linear).scores,
            active_linear_scores=linear.scores if opinion else None,
        )

    async def _opinion(
        self, bundle: Bundle, comment: Offered, scored: Scored
    ) -> tuple[Scored | None, str]:
        """Return what a bundle's encoder says and the verdict; it is asked by the one rule."""
        linear = in_force(bundle.assess(scored), comment.settings)
        found = None
        if asks_encoder(linear, judge(linear, comment.rules)):
            found = await self._ask(bundle, comment.text, scored)
        encoder = in_force(bundle.assess_by_encoder(found), comment.settings)
        return found, judge_both(linear, encoder, comment.rules).status
