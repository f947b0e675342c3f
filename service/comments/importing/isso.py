"""isso's database: one SQLite file, whose pages are paths below the website's address."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from service.comments.importing.record import Given, ImportRefused, Left, Read, Record, in_utc

_MODES: Final[dict[int, tuple[Given, str | None]]] = {
    1: ("approved", None),
    2: ("pending", None),
    4: ("rejected", "other"),
}
"""isso.db.comments: 1 accepted, 2 in the moderation queue, 4 deleted but answered."""

_NONE: Final = "The file is no database of isso with comments and threads."
_CUT: Final = (
    "cannot be read: the database is cut or damaged there; copy it anew for what is missing"
)
_QUERY: Final = """
select c.id, c.parent, c.created, c.mode, c.text, c.author, c.email, c.website, t.uri, t.title
from comments c left join threads t on t.id = c.tid order by c.id
"""


def isso(path: Path, base: str) -> Iterator[Read]:
    """Read isso's database, as far as it can be; `base` is the address that its pages are below.

    Raises:
        ImportRefused: it is none, or the address is none.
    """
    if not base.startswith(("https://", "http://")):
        raise ImportRefused("The website's address must begin with https:// or http://.")
    last = None
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for row in database.execute(_QUERY):
                last = row[0]
                yield _record(row, base)
    except sqlite3.DatabaseError:
        if last is None:
            raise ImportRefused(_NONE) from None
        yield Left(f"what stands behind comment {last}", _CUT)


def _record(row: tuple[object, ...], base: str) -> Read:
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
        name=str(author or ""),
        email=str(email or ""),
        website=str(website or ""),
        body=str(text or ""),
        at=at,
        status=status,
        reason=reason,
        external_id=str(id_),
    )
