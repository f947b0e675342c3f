"""`python -m tests.load.size ROWS...`: what a database of so many comments takes, and its speed.

Its archive is that of `tests/load/archive.py`. The table has the medians of calls one after the
other, and the blocks of 8 kB that the server reads for one. Archives that were kept are measured by
`--again FOLDER...` in turns, so that what else the machine does is the same for each.
"""

import asyncio
import json
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
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
from tests.load import archive, blocks, texts
from tests.support.client import Measured, load, request
from tests.support.servers import Port, service

_TIMES, _WARM = 40, 10
_TURNS = 3
_SITE, _PERSON = "size", "Ann"
_HELD = "rutabaga"  # a word that the site has held


@dataclass(frozen=True, slots=True)
class Found:
    """What a kind of call took: its times, and blocks that the server read for one."""

    measured: Measured
    blocks: float

    @property
    def median(self) -> float:
        """In milliseconds."""
        return self.measured.percentile(0.5)


def main(sizes: Sequence[int], plot: Path | None, keep: Path | None) -> None:
    """Fill to each size in turn, measure there, and print a table at last."""
    _tell(_filled(sizes, keep), plot)


def again(folders: Sequence[Path], plot: Path | None) -> None:
    """Measure kept archives in turns, and print a table with the medians of all turns."""
    turns = [dict(map(_kept, folders)) for _ in range(_TURNS)]
    _tell(
        {
            rows: {name: _together([turn[rows][name] for turn in turns]) for name in calls}
            for rows, calls in turns[0].items()
        },
        plot,
    )


def _together(found: Sequence[Found]) -> Found:
    """Return the turn whose median is the one in the middle, with the blocks of all on the mean."""
    middle = sorted(found, key=lambda each: each.median)[len(found) // 2]
    return Found(middle.measured, sum(each.blocks for each in found) / len(found))


def _kept(folder: Path) -> tuple[int, dict[str, Found]]:
    """Measure an archive that is there; return how many comments it has with what was found."""
    with embedded.running(folder, archive.SERVER | blocks.SERVER) as dsn:
        rows, key, token, link = asyncio.run(_opened(dsn, folder))
        with service(dsn, folder) as port:
            _say(f"{folder}: {rows} comments")
            return rows, _times(dsn, port, key, token, _signed_in(port, link))


async def _opened(dsn: str, data_dir: Path) -> tuple[int, str, str, str]:
    """Return how many comments a kept archive has, with new secrets of its site and its person."""
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn, statement_seconds=None)
    try:
        key, _ = await accounts.new_site_key(
            connection, secrets, _SITE, "bearer", revoke_others=True
        )
        token = await members.new_token(connection, secrets, _PERSON)
        link = await members.new_link(connection, secrets, _PERSON, 60)
        rows = await connection.fetchval("select count(*) from comment")
    finally:
        await connection.close()
    return round(rows, -4), key, token, link


def _filled(sizes: Sequence[int], keep: Path | None) -> dict[int, dict[str, Found]]:
    """Fill to each size in turn, and measure there."""
    found: dict[int, dict[str, Found]] = {}
    with tempfile.TemporaryDirectory(prefix="size_") as folder:
        data_dir = keep or Path(folder)
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711)
        with embedded.running(data_dir, archive.SERVER | blocks.SERVER) as dsn:
            key, token, link = asyncio.run(_prepare(dsn, data_dir))
            with service(dsn, data_dir) as port:
                cookie = _signed_in(port, link)
                spent = port.processor_seconds()
                _load(port, _posts(archive.POSTED, 0, key), 32)
                spent = port.processor_seconds() - spent
                _say(f"processor time of a post: {spent / archive.POSTED * 1e3:.2f} ms")
            copies = 1
            for rows in sizes:
                for line in asyncio.run(_grown(dsn, range(copies, rows // archive.POSTED))):
                    _say(line)
                copies = max(copies, rows // archive.POSTED)
                with service(dsn, data_dir) as port:
                    found[rows] = _times(dsn, port, key, token, cookie)
                    _say(f"memory of the service: {_memory(port.pid):.0f} MiB")
    return found


def _tell(found: Mapping[int, Mapping[str, Found]], plot: Path | None) -> None:
    _say_table(found)
    if plot:
        _draw(found, plot)


async def _prepare(dsn: str, data_dir: Path) -> tuple[str, str, str]:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        site = await accounts.add_site(connection, secrets, _SITE)
        await accounts.change_site(connection, _SITE, {"held_words": [_HELD]})
        staff = await members.add_staff(connection, secrets, _PERSON, "admin", 60)
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
    seconds = await archive.grow(dsn, numbers)
    connection = await connect(dsn, statement_seconds=None)
    try:
        begun, before = time.monotonic(), await _rates(connection)
        await _count(dsn)
        counted = time.monotonic() - begun
        after = await _rates(connection)
        count = await connection.fetchval("select count(*) from comment")
        sizes = await archive.sizes(connection)
    finally:
        await connection.close()
    each = ", ".join(f"{table} {size / count:.0f}" for table, size in sizes.items())
    whole = sum(sizes.values())
    ms = f"{before:.0f} ms; all counted in {counted:.1f} s: {after:.0f} ms"
    size = f"{whole / 2**20:.0f} MiB, bytes of each with indexes: {each}"
    return [
        f"error rates, in the database: {ms}",
        f"{count} comments: {size}; {len(numbers)} copies in {seconds:.0f} s",
    ]


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


def _times(dsn: str, port: Port, key: str, token: str, cookie: str) -> dict[str, Found]:
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
    began = datetime.now(UTC)
    calls = {"post": _posts(_TIMES, int(time.time()) % 1_000_000, key)}
    calls |= {name: [request("GET", *each)] * _TIMES for name, each in reads.items()}
    calls["decision"] = _decisions(port, site, staff)
    found = {name: _timed(dsn, name, port, requests) for name, requests in calls.items()}
    _approve_since(port, staff, began)
    return found


def _timed(dsn: str, name: str, port: Port, requests: Sequence[bytes]) -> Found:
    _load(port, requests[:_WARM], 1)
    with blocks.counted(dsn, len(requests) - _WARM) as read:
        measured = _load(port, requests[_WARM:], 1)
    found = Found(measured, read.each)
    high = measured.percentile(0.99)
    _say(
        f"{name}: {found.median:.1f} ms, {high:.1f} {measured.statuses}, {found.blocks:,.0f} blocks"
    )
    return found


def _decisions(port: Port, site: dict[str, str], staff: dict[str, str]) -> list[bytes]:
    """Approvals of what waits, each of another comment that comes for it."""
    body = json.dumps({"action": "approve", "version": 1}).encode()
    headers = staff | {"Content-Type": "application/json"}
    made = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=site, timeout=60) as readers:
        for each in texts.comments(_TIMES, int(time.time()) % 1_000_000):
            comment = json.loads(each)
            held = readers.post(
                "/v1/comments", json=comment | {"body": f"{comment['body']} {_HELD}"}
            )
            id_ = held.raise_for_status().json()["id"]
            made.append(request("POST", f"/v1/review/{id_}/decision", headers, body))
    return made


def _approve_since(port: Port, staff: dict[str, str], began: datetime) -> None:
    """Approve what has come to wait since a moment, so that the queue is what it was."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=staff, timeout=60) as person:
        answer = person.get("/v1/review", params={"order": "newest", "limit": 100})
        for each in answer.raise_for_status().json()["items"]:
            if datetime.fromisoformat(each["submitted_at"]) >= began:
                decision = {"action": "approve", "version": each["version"]}
                person.post(f"/v1/review/{each['id']}/decision", json=decision).raise_for_status()


def _memory(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (resident,) = (line.split()[1] for line in told.splitlines() if line.startswith("VmRSS"))
    return int(resident) / 1024


def _say_table(found: Mapping[int, Mapping[str, Found]]) -> None:
    """Print medians and blocks, columns for each size and the last by the first, as Markdown."""
    heads = [*(f"{rows:,}: ms" for rows in found), "ratio"]
    heads += [*(f"{rows:,}: blocks" for rows in found), "ratio"]
    _say(f"| a call | {' | '.join(heads)} |")
    _say(f"| --- |{' --- |' * len(heads)}")
    for name in next(iter(found.values())):
        medians = [each[name].median for each in found.values()]
        read = [each[name].blocks for each in found.values()]
        cells = [*(f"{each:.1f}" for each in medians), f"{medians[-1] / medians[0]:.2f}"]
        cells += [*(f"{each:,.0f}" for each in read), f"{read[-1] / max(read[0], 1):.2f}"]
        _say(f"| {name} | {' | '.join(cells)} |")


def _draw(found: Mapping[int, Mapping[str, Found]], path: Path) -> None:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name in next(iter(found.values())):
        axes.loglog([*found], [each[name].median for each in found.values()], label=name)
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


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("rows", type=int, nargs="*", default=[], help="sizes, the smallest first")
    what.add_argument("--again", type=Path, nargs="+", metavar="FOLDER", help="kept archives")
    parser.add_argument("--plot", type=Path, help="where the medians are drawn")
    parser.add_argument("--keep", type=Path, help="a new folder, in which the archive stays")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    if given.again:
        again(given.again, given.plot)
    else:
        main(given.rows, given.plot, given.keep)
