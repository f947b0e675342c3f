"""What people rejected while no process looked teaches as well, and no comment waits for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.accounts import accounts
from service.comments import lately_rejected, learnt_links
from service.comments.lately_rejected import LATE, Part, reach
from service.comments.learnt_links import LearntLinks
from service.comments.learnt_phrases import LearntPhrases
from service.db import lately_rejected as db
from service.db.lately_rejected import Rejection, What
from service.db.pool import Pool, open_pool
from service.domain import learnt_phrases
from service.domain.learnt_links import FEWEST, Rejected
from tests.support.rows import NOW, Rows
from tests.support.service import Service

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SPAM = "Honest review of my trip, photos at https://wonder-tours.example/{} and more soon."


@asynccontextmanager
async def pool_of(dsn: str) -> AsyncGenerator[Pool]:
    pool = await open_pool(dsn)
    try:
        yield pool
    finally:
        await pool.close()


async def rejected(rows: Rows, body: str, ago: timedelta, **fields: Any) -> UUID:
    id_ = await rows.comment(ago=ago + MINUTE, body=body, **fields)
    await rows.decide(id_, "rejected", "Mo", ago=ago, reason="spam")
    return id_


async def stopped(rows: Rows, what: What, ago: timedelta) -> None:
    """Every process stopped so long ago."""
    await db.look_from(rows.connection, what, NOW - ago)


async def held(rows: Rows) -> list[str]:
    told = "select entry from site_word where list = 'held' order by id"
    found = await rows.connection.fetch(told)
    return [row["entry"] for row in found]


async def test_what_was_rejected_while_no_process_ran_teaches_links(rows: Rows, dsn: str) -> None:
    await stopped(rows, "links", 9 * HOUR)
    for number in range(FEWEST):
        await rejected(rows, SPAM.format(number), (8 - number) * HOUR)
    async with pool_of(dsn) as pool:
        await LearntLinks(pool).look_once()
    assert await held(rows) == ["wonder-tours.example"]


async def test_five_rejections_within_hours_teach_as_five_within_minutes(
    rows: Rows, dsn: str
) -> None:
    await stopped(rows, "links", 9 * HOUR)
    async with pool_of(dsn) as pool:
        links = LearntLinks(pool)
        for number in range(FEWEST):
            assert not await held(rows)
            await rejected(rows, SPAM.format(number), (8 - number) * HOUR)
            await stopped(rows, "links", (8 - number) * HOUR + MINUTE)
            await links.look_once()
    assert await held(rows) == ["wonder-tours.example"]


async def test_more_than_is_looked_at_together_is_looked_at_in_parts(
    rows: Rows, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest first, and to the end; who rejected fewer is not waited for."""
    monkeypatch.setattr(lately_rejected, "MOST", 4)
    await stopped(rows, "links", 9 * HOUR)
    for number in range(FEWEST):
        await rejected(rows, SPAM.format(number), 8 * HOUR - number * MINUTE)
    for number in range(30):
        await rejected(rows, f"Nothing but noise, number {number}.", 7 * HOUR - number * MINUTE)
    async with pool_of(dsn) as pool:
        links, looks = LearntLinks(pool), 1
        while await links.look_once():
            looks += 1
        until, _ = await db.looked_until(rows.connection, "links")
    assert await held(rows) == ["wonder-tours.example"]
    assert looks == 9
    assert until > NOW - HOUR


async def test_a_look_that_fails_is_made_again(
    rows: Rows, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(rows, "links", 9 * HOUR)
    for number in range(FEWEST):
        await rejected(rows, SPAM.format(number), 8 * HOUR)

    async def fail(*_: object) -> list[str]:
        raise ConnectionResetError

    async with pool_of(dsn) as pool:
        links = LearntLinks(pool)
        with monkeypatch.context() as patch:
            patch.setattr(learnt_links, "hold", fail)
            with pytest.raises(ConnectionResetError):
                await links.look_once()
        assert not await held(rows)
        await links.look_once()
    assert await held(rows) == ["wonder-tours.example"]


async def test_phrases_that_were_rejected_while_no_process_ran_are_learnt(
    rows: Rows, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though so much else was rejected since that they are not among the newest."""
    monkeypatch.setattr(learnt_phrases, "ENOUGH", 6)
    monkeypatch.setattr("service.comments.learnt_phrases.REJECTED", 3)
    await stopped(rows, "phrases", 9 * HOUR)
    for number in range(6):
        body = f"The tram number {number} was late, what a pity."
        await rows.decide(await rows.comment(ago=10 * HOUR, body=body), "approved", "Mo")
    for number in range(FEWEST):
        body = f"Number {number} says: ask for the gentle whale method"
        await rejected(rows, body, 8 * HOUR, name=f"Dr {number}")
    for number in range(4):
        await rejected(rows, f"Only noise {number}.", 7 * HOUR)
    async with pool_of(dsn) as pool:
        await LearntPhrases(pool).look_once()
    assert "for the gentle whale method" in await held(rows)


async def test_comments_come_while_a_sites_words_are_changed(service: Service) -> None:
    """Only who changes the site itself waits for its row."""
    link = service.connection
    async with link.transaction():
        await accounts.find_site(link, "first", lock=True)
        answer = await asyncio.wait_for(service.post(body="A plain remark."), timeout=60)
    assert answer.status_code in {200, 201, 202}


def test_nothing_that_may_still_come_to_light_counts_as_looked_at() -> None:
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    made = [Rejection(UUID(int=1), UUID(int=at), 2, now - (9 - at) * HOUR) for at in range(5)]
    other = [Rejection(UUID(int=2), UUID(int=9), 2, now - 8 * HOUR)]
    assert reach([], now, most=5) == now - LATE
    assert reach([*made, *other], now, most=6) == now - LATE
    assert reach([*made, *other], now, most=5) == now - 5 * HOUR


def test_sites_are_in_one_order_whoever_locks_several_of_them() -> None:
    """Links and phrases are learnt beside each other: in two orders they would wait for ever."""
    made = [Rejected(UUID(int=each), f"site {each % 3}", "", None) for each in range(5, 0, -1)]
    found = Part(made, is_more=False, seen=frozenset()).by_site
    assert list(found) == ["site 0", "site 1", "site 2"]
    assert {name: [each.id.int for each in there] for name, there in found.items()} == {
        "site 0": [3],
        "site 1": [4, 1],
        "site 2": [5, 2],
    }
