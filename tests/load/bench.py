"""`make bench`: the service beside bare handlers on the same PostgreSQL server in the same run.

Rounds alternate, and the ratio is the median of the rounds' ratios: machines are noisy, ratios
within a run hold. The load client, both servers and PostgreSQL share the machine's cores. Where
others have work there too, the time that processors spend on each server, and on PostgreSQL's
sessions for it, tells more than the clock.
"""

import asyncio
import math
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import uvloop

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.settings import Settings
from tests.load import apis, flood, learning, peers, queue_page, second, texts
from tests.support.client import Measured, load, request
from tests.support.servers import Port, bare, processor_seconds, service

_ROUNDS, _WARM_UP, _REQUESTS, _CONNECTIONS = 5, 1000, 4000, 32
_PAGES = 200
_PARTS: Final = ("start", "posts", "pages", "apis", "second", "flood", "peers", "queue", "learning")

_SESSIONS: Final = """select pid from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()"""

Make = Callable[[int, int, dict[str, str]], list[bytes]]


def main(parts: Collection[str], rounds: int) -> None:
    """Run these parts of the benchmark and print their tables."""
    with tempfile.TemporaryDirectory(prefix="bench_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        if "start" in parts:
            _start("made and started", data_dir)
            _start("started again", data_dir)
        with embedded.running(data_dir) as dsn:
            site = asyncio.run(_prepare(dsn, data_dir))
            if {"posts", "pages", "apis"} & {*parts}:
                _beside_bare(parts, rounds, dsn, data_dir, site)
            if "second" in parts:
                _say_each(second.measured(dsn, data_dir, site.key))
            if "flood" in parts:
                _say_each(flood.measured(dsn, data_dir))
            if "peers" in parts:
                _say_each(peers.measured(dsn, data_dir, site.key))
            if "learning" in parts:
                _say_each(learning.measured(dsn, data_dir, site.key))
            if "queue" in parts:
                _say_each(queue_page.lines(asyncio.run(queue_page.measure(dsn, data_dir))))


def _beside_bare(
    parts: Collection[str], rounds: int, dsn: str, data_dir: Path, site: accounts.NewSite
) -> None:
    """Compare with bare handlers, and with the highest rates of the compatibility APIs."""
    key = site.key
    with service(dsn, data_dir) as ours, bare(dsn) as theirs:
        _fill(ours, theirs, key)
        asyncio.run(_settle(dsn))
        if "posts" in parts:
            _compare("POST /v1/comments", _posts, (ours, theirs), key, rounds, dsn=dsn)
            asyncio.run(_settle(dsn))
        if "pages" in parts:
            page = "GET /v1/comments?page=, 50 comments"
            _compare(page, _pages, (ours, theirs), key, rounds, dsn=dsn)
            known = partial(_known_pages, _etags(ours, key))
            _compare("the same, known by its ETag", known, (ours, theirs), key, rounds, dsn=dsn)
        _say(f"memory of the service: {ours.memory():.0f} MB")
        if "apis" in parts:
            _say_each(apis.measured(ours, site))


def _say_each(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


def _start(what: str, data_dir: Path) -> None:
    begun = time.perf_counter()
    with embedded.running(data_dir):
        _say(f"embedded PostgreSQL {what} in {time.perf_counter() - begun:.2f} s")


async def _prepare(dsn: str, data_dir: Path) -> accounts.NewSite:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        return await accounts.add_site(connection, secrets, "bench")
    finally:
        await connection.close()


async def _settle(dsn: str) -> None:
    """Give both tables statistics, as they have after some minutes, and every page comments."""
    connection = await connect(dsn)
    try:
        await connection.execute("vacuum analyze comment")
        await connection.execute("vacuum analyze bare")
    finally:
        await connection.close()


def _fill(ours: Port, theirs: Port, key: str) -> None:
    """Post the first comments, for plans of queries that are not those of an empty table."""
    for port in (ours, theirs):
        _measure(port, _posts(_WARM_UP, 99, {"Authorization": f"Bearer {key}"}))


def _posts(count: int, seed: int, headers: dict[str, str]) -> list[bytes]:
    headers = {**headers, "Content-Type": "application/json"}
    return [request("POST", "/v1/comments", headers, each) for each in texts.comments(count, seed)]


def _pages(count: int, _: int, headers: dict[str, str]) -> list[bytes]:
    return [request("GET", _page(number % _PAGES), headers) for number in range(count)]


def _etags(port: int, key: str) -> list[str]:
    """Return what the service calls each page as it is now."""
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}) as client:
        addresses = (f"http://127.0.0.1:{port}{_page(number)}" for number in range(_PAGES))
        return [client.get(address).headers["etag"] for address in addresses]


def _known_pages(etags: list[str], count: int, _: int, headers: dict[str, str]) -> list[bytes]:
    return [
        request("GET", _page(each % _PAGES), headers | {"If-None-Match": etags[each % _PAGES]})
        for each in range(count)
    ]


def _page(number: int) -> str:
    return f"/v1/comments?page={quote(texts.page(number), safe='')}"


def _compare(
    what: str, make: Make, ports: tuple[Port, Port], key: str, rounds: int, *, dsn: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for port in ports:
        _measure(port, make(_WARM_UP, 0, headers))
    ratios = []
    spent, of_sessions = [-port.processor_seconds() for port in ports], [0.0 for _ in ports]
    _say(f"\n{what}, {_CONNECTIONS} connections: requests/s (median, 99th percentile in ms)")
    for seed in range(1, rounds + 1):
        requests = make(_REQUESTS, seed, headers)
        measured = []
        for place, port in enumerate(ports):
            before = asyncio.run(_session_seconds(dsn))
            measured.append(_measure(port, requests))
            after = asyncio.run(_session_seconds(dsn))
            of_sessions[place] += sum(after[pid] - before.get(pid, 0.0) for pid in after)
        ratios.append(measured[0].rate / measured[1].rate)
        lines = [_line(each) for each in measured]
        _say(f"  service {lines[0]}   bare {lines[1]}   ratio {ratios[-1]:.2f}")
    _say(f"  ratio {statistics.median(ratios):.2f} (median of {rounds})")
    spent = [before + port.processor_seconds() for before, port in zip(spent, ports, strict=True)]
    for name, seconds in (("each", spent), ("PostgreSQL's sessions", of_sessions)):
        mine, bare_one = (each / (rounds * _REQUESTS) * 1e6 for each in seconds)
        ratio = bare_one / mine if mine else math.inf  # a page known by its ETag asks little
        _say(f"  processor time of {name}: {mine:.0f} µs, bare {bare_one:.0f}, ratio {ratio:.2f}")


async def _session_seconds(dsn: str) -> dict[int, float]:
    """Return the time that processors have spent on each of the server's other sessions."""
    connection = await connect(dsn)
    try:
        rows = await connection.fetch(_SESSIONS)
        return {row["pid"]: processor_seconds(row["pid"]) for row in rows}
    finally:
        await connection.close()


def _measure(port: int, requests: Sequence[bytes]) -> Measured:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(load(port, requests, _CONNECTIONS))
    failed = {status for status in measured.statuses if status not in {200, 201, 304}}
    if failed:
        raise SystemExit(f"answers with status {sorted(failed)}: the figures mean nothing")
    return measured


def _line(measured: Measured) -> str:
    middle, high = measured.percentile(0.5), measured.percentile(0.99)
    return f"{measured.rate:6.0f} ({middle:.1f}, {high:.1f})"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def arguments(given: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Read which parts to run, all where none is named, and how many rounds to compare in."""
    parser = ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=_PARTS, help="run this part alone; may be repeated"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        choices=range(1, 100),
        default=_ROUNDS,
        metavar="N",
        help="rounds of each comparison, 1 to 99 (default: %(default)s)",
    )
    read = parser.parse_args(given)
    return tuple(read.only or _PARTS), read.rounds


if __name__ == "__main__":
    main(*arguments(sys.argv[1:]))
