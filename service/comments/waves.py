"""In which order comments of one batch are written: after what they share with earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.comments.incoming import Incoming
from service.domain.rules import SAME_TEXT_LENGTH


@dataclass(frozen=True, slots=True)
class Turn:
    """What a comment locks besides its author, and in which wave it is written."""

    locks: Sequence[int]
    wave: int


class Waves:
    """Gives each comment a wave after every earlier one that shares a lock."""

    def __init__(self) -> None:
        self._last: Final[dict[int | None, int]] = {}

    def of(self, one: Incoming) -> Turn:
        """Return the turn of the next comment."""
        locks = _locks(one)
        author = _number(one.author_id.bytes) if one.author_id else None
        shared = [*locks, author] if author is not None else locks
        wave = 1 + max((self._last.get(lock, 0) for lock in shared), default=0)
        self._last.update(dict.fromkeys(shared, wave))
        return Turn(locks, wave)


def _locks(one: Incoming) -> list[int]:
    """Numbers of what two comments may share besides their author: text, origin, key.

    All are digests already; where two things have one number by chance, they only wait.
    """
    digests = [one.origin] if one.origin else []
    if len(one.draft.body) >= SAME_TEXT_LENGTH:
        digests.append(one.fingerprint)
    if one.idempotency_key:
        digests.append(bytes.fromhex(one.idempotency_key))
    return [_number(digest) for digest in digests]


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], signed=True)  # what an advisory lock is known by
