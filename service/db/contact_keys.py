"""Contact keys and the authors whose ids follow from them: one function per query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from service.db.accounts import Database
from service.db.models import Connection
from service.db.rows import all_as
from service.db.sql import load

_SQL: Final = load("contact_keys")
_SECONDS: Final = 120.0
Kind = Literal["with_contact", "of_comments", "of_labels", "of_akismet_words"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True, repr=False)
class TakenKey:
    """A key that was taken after the first; `earlier` are those before it, sealed with it."""

    fingerprint: str
    earlier: bytes
    is_done: bool


@dataclass(frozen=True, slots=True, repr=False)
class OlderAuthor:
    """An author under an older id, with the sealed address where there is one."""

    id: UUID
    sealed: bytes | None


async def newest(db: Database) -> TakenKey | None:
    """Return the newest key, if one was taken after the first."""
    row = await db.fetchrow(_SQL["newest"])
    return TakenKey(**row) if row else None


async def begin(db: Database, fingerprint: str, earlier: bytes) -> None:
    """Note a key that was taken; once."""
    await db.execute(_SQL["begin"], fingerprint, earlier)


async def done(db: Database, fingerprint: str) -> None:
    """Note that nobody's id is of an older key."""
    await db.execute(_SQL["done"], fingerprint)


async def some(
    db: Connection, kind: Kind, after: UUID, begins: bytes, limit: int
) -> list[OlderAuthor]:
    """Return the next authors of a kind whose ids begin otherwise, by id."""
    rows = await db.fetch(_SQL[kind], after, begins, limit, timeout=_SECONDS)
    return all_as(OlderAuthor, rows)


async def count(db: Connection, begins: bytes) -> int:
    """Count authors with an address whose ids begin otherwise."""
    found: int = await db.fetchval(_SQL["count"], begins, timeout=_SECONDS)
    return found


async def move(
    db: Connection, olds: Sequence[UUID], news: Sequence[UUID], sealed: Sequence[bytes | None]
) -> int:
    """Give authors their new ids with all that is theirs; return how many got theirs."""
    found: int = await db.fetchval(_SQL["move"], olds, news, sealed, timeout=_SECONDS)
    return found


async def known(db: Database, ids: Sequence[UUID]) -> UUID | None:
    """Return the first of one author's ids that something is known under."""
    found: UUID | None = await db.fetchval(_SQL["known"], list(ids))
    return found
