"""Encrypted texts, to be encrypted anew: one function per query of sealed.sql."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from service.db.models import Connection
from service.db.rows import all_as
from service.db.sql import load

_SQL: Final = load("sealed")
Kind = Literal["contacts", "coral_phases", "second_factors"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True, repr=False)
class SealedText:
    """A sealed text with the id of its row."""

    id: UUID
    sealed: bytes


async def some(connection: Connection, kind: Kind, after: UUID, limit: int) -> list[SealedText]:
    """Return the next texts of a kind, by id."""
    return all_as(SealedText, await connection.fetch(_SQL[kind], after, limit))


async def replace(
    connection: Connection, kind: Kind, anew: Sequence[tuple[SealedText, bytes]]
) -> None:
    """Write texts anew, each if nobody has meanwhile."""
    ids, old = [text.id for text, _ in anew], [text.sealed for text, _ in anew]
    await connection.execute(_SQL[f"reseal_{kind}"], ids, old, [new for _, new in anew])


async def count(connection: Connection) -> int:
    """Count all of them."""
    found: int = await connection.fetchval(_SQL["count_sealed"])
    return found
