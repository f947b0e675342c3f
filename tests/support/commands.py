"""The command line as people and programs use it: a process of its own, a real database."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.accounts.secrets import Secrets, load_secrets
from service.settings import Settings
from tests.support.forking import Forking, forking

ROOT = Path(__file__).resolve().parents[2]


Run = Callable[..., "subprocess.CompletedProcess[str]"]
RunBeside = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]


def environment(**given: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "COLUMNS": "100", **given}


def _on(dsn: str, folder: Path, given: dict[str, str]) -> dict[str, str]:
    return environment(**{"DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(folder), **given})


@pytest.fixture(scope="session")
def commands() -> Iterator[Forking]:
    """The process that commands are forked off."""
    with forking(environment(), ROOT) as made:
        yield made


@pytest.fixture
def run(dsn: str, tmp_path: Path, commands: Forking) -> Run:
    """Runs a command on the test's database, in a process that need not import it first."""

    def call(*args: str, **given: str) -> "subprocess.CompletedProcess[str]":
        stdin = given.pop("stdin", "")
        return commands.call(args, _on(dsn, tmp_path, given), ROOT, stdin)

    return call


@pytest.fixture
def run_beside(run: Run) -> RunBeside:
    """Runs a command while the test's own service goes on.

    A service that stands still keeps what it has begun, such as a transaction, for which a pooler
    has few sessions: then the command waits for one in vain.
    """

    async def call(*args: str, **given: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(run, *args, **given)

    return call


@pytest.fixture
def run_anew(dsn: str, tmp_path: Path) -> Run:
    """Runs `python -m service` on the test's database, as a person does."""

    def call(*args: str, **given: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "service", *args],
            env=_on(dsn, tmp_path, given),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return call


def answer(done: "subprocess.CompletedProcess[str]") -> Any:
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def told(done: "subprocess.CompletedProcess[str]", status: int) -> str:
    """The one line of an error; nothing on stdout."""
    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def secrets_of(folder: Path) -> Secrets:
    return load_secrets(Settings.read({"MODERATION_DATA_DIR": str(folder)}))
