"""Posting beside what others run: isso, a Flask form, and others' classifiers in a bare handler.

Every peer and the service take turns, with as many connections, one comment to a connection, as
browsers and most CMS post. isso runs as its manual says, with moderation on and its limits off; the
form is Flask's behind gunicorn with two workers, on the same PostgreSQL server.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec
import uvloop

from tests.load import texts
from tests.support.client import request
from tests.support.ports import free_port
from tests.support.servers import ROOT, bare, service

_ROUNDS, _REQUESTS, _CONNECTIONS, _SECONDS = 5, 400, 16, 60
_FOLDER: Final = ROOT / ".cache" / "peers"
_JSON: Final = {"Content-Type": "application/json", "Connection": "close"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
_ISSO: Final = """
[general]
dbpath = {folder}/comments.db
host = https://news.example/
[server]
listen = http://localhost:{port}/
[moderation]
enabled = true
[guard]
enabled = false
"""


class Peer(NamedTuple):
    """A server, with what makes a request to it of a comment."""

    name: str
    port: int
    make: Callable[[dict[str, str]], bytes]


def measured(dsn: str, data_dir: Path, key: str) -> Iterator[str]:
    """Measure; yield a line of figures when it is done."""
    subprocess.run([ROOT / "tests/load/peers.sh", sys.executable, _FOLDER], check=True)
    yield f"\npeers, {_CONNECTIONS} connections, one comment to each: posts/s (median, 99th in ms)"
    with ExitStack() as stack:
        port = stack.enter_context(service(dsn, data_dir))
        ours = Peer("service", port, lambda comment: _ours(comment, key))
        peers = [
            Peer("isso, moderation on", stack.enter_context(_isso()), _to_isso),
            Peer("Flask form, gunicorn", stack.enter_context(_form(dsn)), _to_form),
            *(
                Peer(name, stack.enter_context(bare(dsn, f"tests.load.judged:{create}")), _to_bare)
                for name, create in (
                    ("bare with alt-profanity-check", "with_profanity_check"),
                    ("bare with a scikit-learn Pipeline", "with_pipeline"),
                )
            ),
        ]
        for number, peer in enumerate((ours, *peers)):
            _posts(peer, 500 + number, _REQUESTS // 4)
        for number, peer in enumerate(peers):
            yield _beside(ours, peer, 100 * number)


def _beside(ours: Peer, peer: Peer, seed: int) -> str:
    rounds = [
        (_posts(ours, seed + 2 * each), _posts(peer, seed + 2 * each + 1))
        for each in range(_ROUNDS)
    ]
    ratio = statistics.median(mine[0] / theirs[0] for mine, theirs in rounds)
    shown = "   ".join(
        f"{name} {statistics.median(one[at] for one in found):5.0f} "
        f"({statistics.median(one[1] for one in found):.1f}, "
        f"{statistics.median(one[2] for one in found):.1f})"
        for at, name, found in (
            (0, peer.name, [theirs for _, theirs in rounds]),
            (0, "service", [mine for mine, _ in rounds]),
        )
    )
    return f"  {shown}   ratio {ratio:.2f} (median of {_ROUNDS})"


def _posts(peer: Peer, seed: int, count: int = _REQUESTS) -> tuple[float, float, float]:
    """Return posts per second, and the median and 99th percentile in milliseconds."""
    comments = (msgspec.json.decode(each, type=dict) for each in texts.comments(count, seed))
    requests = [peer.make(comment) for comment in comments]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        begun = time.perf_counter()
        times = sorted(runner.run(_all(peer.port, requests)))
        rate = count / (time.perf_counter() - begun)
    return rate, times[count // 2] * 1000, times[int(0.99 * count)] * 1000


async def _all(port: int, requests: Sequence[bytes]) -> list[float]:
    waiting, times = iter(requests), list[float]()

    async def send() -> None:
        for each in waiting:
            begun = time.perf_counter()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(each)
            answer = await reader.read()
            writer.close()
            times.append(time.perf_counter() - begun)
            if answer.split(maxsplit=2)[1] not in {b"201", b"202"}:
                raise SystemExit(f"a peer answered {answer[:300]!r}: the figures mean nothing")

    async with asyncio.TaskGroup() as group:
        for _ in range(_CONNECTIONS):
            group.create_task(send())
    return times


@contextmanager
def _isso() -> Iterator[int]:
    """Isso's own server with a database of its own."""
    port = free_port()
    with TemporaryDirectory(prefix="isso_") as folder:
        settings = Path(folder) / "isso.cfg"
        settings.write_text(_ISSO.format(folder=folder, port=port), encoding="utf-8")
        with _running([str(_FOLDER / "bin" / "isso"), "-c", str(settings), "run"], {}, port):
            yield port


@contextmanager
def _form(dsn: str) -> Iterator[int]:
    """The Flask form."""
    port = free_port()
    command = [str(_FOLDER / "bin" / "gunicorn"), "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    folder = ["--chdir", str(ROOT / "tests/load/peer_systems"), "--log-level", "error"]
    with _running([*command, *folder, "comment_form:app"], {"FORM_DSN": dsn}, port):
        yield port


@contextmanager
def _running(command: list[str], env: dict[str, str], port: int) -> Iterator[None]:
    quiet = subprocess.DEVNULL  # isso logs every comment
    started = subprocess.Popen(command, env={"PATH": os.defpath, **env}, stdout=quiet, stderr=quiet)
    try:
        deadline = time.monotonic() + _SECONDS
        while not _answers(port):
            if started.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield
    finally:
        started.terminate()
        started.wait(_SECONDS)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
    except httpx.TransportError:
        return False
    return True


def _ours(comment: dict[str, str], key: str) -> bytes:
    headers = {**_JSON, "Authorization": f"Bearer {key}"}
    return request("POST", "/v1/comments", headers, json.dumps(comment).encode())


def _to_bare(comment: dict[str, str]) -> bytes:
    return request("POST", "/v1/comments", _JSON, json.dumps(comment).encode())


def _to_isso(comment: dict[str, str]) -> bytes:
    path = urlsplit(comment["page"]).path
    body = {"author": comment["name"], "email": comment["email"], "text": comment["body"]}
    body |= {"title": "An article"}
    return request("POST", f"/new?uri={quote(path)}", _JSON, json.dumps(body).encode())


def _to_form(comment: dict[str, str]) -> bytes:
    return request("POST", "/comments", _FORM, urlencode(comment).encode())
