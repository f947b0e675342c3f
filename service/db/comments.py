"""Comments as the website posts and shows them: one function per query of comments.sql."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from service.db.pool import Pool
from service.db.sql import load
from service.domain.rules import Fact
from service.domain.shown import Answer, FirstAnswer
from service.domain.states import Ruling, Status

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
else:  # generic in its stubs only
    Connection = asyncpg.Connection

_SQL = load("comments")


class NewComment(msgspec.Struct, frozen=True):
    """The row to insert; each field names its column.

    `written_at` is shown as the time of one that was written before it was sent.
    """

    id: UUID
    site_id: UUID
    author_id: UUID | None
    email: bytes | None
    page: str
    page_key: bytes
    parent_id: UUID | None
    origin: bytes | None
    name: str
    website: str | None
    body: str
    fingerprint: bytes
    external_id: str | None
    idempotency_key: str | None
    request_digest: bytes | None
    status: Status
    reasons: tuple[str, ...]
    scores: dict[str, float]
    risk: float
    language: str | None
    model_version: str | None
    submitted_at: datetime
    actor: str
    bands: dict[str, Any]
    notice_id: UUID | None
    linear_scores: dict[str, float] | None
    written_at: datetime | None = None


class Looked(msgspec.Struct, frozen=True):
    """What is looked up for a new comment, and what its verdict expects to be found.

    Rows with a lock in common have different waves. `same_text` of 0 looks for no same text of
    others. `new` is the row to write if all is as expected; None looks only.
    """

    place: int
    wave: int
    locks: Sequence[int]
    expected: Sequence[Fact]
    site_id: UUID
    idempotency_key: str | None
    parent_id: UUID | None
    page_key: bytes
    author_id: UUID | None
    fingerprint: bytes
    origin: bytes | None
    same_text: int
    rejected_before: int
    hold_new: bool
    trusted_after: int | None
    closes_before: UUID | None
    author_per_minute: int
    origin_per_minute: int
    new: NewComment | None


_BYTES: Final = frozenset(
    name
    for row in (Looked, NewComment)
    for name, kind in row.__annotations__.items()
    if kind in {bytes, bytes | None}
)
"""Columns that JSON has no form for."""


async def keep(
    connection: Connection, looked: Sequence[Looked], *, minute: UUID, day: UUID
) -> dict[int, tuple[Fact, ...]]:
    """Write comments whose expectations hold; return what is known of the others, by place.

    `minute` and `day` are the first ids of these windows.
    """
    asked = (_SQL["place_comments"], [_named(one) for one in looked], minute, day)
    if all(one.wave == 1 for one in looked):
        rows = await connection.fetch(*asked)
    else:  # each wave is a statement, and takes the rows of its pages
        async with connection.transaction():
            await _hold(connection, looked)
            rows = await connection.fetch(*asked)
    return {row["place"]: tuple(row["known"]) for row in rows}


async def _hold(connection: Connection, looked: Sequence[Looked]) -> None:
    """Take what comments of several waves need, in the order in which every statement does."""
    sites, pages = [one.site_id for one in looked], [one.page_key for one in looked]
    authors = [one.author_id for one in looked if one.author_id]
    locks = [lock for one in looked for lock in one.locks]
    await connection.execute(_SQL["hold_moves"], sites)
    await connection.execute(_SQL["hold_turns"], authors, locks)
    await connection.execute(_SQL["hold_pages"], sites, pages)


def _named(looked: Looked) -> dict[str, Any]:
    """Return a row by the names of its columns, as `jsonb_to_recordset` reads it."""
    values = msgspec.structs.asdict(looked)
    new = values.pop("new")
    if new is not None:
        values |= msgspec.structs.asdict(new)
    known = {name: value for name, value in values.items() if value is not None}
    for name in _BYTES & known.keys():
        known[name] = f"\\x{known[name].hex()}"
    known["write"] = new is not None
    return known


async def first_answer(
    connection: Connection | Pool, site_id: UUID, idempotency_key: str | None
) -> FirstAnswer | None:
    """The comment of an idempotency key with the verdict it was first given, once it is kept.

    Who sends a key again may have had no answer since a replica was waited for in vain: then the
    comment is in the primary alone, and is lost with it.
    """
    row = await connection.fetchrow(_SQL["comment_first_answer"], site_id, idempotency_key)
    if row:
        await connection.execute(_SQL["comment_is_kept"])
    return FirstAnswer(answer_of(row), row["status_now"], row["request_digest"]) if row else None


async def get(connection: Connection | Pool, site_id: UUID, id_: UUID) -> Answer | None:
    """One comment of a site, whatever its status."""
    row = await connection.fetchrow(_SQL["comment_get"], id_, site_id)
    return answer_of(row) if row else None


@dataclass(frozen=True, slots=True)
class ToEdit:
    """What an edit of a comment goes by; `email` is sealed, `ruling` was before any edit."""

    version: int
    status: Status
    name: str
    website: str | None
    body: str
    page: str
    page_key: bytes
    parent_id: UUID | None
    author_id: UUID | None
    origin: bytes | None
    fingerprint: bytes
    reasons: Sequence[str]
    submitted_at: datetime
    email: bytes | None
    ruling: Ruling


async def to_edit(connection: Connection | Pool, site_id: UUID, id_: UUID) -> ToEdit | None:
    """Return a comment of a site as an edit needs it."""
    row = await connection.fetchrow(_SQL["comment_to_edit"], id_, site_id)
    if row is None:
        return None
    columns = dict(row)
    ruling = Ruling(columns.pop("ruled"), columns.pop("ruling"))
    return ToEdit(**columns, ruling=ruling)


async def edit(connection: Connection, id_: UUID, new: NewComment, reasons: Sequence[str]) -> None:
    """Give a comment the text and the scores of `new`; its change of status is written apart."""
    await connection.execute(
        _SQL["comment_edited"],
        id_,
        new.body,
        new.fingerprint,
        list(reasons),
        new.scores,
        new.risk,
        new.language,
        new.model_version,
        new.linear_scores,
    )


def answer_of(row: asyncpg.Record) -> Answer:
    """Return a comment's row as its website gets it: these fields and no other."""
    return Answer(**{name: row[name] for name in Answer.__struct_fields__})


async def languages_of(pool: Pool, sites: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Count the newest approved comments of some sites by their languages."""
    counts: dict[UUID, dict[str, int]] = {}
    for row in await pool.fetch(_SQL["languages_of"], sites):
        counts.setdefault(row["site_id"], {})[row["language"]] = row["count"]
    return counts
