"""`serve` in a process of its own, ready when a test begins and gone when it ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.commands import ROOT, environment
from tests.support.ports import free_port


@contextmanager
def serving_process(
    env: dict[str, str], out: Path, *args: str
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The port and process of a service that is ready; ended for sure."""
    port = free_port()
    command = [sys.executable, "-m", "service", "serve", "--port", str(port), *args]
    with (
        out.open("w") as log,
        subprocess.Popen(
            command, env=environment(**env), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            await_ready(f"http://127.0.0.1:{port}", process)
            yield port, process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def serving(env: dict[str, str], out: Path, *args: str) -> Iterator[str]:
    """The address of a service that runs for the block and is then asked to stop."""
    with serving_process(env, out, *args) as (port, process):
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def await_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/live", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")
