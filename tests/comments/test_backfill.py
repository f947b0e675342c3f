"""What brings comments of releases before to this one's form waits for others as they do for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from service.accounts.secrets import Secrets
from service.comments.backfill import bring
from service.comments.moderation import decide
from service.db.pool import connect
from service.domain.states import Actor, Asked
from service.ids import NOWHERE
from tests.support.rows import Rows
from tests.support.waiting import until

_LONG = 60.0  # a busy machine plans and locks late
_HOLD = "select from comment where id = $1 for no key update nowait"
_WAITS = """
select exists (
    select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""


@pytest.fixture
async def other(dsn: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Who decides about comments meanwhile."""
    connection = await connect(dsn)
    yield connection
    await connection.close()


async def out_of_date(rows: Rows, bodies: list[str], page: str) -> list[UUID]:
    """Comments that are to be brought, lying in the table from the last to the first."""
    ids = [await rows.comment("approved", body=body, page=page) for body in bodies]
    for id_ in sorted(ids, reverse=True):
        stale = "update comment set found_by = to_tsvector('simple', 'before') where id = $1"
        await rows.connection.execute(stale, id_)
    await rows.connection.execute("vacuum analyze comment")
    return sorted(ids)


@asynccontextmanager
async def brought_behind(
    rows: Rows, other: "asyncpg.Connection[Any]", secrets: Secrets, held: Awaitable[object]
) -> AsyncIterator[None]:
    """A comment is held by another; the block runs while bringing waits for it, and lets it go."""

    async def waits() -> bool:
        return bool(await other.fetchval(_WAITS))

    async def brought() -> None:
        async with rows.connection.transaction():
            await bring(rows.connection, secrets, NOWHERE)

    async with asyncio.TaskGroup() as group, other.transaction():
        await held
        group.create_task(brought())
        await until(waits, _LONG)
        yield


@pytest.mark.parametrize("page", ["https://news.example/a", "https://news.example/a?utm_source=x"])
async def test_it_locks_comments_in_the_order_of_decisions(
    rows: Rows, other: "asyncpg.Connection[Any]", secrets: Secrets, page: str
) -> None:
    ids = await out_of_date(rows, ["One remark.", "Another remark.", "A third one."], page)
    async with brought_behind(rows, other, secrets, other.execute(_HOLD, ids[0])):
        for later in ids[1:]:  # a bulk goes on to these: who holds one of them is in a deadlock
            await other.execute(_HOLD, later)
    stale = "select count(*) from comment where found_by @@ 'before'::tsquery"
    assert await other.fetchval(stale) == 0


async def test_words_of_a_comment_that_is_erased_meanwhile_do_not_come_back(
    rows: Rows, other: "asyncpg.Connection[Any]", secrets: Secrets
) -> None:
    (id_,) = await out_of_date(rows, ["A secret remark."], "https://news.example/a")
    erased = decide(other, [id_], Asked("erase", Actor("system")))
    async with brought_behind(rows, other, secrets, erased):
        pass
    words = "select strip(found_by)::text from comment where id = $1"
    assert await other.fetchval(words, id_) == ""
