"""Debian's WordPress as its owner runs it, with MariaDB and the Akismet plugin switched on."""

import html
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.support.commands import ROOT, environment
from tests.support.ports import free_port

SCRIPTS: Final = ROOT / "tests" / "compat" / "wordpress"
INSTALLER: Final = ROOT / "tests" / "compat" / "wordpress.sh"
_LINK: Final = re.compile(r"href=['\"](comment\.php\?[^'\"]*)['\"]")
_SECONDS: Final = 60.0


@dataclass
class WordPress:
    """One installation; readers comment over HTTP and its owner works in its administration."""

    address: str
    env: dict[str, str]

    def comment(self, body: str, author: str = "Kim", email: str = "kim@reader.example") -> None:
        """Comment on the first article as a reader's browser does, and be taken back to it."""
        form = {"comment": body, "author": author, "email": email, "url": "", "comment_post_ID": 1}
        answer = httpx.post(f"{self.address}/wp-comments-post.php", data=form, timeout=_SECONDS)
        assert answer.status_code == 302, answer.text

    def run(self, script: str) -> str:
        """What a script of ours prints that runs within WordPress."""
        return _php(SCRIPTS / script, self.env)

    def statuses(self) -> dict[str, str]:
        """By a comment's text whether WordPress shows it: 1, 0 (waits), spam, or trash."""
        kept = json.loads(self.run("comments.php"))["comments"]
        return {row["comment_content"]: row["comment_approved"] for row in kept}

    def click(self, action: str, body: str) -> None:
        """Follow the administration's link that does something with a comment."""
        with httpx.Client(
            base_url=self.address, follow_redirects=True, timeout=_SECONDS
        ) as browser:
            browser.get("/wp-login.php")  # sets the cookie that the form asks for
            browser.post("/wp-login.php", data={"log": "admin", "pwd": "a password of tests"})
            rows = json.loads(self.run("comments.php"))["comments"]
            (number,) = (row["comment_ID"] for row in rows if row["comment_content"] == body)
            lists = [
                browser.get("/wp-admin/edit-comments.php", params={"comment_status": status}).text
                for status in ("all", "spam")  # all are all but spam
            ]
            links = {html.unescape(link) for text in lists for link in _LINK.findall(text)}
            (link,) = (
                link
                for link in links
                if {("c", number), ("action", action)} <= set(parse_qsl(urlsplit(link).query))
            )
            assert browser.get(f"/wp-admin/{link}").status_code == 200


@contextmanager
def wordpress(files: Path, folder: Path, key: str, plugin: str) -> Iterator[WordPress]:
    """WordPress of these files with a plugin of ours that must always run, gone after the block."""
    home = folder / "wordpress"
    shutil.copytree(files, home, symlinks=True)
    shutil.copy(SCRIPTS / "wp-config.php", home)
    always = home / "wp-content" / "mu-plugins"
    always.mkdir()
    shutil.copy(SCRIPTS / "in-haste.php", always)
    (always / "moderation.php").write_text(plugin, encoding="utf-8")
    port = free_port()
    with _database(folder) as socket:
        env = environment(
            TEST_ADDRESS=f"http://127.0.0.1:{port}",
            TEST_KEY=key,
            TEST_SOCKET=str(socket),
            TEST_WORDPRESS=str(home),
        )
        _php(SCRIPTS / "install.php", env)
        command = ["php", "-S", f"127.0.0.1:{port}", "-t", str(home)]
        with _running(command, folder / "php.log", env):
            _await(lambda: bool(httpx.get(env["TEST_ADDRESS"], timeout=_SECONDS)))
            yield WordPress(env["TEST_ADDRESS"], env)


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    data, socket = (
        folder / "mariadb",
        Path("/tmp") / f"{folder.name}.sock",
    )  # sockets' paths are short
    data.mkdir()
    account = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
            "--skip-test-db",
            *account,
        ],
        check=True,
        capture_output=True,
        timeout=_SECONDS,
    )
    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    command = [server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", *account]
    with _running([*command, "--skip-networking"], folder / "mariadb.log", environment()):
        _await(socket.exists)
        yield socket


@contextmanager
def _running(command: list[str], log: Path, env: dict[str, str]) -> Iterator[None]:
    with (
        log.open("w") as out,
        subprocess.Popen(command, env=env, stdout=out, stderr=out) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def _await(so: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            if so():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < end
        time.sleep(0.05)


def _php(script: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["php", str(script)], env=env, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
