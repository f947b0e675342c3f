"""What people rejected as spam since it was looked at last: one function per query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.learnt_links import Rejected

_SQL: Final = load("lately_rejected")

What = Literal["links", "phrases"]
"""What is learnt from rejections, each at its own pace."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A person's rejection of a version of a comment."""

    staff_id: UUID
    comment_id: UUID
    version: int
    at: datetime


async def looked_until(connection: Connection, what: What) -> tuple[datetime, datetime]:
    """Return up to when decisions were looked at, and the database's time."""
    (row,) = await connection.fetch(_SQL["looked_until"], f"{what}_looked_until")
    return row["until"], row["now"]


async def look_from(connection: Connection, what: What, until: datetime) -> None:
    """Note up to when decisions were looked at, whatever process looks next."""
    await connection.execute(_SQL["look_from"], f"{what}_looked_until", until)


async def rejections(connection: Connection, since: datetime, most: int) -> list[Rejection]:
    """Return what each person rejected next since then, at most so many and those with the last."""
    return all_as(Rejection, await connection.fetch(_SQL["rejections"], since, most))


async def still_rejected(connection: Connection, made: Sequence[Rejection]) -> list[Rejected]:
    """Return the comments that stand rejected by that, with what may link in them."""
    args = [each.comment_id for each in made], [each.version for each in made]
    return all_as(Rejected, await connection.fetch(_SQL["still_rejected"], *args))
