"""PostgreSQL goes away and comes back: a clear answer, and no comment twice."""

from pathlib import Path

from service.db.embedded import server as embedded
from service.db.pool import connect
from service.models.readiness import MISSING
from service.settings import Settings
from tests.support.database import FAST
from tests.support.prepared import COMMENT, prepared
from tests.support.service import client, living
from tests.support.waiting import until


async def test_a_retry_after_the_database_came_back_makes_one_comment(reachable: Path) -> None:
    settings = Settings.read({"MODERATION_DATA_DIR": str(reachable)})
    running = embedded.running(reachable, FAST)
    dsn = running.__enter__()
    headers = await prepared(dsn, settings)
    async with living(settings, dsn) as app, client(app) as http:
        first = await http.post("/v1/comments", json=COMMENT, headers=headers)
        assert first.status_code == 201

        async def is_whole() -> bool:
            return not (await http.get("/health/ready")).json()["missing"]

        await until(is_whole, 60)  # else the encoder, which is being opened, is missing too
        running.__exit__(None, None, None)
        away = await http.post("/v1/comments", json=COMMENT, headers=headers)
        assert away.status_code == 503
        assert int(away.headers["Retry-After"]) > 0

        async def is_known() -> bool:
            return (await http.get("/health/ready")).status_code == 503

        await until(is_known)  # what was found is remembered for a moment
        ready = await http.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json()["missing"] == [MISSING["database away"]]
        assert (await http.get("/health/live")).status_code == 200
        with embedded.running(reachable, FAST):
            again = await http.post("/v1/comments", json=COMMENT, headers=headers)
            assert again.status_code == 200
            assert again.json() == first.json()
            assert (await http.get("/health/ready")).status_code == 200
            connection = await connect(dsn)
            assert await connection.fetchval("select count(*) from comment") == 1
            await connection.close()
