"""`serve`: the first start, a second one beside commands, and a stop that is no failure."""

import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.commands.base import CommandError
from service.commands.serve import _for_workers, _prepare, _server_config
from service.commands.sockets import bound, listen, port_of
from service.db.pool import connect
from service.settings import Settings
from tests.support.commands import ROOT, environment
from tests.support.serving import await_ready, serving

KEYS = dict.fromkeys(("MODERATION_CONTACT_KEY", "MODERATION_COOKIE_KEY"), "A" * 43 + "=")


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
        link = next(word for word in shown.split() if word.startswith(f"{address}/sign-in#"))
        assert f"{address}/demo" in shown
        site = {"Authorization": f"Bearer {key}"}
        page = {"page": "https://example.org/a"}
        got = httpx.get(f"{address}/v1/comments", params=page, headers=site)
        assert got.status_code == 200
        assert "server" not in got.headers
        with httpx.Client(base_url=address) as browser:
            secret = link.partition("#")[2]
            assert browser.post("/sign-in/link", json={"secret": secret}).status_code == 200
            assert browser.get("/v1/review").status_code == 200
            assert browser.post("/sign-in/link", json={"secret": secret}).status_code == 401
        assert httpx.get(f"{address}/v1/review", headers=site).status_code == 403
    with serving(env, second, "--workers", workers):
        pass
    assert "cmsite_" not in second.read_text()
    assert "sign-in#" not in second.read_text()
    # Shown on the terminal before anything is served, never by a log line.
    assert first.read_text().count(key) == first.read_text().count(link) == 1
    assert "cmstaff_" not in first.read_text()


async def test_without_the_demo_the_start_shows_how_to_begin_and_no_secret(dsn: str) -> None:
    settings = Settings.read({"DATABASE_URL": dsn, "MODERATION_DEMO": "off"} | KEYS)
    lines = "\n".join(await _prepare(settings, dsn))
    assert "python -m service sites add" in lines
    assert "python -m service staff add" in lines
    assert not any(secret in lines for secret in ("cmsite_", "cmstaff_", "sign-in#"))
    connection = await connect(dsn)
    counts = "select (select count(*) from staff) + (select count(*) from site)"
    assert await connection.fetchval(counts) == 0
    await connection.close()


async def test_a_demo_site_added_by_hand_does_not_hide_the_first_admins_link(dsn: str) -> None:
    settings = Settings.read({"DATABASE_URL": dsn, "MODERATION_DEMO": "on"} | KEYS)
    connection = await connect(dsn)
    await accounts.add_site(connection, load_secrets(settings), "demo")
    await connection.close()
    lines = "\n".join(await _prepare(settings, dsn))
    assert "/sign-in#" in lines
    assert "cmsite_" not in lines


def test_links_name_the_address_that_was_asked_for(dsn: str) -> None:
    settings = replace(Settings.read({"DATABASE_URL": dsn}), host="127.0.0.9", port=8123)
    told = Settings.read(_for_workers(settings, dsn))
    assert told.address == settings.address


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_is_told_in_one_line_and_nothing_is_promised(
    empty_dsn: str, tmp_path: Path, workers: str
) -> None:
    env = {"DATABASE_URL": empty_dsn, "MODERATION_DATA_DIR": str(tmp_path), "MODERATION_DEMO": "on"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = serve_once(env, "--port", port, "--workers", workers)
    assert done == (
        1,
        "",
        f"error: port {port} is taken on 127.0.0.1; choose another with --port\n",
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_here_is_told_in_one_line(
    empty_dsn: str, tmp_path: Path, host: str
) -> None:
    env = {"DATABASE_URL": empty_dsn, "MODERATION_DATA_DIR": str(tmp_path)}
    status, out, told = serve_once(env, "--host", host)
    assert (status, out) == (1, "")
    assert told.startswith("error: ")
    assert told.endswith("choose another with --host\n")


def serve_once(env: dict[str, str], *args: str) -> tuple[int, str, str]:
    """Status, output and errors of a service that cannot start."""
    command = [sys.executable, "-m", "service", "serve", *args]
    done = subprocess.run(
        command,
        env=environment(**env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_of_two_that_bind_at_the_same_moment_one_is_told_before_it_shows_anything() -> None:
    """The system lets both bind; only one may listen, and keys are made after that."""
    with bound("127.0.0.1", 0) as first, bound("127.0.0.1", port_of(first)) as second:
        listen(first, "127.0.0.1")
        with pytest.raises(CommandError, match="is taken"):
            listen(second, "127.0.0.1")


def test_any_free_port_is_shown_as_the_one_that_it_is(empty_dsn: str, tmp_path: Path) -> None:
    env = {"DATABASE_URL": empty_dsn, "MODERATION_DATA_DIR": str(tmp_path), "MODERATION_DEMO": "on"}
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment(**env), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        lines = (line.decode() for line in process.stdout)
        address = next(line for line in lines if "answers at" in line).split()[-1]
        try:
            await_ready(address, process)
        finally:
            process.terminate()


def test_an_idle_connection_outlives_those_of_load_balancers() -> None:
    """HAProxy, nginx, Amazon's and others keep theirs for 60 seconds."""
    kept = _server_config(Settings.read({})).timeout_keep_alive
    assert kept > 60
