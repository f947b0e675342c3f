"""Puts a file's comments in the order in which they can be written: parents before replies.

They are kept in a private file of SQLite's meanwhile, which is gone with the process, so memory
stays small however many they are.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import msgspec

from service.comments.importing.record import Record

_TABLE: Final = """
pragma journal_mode = off;
create table record (
    source_id text primary key, parent text, at real, depth integer, others integer, data blob
);
create index by_parent on record (parent);
create index by_depth on record (depth, at);
"""
_PUT: Final = """
insert into record values (?, ?, ?, null, 0, ?) on conflict (source_id) do update set
    parent = excluded.parent, at = excluded.at, data = excluded.data,
    others = others + (data <> excluded.data)
"""
_TOGETHER: Final = 500
_ROOTS: Final = """
update record set depth = 0
where parent = '' or parent = source_id or parent not in (select source_id from record)
"""
_NEXT: Final = """
update record set depth = ?1 + 1 where depth is null and parent in (
    select source_id from record where depth = ?1
)
"""


_CIRCLES: Final = """
update record set depth = 0 where depth is null and exists (
    select 1 from record p where p.source_id = record.parent
    and (p.at, p.source_id) > (record.at, record.source_id)
)
"""
"""What answers itself by way of others has one that is older than what it answers: that begins."""


class Answered(msgspec.Struct, frozen=True):
    """What is looked at of a comment that another one answers."""

    source_id: str
    page: str
    at: datetime


_RECORD: Final = msgspec.json.Decoder(Record)
_ANSWERED: Final = msgspec.json.Decoder(Answered)


class Staging(AbstractContextManager["Staging"]):
    """Comments of one file, each id once; the last one counts."""

    def __init__(self) -> None:
        self._file: Final = sqlite3.connect("")
        self._file.executescript(_TABLE)
        self._waiting: Final[list[tuple[str, str, float, bytes]]] = []

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self._file.close()

    def put(self, record: Record) -> None:
        """Keep a comment, instead of one that had its id."""
        data = msgspec.json.encode(record)
        self._waiting.append((record.source_id, record.parent, record.at.timestamp(), data))
        if len(self._waiting) == _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        self._file.executemany(_PUT, self._waiting)
        self._waiting.clear()

    def count(self) -> int:
        """Return how many comments there are."""
        self._flush()
        (found,) = self._file.execute("select count(*) from record").fetchone()
        return int(found)

    def in_doubt(self) -> Iterator[str]:
        """Yield the ids of which there was another comment before."""
        for (id_,) in self._file.execute("select source_id from record where others > 0"):
            yield id_

    def order(self) -> int:
        """Put all in order, what answers itself too; return how many levels replies have."""
        self._flush()
        levels = []
        for begin in (_ROOTS, _CIRCLES):
            self._file.execute(begin)
            depth = 0
            while self._file.execute(_NEXT, (depth,)).rowcount:
                depth += 1
            levels.append(depth)
        return max(levels)

    def in_order(self) -> Iterator[tuple[Record, Answered | None]]:
        """Yield each comment with the one that it answers, if the file has that."""
        rows = self._file.execute(
            "select r.data, p.data from record r left join record p "
            "on p.source_id = r.parent and r.depth > 0 order by r.depth, r.at, r.source_id"
        )
        for data, parent in rows:
            yield _RECORD.decode(data), _ANSWERED.decode(parent) if parent else None
