"""A month that is kept no longer goes with all about it, and nothing else does, under load too."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from httpx import Response
from structlog.testing import capture_logs

from service.accounts import accounts
from service.comments import months as use_cases
from service.comments.importing.formats import Source
from service.comments.importing.use_case import Import
from service.db import months as db
from service.db import scrub
from service.db.pool import connect, open_pool
from service.ids import LAST, NOWHERE
from tests.support import months
from tests.support.rows import NOW, Rows
from tests.support.service import Service

OLD = timedelta(days=70)
PAGE = "https://news.example/a"


async def old_month(connection: "asyncpg.Connection[Any]", rows: Rows, count: int) -> db.Due:
    """Comments of long ago with all that can hang on them, in the part that is due; return that."""
    await rows.person("Ann")
    for number in range(count):
        status = ("approved", "rejected", "pending")[number % 3]
        await months.hang(
            connection, await rows.comment(status, ago=OLD, page=f"{PAGE}{number % 2}")
        )
    await connection.execute("delete from recount")
    month = await db.due(connection, 0)
    assert month
    return month


async def rows_of(service: Service) -> Rows:
    """What makes rows of the service's first site."""
    site = await accounts.find_site(service.connection, "first")
    return Rows(service.connection, {"first": site.id})


async def gone(connection: "asyncpg.Connection[Any]") -> int:
    """Let go all that is due; return in how many steps."""
    steps = 1
    while await use_cases.let_go(connection, 0):
        steps += 1
        assert steps < 200
    return steps


async def test_everything_of_the_month_goes_and_nothing_of_another(
    connection: "asyncpg.Connection[Any]", rows: Rows
) -> None:
    month = await old_month(connection, rows, 6)
    kept = [await rows.comment("approved", page=f"{PAGE}{number}") for number in range(2)]
    for one in kept:
        await months.hang(connection, one)
    await connection.execute(
        "update comment set parent_id = (select id from comment order by id limit 1) where id = $1",
        kept[0],
    )
    told = await months.about(connection, month.first, month.until)
    assert all(told.values()), "a table that nothing of the test is in"
    before = await months.about(connection, month.until, LAST)
    shown = await connection.fetch("select page_key, count, version from page_shown order by 1")
    with capture_logs() as logs:
        await gone(connection)
    (line,) = [line for line in logs if line["event"] == "month_detached"]
    assert line["month"] == month.part
    assert line["seconds"] < 1
    left = await months.about(connection, month.first, month.until)
    assert not any(left.values())
    assert await months.about(connection, month.until, LAST) == before
    assert await connection.fetchval("select to_regclass($1)", month.part) is None
    assert await connection.fetchval("select count(*) from leaving") == 0
    now = await connection.fetch(
        "select p.page_key, p.count, p.version, "
        " count(c.id) filter (where status = 'approved') as true from page_shown p"
        " left join comment c using (site_id, page_key) group by 1, 2, 3 order by 1"
    )
    assert [row["count"] for row in now] == [row["true"] for row in now] == [1, 1]
    assert all(after["version"] > was["version"] for was, after in zip(shown, now, strict=True))


async def test_what_is_to_be_told_or_counted_holds_a_month_back_for_a_while(
    connection: "asyncpg.Connection[Any]", rows: Rows
) -> None:
    month = await old_month(connection, rows, 2)
    id_ = await connection.fetchval("select id from comment where status = 'approved'")
    whole = await months.about(connection, NOWHERE, LAST)
    told = (
        "insert into outbox (id, site_id, comment_id, version, status)"
        f" select gen_random_uuid(), site_id, id, 2, 'approved' from comment where id = '{id_}'"
    )
    for held, released in (
        ("insert into recount values (now() - interval '70 days')", "delete from recount"),
        (
            told,
            "update outbox set created_at = now() - interval '2 days' where delivered_at is null",
        ),
    ):
        await connection.execute(held)
        assert not await use_cases.let_go(connection, 0)
        assert len((await months.about(connection, NOWHERE, LAST))["event"]) == len(whole["event"])
        await connection.execute(released)
    await rows.decide(id_, "rejected", "Ann", ago=timedelta(minutes=50))
    await connection.execute("delete from recount")
    assert not await use_cases.let_go(connection, 0)
    assert not await use_cases.let_go(connection, 2), "not due"
    await connection.execute("alter table decision disable trigger user")
    await connection.execute("update decision set at = at - interval '1 hour'")
    await connection.execute("alter table decision enable trigger user")
    with capture_logs() as logs:
        await gone(connection)
    assert [(line["month"], line["count"]) for line in logs if line["event"] == "month_untold"] == [
        (month.part, 1)
    ]


async def test_contacts_of_who_has_no_comment_left_go(service: Service) -> None:
    link = service.connection
    for name in ("gone", "stays"):
        await service.post(email=f"{name}@example.org")
    ids = {
        n: service.secrets.author_id(
            (await accounts.find_site(link, "first")).id, f"{n}@example.org"
        )
        for n in ("gone", "stays")
    }
    rows = await rows_of(service)
    old = [await rows.comment("approved", ago=OLD, site="other") for _ in ids]
    for one, author in zip(old, ids.values(), strict=True):
        await link.execute("update comment set author_id = $2 where id = $1", one, author)
    await link.execute(
        "update comment set author_id = null where author_id = $1 and id <> $2", ids["gone"], old[0]
    )
    await link.execute("delete from recount")
    await gone(link)
    left = await link.fetch("select author_id from comment_contact")
    assert [row["author_id"] for row in left] == [ids["stays"]]


async def test_pages_the_queue_and_exports_bear_a_reply_without_its_parent(
    service: Service,
) -> None:
    link, staff = service.connection, await service.staff("Mo", "admin")
    rows = await rows_of(service)
    parent = await rows.comment("approved", ago=OLD)
    reply = (await service.post(page=PAGE)).json()["id"]
    waiting = (await service.post(page=PAGE, body="Fuck you, idiot")).json()["id"]
    await link.execute(
        "update comment set parent_id = $1 where id = any ($2::uuid[])",
        parent,
        [UUID(reply), UUID(waiting)],
    )
    await link.execute("delete from recount")
    await gone(link)
    listed = await service.http.get("/v1/comments", params={"page": PAGE}, headers=service.as_site)
    assert [each["id"] for each in listed.json()["comments"]] == [reply]
    assert (await service.http.get(f"/v1/review/{waiting}", headers=staff)).status_code == 200
    assert (await service.post(page=PAGE, parent_id=str(parent))).status_code == 422
    exported = await service.http.get("/v1/decisions/export", headers=staff)
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert {line["comment_id"] for line in lines} == {reply, waiting}


@dataclass
class Traffic:
    """Readers, moderators and websites, until they are told to stop."""

    service: Service
    staff: dict[str, str]
    posted: list[str] = field(default_factory=list)
    longest: float = 0.0
    stopping: bool = False

    async def work(self, ask: Callable[[], Awaitable[Response]]) -> None:
        """Ask again and again; whatever is refused fails the test."""
        while not self.stopping:
            begun = time.monotonic()
            answer = await ask()
            self.longest = max(self.longest, time.monotonic() - begun)
            assert answer.status_code < 400, answer.text

    async def post(self) -> Response:
        """Post a comment."""
        answer = await self.service.post(page=PAGE)
        self.posted.append(answer.json()["id"])
        return answer

    async def decide(self) -> Response:
        """Post a comment and reject it."""
        id_ = (await self.post()).json()["id"]
        decision = {"action": "reject", "reason": "spam", "version": 1}
        path = f"/v1/review/{id_}/decision"
        return await self.service.http.post(path, json=decision, headers=self.staff)

    async def read(self) -> Response:
        """Read a page."""
        asked = {"page": PAGE}
        return await self.service.http.get(
            "/v1/comments", params=asked, headers=self.service.as_site
        )

    async def queue(self) -> Response:
        """Look at the queue."""
        return await self.service.http.get("/v1/review", headers=self.staff)


async def process(dsn: str, part: str) -> None:
    """Let a month go as a process does, until it is gone."""
    pool = await open_pool(dsn, size=2)
    left = "select to_regclass($1) is not null or exists (select from leaving)"
    while await pool.fetchval(left, part):
        try:
            async with pool.acquire() as connection:
                await use_cases.let_go(connection, 0)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(0.5)
        await asyncio.sleep(0.02)
    await pool.close()


async def test_a_month_leaves_under_load_and_nobody_is_refused(service: Service, dsn: str) -> None:
    link = service.connection
    traffic = Traffic(service, await service.staff("Jo"))
    month = await old_month(link, await rows_of(service), 60)
    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            for ask in (traffic.post, traffic.decide, traffic.read, traffic.queue):
                group.create_task(traffic.work(ask))
            await asyncio.gather(process(dsn, month.part), process(dsn, month.part))
            traffic.stopping = True
    (line,) = [line for line in logs if line["event"] == "month_detached"]
    assert line["seconds"] < 1
    assert traffic.longest < 5, "somebody was held up"
    assert not any((await months.about(link, month.first, month.until)).values())
    kept = await link.fetch("select id from comment")
    assert {str(row["id"]) for row in kept} == set(traffic.posted)
    shown = await link.fetchval("select sum(count) from page_shown")
    assert shown == await link.fetchval("select count(*) from comment where status = 'approved'")


async def test_a_process_that_is_killed_midway_leaves_all_to_the_next(
    connection: "asyncpg.Connection[Any]", rows: Rows, dsn: str
) -> None:
    month = await old_month(connection, rows, 4)
    whole = await months.about(connection, month.first, month.until)

    async def killed(*steps: Callable[["asyncpg.Connection[Any]"], Awaitable[object]]) -> None:
        other = await connect(dsn)
        await other.execute("begin")
        for step in steps:
            await step(other)
        await connection.execute("select pg_terminate_backend($1)", other.get_server_pid())
        other.terminate()

    def empty(other: "asyncpg.Connection[Any]") -> Awaitable[object]:
        return db.empty(other, month, 1000)

    def follow(other: "asyncpg.Connection[Any]") -> Awaitable[object]:
        return db.follow(other, 1)

    for steps in ((empty,), (empty, lambda other: db.detach(other, month))):
        await killed(*steps)
        assert await months.about(connection, month.first, month.until) == whole
    while not await connection.fetchval("select count(*) from leaving"):
        assert await use_cases.let_go(connection, 0)
    assert await connection.fetchval("select count(*) from comment") == 0
    for many in range(1, 4):
        await killed(*[follow] * many)
        assert await connection.fetchval(f"select count(*) from {month.part}") == 4
    await gone(connection)
    assert await connection.fetchval("select sum(count) from page_shown") == 0
    assert await connection.fetchval("select to_regclass($1)", month.part) is None


async def test_only_what_ended_so_many_whole_months_ago_leaves(
    connection: "asyncpg.Connection[Any]", rows: Rows, dsn: str
) -> None:
    await months.begin_earlier(connection, 4)
    begins = [each.begins for each in await db.listed(connection)][:5]
    for begin in begins:
        assert begin
        await rows.comment("approved", ago=NOW - begin - timedelta(minutes=1))
    await connection.execute("delete from recount")
    pool = await open_pool(dsn, size=1)
    for keep, left in ((None, begins), (4, begins), (2, begins[2:])):
        while await use_cases.Months(pool, keep).look_once():
            pass
        assert [each.begins for each in await db.listed(connection)][: len(left)] == left
        assert await connection.fetchval("select count(*) from comment") == len(left)
    await pool.close()


async def test_a_role_that_does_not_own_the_tables_deletes_nothing(
    connection: "asyncpg.Connection[Any]", rows: Rows
) -> None:
    month = await old_month(connection, rows, 3)
    whole = await months.about(connection, month.first, month.until)
    role = f"other_{uuid4().hex}"
    await connection.execute(f"create role {role}")
    try:
        await connection.execute(f"grant all on all tables in schema public to {role}")
        async with connection.transaction():
            await connection.execute(f"set local role {role}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await use_cases.let_go(connection, 0)
        assert await months.about(connection, month.first, month.until) == whole
    finally:
        await connection.execute(f"drop owned by {role}; drop role {role}")


async def test_a_site_is_removed_and_files_are_scrubbed_while_a_month_leaves(
    connection: "asyncpg.Connection[Any]", rows: Rows
) -> None:
    month = await old_month(connection, rows, 4)
    while not await connection.fetchval("select count(*) from leaving"):
        assert await use_cases.let_go(connection, 0)
    await scrub.tables(connection)
    site = await rows.site("first")
    await connection.fetchval("select remove_comments($1, 100)", site)
    await connection.execute("select remove_site($1)", site)
    assert not await connection.fetchval("select count(*) from site")
    await gone(connection)
    assert await connection.fetchval("select to_regclass($1)", month.part) is None


async def test_an_import_leaves_out_what_is_older_than_what_is_kept(
    service: Service, tmp_path: Path
) -> None:
    rows = await rows_of(service)
    await rows.comment("approved", ago=OLD)
    await service.connection.execute("delete from recount")
    await gone(service.connection)
    file = tmp_path / "old"
    line = {"id": "1", "page": PAGE, "body": "Old.", "submitted_at": "2019-03-02T10:11:12Z"}
    file.write_text(json.dumps(line))
    site = await accounts.find_site(service.connection, "first")
    report = await Import(Source(file, None, ""), site, service.secrets, lambda *_: None).run(
        service.connection, dry=False
    )
    assert report.written == 0
    assert "older than what is kept" in str(report.left)
