"""The doors that answer with a verdict ask for a second opinion as a website's own comments do."""

from pathlib import Path
from typing import Any

import asyncpg

from service import accounts
from service.db import doors as db
from tests.doors.test_akismet import check, form
from tests.doors.test_coral import SECRET
from tests.doors.test_coral import post as coral
from tests.second.conftest import opened, told_apart
from tests.second.test_comments import SLOW
from tests.web.conftest import running


async def test_akismet_and_coral_publish_what_the_second_opinion_clears(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    text, settings = told_apart()
    async with running(dsn, connection, tmp_path, **SLOW) as service:
        site = await accounts.change_site(connection, "first", settings.to_json())
        await db.set_coral_secret(connection, site.id, service.secrets.seal(SECRET, site.id.bytes))
        key, _ = await accounts.new_site_key(
            connection, service.secrets, "first", "akismet", revoke_others=True
        )
        await opened(service)
        assert (await check(service, form(key, text))).text == "false"
        assert (await coral(service, text)).json() == {"status": "NONE"}
        assert await connection.fetchval("select count(*) from comment") == 0
