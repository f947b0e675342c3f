"""A stop finishes what was accepted: a comment that is half sent when SIGTERM comes is answered."""

import signal
import socket
from pathlib import Path

import msgspec

from service.db.pool import connect
from tests.support.serving import serving_process

BODY = msgspec.json.encode(
    {
        "name": "Reader",
        "email": "reader@example.org",
        "body": "Thanks, this was a helpful article.",
        "page": "https://news.example/a",
    }
)


async def test_what_was_accepted_is_answered(empty_dsn: str, tmp_path: Path) -> None:
    env = {
        "DATABASE_URL": empty_dsn,
        "MODERATION_DATA_DIR": str(tmp_path),
        "MODERATION_DEMO": "on",
    }
    out = tmp_path / "out"
    with serving_process(env, out) as (port, process):
        key = next(word for word in out.read_text().split() if word.startswith("cmsite_"))
        with socket.create_connection(("127.0.0.1", port)) as caller:
            caller.sendall(
                b"POST /v1/comments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + f"Authorization: Bearer {key}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
                + BODY[:20]
            )
            assert accepts(port)
            process.send_signal(signal.SIGTERM)
            while accepts(port):
                pass
            assert process.poll() is None
            caller.sendall(BODY[20:])
            assert caller.recv(4096).startswith(b"HTTP/1.1 201")
        assert process.wait(30) == 0
    connection = await connect(empty_dsn)
    assert await connection.fetchval("select count(*) from comment") == 1
    await connection.close()


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:
        return False
    return True
