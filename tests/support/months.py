"""Months of comments that nobody made in time, or that were made long ago."""

from typing import Any, Final
from uuid import UUID

import asyncpg

_LATER = """
select part::text from months_of($1::regclass)
where until > first_id(month_after(date_trunc('month', now(), 'UTC'), $2 + 1)) order by part
"""


async def left(connection: "asyncpg.Connection[Any]", ahead: int) -> None:
    """Leave so many months after this one, -1 for none and not this one; they must be empty."""
    for table in ("decision", "comment"):
        for row in await connection.fetch(_LATER, table, ahead):
            await connection.execute(f"alter table {table} detach partition {row['part']}")
            await connection.execute(f"drop table {row['part']}")


async def begin_earlier(connection: "asyncpg.Connection[Any]", months: int) -> None:
    """Give a database without comments so many months before this one, and no part before them."""
    for about in ("decision", "comment"):
        await connection.execute(f"alter table {about} detach partition {about}_before")
        await connection.execute(f"drop table {about}_before")
    await connection.execute(
        "select make_month(month_after(date_trunc('month', now(), 'UTC'), -back))"
        " from generate_series(1, $1) back",
        months,
    )


_HANGING: Final = """
insert into akismet_waiting (comment_id, site_id, place)
    select id, site_id, '' from comment where id = $1;
insert into akismet_word (site_id, digest, is_spam, comment_id)
    select site_id, sha256(id::text::bytea), true, id from comment where id = $1;
insert into audit (comment_id, site_id, version, propensity)
    select id, site_id, 1, 1 from comment where id = $1;
insert into claim (comment_id, staff_id, expires_at) select $1, id, now() from staff limit 1;
insert into skip (comment_id, staff_id, version) select $1, id, 1 from staff limit 1;
insert into comment_key (site_id, idempotency_key, comment_id)
    select site_id, id::text, id from comment where id = $1 on conflict do nothing;
insert into erased_id (comment_id, external_id) values ($1, 'x');
insert into edit (comment_id, version, body) values ($1, 1, 'before');
insert into event (comment_id, version, site_id) select id, 9, site_id from comment where id = $1;
insert into label (id, comment_id, text, label, value, provenance)
    values (gen_random_uuid(), $1, 'x', 'spam', 1, 'moderator');
insert into outbox (id, site_id, comment_id, version, status, created_at, delivered_at)
    select gen_random_uuid(), site_id, id, 1, status, now(), now() from comment where id = $1;
insert into reader_wish (comment_id, site_id, approved, replies)
    select id, site_id, true, true from comment where id = $1;
insert into report (comment_id, reporter, version, reason) values ($1, '', 1, 'spam');
insert into rescored (comment_id, model_version, scores, verdict, risk, violated, borderline)
    values ($1, 'v1', '{}', 'approved', 0, '{}', '{}');
insert into shadow_score (comment_id, model_version, scores, verdict)
    values ($1, 'v1', '{}', 'approved');
"""


async def hang(connection: "asyncpg.Connection[Any]", comment: UUID) -> None:
    """Write a row about a comment into every table that has such; some person must be there."""
    for statement in _HANGING.split(";\n"):
        if statement.strip():
            await connection.execute(statement.replace("$1", f"'{comment}'::uuid"))


async def about(
    connection: "asyncpg.Connection[Any]", first: UUID, until: UUID
) -> dict[str, list[str]]:
    """The rows about comments from one id until another, by table; `comment` itself too."""
    tables = await connection.fetch("select t::text from tables_with('comment_id') t order by 1")
    found = {}
    for table, column in (("comment", "id"), *((row["t"], "comment_id") for row in tables)):
        rows = await connection.fetch(
            f"select t::text from {table} t where {column} >= $1 and {column} < $2 order by 1",
            *(first, until),
        )
        found[table] = [row["t"] for row in rows]
    return found
