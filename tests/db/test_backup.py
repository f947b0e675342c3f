"""A backup of the data alone can be loaded into a database that this release has migrated."""

import subprocess
from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from service.db.embedded import binaries
from service.db.migrate import migrate, shipped
from service.db.pool import connect
from service.ids import new_id
from tests.support.database import Databases, direct

COMMENT = """
with made as (
    insert into comment (id, site_id, page, page_key, parent_id, name, body, fingerprint, status,
                         submitted_at, decided_at)
    values ($1, $2, 'p', '', $3, 'Reader', 'A text', '', 'approved', now(), now())
    returning id, status
)
insert into decision (comment_id, version, to_status, action, actor)
select id, 1, status, 'submit', 'rule' from made"""
MADE = ("page_shown", "author", "event")  # by triggers, and kept as they were
TABLES = (
    *("site", "comment", "decision", "comment_contact", "page", "moved_page", "claim", "audit"),
    *MADE,
)


async def programs(connection: "asyncpg.Connection[Any]") -> Path:
    """PostgreSQL's own programs of the server's version."""
    major = await connection.fetchval("select current_setting('server_version_num')::int / 10000")
    return _folder(int(major))


def _folder(major: int) -> Path:
    debian = Path(f"/usr/lib/postgresql/{major}/bin")
    return debian if debian.exists() else binaries.programs(None)


def run(*command: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


async def filled(connection: "asyncpg.Connection[Any]") -> None:
    """A site with a comment and an answer to it, an author, and pages that it told of."""
    site, first, answer = uuid4(), new_id(), new_id()
    await connection.execute("insert into site (id, name) values ($1, 'first')", site)
    await connection.execute(COMMENT, first, site, None)
    await connection.execute(COMMENT, answer, site, first)
    contact = "insert into comment_contact (author_id, site_id, email) values ($1, $2, '')"
    await connection.execute(contact, uuid4(), site)
    page = "insert into page (site_id, page_key, title) values ($1, '', 'Title')"
    await connection.execute(page, site)
    for table, values in (("closed_page", "'', 'p'"), ("moved_page", "'old', '', 'p'")):
        await connection.execute(f"insert into {table} values ($1, {values})", site)
    await connection.execute("update event set number = 7 where comment_id = $1", first)
    person = uuid4()
    staff = "insert into staff (id, name, role) values ($1, 'Ann', 'moderator')"
    await connection.execute(staff, person)
    claim = "insert into claim (comment_id, staff_id, expires_at) values ($1, $2, now())"
    await connection.execute(claim, first, person)  # tables that come before comments by name
    audit = "insert into audit (comment_id, site_id, version, propensity) values ($1, $2, 1, 0.5)"
    await connection.execute(audit, first, site)


@pytest.mark.parametrize("form", [[], ["--inserts"], ["--rows-per-insert=100"]])
@pytest.mark.parametrize("is_upgraded", [False, True])
async def test_data_alone_are_loaded(
    empty_dsn: str, databases: Databases, form: list[str], *, is_upgraded: bool
) -> None:
    """Also those that one database keeps in other months than the other."""
    if is_upgraded:
        await migrate(empty_dsn, list(takewhile(lambda each: each.name < "0560", shipped())))
    else:
        await migrate(empty_dsn)
    connection = await connect(empty_dsn)
    await filled(connection)
    await migrate(empty_dsn)
    folder = await programs(connection)
    dumped = b"set constraints all deferred;" + run(
        str(folder / "pg_dump"),
        "--data-only",
        "--load-via-partition-root",
        "--exclude-table-data=migration",
        *form,
        "-d",
        direct(empty_dsn),
    )
    with databases.empty() as other:  # the template has a model already
        await migrate(direct(other))
        run(
            str(folder / "psql"),
            "-q",
            "-1",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            direct(other),
            stdin=dumped,
        )
        loaded = await connect(other)
        for table in TABLES:
            count = f"select count(*) from {table}"
            assert await loaded.fetchval(count) == await connection.fetchval(count) > 0
        for table in MADE:
            rows = f"select array_agg(t order by t)::text from {table} t"
            assert await loaded.fetchval(rows) == await connection.fetchval(rows), table
        numbers = "select comment_id, version, number from event order by comment_id"
        assert await loaded.fetch(numbers) == await connection.fetch(numbers)
        assert not await loaded.fetchval("select count(*) from comment_before")
        await filled_again(loaded)
        await loaded.close()
    await connection.close()


async def filled_again(connection: "asyncpg.Connection[Any]") -> None:
    """The triggers hold in the loaded database as before."""
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("update decision set action = 'approve'")


async def test_every_function_finds_our_tables_by_itself(
    connection: "asyncpg.Connection[Any]",
) -> None:
    rows = await connection.fetch(
        "select proname, proconfig from pg_proc where pronamespace = current_schema()::regnamespace"
    )
    assert len(rows) > 1
    for row in rows:
        settings = row["proconfig"] or []
        assert any(each.startswith("search_path=") for each in settings), row["proname"]
