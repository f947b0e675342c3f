"""The use case of a nudge: an author sees which words hold a comment back, and may say it again.

Once for a comment: what is sent the second time is taken, whatever it says. Nothing of it is kept
but a keyed digest, for an hour.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from classifier import Span
from classifier.types import LABELS
from service.accounts.secrets import Secrets
from service.comments.submission import Submission
from service.db import nudges as nudges_db
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.comment import Draft
from service.errors import Nudge
from service.models.scoring import Scoring


@dataclass(frozen=True, slots=True)
class Nudging:
    """The use case with the parts it needs."""

    pool: Pool
    secrets: Secrets
    scoring: Scoring
    submission: Submission

    async def nudge(self, site: Site, draft: Draft, key: str | None) -> None:
        """Ask an author once to say something another way, where the words of it hold it back.

        Raises:
            Nudge: with the stretches that raised a label.
            Conflict: the page is closed.
        """
        known = None if site.sandbox else key
        answer, is_known = await self.submission.check(
            site.id, site.settings, draft, known, "nothing"
        )
        if is_known or answer.status == "approved" or not set(answer.reasons) & set(LABELS):
            return
        spans = await self.scoring.explain(draft.body, draft.signed)
        if not spans:
            return
        if site.sandbox or await nudges_db.is_first(self.pool, self._digest(site, draft, key)):
            raise _nudge(spans)

    def _digest(self, site: Site, draft: Draft, key: str | None) -> bytes:
        """Return what a comment is known by however it is put: its key, or author and place."""
        if key is not None:
            return self.secrets.source("nudge", str(site.id), "key", key)
        author = str(self.submission.author_of(site.id, draft.email))
        place = (draft.page_url, str(draft.parent_id))
        return self.secrets.source("nudge", str(site.id), "author", author, *place)


def _nudge(spans: Sequence[Span]) -> Nudge:
    return Nudge(
        "Some words of this comment hold it back; send it again, put another way or as it is.",
        extra={"code": "nudge", "spans": [asdict(span) for span in spans]},
    )
