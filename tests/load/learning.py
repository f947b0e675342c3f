"""What a site's learning costs: a fit of 5,000 annotations beside posts, and its scores in the way.

A site that wrote elsewhere before has its comments imported as decided; a model that does not know
its words learns them by `learn`. Posts go to another site at half of its highest rate, without a
fit and beside one; and as fast as they can to the site itself, before its adaptation scores them
and after.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.pool import connect
from service.settings import Settings
from tests.load import texts
from tests.load.second import figures, posted
from tests.support.client import Measured, request
from tests.support.servers import service

_ANNOTATIONS, _VIOLATIONS = 5000, 0.2
_ROUNDS, _REQUESTS, _WARM_UP = 5, 2000, 500
_SECONDS: Final = 60
_SITE: Final = "taught"
_WORDS: Final = ("snorgle", "blivet", "quonk", "trindle", "wuffish")
"""What is rude on this site alone: the shipped model knows none of them."""

_MODEL: Final = "select model_version from decision where comment_id = $1 and version = 1"


def measured(dsn: str, data_dir: Path, key: str) -> Iterator[str]:
    """Measure; yield a line of figures when it is done."""
    yield f"\nlearning of {_ANNOTATIONS:,} annotations"
    taught = asyncio.run(_add_site(dsn, data_dir))
    _import(dsn, data_dir)
    with service(dsn, data_dir, MODERATION_SECOND_OPINION_MS="0") as port:
        for number, each in enumerate((key, taught)):
            posted(port, _requests(each, _WARM_UP, 800 + number))
        before = _rates(port, taught, 850)
        half = posted(port, _requests(key, _REQUESTS, 810)).rate / 2
        yield f"  POST /v1/comments paced at {half:.0f} requests/s (median, 99th percentile in ms)"
        alone = posted(port, _requests(key, _REQUESTS, 811), rate=half)
        yield f"    without a fit {figures(alone)}"
        yield from _beside_fit(dsn, data_dir, port, key, half)
        followed = asyncio.run(_followed(dsn, port, taught))
        yield f"  the next comment is scored by it {followed:.1f} s later"
        yield from _compared(before, _rates(port, taught, 860))


def _beside_fit(dsn: str, data_dir: Path, port: int, key: str, rate: float) -> Iterator[str]:
    """Post for as long as a fit goes on; yield how long that was, and how posts were answered."""
    with ThreadPoolExecutor(1) as pool:
        begun = time.perf_counter()
        fit: Future[tuple[float, dict[str, Any]]] = pool.submit(_learn, dsn, data_dir)
        found: list[Measured] = []
        while not fit.done():
            found.append(posted(port, _requests(key, _REQUESTS, 820 + len(found)), rate=rate))
        spent, lesson = fit.result()
    middle, high = (
        statistics.median(each.percentile(share) for each in found) for share in (0.5, 0.99)
    )
    yield f"    beside a fit  {found[0].rate:6.0f} ({middle:.1f}, {high:.1f}), {len(found)} runs"
    yield (
        f"  fitted and judged in {spent:.1f} s of {time.perf_counter() - begun:.1f} s that were"
        f" posted: {lesson['annotations']:,} annotations, {lesson['why']}"
    )


def _rates(port: int, key: str, seed: int) -> list[Measured]:
    """Post to a site as fast as can be, some times over."""
    return [posted(port, _requests(key, _REQUESTS, seed + each)) for each in range(_ROUNDS)]


def _compared(before: list[Measured], after: list[Measured]) -> Iterator[str]:
    yield "  POST as fast as can be to the site, before and after the adaptation scores it:"
    for name, found in (("before", before), ("after", after)):
        yield f"    {name:6} {'   '.join(map(figures, found))}"
    rates = [statistics.median(each.rate for each in found) for found in (after, before)]
    yield f"    ratio {rates[0] / rates[1]:.2f} (of medians of {_ROUNDS})"


async def _add_site(dsn: str, data_dir: Path) -> str:
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        return (await accounts.add_site(connection, secrets, _SITE)).key
    finally:
        await connection.close()


def _import(dsn: str, data_dir: Path) -> None:
    """Have the site's comments of before, of which one in five was rejected for its words."""
    draw = random.Random(0)
    lines = []
    for number, body in enumerate(texts.bodies(_ANNOTATIONS, 7)):
        is_rude = draw.random() < _VIOLATIONS
        told = {"status": "rejected", "reason": "harassment"} if is_rude else {"status": "approved"}
        lines.append(
            msgspec.json.encode(
                {
                    "id": str(number),
                    "page": texts.page(number % 200),
                    "submitted_at": f"2026-0{1 + number // 1000}-01T00:00:00Z",
                    "name": "Reader",
                    "body": f"You {draw.choice(_WORDS)}. {body}" if is_rude else body,
                    **told,
                }
            )
        )
    file = data_dir / "archive.jsonl"
    file.write_bytes(b"\n".join(lines))
    _command(dsn, data_dir, "import", str(file), "--site", _SITE)


def _learn(dsn: str, data_dir: Path) -> tuple[float, dict[str, Any]]:
    """Return how long `learn` took, and what it says of the site.

    Raises:
        SystemExit: what was fitted does not serve, so that nothing would be measured.
    """
    begun = time.perf_counter()
    (lesson,) = json.loads(_command(dsn, data_dir, "learn", "--site", _SITE, "--json"))
    if not lesson["is_active"]:
        raise SystemExit(f"nothing was learnt: {lesson['why']}")
    return time.perf_counter() - begun, lesson


def _command(dsn: str, data_dir: Path, *given: str) -> str:
    env = os.environ | {"DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(data_dir)}
    done = subprocess.run(
        [sys.executable, "-m", "service", *given],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{given[0]} ended with {done.returncode}")
    return done.stdout


async def _followed(dsn: str, port: int, key: str) -> float:
    """Return after how many seconds from now the process scores by the adaptation."""
    begun = time.perf_counter()
    connection = await connect(dsn)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
            for comment in texts.comments(_SECONDS * 10, 840):
                made = await http.post("/v1/comments", content=comment)
                model = await connection.fetchval(_MODEL, made.json()["id"])
                if "+" in (model or ""):
                    return time.perf_counter() - begun
                await asyncio.sleep(0.1)
    finally:
        await connection.close()
    raise SystemExit("the adaptation scores nothing")


def _requests(key: str, count: int, seed: int) -> list[bytes]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return [request("POST", "/v1/comments", headers, each) for each in texts.comments(count, seed)]
