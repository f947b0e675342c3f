"""What an author wrote is looked for in the months in which they did, and none of it is missed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace

from service.db import comments as comments_db
from service.db import retention
from service.domain.rules import Fact
from service.ids import LAST, NOWHERE, first_id, floor_of, new_id
from tests.support.new_comments import NOW, looked

ANN = UUID(int=1)


@pytest.fixture
async def site(connection: "asyncpg.Connection[Any]") -> UUID:
    """A site without comments."""
    site = new_id()
    await connection.execute("insert into site (id, name) values ($1, 'first')", site)
    return site


def month(after: int, of: datetime = NOW) -> datetime:
    """The beginning of a month so many after that of a moment."""
    count = of.year * 12 + of.month - 1 + after
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def begins(after: int) -> UUID:
    """The smallest id of a month."""
    return floor_of(first_id(month(after)))


async def post(
    connection: "asyncpg.Connection[Any]", site: UUID, at: datetime | None = None
) -> tuple[Fact, ...]:
    """Have Ann write; what was known of her, where she is held if she is new."""
    one = looked(site, id_=first_id(at) if at else None)
    assert one.new is not None
    one = replace(one, author_id=ANN, hold_new=True, new=replace(one.new, author_id=ANN))
    after = first_id(NOW + timedelta(days=999))  # nothing is of the last minute
    window = {"minute": after, "day": after}
    known = await comments_db.keep(connection, [one], **window)
    if known:
        one = replace(one, expected=known[0])
        assert await comments_db.keep(connection, [one], **window) == {}
    return known.get(0, ())


async def span(connection: "asyncpg.Connection[Any]") -> tuple[UUID, UUID]:
    """Between which ids all of Ann's comments are."""
    asked = "select wrote_since, wrote_until from author where author_id = $1"
    (row,) = await connection.fetch(asked, ANN)
    return row["wrote_since"], row["wrote_until"]


async def test_a_first_comment_says_in_which_month_all_are(
    connection: "asyncpg.Connection[Any]", site: UUID
) -> None:
    assert await post(connection, site) == ("author_new",)
    assert await span(connection) == (begins(0), begins(1))
    assert await post(connection, site) == ()


async def test_later_and_older_ones_widen_it(
    connection: "asyncpg.Connection[Any]", site: UUID
) -> None:
    await post(connection, site)
    assert await post(connection, site, month(2)) == ()
    assert await span(connection) == (begins(0), begins(3))
    await connection.execute(  # as an import does
        "with new as (insert into comment (id, site_id, author_id, page, page_key, name, body,"
        " fingerprint, status, submitted_at, decided_at)"
        " values ($1, $2, $3, 'p', '', 'n', 'b', '', 'approved', now(), now()) returning id)"
        " insert into decision (comment_id, version, to_status, action, actor)"
        " select id, 1, 'approved', 'submit', 'system' from new",
        *(first_id(month(-14)), site, ANN),
    )
    assert await span(connection) == (begins(-14), begins(3))
    assert await post(connection, site, month(1)) == ()


async def test_who_comes_back_after_the_contact_was_forgotten_has_the_record_of_before(
    connection: "asyncpg.Connection[Any]", site: UUID
) -> None:
    await post(connection, site, month(-3))
    await retention.forget_contacts(connection, [ANN], month(-1))
    assert not await connection.fetchval("select count(*) from author")
    assert await post(connection, site) == ()
    assert await span(connection) == (NOWHERE, LAST)
    assert await post(connection, site) == ()


async def test_an_author_whose_id_is_made_anew_is_looked_for_everywhere(
    connection: "asyncpg.Connection[Any]", site: UUID
) -> None:
    await post(connection, site, month(-3))
    moved = UUID(int=2)
    await connection.fetchval("select move_authors($1, $2, $3)", [ANN], [moved], [b"sealed anew"])
    row = await connection.fetchrow("select wrote_since, wrote_until from author")
    assert row is not None
    assert tuple(row) == (NOWHERE, LAST)


async def test_authors_of_before_the_upgrade_are_looked_for_everywhere(
    connection: "asyncpg.Connection[Any]", site: UUID
) -> None:
    await post(connection, site, month(-3))
    await connection.execute("update author set wrote_since = default, wrote_until = default")
    assert await post(connection, site) == ()
    assert await span(connection) == (NOWHERE, LAST)
