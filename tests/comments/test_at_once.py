"""Comments that come at once get what one after the other would have got, over any processes."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import Bundle
from service.accounts import accounts
from service.db.comments import Connection
from service.domain.sites import SiteSettings
from tests.support.poster import Poster, posting
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
LONG = "The council promised new railings years ago and nothing has happened since. " * 2
ROUNDS = 200
LIMIT = 4


class Process:
    """A second process that posts what it is told."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def together(self, comments: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
        """Post comments at once there."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(comments).encode() + b"\n")
        return [(status, why) for status, why in json.loads(await self._process.stdout.readline())]

    async def end(self) -> None:
        """Have it end by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@pytest.fixture
async def poster(dsn: str, tmp_path: Path, bundle: Bundle) -> AsyncIterator[Poster]:
    async with posting(dsn, tmp_path, bundle) as made:
        yield made


@asynccontextmanager
async def process(dsn: str, data_dir: Path) -> AsyncIterator[Process]:
    """Run a process beside the poster's, on the same database and keys."""
    command = [sys.executable, "-m", "tests.support.poster", dsn, str(data_dir)]
    pipe = asyncio.subprocess.PIPE
    made = Process(
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
    )
    try:
        yield made
    finally:
        await made.end()


@pytest.fixture
async def other(dsn: str, tmp_path: Path, poster: Poster) -> AsyncIterator[Process]:
    assert poster.site_id  # it made the site
    async with process(dsn, tmp_path) as made:
        yield made


async def limited(poster: Poster, dsn: str, **given: Any) -> None:
    """Give the site settings, and the poster too."""
    connection = await asyncpg.connect(dsn)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads
    )
    poster.settings = (await accounts.change_site(connection, "first", given)).settings
    await connection.close()


def double(number: int) -> dict[str, Any]:
    return {"email": f"reader{number}@example.org", "body": f"I agree with number {number}."}


async def test_a_double_click_publishes_once(poster: Poster) -> None:
    for number in range(ROUNDS):
        found = await poster.together([double(number)] * 2)
        assert Counter(status for status, _ in found) == {"approved": 1, "pending": 1}
        assert [*dict(sorted(found))["pending"]] == ["repeated"]


async def test_a_double_click_over_two_processes_publishes_once(
    poster: Poster, other: Process
) -> None:
    for number in range(ROUNDS):
        pair = await asyncio.gather(
            poster.together([double(number)]), other.together([double(number)])
        )
        found = Counter(status for each in pair for status, _ in each)
        assert found == {"approved": 1, "pending": 1}, number


@pytest.mark.parametrize("field", ["email", "ip"])
async def test_of_fifty_at_once_a_limit_of_five_lets_five(
    poster: Poster, dsn: str, field: str
) -> None:
    await limited(poster, dsn, author_per_minute=5, origin_per_minute=5)
    for number in range(20):
        who = f"reader{number}@example.org" if field == "email" else f"192.0.2.{number + 1}"
        found = await poster.together(
            [
                {
                    "email": f"r{number}.{each}@example.org",
                    field: who,
                    "body": f"I agree with remark number {each}.",
                }
                for each in range(50)
            ]
        )
        assert Counter(status for status, _ in found)["approved"] == 5


async def test_a_limit_holds_over_two_processes(poster: Poster, dsn: str, tmp_path: Path) -> None:
    await limited(poster, dsn, author_per_minute=5)
    async with process(dsn, tmp_path) as other:
        for number in range(20):
            many = [
                {"email": f"r{number}@example.org", "body": f"I agree with remark number {each}."}
                for each in range(50)
            ]
            pair = await asyncio.gather(poster.together(many[:25]), other.together(many[25:]))
            assert Counter(status for each in pair for status, _ in each)["approved"] == 5


async def test_whole_threads_of_one_address_never_wait_for_one_another_for_ever(
    poster: Poster, other: Process, dsn: str
) -> None:
    pages = ["https://news.example/a", "https://news.example/b"]

    def threads(ip: str, order: list[str], number: int) -> list[dict[str, Any]]:
        return [
            {"ip": ip, "page": page, "email": f"r{ip}.{number}.{page[-1]}@example.org"}
            for page in order
        ]

    for number in range(50):
        pair = await asyncio.gather(
            poster.together(threads(f"192.0.2.{number}", pages, number)),
            other.together(threads(f"198.51.100.{number}", pages[::-1], number)),
        )
        assert Counter(status for each in pair for status, _ in each) == {"approved": 4}
    connection = await asyncpg.connect(dsn)
    await connection.execute("select pg_stat_force_next_flush()")
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    assert await connection.fetchval(deadlocks) == 0
    shown = "select count from page_shown order by page_key"
    assert [row["count"] for row in await connection.fetch(shown)] == [100, 100]
    await connection.close()


async def test_who_waits_for_a_turn_holds_nobody_up(
    poster: Poster, dsn: str, tmp_path: Path, bundle: Bundle
) -> None:
    """Two of one author go into one transaction; it has no row while somebody has their turn."""
    await poster.post(email="ann@example.org", body="The first remark was good.")
    two = [{"email": "ann@example.org", "body": f"I agree with remark {n}."} for n in range(2)]
    async with posting(dsn, tmp_path, bundle) as other, other.submission.pool.acquire() as held:
        async with held.transaction():
            await held.execute(
                "select pg_advisory_xact_lock(uuid_hash_extended(author_id, 0)) from comment"
            )
            waiting = asyncio.create_task(poster.together(two))
            await until(partial(somebody_waits, held))
            assert await other.post(email="bob@example.org") == ("approved", ("clear",))
        assert await waiting == [("approved", ("clear",))] * 2
        rows = await held.fetch("select body from comment order by xmin::text::bigint")
    assert [row["body"].split()[0] for row in rows] == ["The", "Thanks,", "I", "I"]


async def somebody_waits(connection: Connection) -> bool:
    """Say whether anybody waits for an advisory lock of this database."""
    found: bool = await connection.fetchval(
        "select exists (select from pg_locks where locktype = 'advisory' and not granted"
        " and database = (select oid from pg_database where datname = current_database()))"
    )
    return found


async def test_a_limit_above_two_hundred_counts_as_well(poster: Poster, dsn: str) -> None:
    await limited(poster, dsn, author_per_minute=250)
    found = [
        status
        for at in range(0, 260, 65)
        for status, _ in await poster.together(
            [{"body": f"I agree with number {at + n}."} for n in range(65)]
        )
    ]
    assert Counter(found) == {"approved": 250, "pending": 10}


async def test_a_long_text_that_two_have_posted_is_held_of_the_third(poster: Poster) -> None:
    same = [{"email": f"r{number}@example.org", "body": LONG} for number in range(6)]
    found = await poster.together(same)
    assert Counter(status for status, _ in found) == {"approved": 2, "pending": 4}


async def test_one_key_writes_one_comment(poster: Poster, other: Process) -> None:
    for number in range(20):
        comment = {"key": f"key {number}", **double(number)}
        await asyncio.gather(poster.together([comment] * 3), other.together([comment] * 3))
    async with poster.submission.pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from comment") == 20


async def test_a_flood_of_one_address_is_of_one_site(
    poster: Poster, dsn: str, tmp_path: Path, bundle: Bundle
) -> None:
    await limited(poster, dsn, origin_per_minute=3)
    there = [
        {"email": f"r{n}@example.org", "ip": "192.0.2.9", "body": f"I agree with number {n}."}
        for n in range(4)
    ]
    found = await poster.together(there)
    assert Counter(status for status, _ in found) == {"approved": 3, "pending": 1}
    async with posting(dsn, tmp_path, bundle, "second") as second:
        second.settings = poster.settings
        found = await second.together(there[:1])
    assert [status for status, _ in found] == ["approved"]


async def test_a_reply_to_what_is_not_shown_is_held(poster: Poster) -> None:
    async with poster.submission.pool.acquire() as connection:
        await poster.together([double(1), double(1)])
        held, shown = [
            str(row["id"])
            for row in await connection.fetch("select id from comment order by status = 'approved'")
        ]
        replies = [
            {"email": f"a{n}@example.org", "body": f"I agree with you on {n}.", "parent_id": parent}
            for n, parent in enumerate((held, shown))
        ]
        found = await poster.together(replies)
    assert found == [("pending", ("parent_hidden",)), ("approved", ("clear",))]


BODIES = ("Thanks, this was helpful.", "I agree with the author.", LONG)

comments = st.lists(
    st.fixed_dictionaries(
        {
            "email": st.sampled_from(["ann@example.org", "bob@example.org", "cid@example.org"]),
            "body": st.sampled_from(BODIES),
            "page": st.sampled_from(["https://news.example/1", "https://news.example/2"]),
            "ip": st.sampled_from(["192.0.2.1", "192.0.2.2"]),
        }
    ),
    min_size=1,
    max_size=12,
)


def one_after_the_other(posted: Sequence[dict[str, Any]]) -> bool:
    """Say whether comments in this order may have had these verdicts: the rules, told plainly."""
    before: list[dict[str, Any]] = []
    for one in posted:
        same = [each for each in before if each["body"] == one["body"]]
        repeated = len(one["body"]) >= 80 and len(same) >= 2
        repeated |= any((x["email"], x["page"]) == (one["email"], one["page"]) for x in same)
        flood = any(sum(x[who] == one[who] for x in before) >= LIMIT for who in ("email", "ip"))
        reasons = [name for name, holds in (("repeated", repeated), ("flood", flood)) if holds]
        if one["reasons"] != (reasons or ["clear"]):
            return False
        before.append(one)
    return True


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(here=comments, there=comments)
def test_any_schedule_over_two_processes_is_one_after_the_other(
    here: list[dict[str, Any]],
    there: list[dict[str, Any]],
    bundle: Bundle,
    dsn: str,
    tmp_path: Path,
) -> None:
    """The order is that of the rows' transactions; within one, that in which rows were written."""
    asyncio.run(scheduled(here, there, bundle, dsn, tmp_path))


async def scheduled(
    here: Sequence[dict[str, Any]],
    there: Sequence[dict[str, Any]],
    bundle: Bundle,
    dsn: str,
    data_dir: Path,
) -> None:
    """Post two lists at once by two ways in that share nothing but the database."""
    async with (
        posting(dsn, data_dir, bundle, "hypothesis") as one,
        posting(dsn, data_dir, bundle, "hypothesis") as two,
    ):
        one.settings = two.settings = SiteSettings(author_per_minute=LIMIT, origin_per_minute=LIMIT)
        async with one.submission.pool.acquire() as connection:
            await connection.execute("truncate comment, comment_contact, decision cascade")
            await asyncio.gather(one.together(here), two.together(there))
            rows = await connection.fetch(
                "select c.reasons, c.body, c.page, c.author_id::text as email, c.origin as ip"
                " from comment c order by c.xmin::text::bigint, c.cmin::text::bigint, c.ctid"
            )
    assert len(rows) == len(here) + len(there)
    assert one_after_the_other([dict(row) for row in rows])
