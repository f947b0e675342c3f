"""The use cases of the Akismet door: check, learn, and tell a website what moderators decided."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.comments.incoming import Keep
from service.comments.moderation import Moderation
from service.comments.submission import Submission
from service.compat.akismet import words
from service.compat.akismet.words import Check
from service.db import compat as db
from service.delivery.callbacks import allowed_address
from service.domain.accounts import Site
from service.domain.states import Actor
from service.errors import Conflict
from service.ids import new_id

_NO_PAGE: Final = "https://{name}.invalid/"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check answers: spam or not, whether for good, and under which id."""

    id: UUID
    is_spam: bool
    is_blatant: bool = False
    is_provisional: bool = False


class Akismet:
    """The use cases with the parts they need."""

    def __init__(self, submission: Submission, moderation: Moderation) -> None:
        self._submission: Final = submission
        self._moderation: Final = moderation

    async def check(self, site: Site, check: Check) -> Verdict:
        """Judge a comment; only a borderline one is kept, in the review queue.

        The same comment checked again gets what has become of it there; an erased one is no spam.
        """
        if check.is_guaranteed_spam:
            return Verdict(new_id(), is_spam=True, is_blatant=True)
        if check.is_admin:
            return Verdict(new_id(), is_spam=False)
        keep: Keep = "nothing" if check.is_test or not check.content.strip() else "queued"
        draft = words.draft_of(check, _NO_PAGE.format(name=site.name), site.settings.tracking)
        key = None if keep == "nothing" else check.key
        try:
            answer, kept = await self._submission.check(site.id, site.settings, draft, key, keep)
        except Conflict:  # the page takes no comments
            return Verdict(new_id(), is_spam=True)
        if kept and answer.status == "pending":
            await self._wait(site, check, answer.id)
        is_spam = answer.status == "rejected"
        is_own = is_spam and not kept  # of what is kept, people may have decided
        return Verdict(
            id=answer.id,
            is_spam=is_spam,
            is_blatant=is_own and answer.scores.get("spam", 0.0) >= words.BLATANT,
            is_provisional=kept and answer.status == "pending",
        )

    async def learn(self, site: Site, check: Check, *, is_spam: bool) -> None:
        """Keep what the website's people say of a comment, and decide it if it waits here."""
        if check.is_test or check.is_guaranteed_spam:
            return
        row = await self._submission.find(site.id, check.key)
        if row is not None and row["status_now"] == "pending":
            await self._moderation.decide(
                [row["id"]],
                "reject" if is_spam else "approve",
                Actor("site"),
                reason="spam" if is_spam else None,
                site_id=site.id,
            )
        if check.content.strip():
            label = db.Label(new_id(), words.text_of(check), "spam", float(is_spam))
            provenance = "submit-spam" if is_spam else "submit-ham"
            await db.add_labels(
                self._submission.pool,
                site.id,
                [label],
                language=None,
                provenance=provenance,
                author_id=self._submission.author_of(site.id, words.email_of(check)),
            )

    async def _wait(self, site: Site, check: Check, id_: UUID) -> None:
        """Note where the website wants to hear of the decision, if its settings allow that."""
        url = allowed_address(check.callback, site.settings.callback_prefixes)
        if url is not None:
            await db.add_callback(self._submission.pool, id_, site.id, url)
