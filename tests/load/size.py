"""`python -m tests.load.size ROWS...`: what a database of so many comments takes, and its speed.

Ten thousand comments are posted; copies of them on other pages, by other authors and of days
before make up the rest, written as a restored dump is, without triggers. What waits in a copy was
approved: an archive grows, a queue that people work does not.
"""

import asyncio
import json
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import uvloop
from matplotlib.figure import Figure

from service.accounts import accounts, members
from service.accounts.secrets import load_secrets
from service.comments.counting import Counting
from service.db import quality
from service.db.comments import Connection
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect, open_pool
from service.settings import Settings
from tests.load import texts
from tests.support.client import Measured, load, request
from tests.support.servers import Port, service

_POSTED, _TIMES, _WARM = 10_000, 40, 10
_SERVER: Final = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
_BACK: Final = (
    "($1::bigint * 93600000 - ('x' || substr(md5({0}::text), 1, 8))::bit(32)::bigint % 93600000)"
)
"""By so many milliseconds an id's copies are older: 26 hours each, in which they lie apart."""

_ID: Final = (
    "(lpad(to_hex(('x' || replace(substr({0}::text, 1, 13), '-', ''))::bit(48)::bigint"
    " - " + _BACK + "), 12, '0') || substr(replace({0}::text, '-', ''), 13))::uuid"
)
_KEY: Final = "substr(sha256(page_key || int4send($1::int)), 1, length(page_key))"
_AUTHOR: Final = "md5(author_id::text || $1::int)::uuid"
_DAYS: Final = "{1} - " + _BACK + " * interval '1 millisecond'"
"""Mostly more than a day: what is younger is looked at again when a service starts."""

_DECIDED: Final = "case {0} when 'pending' then 'approved' else {0} end"
_COPIED: Final = {
    "comment_contact": {"author_id": _AUTHOR},
    "comment": {
        "id": _ID.format("id"),
        "page_key": _KEY,
        "author_id": _AUTHOR,
        "submitted_at": _DAYS.format("id", "submitted_at"),
        "decided_at": _DAYS.format("id", "decided_at"),
        "status": _DECIDED.format("status"),
    },
    "decision": {
        "comment_id": _ID.format("comment_id"),
        "at": _DAYS.format("comment_id", "at"),
        "to_status": _DECIDED.format("to_status"),
    },
    "page_shown": {"page_key": _KEY},
}
"""What is another in a copy, as SQL of what is copied and of the copy's number."""


def main(sizes: Sequence[int], plot: Path | None) -> None:
    """Fill to each size in turn, measure there, and print a table at last."""
    found: dict[int, dict[str, Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="size_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir, _SERVER) as dsn:
            key, token, link = asyncio.run(_prepare(dsn, data_dir))
            with service(dsn, data_dir) as port:
                cookie = _signed_in(port, link)
                spent = port.processor_seconds()
                _load(port, _posts(_POSTED, 0, key), 32)
                spent = port.processor_seconds() - spent
                _say(f"processor time of a post: {spent / _POSTED * 1e3:.2f} ms")
            copies = 1
            for rows in sizes:
                for line in asyncio.run(_grown(dsn, range(copies, rows // _POSTED))):
                    _say(line)
                copies = max(copies, rows // _POSTED)
                with service(dsn, data_dir) as port:
                    found[rows] = _times(port, key, token, cookie)
                    _say(f"memory of the service: {_memory(port.pid):.0f} MiB")
    _say_table(found)
    if plot:
        _draw(found, plot)


async def _prepare(dsn: str, data_dir: Path) -> tuple[str, str, str]:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        site = await accounts.add_site(connection, secrets, "size")
        staff = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    finally:
        await connection.close()
    return site.key, staff.token or "", staff.link or ""


def _signed_in(port: Port, link: str) -> str:
    """Sign in by a link, and return the cookie."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
        browser.post("/sign-in/link", json={"secret": link}).raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


async def _grown(dsn: str, numbers: range) -> list[str]:
    """Add copies of what was posted, each with its number."""
    connection = await connect(dsn, statement_seconds=None)
    try:
        for table in _COPIED:
            first = f"create table if not exists first_{table} as table {table}"
            await connection.execute(first)
        await connection.execute("set session_replication_role = replica")
        for number in numbers:
            for table, other in _COPIED.items():
                await connection.execute(_copying(table, other), number)
        await connection.execute("vacuum analyze")
        begun, before = time.monotonic(), await _rates(connection)
        await _count(dsn)
        _say(
            f"error rates, in the database: {before:.0f} ms; all counted in "
            f"{time.monotonic() - begun:.1f} s: {await _rates(connection):.0f} ms"
        )
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


async def _rates(connection: Connection) -> float:
    """Return how many milliseconds the counts of thirty days take."""
    begun = time.monotonic()
    await quality.decided(connection, datetime.now(UTC) - timedelta(days=30), None)
    return (time.monotonic() - begun) * 1000


async def _count(dsn: str) -> None:
    """Count what has settled, as the service does beside requests."""
    pool = await open_pool(dsn)
    counting = Counting(pool)
    await counting.look_once()
    while await counting.look_once():
        pass
    await pool.close()


def _copying(table: str, other: dict[str, str]) -> str:
    changes = ", ".join(f"'{column}', {how}" for column, how in other.items())
    return (
        f"insert into {table} select n.* from first_{table} t "
        f"cross join lateral jsonb_populate_record(t, jsonb_build_object({changes})) n"
    )


def _times(port: Port, key: str, token: str, cookie: str) -> dict[str, Measured]:
    """Call one after the other what people and websites wait for."""
    site, staff = ({"Authorization": f"Bearer {each}"} for each in (key, token))
    page = quote(texts.page(1), safe="")
    reads = {
        "a page's comments": (f"/v1/comments?page={page}", site),
        "a page's count": (f"/v1/counts?page={page}", site),
        "first of the queue": ("/v1/review", staff),
        "its oldest": ("/v1/review?order=oldest", staff),
        "search for a word": ("/v1/review?q=exception", staff),
        "search for two": ("/v1/review?q=attribute+method", staff),
        "summary": ("/v1/review/summary", staff),
        "changes": ("/v1/review/changes", staff),
        "error rates": ("/v1/quality", staff),
        "error rates of a year": ("/v1/quality?days=366", staff),
        "dashboard": ("/dashboard", {"Cookie": cookie}),
    }
    calls = {"post": _posts(_TIMES, 1, key)}
    calls |= {name: [request("GET", *each)] * _TIMES for name, each in reads.items()}
    calls["decision"] = _decisions(port, staff)
    return {name: _timed(name, port, requests) for name, requests in calls.items()}


def _timed(name: str, port: Port, requests: Sequence[bytes]) -> Measured:
    _load(port, requests[:_WARM], 1)
    found = _load(port, requests[_WARM:], 1)
    _say(f"{name}: {found.percentile(0.5):.1f} ms, {found.percentile(0.99):.1f} {found.statuses}")
    return found


def _decisions(port: Port, staff: dict[str, str]) -> list[bytes]:
    """Approvals of what waits, each of another comment."""
    answer = httpx.get(f"http://127.0.0.1:{port}/v1/review?limit=100", headers=staff, timeout=60)
    body = json.dumps({"action": "approve", "version": 1}).encode()
    headers = staff | {"Content-Type": "application/json"}
    return [
        request("POST", f"/v1/review/{each['id']}/decision", headers, body)
        for each in answer.raise_for_status().json()["items"]
    ]


def _memory(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (resident,) = (line.split()[1] for line in told.splitlines() if line.startswith("VmRSS"))
    return int(resident) / 1024


def _say_table(found: Mapping[int, Mapping[str, Measured]]) -> None:
    """Print the medians in milliseconds, a column for each size, as Markdown."""
    _say(f"| median, ms | {' | '.join(f'{rows:,}' for rows in found)} |")
    _say(f"| --- |{' --- |' * len(found)}")
    for name in next(iter(found.values())):
        medians = [each[name].percentile(0.5) for each in found.values()]
        _say(f"| {name} | {' | '.join(f'{each:.1f}' for each in medians)} |")


def _draw(found: Mapping[int, Mapping[str, Measured]], path: Path) -> None:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name in next(iter(found.values())):
        axes.loglog([*found], [each[name].percentile(0.5) for each in found.values()], label=name)
    axes.set(xlabel="comments kept", ylabel="median, ms")
    axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _posts(count: int, seed: int, key: str) -> list[bytes]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return [request("POST", "/v1/comments", headers, each) for each in texts.comments(count, seed)]


def _load(port: int, requests: Sequence[bytes], connections: int) -> Measured:
    return uvloop.run(load(port, requests, connections))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _arguments() -> tuple[list[int], Path | None]:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+", help="sizes, the smallest first")
    parser.add_argument("--plot", type=Path, help="where the medians are drawn")
    given = parser.parse_args()
    return given.rows, given.plot


if __name__ == "__main__":
    main(*_arguments())
