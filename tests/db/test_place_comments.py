"""A new comment reads as few rows in a large database as in a small one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.db import comments as comments_db
from service.db.pool import ServiceConnection
from service.ids import first_id_ago, new_id
from tests.support.new_comments import NOW, looked

_READ = "select sum(seq_tup_read + idx_tup_fetch) from pg_stat_xact_user_tables"


@pytest.fixture
async def site(connection: ServiceConnection) -> UUID:
    """A site without comments."""
    site = new_id()
    await connection.execute("insert into site (id, name) values ($1, 'first')", site)
    return site


async def post(
    connection: ServiceConnection, site: UUID, count: int, parent: UUID | None = None
) -> UUID:
    """Write new comments that come together, and return the id of one."""
    minute, day = first_id_ago(NOW, minutes=1), first_id_ago(NOW, days=1)
    made = [looked(site, place, parent) for place in range(count)]
    assert await comments_db.keep(connection, made, minute=minute, day=day) == {}
    assert made[0].new is not None
    return made[0].new.id


async def rows_read(connection: ServiceConnection, site: UUID, parent: UUID) -> int:
    """Return how many rows an answer makes the server read."""
    async with connection.transaction():
        before = await connection.fetchval(_READ) or 0
        await post(connection, site, 1, parent)
        await connection.execute("set constraints all immediate")
        return int(await connection.fetchval(_READ)) - before


@pytest.mark.parametrize("is_analyzed", [True, False])
async def test_what_was_planned_when_tables_were_small_reads_no_more_when_they_are_large(
    connection: ServiceConnection, site: UUID, *, is_analyzed: bool
) -> None:
    parent = await post(connection, site, 5)
    if is_analyzed:
        await connection.execute("analyze")
    for _ in range(8):  # what a session plans so often it keeps
        await post(connection, site, 1, parent)
    small = await rows_read(connection, site, parent)
    for _ in range(10):
        await post(connection, site, 40, parent)
    assert await rows_read(connection, site, parent) <= small + 40


async def test_a_comment_that_was_written_elsewhere_is_shown_as_of_then_and_decided_now(
    connection: ServiceConnection, site: UUID
) -> None:
    minute, day = first_id_ago(NOW, minutes=1), first_id_ago(NOW, days=1)
    made, written_at = looked(site), datetime(2026, 1, 2, tzinfo=UTC)
    assert made.new is not None
    made = replace(made, new=replace(made.new, written_at=written_at))
    await comments_db.keep(connection, [made], minute=minute, day=day)
    (row,) = await connection.fetch("select submitted_at, decided_at, edited_at from comment")
    assert tuple(row) == (written_at, NOW, None)
