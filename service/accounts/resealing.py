"""The use case of another sealing key: everything that an older one has sealed is sealed anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.accounts import second_factors
from service.accounts.secrets import Secrets, SecretsError
from service.db import sealed as db
from service.db.models import Connection
from service.db.sealed import Kind, SealedText
from service.ids import NOWHERE

_AT_ONCE: Final = 500


@dataclass(slots=True)
class Resealing:
    """One run: how many it sealed anew, and how many no key in force reads, which it leaves.

    `tell` is told how far it is, of how many.
    """

    connection: Connection
    secrets: Secrets
    tell: Callable[[int, int], None]
    count: int = 0
    unreadable: int = 0

    async def run(self) -> None:
        """Seal anew what the first key has not sealed, also what comes meanwhile.

        Broken off, the next run goes on: what is done is known by its key's id.
        """
        before = -1
        while before != self.count:  # a process with the keys before may have written one since
            before, self.unreadable, seen = self.count, 0, 0
            total = await db.count(self.connection)
            for kind in db.KINDS:
                after = NOWHERE
                while texts := await db.some(self.connection, kind, after, _AT_ONCE):
                    await self._seal(kind, texts)
                    after, seen = texts[-1].id, seen + len(texts)
                    self.tell(min(seen, total), total)

    async def _seal(self, kind: Kind, texts: list[SealedText]) -> None:
        older = [each for each in texts if not self.secrets.sealed_newest(each.sealed)]
        read = [(each, new) for each in older if (new := self._anew(kind, each)) is not None]
        self.unreadable += len(older) - len(read)
        if read:
            await db.replace(self.connection, kind, read)
            self.count += len(read)

    def _anew(self, kind: Kind, text: SealedText) -> bytes | None:
        aad = _associated(kind, text.id)
        try:
            return self.secrets.seal(self.secrets.unseal(text.sealed, aad), aad)
        except SecretsError:
            return None


async def is_unreadable(connection: Connection, secrets: Secrets) -> bool:
    """Say whether a key in force is missing: some hundreds of each kind are tried, by chance."""
    for kind in db.KINDS:
        for text in await db.some(connection, kind, NOWHERE, _AT_ONCE):
            try:
                secrets.unseal(text.sealed, _associated(kind, text.id))
            except SecretsError:
                return True
    return False


def _associated(kind: Kind, id_: UUID) -> bytes:
    """Return what a text is sealed together with, so that it is of no other row."""
    return second_factors.associated(id_) if kind == "second_factors" else id_.bytes
