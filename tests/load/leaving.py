"""How long nobody reads or writes while a month of comments is detached; nothing of it stays.

    DATABASE_URL=postgresql://... python -m tests.load.leaving 1000000

The database must be an empty one of your own. The month has so many comments; later ones have half
as many, with two events each, and three in five of them a shadow score.
"""

import asyncio
import os
import sys
from typing import Any, Final

import asyncpg

from service.db.migrate import migrate
from service.db.pool import connect
from tests.support import months

_SITE: Final = "00000000-0000-7000-8000-000000000001"
_ROUNDS: Final = 5

_COMMENTS: Final = """
insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, submitted_at,
                     decided_at)
select overlay(gen_random_uuid()::text placing left(first_id(
           month_after(date_trunc('month', now(), 'UTC'), $1) + span * n / $3
       )::text, 13) from 1 for 13)::uuid,
       $4, 'https://x/' || n % 1000, sha256((n % 1000)::text::bytea), 'a', 'b ' || n,
       sha256(n::text::bytea), 'approved', now(), now()
from generate_series(0, $3 - 1) n, make_interval(days => $2) span
"""
_DECISIONS: Final = """
insert into decision (comment_id, version, to_status, action, actor)
select id, 1, 'approved', 'submit', 'system' from comment
"""
_EVENTS: Final = """
insert into event (comment_id, version, site_id)
select id, v, site_id from comment, generate_series(1, 2) v
where id >= first_id(date_trunc('month', now(), 'UTC'))
"""
_SHADOWS: Final = """
insert into shadow_score (comment_id, model_version, scores, verdict)
select comment_id, 'm', '{}', 'approved' from event where version = 1 and random() < 0.6
"""


async def _measure(dsn: str, count: int) -> None:
    await migrate(dsn)
    link = await connect(dsn, statement_seconds=None)
    await link.execute("set session_replication_role = replica; set synchronous_commit = off")
    await months.begin_earlier(link, 1)
    await link.execute("insert into site (id, name) values ($1, 'first')", _SITE)
    await link.execute(_COMMENTS, -1, 27, count, _SITE)
    await link.execute(_COMMENTS, 0, 27, count // 2, _SITE)
    for statement in (_DECISIONS, _EVENTS, _SHADOWS, "vacuum analyze"):
        await link.execute(statement)
    part = await link.fetchval("select part::text from months_of('comment') order by until limit 1")
    for how in ("as it is", "alter function detach_month(text) reset all"):
        took = sorted([await _detached(link, how, part) for _ in range(_ROUNDS)])
        print(f"{how}: {took[_ROUNDS // 2]:.2f} s ({took[0]:.2f} to {took[-1]:.2f})")  # noqa: T201 - the result
    await link.close()


async def _detached(link: "asyncpg.Connection[Any]", how: str, part: str) -> float:
    turn = link.transaction()
    await turn.start()
    if how.startswith("alter"):
        await link.execute(how)
    seconds = float(await link.fetchval("select detach_month($1)", part))
    await turn.rollback()
    return seconds


if __name__ == "__main__":
    asyncio.run(_measure(os.environ["DATABASE_URL"], int(sys.argv[1])))
