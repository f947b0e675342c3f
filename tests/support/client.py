"""A small HTTP/1.1 load client: so many requests over kept-open connections, at will or paced."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run gave: requests per second, time of each request in seconds, statuses."""

    rate: float
    times: Sequence[float] = field(repr=False)
    statuses: dict[int, int]

    def percentile(self, share: float) -> float:
        """The time that `share` of the requests took at most, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def request(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _END + body


async def load(
    port: int, requests: Sequence[bytes], connections: int, *, rate: float | None = None
) -> Measured:
    """Send every request once and wait for all answers.

    Each connection sends one after the other; with a `rate`, a request a second so often, and its
    time counts from when it was due, so that one that waits for a free connection is seen to.

    Raises:
        OSError, asyncio.IncompleteReadError: the server closed a connection.
    """
    times: list[float] = []
    statuses: dict[int, int] = {}
    begun = time.perf_counter()
    step = 1 / rate if rate else None
    waiting = (
        (each, None if step is None else begun + number * step)
        for number, each in enumerate(requests)
    )
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_connection(port, waiting, times, statuses))
    return Measured(len(times) / (time.perf_counter() - begun), times, statuses)


async def _connection(
    port: int,
    waiting: Iterator[tuple[bytes, float | None]],
    times: list[float],
    statuses: dict[int, int],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for each, due in waiting:
            begun = time.perf_counter()
            if due is not None:
                await asyncio.sleep(due - begun)
                begun = due
            writer.write(each)
            status = await _answer(reader)
            times.append(time.perf_counter() - begun)
            statuses[status] = statuses.get(status, 0) + 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(_END)).lower()
    at = head.find(_LENGTH)
    if at >= 0:
        start = at + len(_LENGTH)
        await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
    return int(head[9:12])
