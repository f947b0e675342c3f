"""The use case of another contact key: every author's id is made anew, with all that is theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from asyncpg import DeadlockDetectedError

from service.accounts.contact_keys import AuthorIds
from service.accounts.installation import take_contact_key
from service.accounts.secrets import Secrets, SecretsError, fingerprint
from service.db import contact_keys as db
from service.db.contact_keys import Kind, OlderAuthor
from service.db.models import Connection
from service.ids import NOWHERE

_AT_ONCE: Final = 100
"""Authors whose posts wait at a time, for some milliseconds."""


@dataclass(slots=True)
class MovingAuthors:
    """One run: how many got their new id, and how many no key in force reads, which it leaves.

    `tell` is told how far it is, of how many.
    """

    connection: Connection
    secrets: Secrets
    tell: Callable[[int, int], None]
    count: int = 0
    unreadable: int = 0

    async def run(self) -> None:
        """Move those who have an id of an older key, also who comes meanwhile.

        Broken off, the next run goes on: an id tells of which key it is.
        """
        chain = self.secrets.authors.chain
        if len(chain.keys) == 1 or chain.is_ahead:
            return
        await take_contact_key(self.connection, self.secrets)
        total = await db.count(self.connection, self._ids.newest_begins)
        found = True
        while found:  # a process with the keys before may have written one since
            self.unreadable = 0
            found = any([await self._move_kind(kind, total) for kind in db.KINDS])
        if not self.unreadable:
            await db.done(self.connection, fingerprint(chain.keys[-1]))

    async def _move_kind(self, kind: Kind, total: int) -> bool:
        """Move those of a kind; say whether there were any that can be."""
        after, begins, there_were = NOWHERE, self._ids.newest_begins, False
        while found := await db.some(self.connection, kind, after, begins, _AT_ONCE):
            anew = [(each, new) for each in found if (new := self._anew(each)) is not None]
            self.unreadable += len(found) - len(anew)
            self.count += await self._move([each.id for each, _ in anew], [new for _, new in anew])
            after, there_were = found[-1].id, there_were or bool(anew)
            self.tell(self.count, max(total, self.count))
        return there_were

    async def _move(self, olds: list[UUID], anew: list[tuple[UUID, bytes | None]]) -> int:
        """Move some, all or none of them; again after a deadlock, which the other side has won."""
        try:
            news, sealed = [id_ for id_, _ in anew], [mail for _, mail in anew]
            return await db.move(self.connection, olds, news, sealed)
        except DeadlockDetectedError:
            return await self._move(olds, anew)

    def _anew(self, author: OlderAuthor) -> tuple[UUID, bytes | None] | None:
        """Return an author's new id, with the address sealed for it; None if no key reads that."""
        id_ = self._ids.anew(author.id)
        if author.sealed is None:
            return id_, None
        try:
            email = self.secrets.unseal(author.sealed, author.id.bytes)
        except SecretsError:
            return None
        return id_, self.secrets.seal(email, id_.bytes)

    @property
    def _ids(self) -> AuthorIds:
        return self.secrets.authors
