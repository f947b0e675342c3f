"""What nine websites notice of a tenth that posts as much as it can, over real connections.

The nine are paced and measured, first alone and then beside the flood, whose client is a process of
its own, so that its work is not taken for the service's.
"""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import uvloop

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.pool import connect
from service.settings import Settings
from tests.load import texts
from tests.support.client import Measured, load, request
from tests.support.servers import service

_OTHERS, _EACH, _RATE = 9, 40, 72.0
_FLOOD: Final = 250 * _EACH
_FLOOD_CONNECTIONS: Final = 400


def measured(dsn: str, data_dir: Path) -> Iterator[str]:
    """Measure; yield a line of figures when it is done."""
    keys = asyncio.run(_sites(dsn, data_dir))
    yield f"\nPOST /v1/comments of {_OTHERS} sites, {_RATE:.0f} requests/s together:"
    with service(dsn, data_dir) as port, _process() as beside:
        _load(port, _posts(keys[:1], 500, 1), 32)  # a warm-up
        yield f"  alone             {line(_load(port, _posts(keys[1:], _EACH, 2), 32, _RATE))}"
        flood = beside.submit(_load, port, _posts(keys[:1], _FLOOD, 3), _FLOOD_CONNECTIONS)
        found = _load(port, _posts(keys[1:], _EACH, 4), 32, _RATE)
        yield f"  beside the flood  {line(found)}"
        yield f"  the flood         {line(flood.result())}"


async def _sites(dsn: str, data_dir: Path) -> list[str]:
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        names = [f"flood-{number}" for number in range(_OTHERS + 1)]
        return [(await accounts.add_site(connection, secrets, name)).key for name in names]
    finally:
        await connection.close()


def _posts(keys: Sequence[str], each: int, seed: int) -> list[bytes]:
    """Comments of each site, the sites in turns."""
    of_sites = [
        [request("POST", "/v1/comments", headers(key), body) for body in texts.comments(each, of)]
        for of, key in enumerate(keys, 100 * seed)
    ]
    return [one for turn in zip(*of_sites, strict=True) for one in turn]


def headers(key: str) -> dict[str, str]:
    """What a request of a website says of it."""
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _load(
    port: int, requests: Sequence[bytes], connections: int, rate: float | None = None
) -> Measured:
    return uvloop.run(load(port, requests, connections, rate=rate))


def line(found: Measured) -> str:
    """A run in words."""
    times = f"{found.percentile(0.5):.1f} / {found.percentile(0.99):.1f} ms"
    return f"{found.rate:.0f} requests/s, median / 99th {times}, answers {found.statuses}"
