"""`python -m tests.load.imports COMMENTS`: what an import takes beside a COPY of the same rows.

So many comments, of which every third answers another, are written as WordPress, Disqus and our own
JSON lines have them. Each file goes to a website of its own by the command that people use, in a
process of its own, and COPY puts the rows that came of it into a new database's tables, which have
the references and triggers of every comment, and into bare tables with the same indexes alone.
What COPY does not do is all that is the import's work: to read, to clean, to encrypt, to order, to
check whom a comment answers, and to write nothing twice. The server's processor is told beside the
clock, which other processes stop: an import's own and the server's run side by side.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Final, cast
from xml.sax.saxutils import escape

import msgspec

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.settings import Settings
from tests.load import texts
from tests.support.servers import ROOT

_ON_A_PAGE: Final = 50
_SINCE: Final = datetime(2015, 1, 1, tzinfo=UTC)
_APART: Final = timedelta(minutes=5)
_SERVER: Final = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
_REAPED: Final = 1.0
"""Seconds after which a session that was ended counts among those that have."""

_TABLES: Final = {
    "comment": "select * from comment where site_id = $1 order by id",
    "comment_contact": "select * from comment_contact where site_id = $1",
    "decision": (
        "select d.* from decision d join comment c on c.id = d.comment_id"
        " where c.site_id = $1 order by d.comment_id"
    ),
}
_WXR: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
    ' xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version>'
)
_DISQUS: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"'
    ' xmlns:dsq="http://disqus.com/disqus-internals">'
)


@dataclass(frozen=True, slots=True)
class Old:
    """A comment of the other system; `parent` is another's number or 0, pages have numbers too."""

    number: int
    parent: int
    page: int
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock and of the processor, the server's too, and the most memory."""

    seconds: float
    processor: float
    megabytes: float
    server: float


@dataclass(frozen=True, slots=True)
class Copied:
    """Seconds by the clock and of the server's processor."""

    seconds: float
    server: float


def main(count: int) -> None:
    """Write the files, bring each here, and print a line for each."""
    with tempfile.TemporaryDirectory(prefix="imports_") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with embedded.running(home / "data", _SERVER) as dsn:
            asyncio.run(migrate(dsn))
            for name, write in (("wxr", _wxr), ("disqus", _disqus), ("jsonl", _lines)):
                path = home / name
                with path.open("w", encoding="utf-8") as file:
                    write(file, _comments(count))
                asyncio.run(_add_site(dsn, home / "data", name))
                server = Server(home / "data")
                taken = _import(path, dsn, home / "data", name, server)
                copied, bare = asyncio.run(_copies(dsn, name, count, server))
                _say(name, count, taken, copied, bare)


def _comments(count: int) -> Iterator[Old]:
    """Yield comments page by page; every third answers the one before it."""
    for number, body in enumerate(texts.bodies(count, 1), 1):
        at_place = (number - 1) % _ON_A_PAGE
        parent = number - 1 if at_place % 3 == 1 else 0
        page = (number - 1) // _ON_A_PAGE
        yield Old(number, parent, page, body, _SINCE + number * _APART)


def _wxr(file: IO[str], comments: Iterator[Old]) -> None:
    file.write(_WXR)
    page = -1
    for old in comments:
        if old.page != page:
            file.write("</item>\n" if page >= 0 else "")
            file.write(f"<item><title>Article</title><link>{texts.page(old.page)}</link>\n")
            page = old.page
        fields = {
            "comment_id": old.number,
            "comment_author": f"Reader {old.number}",
            "comment_author_email": f"reader{old.number}@example.org",
            "comment_author_url": "https://reader.example/",
            "comment_date": f"{old.at:%F %T}",
            "comment_date_gmt": f"{old.at:%F %T}",
            "comment_content": f"{old.body} <em>indeed</em>",
            "comment_approved": "spam" if old.number % 10 == 0 else "1",
            "comment_type": "comment",
            "comment_parent": old.parent,
        }
        inner = "".join(f"<wp:{key}><![CDATA[{told}]]></wp:{key}>" for key, told in fields.items())
        file.write(f"<wp:comment>{inner}</wp:comment>\n")
    file.write("</item></channel></rss>\n")


def _disqus(file: IO[str], comments: Iterator[Old]) -> None:
    file.write(_DISQUS)
    page = -1
    for old in comments:
        if old.page != page:
            file.write(
                f'<thread dsq:id="t{old.page}"><link>{texts.page(old.page)}</link>'
                "<title>Article</title></thread>\n"
            )
            page = old.page
        parent = f'<parent dsq:id="{old.parent}"/>' if old.parent else ""
        file.write(
            f'<post dsq:id="{old.number}"><message>{escape(f"<p>{old.body}</p>")}</message>'
            f"<createdAt>{old.at:%FT%TZ}</createdAt><isDeleted>false</isDeleted>"
            f"<isSpam>{'true' if old.number % 10 == 0 else 'false'}</isSpam>"
            f"<author><name>Reader {old.number}</name>"
            f"<email>reader{old.number}@example.org</email></author>"
            f'<thread dsq:id="t{old.page}"/>{parent}</post>\n'
        )
    file.write("</disqus>\n")


def _lines(file: IO[str], comments: Iterator[Old]) -> None:
    for old in comments:
        line = {
            "id": str(old.number),
            "parent_id": str(old.parent) if old.parent else None,
            "page": texts.page(old.page),
            "name": f"Reader {old.number}",
            "email": f"reader{old.number}@example.org",
            "website": "https://reader.example/",
            "body": old.body,
            "status": "rejected" if old.number % 10 == 0 else "approved",
            "submitted_at": old.at.isoformat(),
        }
        file.write(msgspec.json.encode(line).decode() + "\n")


async def _add_site(dsn: str, data_dir: Path, name: str) -> None:
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    await accounts.add_site(connection, secrets, name)
    await connection.close()


class Server:
    """How much of the processor the server's sessions took that have ended."""

    def __init__(self, data_dir: Path) -> None:
        pid = (data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0]
        self._times: Final = Path(f"/proc/{pid}/stat")

    def used(self) -> float:
        """Return the seconds, once every session has ended that was told to."""
        time.sleep(_REAPED)
        user, system = self._times.read_text().rpartition(")")[2].split()[13:15]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _import(path: Path, dsn: str, data_dir: Path, site: str, server: Server) -> Taken:
    env = {**os.environ, "DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "service", "import", str(path), "--site", site]
    before, began = server.used(), time.monotonic()
    started = subprocess.Popen([*command, "--json"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    seconds = time.monotonic() - began
    own, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Taken(seconds, own, memory, server.used() - before)


async def _copies(dsn: str, site: str, count: int, server: Server) -> tuple[Copied, Copied]:
    """Return what COPY takes to write a website's rows, into our tables and into bare ones."""
    with ExitStack() as files:
        rows: dict[str, BinaryIO] = {
            name: cast("BinaryIO", files.enter_context(tempfile.TemporaryFile()))
            for name in _TABLES
        }
        connection = await connect(dsn, statement_seconds=None)
        id_ = await connection.fetchval("select id from site where name = $1", site)
        came = await connection.fetchval("select count(*) from comment where site_id = $1", id_)
        if came != count:
            raise ValueError(f"{came} of {count} comments came")
        for name, sql in _TABLES.items():
            await connection.copy_from_query(sql, id_, output=rows[name], format="binary")
        await connection.execute("drop database if exists copied")
        await connection.execute("create database copied")
        for name in _TABLES:
            await connection.execute(
                f"drop table if exists bare_{name};"
                f" create table bare_{name} (like {name} including all)"
            )
        await connection.close()
        address, _, options = dsn.partition("?")
        other = f"{address.rpartition('/')[0]}/copied" + (f"?{options}" if options else "")
        await migrate(other)
        ours = await connect(other, statement_seconds=None)
        await ours.execute("insert into site (id, name) values ($1, 'copied')", id_)
        await ours.close()
        return await _copy(other, "", rows, server), await _copy(dsn, "bare_", rows, server)


async def _copy(dsn: str, before: str, rows: Mapping[str, BinaryIO], server: Server) -> Copied:
    """Copy into tables, in one transaction: each comment needs its decision."""
    used = server.used()
    connection = await connect(dsn, statement_seconds=None)
    began = time.monotonic()
    async with connection.transaction():
        for name, file in rows.items():
            file.seek(0)
            await connection.copy_to_table(f"{before}{name}", source=file, format="binary")
    seconds = time.monotonic() - began
    await connection.close()
    return Copied(seconds, server.used() - used)


def _say(name: str, count: int, taken: Taken, copied: Copied, bare: Copied) -> None:
    sys.stdout.write(
        f"{name:7} {count / taken.seconds:8,.0f} records/s, {taken.processor / count * 1e6:4.0f} µs"
        f" of the processor each and {taken.server / count * 1e6:4.0f} of the server's,"
        f" {taken.megabytes:4.0f} MB at most; COPY {count / copied.seconds:8,.0f} records/s,"
        f" {copied.server / count * 1e6:3.0f} µs, ratio {copied.seconds / taken.seconds:.2f};"
        f" into bare tables {count / bare.seconds:8,.0f}, {bare.server / count * 1e6:3.0f} µs,"
        f" ratio {bare.seconds / taken.seconds:.2f}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("comments", type=int, nargs="?", default=100_000)
    main(parser.parse_args().comments)
