"""The use case of a nudge: an author sees which words hold a comment back, and may say it again.

Once for a comment: what is sent the second time is taken, whatever it says. Nothing of it is kept
but a keyed digest, for an hour.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from classifier import Span
from classifier.types import LABELS
from service.accounts.secrets import Secrets
from service.comments.submission import Submission
from service.comments.word_lists import WordLists
from service.db import nudges as nudges_db
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.comment import Draft
from service.domain.word_spans import WordSpan, word_spans
from service.errors import Nudge
from service.models.scoring import Scoring

_LABELS: Final = frozenset(LABELS)
_LISTED: Final = frozenset({"held_word", "blocked_word"})


@dataclass(frozen=True, slots=True)
class Nudging:
    """The use case with the parts it needs."""

    pool: Pool
    secrets: Secrets
    scoring: Scoring
    submission: Submission
    lists: WordLists

    async def nudge(self, site: Site, draft: Draft, key: str | None) -> None:
        """Ask an author once to say something another way, where the words of it hold it back.

        Raises:
            Nudge: with the stretches that raised a label, or have a word that the site lists.
            Conflict: the page is closed.
        """
        known = None if site.sandbox else key
        answer, is_known = await self.submission.check(
            site.id, site.settings, draft, known, "nothing"
        )
        if is_known or answer.status == "approved":
            return
        spans = await self._spans(site, draft, answer.reasons)
        if not spans:
            return
        if site.sandbox or await nudges_db.is_first(self.pool, self._digest(site, draft, key)):
            raise _nudge(spans)

    async def _spans(
        self, site: Site, draft: Draft, reasons: Sequence[str]
    ) -> Sequence[Span | WordSpan]:
        """Return the stretches that hold a comment back; none where something else does."""
        of_labels = not _LABELS.isdisjoint(reasons)
        spans = await self.scoring.explain(draft.body, draft.signed) if of_labels else []
        if _LISTED.isdisjoint(reasons):
            return spans
        lists = await self.lists.of(site.id)
        listed = await asyncio.to_thread(word_spans, lists, draft.body, *draft.signed)
        return [*spans, *listed]

    def _digest(self, site: Site, draft: Draft, key: str | None) -> bytes:
        """Return what a comment is known by however it is put: its key, or author and place."""
        if key is not None:
            return self.secrets.source("nudge", str(site.id), "key", key)
        author = str(self.submission.author_of(site.id, draft.email))
        place = (draft.page_url, str(draft.parent_id))
        return self.secrets.source("nudge", str(site.id), "author", author, *place)


def _nudge(spans: Sequence[Span | WordSpan]) -> Nudge:
    return Nudge(
        "Some words of this comment hold it back; send it again, put another way or as it is.",
        extra={"code": "nudge", "spans": [asdict(span) for span in spans]},
    )
