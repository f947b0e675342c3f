"""Queries of what people are known by at the OpenID provider: one typed function each."""

from typing import Final, Literal, TypeAlias
from uuid import UUID

from service.db.accounts import Database, read_staff
from service.db.sql import load
from service.domain.accounts import Staff

Kind: TypeAlias = Literal["subject", "email"]
_SQL: Final = load("identities")


async def staff_by_identity(db: Database, digest: bytes, kind: Kind) -> Staff | None:
    """Return who is known by this and not disabled."""
    row = await db.fetchrow(_SQL["staff_by_identity"], digest, kind)
    return read_staff(row) if row else None


async def bind(db: Database, digest: bytes, staff_id: UUID) -> bool:
    """Know a person by their subject from now on; False where they are known by another."""
    return await db.fetchval(_SQL["bind"], digest, staff_id) is not None


async def forget(db: Database, staff_id: UUID) -> None:
    """Know a person by nothing."""
    await db.execute(_SQL["forget"], staff_id)


async def add(db: Database, digest: bytes, staff_id: UUID, kind: Kind) -> None:
    """Know a person by this.

    Raises:
        asyncpg.UniqueViolationError: somebody else is.
    """
    await db.execute(_SQL["add"], digest, staff_id, kind)
