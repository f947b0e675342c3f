"""What was erased is in no dump, and after `scrub` in no file of the database's."""

import json
from pathlib import Path

from service.accounts import accounts
from service.accounts.secrets import Secrets
from service.comments.importing.formats import Source
from service.comments.importing.use_case import Import
from service.comments.moderation import decide
from service.db import scrub
from service.db.migrate import migrate
from service.db.pool import ServiceConnection, connect
from service.domain.states import Actor, Asked
from tests.support.leavings import dumped, holding, server

GONE, KEPT = b"Xyzzyplugh", b"Frobnicate"
MANY = 150


def written(folder: Path) -> Path:
    """A file of comments of two authors."""
    lines = [
        {
            "id": number,
            "page": "https://blog.example/",
            "name": word.decode(),
            "website": f"https://{word.decode().lower()}.example",
            "body": f"{word.decode()} says {number}",
            "submitted_at": f"2020-01-01T10:{number // 60:02}:{number % 60:02}Z",
        }
        for number, word in enumerate([GONE, KEPT] * MANY)
    ]
    file = folder / "lines"
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


async def erased(connection: ServiceConnection, secrets: Secrets, file: Path) -> None:
    """Comments of both, of which those of one are erased."""
    site = (await accounts.add_site(connection, secrets, "first")).site
    work = Import(Source(file, None, ""), site, secrets, lambda *_: None)
    await work.run(connection, dry=False)
    await connection.execute("analyze")
    await connection.execute("checkpoint")
    rows = await connection.fetch("select id from comment where name = $1", GONE.decode())
    async with connection.transaction():
        await decide(connection, [row["id"] for row in rows], Asked("erase", Actor("system")))


async def test_nothing_of_an_erased_author_is_left_in_any_file(
    secrets: Secrets, tmp_path: Path
) -> None:
    with server() as (folder, dsn):
        await migrate(dsn)
        connection = await connect(dsn)
        try:
            await erased(connection, secrets, written(tmp_path))
            assert GONE not in dumped(dsn)
            assert holding(folder, GONE)
            await scrub.tables(connection)
            await scrub.logs(connection)
            assert holding(folder, GONE) == []
            assert dumped(dsn).count(KEPT) >= MANY
            assert not await connection.fetch(
                "select from pg_file_settings where name = 'wal_recycle'"
            )
        finally:
            await connection.close()
