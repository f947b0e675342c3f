"""`serve`: the first start, a second one beside commands, and a stop that is no failure."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.commands.test_commands import ROOT, environment
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
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/live", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_first_start_shows_its_keys_once_and_they_work(
    empty_dsn: str, tmp_path: Path, workers: str
) -> None:
    env = {
        "DATABASE_URL": empty_dsn,
        "MODERATION_DATA_DIR": str(tmp_path),
        "MODERATION_DEMO": "on",
    }
    first, second = tmp_path / "first", tmp_path / "second"
    with serving(env, first, "--workers", workers) as address:
        shown = first.read_text()
        key = next(word for word in shown.split() if word.startswith("cmsite_"))
        token = next(word for word in shown.split() if word.startswith("cmstaff_"))
        assert "/sign-in#" in shown
        site, staff = ({"Authorization": f"Bearer {text}"} for text in (key, token))
        page = {"page": "https://example.org/a"}
        got = httpx.get(f"{address}/v1/comments", params=page, headers=site)
        assert got.status_code == 200
        assert "server" not in got.headers
        assert httpx.get(f"{address}/v1/review", headers=staff).status_code == 200
        assert httpx.get(f"{address}/v1/review", headers=site).status_code == 403
    with serving(env, second, "--workers", workers):
        pass
    assert "cmsite_" not in second.read_text()
    assert "sign-in#" not in second.read_text()
    # Shown on the terminal before anything is served, never by a log line.
    assert first.read_text().count(key) == first.read_text().count(token) == 1
