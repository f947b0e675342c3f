"""`python -m tests.load.words [FILE]`: what a list of 40,000 words costs a post, and to make ready.

Two sites of one service, with the list and without, take turns; the ratio is the median of the
rounds' ratios, and the processor time of the process tells more where the machine has other work.
FILE has an entry a line; without one, entries are made up.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from itertools import islice, product
from pathlib import Path
from typing import Final

import uvloop

from service.accounts import accounts, site_words
from service.accounts.secrets import load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.domain.words import Lists, Words, inside_words
from service.settings import Settings
from tests.load import texts
from tests.support.client import load, request
from tests.support.servers import Port, service

_ENTRIES, _ROUNDS, _REQUESTS, _WARM_UP, _CONNECTIONS = 40_000, 15, 1000, 500, 32
_SYLLABLES: Final = ("ba", "co", "di", "fu", "ge", "ka", "lo", "mi", "nu", "pe", "ra", "so")


def main() -> None:
    """Run the benchmark and print its lines."""
    entries = _entries(sys.argv[1:])
    _say(f"{len(entries):,} entries: {_ready(entries)}")
    inside = inside_words(entries)
    _say(f"the same inside words too: {_ready(inside)}")
    with tempfile.TemporaryDirectory(prefix="bench_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir) as dsn:
            keys = asyncio.run(_sites(dsn, data_dir, [[], entries, inside]))
            with service(dsn, data_dir, MODERATION_SECOND_OPINION_MS="0") as port:
                _compare(port, keys)


def _entries(arguments: Sequence[str]) -> list[str]:
    if arguments:
        return site_words.lines(Path(arguments[0]).read_bytes())[:_ENTRIES]
    return ["".join(each) for each in islice(product(_SYLLABLES, repeat=5), _ENTRIES)]


def _ready(entries: Sequence[str]) -> str:
    """Say how long it takes to make what finds the entries, and its memory."""
    begun = time.process_time()
    Lists(held=Words(entries)).make_ready()
    seconds = time.process_time() - begun
    tracemalloc.start()
    lists = Lists(held=Words(entries))
    lists.make_ready()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"ready in {seconds:.2f} s, {size / 1e6:.0f} MB beside the automaton of what is no word"


async def _sites(dsn: str, data_dir: Path, lists: Sequence[Sequence[str]]) -> list[str]:
    """Make a site for each list; return their keys."""
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        keys = []
        for number, entries in enumerate(lists):
            new = await accounts.add_site(connection, secrets, f"site{number}")
            await accounts.change_site(connection, new.site.name, {"held_words": entries})
            keys.append(new.key)
        return keys
    finally:
        await connection.close()


def _compare(port: Port, keys: Sequence[str]) -> None:
    for number, key in enumerate(keys):
        _spent(port, key, _WARM_UP, 900 + number)
    rounds = [_round(port, keys, turn) for turn in range(_ROUNDS)]
    for number, name in ((1, "the list"), (2, "the list inside words too")):
        ratio = statistics.median(each[number][0] / each[0][0] for each in rounds)
        spent = [statistics.median(each[place][1] for each in rounds) for place in (0, number)]
        more = statistics.median(each[number][1] / each[0][1] for each in rounds) - 1
        _say(
            f"{name}: posts at {ratio:.3f} of the rate without; processor time of a post"
            f" {spent[1]:.0f} µs, without {spent[0]:.0f} ({more:+.1%}, median of {_ROUNDS})"
        )


def _round(port: Port, keys: Sequence[str], turn: int) -> Sequence[tuple[float, float]]:
    """Measure each site, another one first in each round."""
    places = [(turn + number) % len(keys) for number in range(len(keys))]
    found = {place: _spent(port, keys[place], _REQUESTS, 10 * turn + place) for place in places}
    return [found[place] for place in range(len(keys))]


def _spent(port: Port, key: str, count: int, seed: int) -> tuple[float, float]:
    """Post comments; return the rate, and the microseconds of processor time of each."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    posts = [request("POST", "/v1/comments", headers, each) for each in texts.comments(count, seed)]
    before = port.processor_seconds()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(load(port, posts, _CONNECTIONS))
    if measured.statuses.keys() != {201}:
        raise SystemExit(f"answers with status {sorted(measured.statuses)}: nothing is measured")
    return measured.rate, (port.processor_seconds() - before) / count * 1e6


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
