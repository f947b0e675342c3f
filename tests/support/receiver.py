"""A website's webhook on the loopback: answers as it is told and remembers what came."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

Answer = Callable[[dict[str, Any]], int]
"""The status for a notice; 0 keeps the caller waiting."""


@dataclass
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def notice(self) -> dict[str, Any]:
        """The body, read."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found


@dataclass
class Receiver:
    """A listening website."""

    answer: Answer
    url: str = ""
    retry_after: str = ""  # sent with every answer but 200
    look: Callable[["Received"], object] = lambda _: None  # at each request, before its answer
    received: list[Received] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line]
                headers = {name.lower(): value for name, value in lines}
                body = await reader.readexactly(int(headers["content-length"]))
                await self._answer(Received(headers, body), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> None:
        self.received.append(request)
        self.look(request)
        status = self.answer(request.notice)
        if status == 0:
            await asyncio.sleep(30)
        if status == 200:
            self.taken.append(request.notice)
        more = f"Location: {self.url}elsewhere\r\n" if 300 <= status < 400 else ""
        if self.retry_after and status != 200:
            more += f"Retry-After: {self.retry_after}\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\n{more}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def receiving(answer: Answer = lambda _: 200, port: int = 0) -> AsyncIterator[Receiver]:
    """A website that runs for the block, on a port of its own or this one."""
    receiver = Receiver(answer)
    open_connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(receiver.serve(reader, writer))
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?token=t0ken"
    try:
        yield receiver
    finally:
        server.close()
        for task in list(open_connections):
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)
