"""What readers report: one function per query of reports.sql."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import one_as
from service.db.sql import load

_SQL: Final = load("reports")


@dataclass(frozen=True, slots=True)
class Open:
    """How many have reported a comment since it was last approved, and its risk."""

    count: int
    risk: float


async def add(
    connection: Connection, comment_id: UUID, reporter: bytes, version: int, reason: str
) -> None:
    """Keep a reader's report of a comment as it stands; of one reader one."""
    await connection.execute(_SQL["add_report"], comment_id, reporter, version, reason)


async def unanswered(connection: Connection, comment_id: UUID) -> Open:
    """Count the readers whose reports of a comment no approval has answered."""
    (row,) = await connection.fetch(_SQL["open_reports"], comment_id)
    return one_as(Open, row)
