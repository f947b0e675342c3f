"""A new comment reads as few rows in a large database as in a small one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.db import comments as comments_db
from service.db.comments import Looked, NewComment
from service.db.pool import ServiceConnection
from service.ids import first_id_ago, new_id

_READ = "select sum(seq_tup_read + idx_tup_fetch) from pg_stat_xact_user_tables"
_NOW = datetime.now(UTC)


@pytest.fixture
async def site(connection: ServiceConnection) -> UUID:
    """A site without comments."""
    site = new_id()
    await connection.execute("insert into site (id, name) values ($1, 'first')", site)
    return site


def new(site: UUID, place: int, parent: UUID | None = None) -> Looked:
    """A comment with a key, of an author of its own, of whom nothing is expected to be known."""
    id_ = new_id()
    key = id_.hex
    row = NewComment(
        id=id_,
        site_id=site,
        author_id=new_id(),
        email=b"sealed",
        page="https://news.example/1",
        page_key=b"one",
        parent_id=parent,
        origin=id_.bytes,
        name="Ann",
        website=None,
        body="Thanks for the recipe.",
        fingerprint=id_.bytes,
        external_id=None,
        idempotency_key=key,
        request_digest=b"asked",
        status="approved",
        reasons=("clear",),
        scores={"spam": 0.1},
        risk=0.1,
        language="en",
        model_version=None,
        submitted_at=_NOW,
        actor="classifier",
        bands={},
        notice_id=None,
        linear_scores=None,
    )
    return Looked(
        place=place,
        wave=1,
        locks=(),
        expected=(),
        site_id=site,
        idempotency_key=key,
        parent_id=parent,
        page_key=row.page_key,
        author_id=row.author_id,
        fingerprint=row.fingerprint,
        origin=row.origin,
        same_text=2,
        rejected_before=2,
        hold_new=False,
        trusted_after=None,
        closes_before=None,
        author_per_minute=30,
        origin_per_minute=30,
        new=row,
    )


async def post(
    connection: ServiceConnection, site: UUID, count: int, parent: UUID | None = None
) -> UUID:
    """Write new comments that come together, and return the id of one."""
    minute, day = first_id_ago(_NOW, minutes=1), first_id_ago(_NOW, days=1)
    looked = [new(site, place, parent) for place in range(count)]
    assert await comments_db.keep(connection, looked, minute=minute, day=day) == {}
    assert looked[0].new is not None
    return looked[0].new.id


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
    minute, day = first_id_ago(_NOW, minutes=1), first_id_ago(_NOW, days=1)
    looked, written_at = new(site, 0), datetime(2026, 1, 2, tzinfo=UTC)
    assert looked.new is not None
    looked = replace(looked, new=replace(looked.new, written_at=written_at))
    await comments_db.keep(connection, [looked], minute=minute, day=day)
    (row,) = await connection.fetch("select submitted_at, decided_at, edited_at from comment")
    assert tuple(row) == (written_at, _NOW, None)
