"""The use cases of Akismet's protocol: check, learn, and tell a website what moderators decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.incoming import Keep
from service.comments.moderation import Moderation
from service.comments.submission import Submission
from service.compat.akismet import words
from service.compat.akismet.words import Check
from service.db import compat as db
from service.db import outbox
from service.db.pool import Pool
from service.delivery.callback_addresses import allowed_address
from service.domain.accounts import Site
from service.domain.states import Actor
from service.errors import Conflict
from service.ids import new_id

_COMPARED: Final = 2_000
"""Characters of which texts are compared: the queue's longest would hold the process up."""
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

    def __init__(
        self, pool: Pool, secrets: Secrets, submission: Submission, moderation: Moderation
    ) -> None:
        self._pool: Final = pool
        self._secrets: Final = secrets
        self._submission: Final = submission
        self._moderation: Final = moderation

    async def check(self, site: Site, check: Check) -> Verdict:
        """Judge a comment; only a borderline one is kept, in the review queue.

        The same comment checked again gets what has become of it there; an erased one is no spam.
        What the website's people said of it counts at once, and an edit replaces what waits.
        """
        if check.is_guaranteed_spam:
            return Verdict(new_id(), is_spam=True, is_blatant=True)
        if check.is_admin:
            return Verdict(new_id(), is_spam=False)
        said = await self._said(site, check)
        found = said or await self._judged(site, check)
        if check.is_edit and not check.is_test:
            await self._replace(site, check, found.id)
        return found

    async def _said(self, site: Site, check: Check) -> Verdict | None:
        """Return what the website's people said of a comment, if nobody has decided it here."""
        word = await db.word_of(self._pool, site.id, list(self._digests(check)))
        if word is None:
            return None
        found = await self._submission.find(site.id, check.key)
        if found is None or found.status_now == "pending":
            return Verdict(found.answer.id if found else new_id(), is_spam=word)
        return Verdict(found.answer.id, is_spam=found.status_now == "rejected")

    async def _judged(self, site: Site, check: Check) -> Verdict:
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
        found = await self._submission.find(site.id, check.key)
        if found is not None:  # whoever decided before: this is the newest word
            await self._moderation.decide(
                [found.answer.id],
                "reject" if is_spam else "approve",
                Actor("site"),
                reason="spam" if is_spam else None,
                site_id=site.id,
            )
        if check.content.strip():
            author_id = self._submission.author_of(site.id, words.email_of(check))
            await db.keep_words(
                self._pool,
                site.id,
                self._words(check, is_spam=is_spam),
                author_id=author_id,
                comment_id=found.answer.id if found else None,
            )
            label = db.Label(new_id(), words.text_of(check), "spam", float(is_spam))
            provenance = "submit-spam" if is_spam else "submit-ham"
            await db.add_labels(
                self._pool,
                site.id,
                [label],
                language=None,
                provenance=provenance,
                author_id=author_id,
            )

    async def _wait(self, site: Site, check: Check, id_: UUID) -> None:
        """Note where the website wants to hear of the decision, if its settings allow that."""
        digest = self._secrets.request_digest
        written = digest(check.written.encode()) if check.written else None
        await db.note_waiting(self._pool, id_, site.id, digest(check.place), written)
        url = allowed_address(check.callback, site.settings.callback_prefixes)
        if url is not None:
            await outbox.add_callback(self._pool, id_, site.id, url)

    async def _replace(self, site: Site, check: Check, id_: UUID) -> None:
        """Erase the comment that waits and that this one is an edit of."""
        digest = self._secrets.request_digest
        waiting = await db.waiting_at(self._pool, site.id, digest(check.place))
        written = digest(check.written.encode()) if check.written else None
        edited = _edited(
            [each for each in waiting if each.id != id_], words.text_of(check), written
        )
        if edited is not None:
            await self._moderation.decide([edited.id], "erase", Actor("site"), site_id=site.id)
            await db.release_key(self._pool, edited.id)  # edited back, it is a comment again

    def _digests(self, check: Check) -> dict[bytes, bool]:
        """Return what words about a comment go by, and whether it is of its author's own."""
        digest = self._secrets.request_digest
        of_text = {} if check.by_text is None else {digest(check.by_text): False}
        return {digest(check.by_author): True, **of_text}

    def _words(self, check: Check, *, is_spam: bool) -> dict[bytes, bool | None]:
        """Return what to keep: spam is so from anybody, ham from its author only."""
        return {
            key: is_spam if is_spam or is_own else None
            for key, is_own in self._digests(check).items()
        }


def _edited(waiting: Sequence[db.Waiting], text: str, written: bytes | None) -> db.Waiting | None:
    """Choose the one of the same date if the client named it, else the one that is most alike."""
    same = [each for each in waiting if written is not None and each.written == written]
    others = [each for each in waiting if written is None or each.written is None]
    likeness = SequenceMatcher(autojunk=False)
    likeness.set_seq2(text[:_COMPARED])

    def alike(each: db.Waiting) -> float:
        likeness.set_seq1(each.body[:_COMPARED])
        return likeness.quick_ratio()

    return max(same or others, key=alike, default=None)
