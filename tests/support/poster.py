"""Posts comments by the use case itself, in this process or in one of its own.

As a program it reads a JSON list of comments a line, posts them at once, and writes their answers.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from classifier import Bundle, shipped_bundle
from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.comments.submission import Submission
from service.comments.word_lists import WordLists
from service.db.pool import Pool, open_pool
from service.domain.comment import read_draft
from service.domain.shown import Answer
from service.domain.sites import SiteSettings
from service.errors import Problem
from service.models.scoring import Scoring
from service.settings import Settings

MAX_BODY = 10_000


class Opened(Scoring):
    """Scores with a bundle that is open already, whatever the database says."""

    def __init__(self, bundle: Bundle, pool: Pool, dsn: str) -> None:
        super().__init__(pool, dsn)
        self._opened = bundle

    @property
    def bundle(self) -> Bundle | None:
        """The bundle that was given."""
        return self._opened


class Poster:
    """A process's way in, without HTTP."""

    def __init__(self, submission: Submission, site_id: UUID, settings: SiteSettings) -> None:
        self.submission = submission
        self.site_id = site_id
        self.settings = settings

    async def post(self, key: str | None = None, **fields: Any) -> tuple[str, Sequence[str]]:
        """Post a comment; its status and reasons, or `refused` and the class of the error."""
        whole = {
            "name": "Reader",
            "email": "reader@example.org",
            "body": "Thanks, this was a helpful article.",
            "page": "https://news.example/articles/1",
        }
        draft, errors = read_draft(whole | fields, MAX_BODY)
        assert draft is not None, errors
        try:
            answer = await self.answer(key, draft)
        except Problem as error:
            return "refused", [type(error).__name__]
        return answer.status, answer.reasons

    async def answer(self, key: str | None, draft: Any) -> Answer:
        """Submit a draft; the answer, new or not."""
        answer, _ = await self.submission.submit(self.site_id, self.settings, draft, key)
        return answer

    async def together(self, comments: Sequence[dict[str, Any]]) -> list[tuple[str, Sequence[str]]]:
        """Post comments at once."""
        return list(await asyncio.gather(*(self.post(**each) for each in comments)))


@asynccontextmanager
async def posting(
    dsn: str, data_dir: Path, bundle: Bundle, site: str = "first"
) -> AsyncIterator[Poster]:
    """Open a pool and the use case for a site, made if it is absent, with its settings as now."""
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    pool = await open_pool(dsn)
    try:
        async with pool.acquire() as connection:
            with suppress(Problem):
                await accounts.add_site(connection, secrets, site)
            found = await accounts.find_site(connection, site)
        submission = Submission(pool, secrets, Opened(bundle, pool, dsn), WordLists(pool), MAX_BODY)
        yield Poster(submission, found.id, found.settings)
    finally:
        await pool.close()


async def _main(dsn: str, data_dir: Path) -> None:
    async with posting(dsn, data_dir, shipped_bundle()) as poster:
        while line := await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(json.dumps(await poster.together(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2])))
