"""Fixtures of the whole suite: a database per test, on the embedded server or a given one.

TEST_DATABASE_URL names a server to use instead; the tests make and drop databases of their own.
Those that would not touch it are left out then: they show nothing of it.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.db.embedded import server as embedded
from service.db.pool import connect
from tests.support.database import FAST, PREPARED, Databases
from tests.support.place import quick_folder
from tests.support.processes import await_ends

pytest_plugins = (
    "tests.support.rows",
    "tests.support.service",
    "tests.support.pages",
    "tests.support.bundles",
    "tests.support.commands",
    "tests.support.gate",
    "tests.support.public_key",
    "tests.support.queue_stage",
    "tests.support.shipped",
    "tests.support.training_data",
    "tests.support.cluster",
)
"""Where the other fixtures are; one that imports another comes after it."""

_FOLDER = "COMMENT_MODERATION_TEST_FOLDER"
"""Set by the first process of a run; the workers of a parallel run inherit it."""


def _given_server() -> str | None:
    return os.environ.get("TEST_DATABASE_URL") or None


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all workers share."""
    if not _is_worker(config):
        folder = Path(tempfile.mkdtemp(prefix="comments_", dir=quick_folder()))
        folder.chmod(0o711)  # as root, PostgreSQL runs as another user and must get in
        os.environ[_FOLDER] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder when the workers have ended, and the template where it would stay."""
    if _is_worker(config) or _FOLDER not in os.environ:
        return
    folder = Path(os.environ.pop(_FOLDER))
    given = _given_server()
    if given and (folder / "template").exists():
        with closing(Databases(given, folder.name.lower())) as databases:
            databases.drop_template()
    shutil.rmtree(folder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has nothing to do with a given server; `server` is what all databases need."""
    if not _given_server():
        return
    there = [item for item in items if "server" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(there)])
    items[:] = there


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that the embedded server's account can enter too, whoever runs the tests."""
    with tempfile.TemporaryDirectory(prefix="reachable_") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        await_ends(Path(folder))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the server that this run's databases are on."""
    given = _given_server() or os.environ.get(PREPARED)
    if given:
        yield given
        return
    with embedded.running(Path(os.environ[_FOLDER]), FAST) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def databases(server: str) -> Iterator[Databases]:
    """Makes databases; the template is ready."""
    folder = Path(os.environ[_FOLDER])
    run = "prepared" if PREPARED in os.environ else folder.name.lower()
    with closing(Databases(server, run)) as made:
        (folder / "template").touch()
        made.build_template()
        yield made


@pytest.fixture
def dsn(databases: Databases) -> Iterator[str]:
    """The address of a database with the whole schema, for this test alone."""
    with databases.clone() as url:
        yield url


@pytest.fixture
def empty_dsn(databases: Databases) -> Iterator[str]:
    """The address of a database with nothing in it, for this test alone."""
    with databases.empty() as url:
        yield url


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection to the test's database, prepared as the service's are."""
    opened = await connect(dsn)
    yield opened
    await opened.close()
