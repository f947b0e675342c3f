"""Nobody takes the log any more: its disk is full, or its reader has died. The service goes on."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx

from service.settings import Settings
from tests.support.commands import ROOT, environment
from tests.support.ports import free_port
from tests.support.prepared import COMMENT, prepared
from tests.support.serving import await_ready

_LOGGING: Final = """
import os, sys, structlog
from service.logs import configure
configure("json")
log = structlog.get_logger()
log.info("heard")
os.close(int(sys.argv[1]))
for _ in range(3):
    log.info("lost")
print("went on", file=sys.stderr)
"""


def test_comments_are_taken_though_the_disk_of_the_log_is_full(
    empty_dsn: str, tmp_path: Path
) -> None:
    settings = Settings.read({"MODERATION_DATA_DIR": str(tmp_path)})
    headers = asyncio.run(prepared(empty_dsn, settings))
    port = free_port()
    env = environment(DATABASE_URL=empty_dsn, MODERATION_DATA_DIR=str(tmp_path))
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with (
        Path("/dev/full").open("w") as full,
        subprocess.Popen(command, env=env, cwd=ROOT, stdout=full, stderr=full) as process,
    ):
        try:
            await_ready(address, process)
            posts = [
                httpx.post(f"{address}/v1/comments", json=COMMENT, headers=headers, timeout=60)
                for _ in range(2)
            ]
            assert [each.status_code for each in posts] == [201, 200]
            assert httpx.get(f"{address}/no/such", timeout=60).status_code == 404
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            if process.poll() is None:
                process.kill()


def test_a_line_is_lost_where_its_reader_has_died_and_what_it_tells_of_goes_on() -> None:
    read, write = os.pipe()
    command = [sys.executable, "-c", _LOGGING, str(read)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, pass_fds=[read]
    ) as process:
        os.close(write)
        heard = os.read(read, 10_000)
        os.close(read)
        _, said = process.communicate(timeout=60)
    assert b"heard" in heard
    assert said.splitlines()[0] == b"went on"
