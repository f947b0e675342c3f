"""Whoever asks whether the service is ready is told in a sentence what is missing."""

from typing import Any

import asyncpg
import pytest

from service.db.pool import Pool, open_pool
from service.models.readiness import MISSING, Readiness
from service.models.scoring import Scoring
from tests.support.service import Service, opened


async def missing(readiness: Readiness) -> list[str]:
    """Return what is said to be missing."""
    return list((await readiness.check()).missing)


@pytest.fixture
async def pool(dsn: str) -> Any:
    """A pool as the service has."""
    pool = await open_pool(dsn, size=3)
    yield pool
    await pool.close()


async def test_where_all_is_there_nothing_is_missing(asking: Service) -> None:
    await opened(asking)
    answer = await asking.http.get("/health/ready")
    assert (answer.status_code, answer.json()["missing"]) == (200, [])


async def test_why_there_is_no_model_is_said(
    dsn: str, connection: "asyncpg.Connection[Any]", pool: Pool
) -> None:
    scoring = Scoring(pool, dsn)
    readiness = Readiness(pool, scoring)
    assert await missing(readiness) == [MISSING["model unknown"]]
    await connection.execute("update model_version set bundle = 'none', digest = $1", "0" * 64)
    async with scoring.running():
        assert await missing(readiness) == [MISSING["model refused"]]
    await connection.execute("truncate model_version cascade")
    scoring = Scoring(pool, dsn)
    async with scoring.running():
        assert await missing(Readiness(pool, scoring)) == [MISSING["model none"]]
