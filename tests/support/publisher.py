"""A publisher's web server on loopback: knows ranges, and breaks off or lies when told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Publisher(ThreadingHTTPServer):
    """Serves files by name, and remembers what was asked of it.

    Attributes:
        files: bytes by path.
        breaks_after: bytes after which the next answers end early; each is used once.
        ranges: whether ranges are honoured.
        shift: added to the beginning that a partial answer claims.
        asked: the Range header of every request, "" where there was none.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.breaks_after: list[int] = []
        self.ranges = True
        self.shift = 0
        self.asked: list[str] = []

    def address(self, path: str) -> str:
        """Say where a file is."""
        return f"http://127.0.0.1:{self.server_port}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.server.asked.append(asked)
        body = self.server.files.get(self.path.lstrip("/"))
        if body is None:
            self.send_error(404)
            return
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if not self.server.ranges:
            begin = 0
        if begin and begin >= len(body):
            self.send_error(416)
            return
        self._send(body, begin)

    def _send(self, body: bytes, begin: int) -> None:
        self.send_response(206 if begin else 200)
        if begin:
            claimed = begin + self.server.shift
            self.send_header("Content-Range", f"bytes {claimed}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        end = begin + self.server.breaks_after.pop(0) if self.server.breaks_after else len(body)
        self.wfile.write(body[begin:end])

    def log_message(self, *_args: object) -> None:
        """Say nothing: the tests read stderr."""


@contextmanager
def serving() -> Iterator[Publisher]:
    """Run a publisher for the time of a test."""
    with Publisher() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
