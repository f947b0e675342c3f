"""A gate on a real database, with keys of its own."""

from collections.abc import AsyncIterator

import pytest

from service.accounts.secrets import Secrets
from service.app import gate_of
from service.db.pool import Pool, open_pool
from service.settings import Settings
from service.web.gate import Gate


@pytest.fixture
def secrets() -> Secrets:
    """Keys of an installation that lasts as long as a test."""
    return Secrets.derive(b"c" * 32, b"k" * 32)


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """Connections to the test's database."""
    opened = await open_pool(dsn, size=10)
    yield opened
    await opened.close()


@pytest.fixture
def gate(pool: Pool, secrets: Secrets) -> Gate:
    """The gate of one process."""
    return gate_of(pool, secrets, Settings.read({}))
