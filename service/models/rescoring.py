"""The use case of rescoring: every comment that is kept, scored by one version beside the service.

It goes from the newest comment to the oldest, by windows of their ids, and does what has no score
of the version yet: so a run that was broken off goes on where it stopped, and the next one does
what is new. It rests in proportion to what it computes, and the process is at the lowest priority.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from classifier import Bundle, BundleError, Prior, Scored
from classifier.policy import asks_encoder, judge, judge_both
from service.db import accounts as accounts_db
from service.db import models as models_db
from service.db import rescored as db
from service.db import words as words_db
from service.db.models import Connection
from service.db.rescored import Kept, Rescored
from service.domain.masking import mask_addresses
from service.domain.policy import in_force, rules_of
from service.domain.preview import HouseRules, facts_then
from service.domain.rescoring import Example, Summary, Sums, readable
from service.errors import Conflict, NotFound
from service.models.scoring import open_bundle

BATCH: Final = 256
"""Comments that are scored and written together: what a run that is broken off loses at most."""

WINDOW: Final = 2_000
"""Ids that are looked at in one statement, and read if they are new: at most 20 MB of texts."""

SUMMED: Final = 20_000
"""Rows that are added up in one statement: a tenth of a second."""

END: Final = UUID(int=(1 << 128) - 1)
"""After every id: where going down begins."""

SHARE: Final = 0.5
"""Part of a core's time that it takes where nobody says otherwise."""

_LOG: Final = structlog.get_logger(__name__)

Tell = Callable[[int, int], None]
"""Is told how many comments are done, of how many."""


async def open_version(connection: Connection, version: str) -> Bundle:
    """Open a kept version.

    Raises:
        NotFound: there is no such version.
        Conflict: this release cannot read it.
    """
    files = await models_db.bundle(connection, version)
    if files is None:
        raise NotFound("There is no such model version; `models list` shows them.")
    try:
        bundle = await asyncio.to_thread(open_bundle, *files)
        if bundle.second is not None and bundle.second.installed():
            await asyncio.to_thread(bundle.second.open)
    except BundleError as error:
        raise Conflict(f"Version {version} cannot be used by this release: {error}") from None
    return bundle


async def rules_by_site(connection: Connection) -> dict[UUID, HouseRules]:
    """Return what every site judges by, by its id."""
    return {
        site.id: HouseRules(site.settings, (await words_db.lists_of(connection, site.id)).lists)
        for site in await accounts_db.every_site(connection)
    }


@dataclass(frozen=True, slots=True)
class Rescoring:
    """One version over the comments of a site, or of all; `asks` lets its encoder be asked."""

    bundle: Bundle
    site_id: UUID | None = None
    asks: bool = True
    share: float = SHARE

    async def run(self, connection: Connection, tell: Tell) -> int:
        """Score what is not scored yet; return how many comments that were."""
        version = self.bundle.version
        sites = await rules_by_site(connection)
        total = await db.left_to_score(connection, version, self.site_id)
        below, done = END, 0
        tell(done, total)
        while last := await db.window(connection, below, WINDOW):
            rows = await db.to_score(connection, version, self.site_id, below, last)
            known = [row for row in rows if row.site_id in sites]  # a site may be new just now
            for at in range(0, len(known), BATCH):
                part = known[at : at + BATCH]
                await self._batch(connection, part, sites)
                done += len(part)
                tell(done, max(total, done))
            below = last
        return done

    async def _batch(
        self, connection: Connection, rows: Sequence[Kept], sites: Mapping[UUID, HouseRules]
    ) -> None:
        began = time.monotonic()
        await db.insert(connection, self.bundle.version, self.judged(rows, sites))
        await asyncio.sleep((time.monotonic() - began) * (1 - self.share) / self.share)

    def judged(self, rows: Sequence[Kept], sites: Mapping[UUID, HouseRules]) -> list[Rescored]:
        """Return what the version says of comments, and the verdict by their sites' settings."""
        scored = self._scored(rows, sites)
        return [
            self._judged(row, each, sites[row.site_id])
            for row, each in zip(rows, scored, strict=True)
        ]

    def _scored(
        self, rows: Sequence[Kept], sites: Mapping[UUID, HouseRules]
    ) -> list[Scored | None]:
        """Score together; where that fails each alone, and a text that cannot be scored is None."""
        texts = [row.body for row in rows]
        priors = [Prior(row.language, sites[row.site_id].settings.languages) for row in rows]
        signed = [(row.name, row.website or "") for row in rows]
        try:
            return [*self.bundle.score_many(texts, priors, signed)]
        except Exception as error:  # noqa: BLE001 - a model may fail in any way at any text
            if len(rows) > 1:
                return [self._scored([row], sites)[0] for row in rows]
            _LOG.warning("rescore_failed", comment_id=str(rows[0].id), error=type(error).__name__)
            return [None]

    def _judged(self, row: Kept, scored: Scored | None, by: HouseRules) -> Rescored:
        """Judge as the shadow does: by the site's settings of today, its rules and the encoder."""
        settings = by.settings
        facts = facts_then(row.body, row.name, row.website, row.reasons, by)
        rules = rules_of(facts, settings)
        linear = in_force(self.bundle.assess(scored), settings) if scored else None
        found = None
        if scored and linear and self.asks and asks_encoder(linear, judge(linear, rules)):
            found = self._opinion(row, scored)
        encoder = in_force(self.bundle.assess_by_encoder(found), settings)
        verdict = judge_both(linear, encoder, rules)
        stage = found or scored
        return Rescored(
            id=row.id,
            fingerprint=row.fingerprint,
            language=stage.language if stage else None,
            scores=stage.scores if stage else {},
            linear_scores=scored.scores if scored and found else None,
            verdict=verdict.status,
            risk=verdict.risk,
            violated=verdict.violated,
            borderline=verdict.borderline,
        )

    def _opinion(self, row: Kept, scored: Scored) -> Scored | None:
        second = self.bundle.second
        if second is None or not second.is_open:
            return None
        try:
            return second.score(row.body, scored)
        except Exception as error:  # noqa: BLE001 - likewise; what is in doubt stays so
            _LOG.warning("rescore_failed", comment_id=str(row.id), error=type(error).__name__)
            return None


async def summarise(connection: Connection, version: str) -> Summary:
    """Add up what a version says of all comments, keep that for the pages and return it."""
    sums, below = Sums(), END
    while last := await db.window(connection, below, SUMMED):
        sums.add(await db.groups(connection, version, below, last))
        below = last
    summary = sums.summary()
    await db.keep_summary(connection, version, summary)
    return summary


async def examples(connection: Connection, version: str, summary: Summary) -> list[Example]:
    """Return examples of what a summary counts, as they are now; erased ones are left out."""
    ids = [id_ for move in summary.moves for id_ in move.examples]
    found = await db.examples(connection, version, ids)
    return [
        replace(each, name=mask_addresses(each.name), body=mask_addresses(each.body))
        for each in readable(found)
    ]
