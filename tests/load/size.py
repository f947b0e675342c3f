"""`python -m tests.load.size ROWS`: what a database of so many comments takes, and how fast it is.

Ten thousand comments are posted; copies of them on other pages, by other authors and of hours
before make up the rest, written as a restored dump is, without triggers.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import uvloop

from service.accounts import accounts, members
from service.accounts.secrets import load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.settings import Settings
from tests.load import texts
from tests.support.client import Measured, load, request
from tests.support.servers import Port, service

_POSTED, _TIMES = 10_000, 100
_SERVER: Final = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
_ID: Final = (
    "(lpad(to_hex(('x' || replace(substr({0}::text, 1, 13), '-', ''))::bit(48)::bigint"
    " - $1::bigint * 3600000), 12, '0') || substr(replace({0}::text, '-', ''), 13))::uuid"
)
_KEY: Final = "substr(sha256(page_key || int4send($1::int)), 1, length(page_key))"
_AUTHOR: Final = "md5(author_id::text || $1::int)::uuid"
_HOUR: Final = "{0} - $1::int * interval '1 hour'"
_COPIED: Final = {
    "comment_contact": {"author_id": _AUTHOR},
    "comment": {
        "id": _ID.format("id"),
        "page_key": _KEY,
        "author_id": _AUTHOR,
        "submitted_at": _HOUR.format("submitted_at"),
        "decided_at": _HOUR.format("decided_at"),
    },
    "decision": {"comment_id": _ID.format("comment_id"), "at": _HOUR.format("at")},
    "page_shown": {"page_key": _KEY},
}
"""What is another in a copy, as SQL of what is copied and of the copy's number."""


def main(rows: int) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory(prefix="size_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir, _SERVER) as dsn:
            key, token = asyncio.run(_prepare(dsn, data_dir))
            with service(dsn, data_dir) as port:
                spent = port.processor_seconds()
                _load(port, _posts(_POSTED, 0, key), 32)
                spent = port.processor_seconds() - spent
                _say(f"processor time of a post: {spent / _POSTED * 1e3:.2f} ms")
            for line in asyncio.run(_grown(dsn, rows // _POSTED)):
                _say(line)
            with service(dsn, data_dir) as port:
                _say_times(port, key, token)


async def _prepare(dsn: str, data_dir: Path) -> tuple[str, str]:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        site = await accounts.add_site(connection, secrets, "size")
        staff = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    finally:
        await connection.close()
    return site.key, staff.token or ""


async def _grown(dsn: str, times: int) -> list[str]:
    connection = await connect(dsn, statement_seconds=None)
    try:
        for table in _COPIED:
            await connection.execute(f"create temp table first_{table} as table {table}")
        await connection.execute("set session_replication_role = replica")
        for number in range(1, times):
            for table, other in _COPIED.items():
                await connection.execute(_copying(table, other), number)
        await connection.execute("vacuum analyze")
        count = await connection.fetchval("select count(*) from comment")
        sizes = {
            table: await connection.fetchval("select pg_total_relation_size($1)", table)
            for table in _COPIED
        }
    finally:
        await connection.close()
    each = ", ".join(f"{table} {size / count:.0f}" for table, size in sizes.items())
    whole = sum(sizes.values())
    return [f"{count} comments: {whole / 2**20:.0f} MiB, bytes of each with indexes: {each}"]


def _copying(table: str, other: dict[str, str]) -> str:
    changes = ", ".join(f"'{column}', {how}" for column, how in other.items())
    return (
        f"insert into {table} select n.* from first_{table} t "
        f"cross join lateral jsonb_populate_record(t, jsonb_build_object({changes})) n"
    )


def _say_times(port: Port, key: str, token: str) -> None:
    site, staff = ({"Authorization": f"Bearer {each}"} for each in (key, token))
    page = f"/v1/comments?page={quote(texts.page(1), safe='')}"
    calls = {
        "POST /v1/comments": _posts(_TIMES, 1, key),
        "GET /v1/comments?page=": [request("GET", page, site)] * _TIMES,
        "GET /v1/review": [request("GET", "/v1/review", staff)] * _TIMES,
    }
    for name, requests in calls.items():
        _load(port, requests[:10], 1)
        found = _load(port, requests[10:], 1)
        _say(
            f"{name}: {found.percentile(0.5):.1f} ms, {found.percentile(0.99):.1f} {found.statuses}"
        )
    memory = Path(f"/proc/{port.pid}/status").read_text(encoding="ascii")
    (resident,) = (line.split()[1] for line in memory.splitlines() if line.startswith("VmRSS"))
    _say(f"memory of the service: {int(resident) / 1024:.0f} MiB")


def _posts(count: int, seed: int, key: str) -> list[bytes]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return [request("POST", "/v1/comments", headers, each) for each in texts.comments(count, seed)]


def _load(port: int, requests: Sequence[bytes], connections: int) -> Measured:
    return uvloop.run(load(port, requests, connections))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
