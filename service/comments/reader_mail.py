"""The use cases of a reader who is told by e-mail: what they ask for, and an end to all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from service.accounts.secrets import Secrets
from service.db import reader_mail as db
from service.db.pool import Pool
from service.domain.reader_mail import Wish, language_of
from service.domain.shown import Answer
from service.domain.sites import SiteSettings
from service.errors import NotFound


@dataclass(frozen=True, slots=True)
class ReaderMails:
    """The use cases with the parts they need; `is_on` where there is a server that takes mail."""

    pool: Pool
    secrets: Secrets
    is_on: bool

    def takes(self, settings: SiteSettings) -> bool:
        """Say whether readers of a site are told anything."""
        return self.is_on and settings.mail_readers

    async def ask(self, answer: Answer, wish: Wish, languages: Sequence[str]) -> None:
        """Keep what the author of a comment asks to be told, of a site that writes in `languages`.

        It is kept before the comment is answered, and again with a repeated Idempotency-Key.
        """
        language = language_of(answer.language, languages)
        await db.keep_wish(self.pool, answer.id, wish, language)

    async def host(self, token: str) -> str:
        """Return whose mails a link ends.

        Raises:
            NotFound: the link is none of ours.
        """
        page = await db.page_of(self.pool, self._comment(token))
        return urlsplit(page or "").hostname or ""

    async def stop(self, token: str, *, resume: bool) -> None:
        """End all mails of a site to a reader, or begin them again.

        Raises:
            NotFound: the link is none of ours.
        """
        await db.stop(self.pool, self._comment(token), resume=resume)

    def _comment(self, token: str) -> UUID:
        found = self.secrets.comment_of_mail(token)
        if found is None:
            raise NotFound("This link is not whole; take it from the e-mail once more.")
        return found
