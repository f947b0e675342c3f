"""Erasing a comment for good, with what was derived from it, by the queries of erasing.sql."""

from uuid import UUID

from service.db.comments import Connection
from service.db.sql import load

_SQL = load("erasing")


async def erase(connection: Connection, comment_id: UUID) -> str | None:
    """Empty a comment and what was derived from it; forget its author's contact if unused.

    Return the site's own id of it, which what is still to be told needs; see `name_notices`.
    """
    external_id: str | None = await connection.fetchval(_SQL["comment_external_id"], comment_id)
    author_id = await connection.fetchval(_SQL["comment_author"], comment_id)
    await connection.execute(_SQL["comment_erase"], comment_id)
    await connection.execute(_SQL["erase_derived"], comment_id)
    if author_id is not None:
        await connection.execute(_SQL["contact_drop_unused"], author_id)
    return external_id


async def name_notices(connection: Connection, comment_id: UUID, external_id: str | None) -> None:
    """Keep the site's own id of an erased comment with what is still to be told of it."""
    await connection.execute(_SQL["notices_named"], comment_id, external_id)
