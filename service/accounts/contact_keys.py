"""The chain of contact keys: an author's id of each follows from the one of the key before it.

So an id can be made anew without the address, which may have been forgotten. An id of a key that
was taken later begins with what that key gives, so that old and new are told apart.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

_TAG_BYTES: Final = 6
_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class Chain:
    """The contact keys, oldest first, and which of them makes the ids of who is new.

    While `is_moving`, authors may be known under the ids of others.
    """

    keys: tuple[bytes, ...]
    current: int = 0
    is_moving: bool = False

    @property
    def settled(self) -> int:
        """Return the newest that every process has, as nobody is known by an older one's ids."""
        return max(0, len(self.keys) - (2 if self.is_moving else 1))

    @property
    def is_ahead(self) -> bool:
        """Say whether the newest is only there to be read yet."""
        return self.current < len(self.keys) - 1


@dataclass(frozen=True, slots=True, repr=False)
class AuthorIds:
    """An author's ids: that of the first key, and what makes the others of it."""

    chain: Chain
    first: bytes
    later: Sequence[tuple[bytes, bytes]]

    @classmethod
    def of(cls, chain: Chain, subkey: Callable[[bytes, str], bytes]) -> Self:
        """Derive what makes ids from the keys."""
        later = [
            (subkey(key, "author tag")[:_TAG_BYTES], subkey(key, "author"))
            for key in chain.keys[1:]
        ]
        return cls(chain, subkey(chain.keys[0], "author"), later)

    @property
    def newest_begins(self) -> bytes:
        """What ids of the newest key begin with; nothing, if that is the first."""
        return self.later[-1][0] if self.later else b""

    def current(self, person: bytes) -> UUID:
        """Return the id that somebody new gets."""
        return self._all(person)[self.chain.current]

    def in_force(self, person: bytes) -> list[UUID]:
        """Return every id that somebody may be known under, newest first."""
        every = self._all(person)
        return every[::-1] if self.chain.is_moving else [every[self.chain.current]]

    def anew(self, id_: UUID) -> UUID:
        """Return the newest key's id of one that has an older one's."""
        known = [place for place, (tag, _) in enumerate(self.later, 1) if id_.bytes.startswith(tag)]
        for tag, key in self.later[max(known, default=0) :]:
            id_ = _next(id_, tag, key)
        return id_

    def _all(self, person: bytes) -> list[UUID]:
        every = [UUID(bytes=hmac.digest(self.first, person, "sha256")[:_ID_BYTES])]
        for tag, key in self.later:
            every.append(_next(every[-1], tag, key))
        return every


def _next(id_: UUID, tag: bytes, key: bytes) -> UUID:
    return UUID(bytes=(tag + hmac.digest(key, id_.bytes, "sha256"))[:_ID_BYTES])
