"""What the second opinion costs: posting, with one comment in ten in doubt, with it and without.

Two services on the same database, one of them with the time limit at 0, take turns; the ratio is
the median of the rounds' ratios. Paced, both get half of what the one without it can take.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import httpx
import msgspec
import uvloop

from classifier import Bundle
from classifier.shipped import shipped_bundle
from service.ids import new_id
from tests.load import texts
from tests.support.client import Measured, load, request
from tests.support.servers import service

_ROUNDS, _STARTS, _REQUESTS, _WARM_UP, _CONNECTIONS = 5, 4, 2000, 500, 32
_EVERY: Final = 10
"""One comment in so many is in doubt."""

_WITH: Final = {"MODERATION_METRICS": "open"}
_WITHOUT: Final = {**_WITH, "MODERATION_SECOND_OPINION_MS": "0"}
_RUDE: Final = (
    "What a load of rubbish.",
    "These politicians are clowns and liars.",
    "He is a crook.",
    "Check out my channel for more.",
    "The mayor is a fool.",
    "This is the dumbest decision so far.",
)
_SECONDS: Final = 30


def measured(dsn: str, data_dir: Path, key: str) -> Iterator[str]:
    """Measure; yield a line of figures when it is done."""
    yield "\nsecond opinion, with and without"
    yield _starts(dsn, data_dir)
    bundle = shipped_bundle()
    with ExitStack() as stack:
        ports = [stack.enter_context(service(dsn, data_dir, **env)) for env in (_WITH, _WITHOUT)]
        _await_ready(ports[0])
        yield f"  POST /v1/comments, one in {_EVERY} in doubt, {_CONNECTIONS} connections:"
        yield "  requests/s (median, 99th percentile in ms)"
        half = yield from _rounds(ports, bundle, key)
        yield f"  paced at {half:.0f} requests/s:"
        for name, port, seed in (("with", ports[0], 1000), ("without", ports[1], 1001)):
            begun = new_id()
            found = posted(port, _requests(bundle, key, _REQUESTS, seed), rate=half)
            yield f"    {name:8} {figures(found)}"
            if name == "with":
                yield f"  decided by the encoder: {asyncio.run(_decided(dsn, begun))}"
        yield f"  requests for an opinion in all of these runs: {_outcomes(ports[0])}"
        memory = " and ".join(f"{_memory(port):.0f}" for port in ports)
        yield f"  memory of the service: {memory} MB"


def _rounds(ports: Sequence[int], bundle: Bundle, key: str) -> Generator[str, None, float]:
    """Yield lines; return half of the highest rate without a second opinion."""
    ratios, highest = [], []
    for number, port in enumerate(ports):
        posted(port, _requests(bundle, key, _WARM_UP, 900 + number))
    for seed in range(2, 2 * _ROUNDS + 2, 2):
        both = [
            posted(port, _requests(bundle, key, _REQUESTS, seed + number))
            for number, port in enumerate(ports)
        ]
        ratios.append(both[0].rate / both[1].rate)
        highest.append(both[1].rate)
        shown = "   ".join(
            f"{name} {figures(found)}"
            for name, found in zip(("with", "without"), both, strict=True)
        )
        yield f"    {shown}   ratio {ratios[-1]:.2f}"
    yield f"    ratio {statistics.median(ratios):.2f} (median of {_ROUNDS})"
    return statistics.median(highest) / 2


def _starts(dsn: str, data_dir: Path) -> str:
    """Time from the start of the process to its first answer, taken in turns."""
    taken: dict[str, list[float]] = {"with": [], "without": []}
    pair = (("with", _WITH), ("without", _WITHOUT))
    for number in range(_STARTS):
        for name, env in pair if number % 2 else reversed(pair):
            begun = time.perf_counter()
            with service(dsn, data_dir, **env):
                taken[name].append(time.perf_counter() - begun)
    shown = ", ".join(f"{name} {statistics.median(found):.2f} s" for name, found in taken.items())
    return f"  the service starts in: {shown} (medians of {_STARTS})"


def _requests(bundle: Bundle, key: str, count: int, seed: int) -> list[bytes]:
    """Comments that the linear model approves, and one in ten that it leaves in doubt."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    plain = _found(bundle, texts.bodies(4 * count, seed), "approved")
    rude = (f"{_RUDE[n % len(_RUDE)]} {body}" for n, body in enumerate(texts.bodies(count, seed)))
    doubtful = _found(bundle, rude, "pending")
    chosen = [next(plain if number % _EVERY else doubtful) for number in range(count)]
    return [
        request("POST", "/v1/comments", headers, _comment(body, seed, number))
        for number, body in enumerate(chosen)
    ]


def _found(bundle: Bundle, bodies: Iterator[str], verdict: str) -> Iterator[str]:
    return (
        body
        for body in bodies
        if bundle.verdict(scored := bundle.score(body)).status == verdict
        and scored.language == "en"
        and all(scored.scores[label] < band.reject_at for label, band in bundle.bands.items())
    )


def _comment(body: str, seed: int, number: int) -> bytes:
    email = f"second{seed}.{number}@example.org"
    page = texts.page(number % 200)
    return msgspec.json.encode({"name": "Reader", "email": email, "body": body, "page": page})


def posted(port: int, requests: Sequence[bytes], *, rate: float | None = None) -> Measured:
    """Send posts over many connections, as fast as can be or so many a second.

    Raises:
        SystemExit: one was answered otherwise, so that figures would mean nothing.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(load(port, requests, _CONNECTIONS, rate=rate))
    if set(found.statuses) != {201}:
        raise SystemExit(f"answers with status {sorted(found.statuses)}: the figures mean nothing")
    return found


def figures(found: Measured) -> str:
    """Say the rate, and median and 99th percentile in ms."""
    return f"{found.rate:6.0f} ({found.percentile(0.5):.1f}, {found.percentile(0.99):.1f})"


def _await_ready(port: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        checks = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).json()["checks"]
        if checks["second_opinion"] == "ready":
            return
        time.sleep(0.05)
    raise TimeoutError("the second opinion is not ready")


async def _decided(dsn: str, since: UUID) -> str:
    """Say how many comments since an id were decided by the encoder, in doubt by words or not."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select starts_with(body, any_of.begins) as doubt, count(*), count(linear_scores) as by"
            " from comment left join unnest($2::text[]) as any_of (begins)"
            " on starts_with(body, any_of.begins) where id > $1 group by 1",
            since,
            _RUDE,
        )
    finally:
        await connection.close()
    shares = {bool(row["doubt"]): row["by"] / row["count"] for row in rows}
    return f"{shares[True]:.0%} of those in doubt by words, {shares[False]:.0%} of the others"


def _outcomes(port: int) -> str:
    """What became of a service's requests for an opinion, as its metrics count them."""
    counts = re.findall(
        r'^moderation_second_opinions_total\{outcome="(\w+)"\} (\S+)$', _metrics(port), re.MULTILINE
    )
    whole = sum(float(count) for _, count in counts)
    return ", ".join(f"{name} {float(count) / whole:.1%}" for name, count in counts)


def _memory(port: int) -> float:
    """Memory that a service holds, in MB."""
    found = re.search(r"^process_resident_memory_bytes (\S+)$", _metrics(port), re.MULTILINE)
    return float(found[1]) / 1e6 if found else float("nan")


def _metrics(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
