"""Queries of people's second factors: one typed function each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import one_as
from service.db.sql import load

_SQL: Final = load("second_factors")


@dataclass(frozen=True, slots=True)
class InForce:
    """Since when a person has a second factor, and how many recovery codes are left."""

    since: datetime
    codes_left: int


@dataclass(frozen=True, slots=True, repr=False)
class SealedSecret:
    """The secret that codes are made with, sealed, and the last step whose code was taken."""

    sealed: bytes
    last_step: int


async def begin(db: Database, staff_id: UUID, sealed: bytes) -> bool:
    """Keep a secret that is to be confirmed; False where one counts already."""
    return await db.fetchval(_SQL["begin"], staff_id, sealed) is not None


async def begun(db: Database, staff_id: UUID) -> bytes | None:
    """Return the sealed secret that is to be confirmed."""
    return cast("bytes | None", await db.fetchval(_SQL["begun"], staff_id))


async def confirm(
    db: Database, staff_id: UUID, sealed: bytes, step: int, digests: Sequence[bytes]
) -> bool:
    """Have a secret count from here on; False where it is not the one to be confirmed."""
    return await db.fetchval(_SQL["confirm"], staff_id, sealed, step, digests) is not None


async def in_force(db: Database, staff_id: UUID) -> InForce | None:
    """Return what there is to say about a person's second factor, if they have one."""
    row = await db.fetchrow(_SQL["in_force"], staff_id)
    return one_as(InForce, row) if row else None


async def secret(db: Database, staff_id: UUID) -> SealedSecret | None:
    """Return the sealed secret that counts."""
    row = await db.fetchrow(_SQL["secret"], staff_id)
    return one_as(SealedSecret, row) if row else None


async def take_step(db: Database, staff_id: UUID, step: int) -> bool:
    """Use a step's code up; False where it, or a later one, was."""
    return await db.fetchval(_SQL["take_step"], staff_id, step) is not None


async def take_recovery_code(db: Database, staff_id: UUID, digest: bytes) -> bool:
    """Use a recovery code up; False where there is none."""
    return await db.fetchval(_SQL["take_recovery_code"], staff_id, digest) is not None


async def replace_recovery_codes(db: Database, staff_id: UUID, digests: Sequence[bytes]) -> None:
    """Make these the recovery codes of a person."""
    await db.execute(_SQL["replace_recovery_codes"], staff_id, digests)


async def remove(db: Database, staff_id: UUID) -> bool:
    """Take a person's second factor away; False where there is none."""
    return await db.fetchval(_SQL["remove"], staff_id) is not None
