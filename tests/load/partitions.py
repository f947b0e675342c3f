"""`python -m tests.load.partitions ROWS MONTHS...`: what months of comments cost who waits.

A database is made for each number of months, with so many comments in them; 1 is one part of them
all, as migrations leave what there was. What people and websites wait for is then timed in all of
them in turns, so that a busy moment is every database's.
"""

import asyncio
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID

import asyncpg

from service.db import live, review, threads
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import Pool, connect, open_pool
from service.db.sql import load
from service.domain.desk import Filters
from service.ids import first_id, new_id
from tests.support.database import with_database
from tests.support.months import begin_earlier

_SITE: Final = UUID("01900000-0000-7000-8000-000000000001")
_SERVER: Final = {
    "shared_buffers": "1GB",
    "fsync": "off",
    "autovacuum": "off",
    "max_locks_per_transaction": "256",
}
_TIMES, _WARM, _ON_PAGES = 60, 20, 300
"""Each work's turns, of which the first are not counted; and comments of twenty pages."""

_COMMENTS: Final = """
insert into comment (id, site_id, page, page_key, parent_id, author_id, name, body, fingerprint,
                     status, reasons, scores, risk, language, model_version, submitted_at,
                     decided_at)
select id, $1, 'p', substr(sha256(((n - 1) / $5 * 20 + n % 20)::text::bytea), 1, 16),
       case when n % 3 = 0 then lag(id, 20) over (order by n) end,
       md5('a' || n % 50000)::uuid, 'N', 'Body ' || n, substr(sha256(n::text::bytea), 1, 16),
       (case when n > $2 * 0.98 and n % 40 = 0 then 'pending' when n % 20 = 1 then 'rejected'
        else 'approved' end)::comment_status,
       '{clear}', '{"spam": 0.1, "toxicity": 0.2}', (n % 997) / 997.0, 'en', 'v1', at, at
from generate_series(1, $2::integer) n
cross join lateral (select $3::timestamptz + $4::interval * n / $2 as at) moment
cross join lateral (
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id
) first"""
_DECISIONS: Final = """
insert into decision (comment_id, version, to_status, action, actor, reasons, scores,
                      model_version, at)
select id, 1, status, 'submit', 'classifier', reasons, scores, 'v1', submitted_at from comment"""
_AUTHORS: Final = """
insert into author (author_id, site_id) select distinct author_id, site_id from comment"""
_SHOWN: Final = """
insert into page_shown (site_id, page_key, count, version, since, until)
select site_id, page_key, count(*), 1, (array_agg(id order by id))[1],
       (array_agg(id order by id desc))[1]
from comment where status = 'approved' group by 1, 2"""


@dataclass
class Timed:
    """A database with comments of so many months, and how long each work took in it."""

    pool: Pool
    ids: list[UUID]
    pages: list[bytes]
    taken: dict[str, list[float]] = field(default_factory=dict)

    async def time(self, name: str, number: int) -> None:
        """Do a work and note the milliseconds, once plans are made."""
        async with self.pool.acquire() as connection:
            begun = time.perf_counter()
            await WORKS[name](self, connection, number)
            milliseconds = (time.perf_counter() - begun) * 1000
        if number >= _WARM:
            self.taken.setdefault(name, []).append(milliseconds)

    def page(self, number: int) -> threads.PageAsked:
        """One of its pages."""
        return threads.PageAsked(_SITE, self.pages[number], None)


Work = Callable[[Timed, Any, int], Awaitable[object]]


async def _decide(at: Timed, connection: Any, number: int) -> None:
    id_ = at.ids[number]
    async with connection.transaction():
        locked = (await review.lock(connection, [id_]))[id_]
        kind = ("approved", "rejected", "reject", "site", None, None, None, None, new_id())
        change = review.StatusChange(id_, locked.state.version + 1, *kind)
        await review.change(connection, [change])


async def _post(at: Timed, connection: Any, number: int) -> None:
    now, id_ = datetime.now(UTC), new_id()
    row = {
        "place": 0,
        "wave": 1,
        "expected": [],
        "write": True,
        "same_text": 0,
        "locks": [],
        "rejected_before": 1000,
        "author_per_minute": 1000,
        "origin_per_minute": 1000,
        "id": str(id_),
        "site_id": str(_SITE),
        "author_id": str(new_id()),
        "page": "p",
        "page_key": f"\\x{at.pages[number].hex()}",
        "name": "N",
        "body": "A remark.",
        "fingerprint": f"\\x{id_.hex}",
        "idempotency_key": str(id_),
        "status": "approved",
        "reasons": ["clear"],
        "scores": {"spam": 0.1},
        "risk": 0.1,
        "language": "en",
        "model_version": "v1",
        "submitted_at": now.isoformat(),
        "actor": "classifier",
        "bands": {},
    }
    since = (first_id(now - timedelta(minutes=1)), first_id(now - timedelta(days=1)))
    if await connection.fetch(load("comments")["place_comments"], [row], *since):
        raise SystemExit("a post was not taken: the figures mean nothing")


WORKS: Final[dict[str, Work]] = {
    "post": _post,
    "a page's comments": lambda at, c, number: threads.of_page(c, at.page(number), 50),
    "first of the queue": lambda _, c, __: review.items(c, Filters(), "risk", None, 25),
    "its oldest": lambda _, c, __: review.items(c, Filters(), "oldest", None, 25),
    "its parts": lambda _, c, __: review.counts(c, Filters(), 10_000),
    "how many wait": lambda _, c, __: live.waiting(c),
    "one comment": lambda at, c, number: review.items(
        c, Filters(ids=(at.ids[number],)), "oldest", None, 1
    ),
    "decision": _decide,
}


async def _made(dsn: str, months: int, rows: int) -> Timed:
    admin, name = await asyncpg.connect(with_database(dsn, "template1")), f"months_{months}"
    await admin.execute(f"create database {name}")
    await admin.close()
    own = with_database(dsn, name)
    await migrate(own)
    connection = await connect(own, statement_seconds=None)
    if months > 1:
        await begin_earlier(connection, months)
    await connection.execute("set session_replication_role = replica")
    await connection.execute("insert into site (id, name) values ($1, 'first')", _SITE)
    span = timedelta(days=30 * months - 10 if months > 1 else 350)
    await connection.execute(_COMMENTS, _SITE, rows, datetime.now(UTC) - span, span, _ON_PAGES)
    for statement in (_DECISIONS, _AUTHORS, _SHOWN, "vacuum analyze"):
        await connection.execute(statement)
    some = "select id from comment where status = 'approved' order by md5(id::text) limit $1"
    ids = [row["id"] for row in await connection.fetch(some, _TIMES)]
    await connection.close()
    pages = rows // _ON_PAGES * 20
    keys = [sha256(str(number * 7919 % pages).encode()).digest()[:16] for number in range(_TIMES)]
    return Timed(await open_pool(own, size=1), ids, keys)


async def _measured(dsn: str, rows: int, months: list[int]) -> dict[int, Timed]:
    made = {each: await _made(dsn, each, rows) for each in months}
    for name in WORKS:
        for number in range(_TIMES):
            for each in made.values():
                await each.time(name, number)
    for each in made.values():
        await each.pool.close()
    return made


def main(rows: int, months: list[int]) -> None:
    """Measure, and print the medians in milliseconds as Markdown, with ratios to the first."""
    with tempfile.TemporaryDirectory(prefix="parts_") as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder), _SERVER) as dsn:
            made = asyncio.run(_measured(dsn, rows, months))
    _say(f"| median, ms | {' | '.join(f'{each} months' for each in made)} |")
    _say(f"| --- |{' --- |' * len(made)}")
    for name in WORKS:
        found = [median(each.taken[name]) for each in made.values()]
        cells = [f"{each:.2f} ({each / found[0]:.1f})" for each in found]
        _say(f"| {name} | {' | '.join([f'{found[0]:.2f}', *cells[1:]])} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, help="comments")
    parser.add_argument("months", type=int, nargs="+", help="numbers of months")
    given = parser.parse_args()
    main(given.rows, given.months)
