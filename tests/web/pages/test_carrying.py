"""An admin uploads another system's file, sees what would come, imports it, and takes it away."""

import errno
import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from service.accounts import accounts
from service.comments.importing.uploads import Told, Upload, Uploads
from service.db import import_runs as runs
from service.db.pool import open_pool
from service.ids import new_id
from tests.support import exports
from tests.support.pages import Browser, Site
from tests.support.waiting import until

PATH = "/sites/first/import"


async def sent(browser: Browser, name: str, content: bytes, **fields: str) -> int:
    """Upload a file as the form does; the status of the answer."""
    answer = await browser.http.post(
        PATH, data={"csrf": browser.csrf, **fields}, files={"file": (name, content)}
    )
    return answer.status_code


async def ended(site: Site, browser: Browser, runs: int) -> str:
    """The page, once so many files have ended."""
    count = "select count(*) from import_run where ended_at is not null"

    async def all_ended() -> bool:
        return bool(await site.connection.fetchval(count) == runs)

    await until(all_ended, seconds=120)
    return await browser.get(PATH)


async def test_a_file_is_tried_imported_told_of_and_gone_and_all_is_taken_away(
    site: Site,
) -> None:
    await accounts.add_site(site.connection, site.secrets, "first")
    ada = await site.person("Ada", "admin")
    text = exports.wordpress(
        {"comment_id": "1", "comment_content": "First", "comment_author_email": "k@mail.example"},
        {"comment_id": "2", "comment_content": "Answer", "comment_parent": "1"},
        {"comment_id": "who@mail.example", "comment_content": " "},
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("<b>blog.xml", text)
    assert await sent(ada, "who@mail.example <b>.zip", packed.getvalue(), do="try") == 303
    shown = await ended(site, ada, 1)
    assert "Nothing is written." in shown
    assert "&lt;b&gt;.zip" in shown
    assert "mail.example" not in shown
    assert "has no text" in shown
    assert await site.connection.fetchval("select count(*) from comment") == 0

    assert await sent(ada, "blog.zip", packed.getvalue(), do="import") == 303
    assert "2 are written, 0 were there already." in await ended(site, ada, 2)
    assert await sent(ada, "odd", b"Dear Sir", do="import") == 303
    assert "The format cannot be told" in await ended(site, ada, 3)

    lines = await ada.get("/sites/first/export/jsonl")
    assert [json.loads(line)["body"] for line in lines.splitlines()] == ["First", "Answer"]
    assert "<wp:comment_content>" in await ada.get("/sites/first/export/wxr")
    await ada.get("/sites/first/export/csv", 404)


async def test_the_page_says_how_far_a_file_is_and_how_long_it_will_take(site: Site) -> None:
    """As the command says it on its way, whose other lines are what went wrong."""
    told = Told()
    for line in ("progress write 0.2500", "Error: it broke", "progress read 1.7", ""):
        told.hear(line)
    assert (told.step, told.part, told.last) == ("read", 1.0, "Error: it broke")
    new = await accounts.add_site(site.connection, site.secrets, "first")
    ada = await site.person("Ada", "admin")
    staff = await site.connection.fetchval("select id from staff where name = 'Ada'")
    await runs.begin(site.connection, new_id(), new.site.id, staff, "blog.xml", dry_run=False)
    assert "It is being read." in await ada.get(PATH)
    await site.connection.execute(
        "update import_run set step = 'write', step_at = now() - interval '25 minutes'"
    )
    (run,) = await runs.newest(site.connection, new.site.id)
    await runs.seen(site.connection, run.id, "write", 0.25)
    shown = await ada.get(PATH)
    assert "It is being checked and written." in shown
    assert "25.0%" in shown
    assert "About 1 hour left." in shown


async def test_files_that_a_killed_process_left_behind_are_dropped(
    site: Site, dsn: str, tmp_path: Path
) -> None:
    """But not what another process imports, nor what is being written."""
    new = await accounts.add_site(site.connection, site.secrets, "first")
    await site.person("Ada", "admin")
    staff = await site.connection.fetchval("select id from staff where name = 'Ada'")
    taken, folder = new_id(), tmp_path / "imports"
    await runs.begin(site.connection, taken, new.site.id, staff, "blog.xml", dry_run=False)
    folder.mkdir()
    for name, age in ((str(taken), 9000), (str(new_id()), 0), (str(new_id()), 9000)):
        (folder / name).write_text("who@mail.example")
        os.utime(folder / name, (time.time() - age,) * 2)
        left = name
    pool = await open_pool(dsn, size=1)
    await Uploads(pool, dsn, tmp_path).tidy()
    await pool.close()
    assert not (folder / left).exists()
    assert len(list(folder.iterdir())) == 2


class _NoRoom(io.BytesIO):
    """A file of which the disk has no room for the second part."""

    def read(self, size: int | None = -1, /) -> bytes:
        if part := super().read(min(5, size or 5)):
            return part
        raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_file_that_the_disk_has_no_room_for_keeps_no_other_waiting(
    site: Site, dsn: str, tmp_path: Path
) -> None:
    new = await accounts.add_site(site.connection, site.secrets, "first")
    await site.person("Ada", "admin")
    staff = await site.connection.fetchval("select id from staff where name = 'Ada'")
    pool = await open_pool(dsn, size=1)
    uploads = Uploads(pool, dsn, tmp_path)
    told = Upload("blog.xml", None, "", dry_run=True)
    for number in (1, 2):
        with pytest.raises(OSError, match="No space left"):
            await uploads.begin(new.site, staff, _NoRoom(b"who@mail.example"), told)
        found = await runs.newest(site.connection, new.site.id)
        assert [each.state for each in found] == ["ended"] * number
    await pool.close()
    assert not list((tmp_path / "imports").iterdir())


async def test_a_file_needs_an_admin_a_session_and_to_be_there(site: Site) -> None:
    await accounts.add_site(site.connection, site.secrets, "first")
    ada, kim = await site.person("Ada", "admin"), await site.person("Kim")
    assert await sent(kim, "a", b"x", do="import") == 403
    ada.csrf, right = "x", ada.csrf
    assert await sent(ada, "a", b"x", do="import") == 403
    ada.csrf = right
    missing = await ada.send(PATH, do="import")
    assert (missing.status_code, "Choose a file first." in missing.text) == (400, True)
    assert (await ada.http.get("/sites/other/import")).status_code == 404
