"""An upgrade to tables by month copies and loses nothing, and the release before runs on."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from service.db import comments as comments_db
from service.db.migrate import migrate, shipped
from service.db.pool import connect
from service.ids import first_id, first_id_ago, new_id
from tests.support.new_comments import looked
from tests.support.waiting import until

# What the release before asks, word for word but for figures that do not matter here.
ANSWER: Final = """
select c.id, d.to_status as status, c.status as status_now
from comment c join decision d on d.comment_id = c.id and d.version = 1
where c.site_id = $1 and c.idempotency_key = $2
"""
SHOWN: Final = """
select c.id from comment c
where c.site_id = $1 and c.page_key = page_at($1, $2) and c.status = 'approved' and c.id > $3
order by c.id limit $4
"""
QUEUE: Final = """
select c.id, c.version from comment c where (c.status = 'pending' or c.audited_version = c.version)
order by c.risk desc, c.id desc limit 1 for update of c skip locked
"""
LOCK: Final = """
select c.id, c.version, newest.action, claim.staff_id as claimed_by
from comment c
join decision newest on newest.comment_id = c.id and newest.version = c.version
left join claim on claim.comment_id = c.id and claim.expires_at > now()
where c.id = any($1::uuid[]) order by c.id for no key update of c
"""
CHANGE: Final = """
with recorded as (
    insert into decision (comment_id, version, from_status, to_status, action, actor, scores)
    select c.id, c.version + 1, c.status, 'approved', 'approve', 'site', c.scores
    from comment c where c.id = $1
)
update comment c set status = 'approved', version = version + 1, decided_at = now() where c.id = $1
"""

OWN_MONTH: Final = """
select count(*) from decision d join comment c on c.id = d.comment_id
where substr(d.tableoid::regclass::text, 10) <> substr(c.tableoid::regclass::text, 9)
"""


@pytest.fixture
async def base(empty_dsn: str) -> AsyncGenerator["asyncpg.Connection[Any]"]:
    """A database of nothing."""
    connection = await connect(empty_dsn)
    yield connection
    await connection.close()


async def before(dsn: str, base: "asyncpg.Connection[Any]") -> UUID:
    """Make a database what the release before left, with a site; return that."""
    await migrate(dsn, list(takewhile(lambda each: each.name < "0560", shipped())))
    site = new_id()
    await base.execute("insert into site (id, name) values ($1, 'first')", site)
    return site


async def parts(connection: "asyncpg.Connection[Any]", of: str) -> list[tuple[str, str | None]]:
    """The parts of a table with the ends of their months, the first first."""
    asked = "select part::text, month_of(until)::date::text as until from months_of($1::regclass)"
    rows = await connection.fetch(asked, of)
    return [(row["part"], row["until"]) for row in rows]


def month(of: datetime, after: int) -> datetime:
    """The beginning of a month so many after that of a moment."""
    count = of.year * 12 + of.month - 1 + after
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


async def test_an_empty_database_has_this_month_and_three_more(
    empty_dsn: str, base: "asyncpg.Connection[Any]"
) -> None:
    await migrate(empty_dsn)
    now = datetime.now(UTC)
    for table in ("comment", "decision"):
        made = await parts(base, table)
        months = [f"{table}_{month(now, each):%Y_%m}" for each in range(4)]
        assert [name for name, _ in made] == [f"{table}_before", *months]
        assert [until for _, until in made] == [f"{month(now, each):%Y-%m-%d}" for each in range(5)]
    assert await base.fetchval("select make_months(3)") == 0
    assert await base.fetchval("select make_months(14)") == 11


async def test_each_id_is_kept_in_its_month_up_to_its_last_millisecond(
    empty_dsn: str, base: "asyncpg.Connection[Any]"
) -> None:
    await migrate(empty_dsn)
    site = new_id()
    await base.execute("insert into site (id, name) values ($1, 'first')", site)
    now = datetime.now(UTC)
    moments = {
        "comment_before": month(now, 0) - timedelta(milliseconds=1),
        f"comment_{month(now, 0):%Y_%m}": month(now, 0),
        f"comment_{month(now, 1):%Y_%m}": month(now, 2) - timedelta(milliseconds=1),
        f"comment_{month(now, 2):%Y_%m}": month(now, 2),
    }
    for name, moment in moments.items():
        one = looked(site, id_=first_id(moment))
        assert await comments_db.keep(base, [one], minute=first_id(now), day=first_id(now)) == {}
        kept = await base.fetchval(
            "select tableoid::regclass::text from comment where id = $1", first_id(moment)
        )
        assert kept == name
    assert await base.fetchval(OWN_MONTH) == 0


async def test_what_there_is_becomes_the_first_part_as_it_is(
    empty_dsn: str, base: "asyncpg.Connection[Any]"
) -> None:
    site = await before(empty_dsn, base)
    old = datetime.now(UTC) - timedelta(days=800)
    kept = [looked(site), looked(site, id_=first_id(old)), looked(site, key="a key")]
    now = datetime.now(UTC)
    await comments_db.keep(base, kept, minute=first_id(now), day=first_id(now))
    files = "select relname, relfilenode from pg_class where relname ~ '^(comment|decision)_'"
    was = "select pg_relation_filenode('comment'), pg_relation_filenode('decision')"
    (table, decisions), *_ = await base.fetch(was)
    indexes = {row["relfilenode"] for row in await base.fetch(files)}
    await migrate(empty_dsn)
    assert [(table, decisions)] == [
        tuple(row)
        for row in await base.fetch(
            was.replace("comment", "comment_before").replace("decision", "decision_before")
        )
    ]
    left = {row["relfilenode"] for row in await base.fetch(files)}
    assert indexes <= left | {table, decisions}, "an index was made anew"
    (_, first), (_, second), *_ = await parts(base, "comment")
    now = datetime.now(UTC)
    assert first == f"{month(now, 2):%Y-%m-%d}"  # nothing of the release before falls behind it
    assert second == f"{month(now, 3):%Y-%m-%d}"
    assert await base.fetchval("select count(*) from comment_before") == len(kept)
    keys = await base.fetch("select comment_id from comment_key")
    assert {row["comment_id"] for row in keys} == {one.new.id for one in kept if one.new}
    # What each month has of a key follows its whole; before PostgreSQL 18 its own mark does not.
    loose = "select conname from pg_constraint where not convalidated and conparentid = 0"
    assert not await base.fetch(loose)


async def test_a_key_counts_once_whatever_month_it_was_used_in(
    empty_dsn: str, base: "asyncpg.Connection[Any]"
) -> None:
    site = await before(empty_dsn, base)
    now = datetime.now(UTC)
    windows = {"minute": first_id(now), "day": first_id(now)}
    used, later = looked(site, key="used"), looked(site, key="later")
    assert await comments_db.keep(base, [used], **windows) == {}
    await migrate(empty_dsn)
    assert await comments_db.keep(base, [later], **windows) == {}
    far = first_id(month(now, 3))
    for key in ("used", "later"):
        again = looked(site, key=key, id_=far)
        assert await comments_db.keep(base, [again], **windows) == {0: ("key_taken",)}
    found = await comments_db.first_answer(base, site, "used")
    assert found
    assert used.new
    assert found.answer.id == used.new.id
    await base.execute("update comment set idempotency_key = null where idempotency_key = 'used'")
    again = looked(site, key="used", id_=far)
    assert await comments_db.keep(base, [again], **windows) == {}


@dataclass
class Traffic:
    """Clients of the release before, as many as are asked for, until they are told to stop."""

    dsn: str
    site: UUID
    posted: dict[UUID, str] = field(default_factory=dict)
    decided: list[UUID] = field(default_factory=list)
    longest: float = 0.0
    stopping: bool = False

    async def work(self, do: Callable[["asyncpg.Connection[Any]"], Awaitable[None]]) -> None:
        """Do a thing again and again, and note how long it took at the most."""
        connection = await connect(self.dsn)
        try:
            while not self.stopping:
                begun = time.monotonic()
                await do(connection)
                self.longest = max(self.longest, time.monotonic() - begun)
        finally:
            await connection.close()

    def has_posted(self, count: int) -> Callable[[], Awaitable[bool]]:
        """Return what tells whether so many have been posted."""

        async def told() -> bool:
            return len(self.posted) > count

        return told

    async def post(self, connection: "asyncpg.Connection[Any]") -> None:
        """Post a comment, ask for its answer, and post it once more."""
        one = looked(self.site, status="pending" if len(self.posted) % 2 else "approved")
        now = datetime.now(UTC)
        windows = {"minute": first_id_ago(now, minutes=1), "day": first_id_ago(now, days=1)}
        assert await comments_db.keep(connection, [one], **windows) == {}
        assert one.new
        assert one.new.idempotency_key
        self.posted[one.new.id] = one.new.idempotency_key
        (found,) = await connection.fetch(ANSWER, self.site, one.new.idempotency_key)
        assert found["id"] == one.new.id
        again = looked(self.site, key=one.new.idempotency_key)
        assert await comments_db.keep(connection, [again], **windows) == {0: ("key_taken",)}

    async def read(self, connection: "asyncpg.Connection[Any]") -> None:
        """Read a page."""
        await connection.fetch(SHOWN, self.site, b"one", UUID(int=0), 50)

    async def decide(self, connection: "asyncpg.Connection[Any]") -> None:
        """Approve what comes up first."""
        async with connection.transaction():
            found = await connection.fetchrow(QUEUE)
            if found is None:
                return
            assert await connection.fetch(LOCK, [found["id"]])
            await connection.execute(CHANGE, found["id"])
        self.decided.append(found["id"])


async def test_the_release_before_posts_reads_and_decides_meanwhile(
    empty_dsn: str, base: "asyncpg.Connection[Any]"
) -> None:
    site = await before(empty_dsn, base)
    traffic = Traffic(empty_dsn, site)
    async with asyncio.TaskGroup() as group:
        for do in (traffic.post, traffic.post, traffic.read, traffic.decide):
            group.create_task(traffic.work(do))
        await until(traffic.has_posted(40))
        await migrate(empty_dsn)
        await until(traffic.has_posted(len(traffic.posted) + 40))
        traffic.stopping = True
    assert traffic.longest < 5, "somebody was held up"
    kept = await base.fetch("select id, idempotency_key from comment")
    assert {row["id"]: row["idempotency_key"] for row in kept} == traffic.posted
    keys = await base.fetch("select comment_id, idempotency_key from comment_key")
    assert {row["comment_id"]: row["idempotency_key"] for row in keys} == traffic.posted
    approved = "select comment_id from decision where action = 'approve'"
    assert {row["comment_id"] for row in await base.fetch(approved)} == set(traffic.decided)
    assert await base.fetchval("select count(*) from decision where version = 1") == len(kept)
    assert await base.fetchval(OWN_MONTH) == 0
