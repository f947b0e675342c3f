"""Brings a database to the schema of this release: numbered SQL files, each once, in order.

A file may begin with comments that set how long it waits and runs, such as

    -- lock_timeout: 10s
    -- statement_timeout: 10min

Without them a migration gives up rather than hold up the service. Each must let the code of the
release before keep running, since both run side by side while a new release is rolled out.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any

import asyncpg
import structlog

from service.db.pool import connect

_FILE = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_LIMIT = re.compile(r"-- (lock_timeout|statement_timeout): (\d{1,6} ?(?:ms|s|min))")
_LIMITS = {"lock_timeout": "4s", "statement_timeout": "5s"}
_LOCK = int.from_bytes(hashlib.sha256(b"comment-moderation migrations").digest()[:8], signed=True)
_WAIT = "5min"  # for another process that migrates; longer than a migration may take

_TABLE = """
create table if not exists migration (
    name       text primary key,
    digest     text not null,
    applied_at timestamptz not null default now()
)
"""

log = structlog.get_logger(__name__)


class MigrationError(Exception):
    """The database cannot be brought to this release; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name without `.sql` and its text."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, whatever ends its lines."""
        return hashlib.sha256("\n".join(self.sql.splitlines()).encode()).hexdigest()

    @property
    def limits(self) -> dict[str, str]:
        """lock_timeout and statement_timeout, from the comments at the top or our own."""
        found = dict(_LIMITS)
        for line in self.sql.splitlines():
            if not line.startswith("--"):
                break
            if match := _LIMIT.fullmatch(line.rstrip()):
                found[match[1]] = match[2]
        return found


def shipped() -> list[Migration]:
    """The migrations of this release, in order.

    Raises:
        MigrationError: a file is misnamed, or two have the same number.
    """
    folder = files("service.db").joinpath("migrations")
    named = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=_name)
    for entry in named:
        if not _FILE.fullmatch(entry.name):
            raise MigrationError(f"{entry.name}: a migration is named 0001_what_it_does.sql")
    for first, second in pairwise(named):
        if first.name[:4] == second.name[:4]:
            raise MigrationError(f"{first.name} and {second.name} have the same number")
    return [Migration(_name(entry), entry.read_text(encoding="utf-8")) for entry in named]


def _name(entry: Any) -> str:
    name: str = entry.name
    return name.removesuffix(".sql")


def pending(ours: Iterable[Migration], applied: Mapping[str, str]) -> list[Migration]:
    """What remains to be applied; `applied` is name to digest, as the database has them.

    A database that is further than this release is in order: a newer release has been here.

    Raises:
        MigrationError: the two histories differ, so that nothing can be said of the schema.
    """
    ours = list(ours)
    last = max(applied, default="")
    missing = [m for m in ours if m.name not in applied]
    changed = [m.name for m in ours if applied.get(m.name, m.digest) != m.digest]
    known = {m.name for m in ours}
    strange = [name for name in applied if ours and name < ours[-1].name and name not in known]
    if changed:
        raise MigrationError(f"{changed[0]} has changed since it was applied; add a new migration")
    if strange:
        raise MigrationError(f"the database has {strange[0]}, which this release does not know")
    if missing and missing[0].name < last:
        raise MigrationError(f"{missing[0].name} is new but comes before {last}; renumber it")
    return missing


def newer(ours: Iterable[Migration], applied: Iterable[str]) -> list[str]:
    """Names of migrations that a newer release has applied."""
    return sorted(set(applied) - {m.name for m in ours})


async def migrate(dsn: str, ours: Iterable[Migration] | None = None) -> list[str]:
    """Apply what is missing and return its names; safe to run from many processes at once.

    Raises:
        MigrationError: the histories differ, or a migration failed; nothing of it remains.
        DatabaseAway, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    ours = list(shipped() if ours is None else ours)
    connection = await connect(dsn, statement_seconds=None)
    try:
        done = await _apply_all(connection, ours)
        if ahead := newer(ours, await _applied(connection)):
            log.warning("database_newer", migration=ahead)
    finally:
        await connection.close()
    return done


async def missing(dsn: str) -> list[str]:
    """Names of the migrations still to be applied; changes nothing.

    Raises:
        MigrationError: the histories differ.
        DatabaseAway, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    connection = await connect(dsn, statement_seconds=None)
    try:
        return [m.name for m in pending(shipped(), await _applied(connection))]
    finally:
        await connection.close()


async def _apply_all(connection: "asyncpg.Connection[Any]", ours: list[Migration]) -> list[str]:
    done: list[str] = []
    while pending(ours, await _applied(connection)):  # asked without the lock: mostly nothing is
        name = await _apply_next(connection, ours)
        done.extend([name] if name else [])
    return done


async def _applied(connection: "asyncpg.Connection[Any]") -> dict[str, str]:
    if await connection.fetchval("select to_regclass('migration')") is None:
        return {}
    rows = await connection.fetch("select name, digest from migration order by name")
    return {row["name"]: row["digest"] for row in rows}


async def _apply_next(connection: "asyncpg.Connection[Any]", ours: list[Migration]) -> str | None:
    """Apply the first that is missing once we have the lock; None if another process did."""
    async with connection.transaction():
        await connection.execute(
            f"set local statement_timeout = '{_WAIT}'; set local lock_timeout = 0"
        )
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        left = pending(ours, await _applied(connection))
        if left:
            await _apply(connection, left[0])
        return left[0].name if left else None


async def _apply(connection: "asyncpg.Connection[Any]", migration: Migration) -> None:
    for name, value in migration.limits.items():
        await connection.execute("select set_config($1, $2, true)", name, value)
    try:
        await connection.execute(migration.sql)
    except asyncpg.PostgresError as error:
        why = f"{type(error).__name__}, SQLSTATE {error.sqlstate}"
        raise MigrationError(f"{migration.name} failed and left nothing behind: {why}") from error
    await connection.execute(
        "insert into migration (name, digest) values ($1, $2)", migration.name, migration.digest
    )
