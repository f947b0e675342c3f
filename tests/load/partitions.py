"""`python -m tests.load.partitions ROWS CUTS...`: what partitions of `comment` by id would cost.

A database of so many comments is copied for each number of cuts, and `comment` there made a
partitioned table of so many equal spans of ids, with all its indexes, triggers and foreign keys;
what cannot be had is left out (the unique index of idempotency keys). Then each is timed.
"""

import asyncio
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID

import asyncpg

from service.db import review, threads
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect, open_pool
from service.db.sql import load
from service.domain.desk import Filters
from service.ids import first_id, new_id
from tests.support.database import with_database

_SITE: Final = UUID("01900000-0000-7000-8000-000000000001")
_SERVER: Final = {"shared_buffers": "1GB", "fsync": "off", "autovacuum": "off"}
_SPAN, _TIMES, _WARM, _PAGES = timedelta(days=20), 50, 10, 20_000
_CONFLICT: Final = (
    "on conflict (site_id, idempotency_key) where idempotency_key is not null do nothing"
)

_COMMENTS: Final = """
insert into comment (id, site_id, page, page_key, author_id, name, body, fingerprint, status,
                     reasons, scores, risk, language, model_version, submitted_at, decided_at)
select first.id, $1, 'p', substr(sha256((n % $5)::text::bytea), 1, 16),
       md5('a' || n % 50000)::uuid, 'N', 'Body ' || n, substr(sha256(n::text::bytea), 1, 16),
       (case when n % 3000 = 0 then 'pending' when n % 20 = 0 then 'rejected'
        else 'approved' end)::comment_status,
       '{clear}', '{"spam": 0.1, "toxicity": 0.2}', (n % 997) / 997.0, 'en', 'v1', at, at
from generate_series(1, $2) n
cross join lateral (select $3::timestamptz + $4::interval * n / $2 as at) moment
cross join lateral (
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id
) first"""
_DECISIONS: Final = """
insert into decision (comment_id, version, to_status, action, actor, reasons, scores,
                      model_version, at)
select id, 1, status, 'submit', 'classifier', reasons, scores, 'v1', submitted_at from comment"""
_DECIDE: Final = """
with made as (
    insert into decision (comment_id, version, from_status, to_status, action, actor)
    select id, version + 1, status, 'rejected', 'reject', 'site' from comment where id = $1
    returning comment_id, version
)
update comment c set status = 'rejected', version = made.version, decided_at = now()
from made where c.id = made.comment_id"""

_KEYS: Final = """
select conname as name, conrelid::regclass::text as place, pg_get_constraintdef(oid) as how
from pg_constraint
where contype = 'f' and confrelid = 'comment'::regclass and conrelid <> 'comment'::regclass"""
_INDEXES: Final = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as how
from pg_index where indrelid = 'comment'::regclass"""
_TRIGGERS: Final = """
select tgname as name, pg_get_triggerdef(oid) as how
from pg_trigger where tgrelid = 'comment'::regclass and not tgisinternal"""
_PARTITIONED: Final = """
create table comment (like whole including defaults including constraints, primary key (id))
partition by range (id)"""

Work = Callable[[int], Awaitable[Any]]


async def _fill(dsn: str, rows: int) -> None:
    await migrate(dsn)
    connection = await connect(dsn, statement_seconds=None)
    await connection.execute("set session_replication_role = replica")
    await connection.execute("insert into site (id, name) values ($1, 'first')", _SITE)
    begins = datetime.now(UTC) - _SPAN
    await connection.execute(_COMMENTS, _SITE, rows, begins, _SPAN, _PAGES)
    await connection.execute(_DECISIONS)
    await connection.execute("vacuum analyze")
    await connection.close()


async def _copied(dsn: str, cuts: int) -> str:
    """Return the address of a copy with so many partitions."""
    admin, name = await asyncpg.connect(with_database(dsn, "template1")), f"cuts_{cuts}"
    await admin.execute(f"create database {name} template postgres strategy file_copy")
    await admin.execute(f"alter database {name} set plan_cache_mode = force_generic_plan")
    await admin.close()
    connection = await connect(with_database(dsn, name), statement_seconds=None)
    await _split(connection, cuts)
    await connection.close()
    return with_database(dsn, name)


async def _split(connection: "asyncpg.Connection[Any]", cuts: int) -> None:
    """Make `comment` a partitioned table, in the order of an upgrade."""
    keys, indexes, triggers = [await connection.fetch(sql) for sql in (_KEYS, _INDEXES, _TRIGGERS)]
    await connection.execute("drop function decisions_since; drop view decision_to_count")
    for key in keys:
        await connection.execute(f"alter table {key['place']} drop constraint {key['name']}")
    await connection.execute("alter table comment rename to whole")
    for index in indexes:
        await connection.execute(f"alter index {index['name']} rename to {index['name']}_whole")
    await connection.execute(_PARTITIONED)
    await _fill_parts(connection, cuts)
    for each in (*indexes, *triggers):
        if each["name"] != "comment_pkey":
            await connection.execute(each["how"].replace("UNIQUE ", ""))
    await connection.execute("drop table whole cascade")
    for key in keys:
        add = f"alter table {key['place']} add constraint {key['name']} {key['how']} not valid"
        await connection.execute(add)
    posting = await connection.fetchval("select pg_get_functiondef('place_comments'::regproc)")
    await connection.execute(posting.replace(_CONFLICT, ""))
    await connection.execute("vacuum analyze comment")


async def _fill_parts(connection: "asyncpg.Connection[Any]", cuts: int) -> None:
    begins = datetime.now(UTC) - _SPAN
    inner = [f"'{first_id(begins + _SPAN / cuts * number)}'" for number in range(1, cuts)]
    for number, (low, high) in enumerate(pairwise(["minvalue", *inner, "maxvalue"])):
        part = f"create table part_{number} partition of comment"
        await connection.execute(f"{part} for values from ({low}) to ({high})")
    await connection.execute("insert into comment select * from whole order by id")


async def _times(dsn: str) -> dict[str, float]:
    """Return the median milliseconds of what people and websites wait for, in the database."""
    pool, connection = await open_pool(dsn, size=1), await connect(dsn)
    some = "select id from comment where status = 'approved' order by md5(id::text) limit $1"
    ids = [row["id"] for row in await connection.fetch(some, _TIMES)]
    works: dict[str, Work] = {
        "post": lambda number: _post(connection, number),
        "a page's comments": lambda number: threads.of_page(pool, _page(number), 50),
        "first of the queue": lambda _: review.items(connection, Filters(), "risk", None, 25),
        "its oldest": lambda _: review.items(connection, Filters(), "oldest", None, 25),
        "decision": lambda number: connection.execute(_DECIDE, ids[number]),
    }
    found = {name: await _median(work) for name, work in works.items()}
    await connection.close()
    await pool.close()
    return found


async def _median(work: Work) -> float:
    taken = []
    for number in range(_TIMES):
        begun = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - begun)
    return median(taken[_WARM:]) * 1000


def _page(number: int) -> threads.PageAsked:
    return threads.PageAsked(_SITE, _key(number), None)


def _key(number: int) -> bytes:
    return sha256(str(number).encode()).digest()[:16]


async def _post(connection: "asyncpg.Connection[Any]", number: int) -> None:
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
        "page_key": f"\\x{_key(number).hex()}",
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


async def _measured(dsn: str, rows: int, cuts: list[int]) -> dict[str, Mapping[str, float]]:
    await _fill(dsn, rows)
    places = {f"{each} partitions": await _copied(dsn, each) for each in cuts}
    return {name: await _times(place) for name, place in {"one table": dsn, **places}.items()}


def main(rows: int, cuts: list[int]) -> None:
    """Measure, and print the medians in milliseconds as Markdown."""
    with tempfile.TemporaryDirectory(prefix="parts_") as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder), _SERVER) as dsn:
            found = asyncio.run(_measured(dsn, rows, cuts))
    _say(f"| median, ms | {' | '.join(found)} |")
    _say(f"| --- |{' --- |' * len(found)}")
    for name in next(iter(found.values())):
        _say(f"| {name} | {' | '.join(f'{each[name]:.2f}' for each in found.values())} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, help="comments")
    parser.add_argument("cuts", type=int, nargs="+", help="numbers of partitions")
    given = parser.parse_args()
    main(given.rows, given.cuts)
