"""isso's database: one SQLite file, whose pages are paths below the website's address."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Final
from urllib.parse import urljoin

from service.comments.importing.record import Given, ImportRefused, Left, Read, Record, in_utc

_MODES: Final[dict[int, tuple[Given, str | None]]] = {
    1: ("approved", None),
    2: ("pending", None),
    4: ("rejected", "other"),
}
"""isso.db.comments: 1 accepted, 2 in the moderation queue, 4 deleted but answered."""

_NONE: Final = "The file is no database of isso with comments and threads."
_LOST: Final = "The database is cut or damaged: none of its comments can be read; copy it anew."
_CUT: Final = (
    "cannot be read: the database is cut or damaged there; copy it anew for what is missing"
)
_TABLES: Final = """
select count(*) from sqlite_master where type = 'table' and name in ('comments', 'threads')
"""
_QUERY: Final = """
select c.id, c.parent, c.created, c.mode, c.text, c.author, {email}, {website}, t.uri, {title}
from comments c left join threads t on t.id = c.tid where c.id > ? order by c.id
"""
_LATER: Final = {"email": "c.email", "website": "c.website", "title": "t.title"}
"""Columns that a file may lack: no comment is lost for it."""

_COLUMNS: Final = """
select name from pragma_table_info('comments') union select name from pragma_table_info('threads')
"""
_FURTHEST: Final = (1 << 63) - 1
"""No id is larger."""

_SETTINGS: Final = """
pragma writable_schema = on;
pragma trusted_schema = off;
pragma cell_size_check = on;
"""
"""A file may be shorter than it says of itself, and what is odd in it is an error, not a guess."""

_PAGE_SIZE_AT: Final = 16
_SMALLEST_PAGE, _LARGEST_PAGE = 512, 65536
"""A file's head says how many bytes a page has; 1 is the largest, which two bytes cannot say."""
_NO_LOG: Final = b"\1\1"
"""Follows in the head: 2 stands for a write-ahead log, which is in a file of its own."""

_Row = tuple[Any, ...]
_Behind = Callable[[int], Iterator[_Row]]
"""Reads rows whose ids are greater."""


def isso(file: IO[bytes], base: str) -> Iterator[Read]:
    """Read isso's database, as far as it can be; `base` is the address that its pages are below.

    SQLite reads a private copy, which is gone with the process.

    Raises:
        ImportRefused: it is none, or nothing of it can be read, or the address is none.
    """
    if not base.startswith(("https://", "http://")):
        raise ImportRefused("The website's address must begin with https:// or http://.")
    with NamedTemporaryFile(delete=False) as copy:
        path = Path(copy.name)
        try:
            database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        finally:
            path.unlink()  # SQLite has it open; nobody else finds what is written to it from now on
        with closing(database):
            shutil.copyfileobj(file, copy)
            _complete(copy)
            yield from _records(database, base)


def _complete(copy: IO[bytes]) -> None:
    """Make a file complete in itself: without a log beside it, which ends with the end of a page.

    In the rest of a page that is cut SQLite would read zeros.
    """
    size = copy.tell()
    copy.seek(_PAGE_SIZE_AT)
    page = int.from_bytes(copy.read(2)) or _SMALLEST_PAGE
    if size > _PAGE_SIZE_AT:
        copy.write(_NO_LOG)
    copy.truncate(size - size % (_LARGEST_PAGE if page == 1 else page))
    copy.flush()


def _records(database: sqlite3.Connection, base: str) -> Iterator[Read]:
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        database.executescript(_SETTINGS)
        ((tables,),) = database.execute(_TABLES)
        query = _query(database)
    except sqlite3.DatabaseError:
        raise ImportRefused(_NONE) from None
    if tables != 2:  # noqa: PLR2004 - comments and threads
        raise ImportRefused(_NONE)
    for found in _rows(partial(_rows_behind, database, query)):
        yield found if isinstance(found, Left) else _record(found, base)


def _query(database: sqlite3.Connection) -> str:
    """Return the query of comments by the columns that there are."""
    found = {name for (name,) in database.execute(_COLUMNS)}
    return _QUERY.format_map(
        {name: column if name in found else "null" for name, column in _LATER.items()}
    )


def _rows(behind: _Behind) -> Iterator[_Row | Left]:
    """Yield all rows that can be read, and what is said of each stretch that cannot."""
    last = since = 0
    while True:
        try:
            for row in behind(since):
                if since != last:
                    yield Left(f"what stands between comments {last} and {row[0]}", _CUT)
                last = since = row[0]
                yield row
        except sqlite3.DatabaseError:
            further = _readable_behind(behind, since)
            if further is not None:
                since = further
                continue
        else:
            if since == last:
                return
        break
    if not last:
        raise ImportRefused(_LOST)
    yield Left(f"what stands behind comment {last}", _CUT)


def _readable_behind(behind: _Behind, bad: int) -> int | None:
    """Return the id nearest behind a bad place from which one can read on, if there is any."""
    step = 1
    while not _is_readable(behind, bad + step):
        bad, step = bad + step, step * 2
        if bad + step > _FURTHEST:
            return None
    good = bad + step
    while good - bad > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if _is_readable(behind, middle) else (good, middle)
    return good


def _is_readable(behind: _Behind, since: int) -> bool:
    try:
        next(behind(since), None)
    except sqlite3.DatabaseError:
        return False
    return True


def _rows_behind(database: sqlite3.Connection, query: str, since: int) -> Iterator[_Row]:
    """Yield rows by id; in a damaged page they may have ids that cannot be."""
    for row in database.execute(query, (since,)):
        if row[0] <= since:
            raise sqlite3.DatabaseError("a row is not in its place")
        since = row[0]
        yield row


def _record(row: _Row, base: str) -> Read:
    id_, parent, created, mode, text, author, email, website, uri, title = row
    where = f"comment {id_}"
    if uri is None:
        return Left(where, "belongs to a thread that is gone")
    if mode not in _MODES:
        return Left(where, "its mode is unknown")
    status, reason = _MODES[int(str(mode))]
    try:
        at = in_utc(datetime.fromtimestamp(float(str(created)), UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        return Left(where, "its time cannot be read")
    page = urljoin(base, str(uri))
    return Record(
        source_id=str(id_),
        parent=str(parent or ""),
        page=page,
        title=str(title or ""),
        # What is typed into these three isso keeps as HTML, the text as it was written.
        name=unescape(str(author or "")),
        email=unescape(str(email or "")),
        website=unescape(str(website or "")),
        body=str(text or ""),
        at=at,
        status=status,
        reason=reason,
        external_id=str(id_),
    )
