"""What is kept of a page, its number of comments and its version, is true whatever happens."""

import random
from typing import Any

import asyncpg
import pytest

from service.db import review as review_db
from service.ids import LAST, NOWHERE, new_id

PAGES = (b"a", b"b", b"c")
STATUSES = ("approved", "pending", "rejected")

_NEW = """
with new as (
    insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, submitted_at,
        decided_at)
    select given.id, site.id, '', given.page_key, 'Ann', 'Thanks.', '', given.status, now(), now()
    from site, unnest($1::uuid[], $2::bytea[], $3::comment_status[]) as given (id, page_key, status)
    returning id, status
)
insert into decision (comment_id, version, to_status, action, actor)
select id, 1, status, 'submit', 'rule' from new
"""
_DECIDED = """
with new as (
    update comment set status = $2::text::comment_status, version = version + 1
    where id = any ($1) and status <> $2::text::comment_status returning id, version
)
insert into decision (comment_id, version, to_status, action, actor)
select id, version, $2::text::comment_status, 'hold', 'rule' from new
"""
_OUTSIDE = """
select c.id from comment c left join page_shown p using (site_id, page_key)
where c.status = 'approved' and (c.id between p.since and p.until) is not true
"""
_SHOWN = """
select page_key, array_agg(array[id::text, name, body] order by id)
from comment where status = 'approved' group by page_key
"""


@pytest.fixture
async def ids(connection: "asyncpg.Connection[Any]") -> list[Any]:
    """No comments yet, of one site."""
    await connection.execute("insert into site (id, name) values ($1, 'first')", new_id())
    return []


async def change(
    connection: "asyncpg.Connection[Any]", ids: list[Any], chance: random.Random
) -> None:
    """Do one thing of those that happen to comments, to one or several."""
    some = chance.sample(ids, min(len(ids), chance.randint(1, 4)))
    match chance.randrange(5):
        case 0 | 1:
            new = [new_id() for _ in range(chance.randint(1, 4))]
            ids += new
            pages, statuses = (
                chance.choices(PAGES, k=len(new)),
                chance.choices(STATUSES, k=len(new)),
            )
            await connection.execute(_NEW, new, pages, statuses)
        case 2:
            await connection.execute(_DECIDED, some, chance.choice(STATUSES))
        case 3:
            moved = "update comment set page_key = $2 where id = any ($1)"
            await connection.execute(moved, some, chance.choice(PAGES))
        case _:
            field, value = chance.choice([("body", "Edited."), ("risk", "0.5"), ("name", "Ann")])
            await connection.execute(
                f"update comment set {field} = '{value}' where id = any ($1)",
                some,
            )


async def test_count_and_version_follow_what_is_shown_and_nothing_else(
    connection: "asyncpg.Connection[Any]", ids: list[Any]
) -> None:
    chance = random.Random(7)
    before: dict[bytes, Any] = {}
    versions: dict[bytes, int] = {}
    for _ in range(250):
        async with connection.transaction():
            await change(connection, ids, chance)
        shown = dict(await connection.fetch(_SHOWN))
        rows = await connection.fetch("select page_key, count, version from page_shown")
        assert {row[0]: row[1] for row in rows if row[1]} == {p: len(c) for p, c in shown.items()}
        now = {row["page_key"]: row["version"] for row in rows}
        changed = {page for page in PAGES if before.get(page) != shown.get(page)}
        assert {page for page in now if now[page] != versions.get(page)} == changed
        assert all(now[page] > versions.get(page, 0) for page in changed)
        assert await connection.fetch(_OUTSIDE) == []
        before, versions = shown, now
    known = "select count(*) from page_shown where since > $1 and until < $2"
    assert await connection.fetchval(known, NOWHERE, LAST) == len(PAGES)


async def test_a_reply_that_holds_its_page_does_not_wait_for_its_parents_change_of_status(
    connection: "asyncpg.Connection[Any]", dsn: str, ids: list[Any]
) -> None:
    """The change waits for the page in turn, as where a parent is edited or decided meanwhile."""
    ids += [new_id(), new_id()]
    await connection.execute(_NEW, ids[:1], [b"a"], ["approved"])
    other = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(), other.transaction():
            await connection.execute(_NEW, ids[1:], [b"a"], ["approved"])
            await review_db.lock(other, ids[:1])
            await connection.execute("set local lock_timeout = '5s'")
            await connection.execute("update comment set parent_id = $1 where id = $2", *ids)
    finally:
        await other.close()
