"""Comments are found by what one sees, by index, in the queue and among decided ones."""

import asyncio
import hashlib
from typing import Any

import asyncpg
import pytest

from service.db import backfill, review
from service.db.decided import query as decided_query
from service.domain.decided import Wanted
from service.domain.desk import Filters
from service.ids import new_id
from tests.support.rows import NEW_ID


async def keep(connection: "asyncpg.Connection[Any]", body: str, status: str = "pending") -> None:
    id_ = new_id()
    async with connection.transaction():
        await connection.execute(
            """
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                submitted_at, decided_at)
            select $1, id, '', '', 'Zoë', $2, $3, $4::text::comment_status, now(), now() from site
            """,
            *(id_, body, hashlib.sha256(id_.bytes).digest()[:16], status),
        )
        await connection.execute(
            "insert into decision (comment_id, version, to_status, action, actor)"
            " values ($1, 1, $2::text::comment_status, 'submit', 'rule')",
            *(id_, status),
        )


async def found(connection: "asyncpg.Connection[Any]", search: str) -> int:
    """How many the queue's and the decided ones' search find."""
    sql, values = review.items_query(Filters(search=search), "oldest", None, 50)
    queued = len(await connection.fetch(sql, *values))
    sql, values = decided_query(Wanted(search=search), None, 50)
    return queued + sum(row["id"] is not None for row in await connection.fetch(sql, *values))


@pytest.fixture
async def site(connection: "asyncpg.Connection[Any]") -> "asyncpg.Connection[Any]":
    await connection.execute("insert into site (id, name) values ($1, 'first')", new_id())
    return connection


@pytest.mark.parametrize(
    ("body", "search"),
    [
        ("Un café noir", "cafe\u0301"),
        ("Un cafe\u0301 noir", "CAFÉ"),
        ("Un café noir", "cafe noir"),
        ("die Straße hinunter", "STRASSE"),
        ("two\r\nlines   and\u00a0blanks", '"two lines and blanks"'),
        ("vi\u200bag\u00adra here", "viagra"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("don’t do it", "don't"),
        ("the bridge is closed", "closed bridge"),
        ("the bridge is closed", '"bridge is"'),
        ("the bridges are closed", "bridge"),
        ("网上博彩公司", "博彩"),
        ("ภาษาไทยดี", "ไทย"),
        ("ИЩУ РАБОТУ", "работу"),
        ("Ήταν ΚΑΛΌΣ", "καλος"),
        ("Łódź und Smørrebrød", "lodz smorrebrod"),
        ("I learn C++ now", "c++"),
        ("costs $5 only", "$5"),
        ("so 💩 this", "💩"),
        ("İstanbul", "istanbul"),
        ("what about zoe", "zoë"),
        ("한국어 댓글", "한국어"),
        ("see https://x.example/a_b?c=1", "https://x.example/a_b?c=1"),
        ("wait ... what", "..."),
        *(("کتاب خوبی", "كتاب"), ("كتاب", "کتاب"), ("سلام علیکم", "عليكم"), ("على", "علي")),
        *(("مـــرحبا بكم", "مرحبا"), ("مُحَمَّد", "محمد"), ("أحمد", "احمد"), ("ﺍﻟﺴﻼﻡ", "السلام")),
        *(("בית־ספר", "ספר"), ("שָׁלוֹם", "שלום"), ("ג׳ירפה", "ג'ירפה"), ("пʼять", "п'ять")),
        *(
            ("\u00bd cup", "1/2"),
            ("1/2 cup", "\u00bd"),
            ("1\u00bd cups", "1 1/2"),
            ("10\u2075", "10\u2075"),
        ),
        *(("п’ять", "пʼять"), ("ʻokina", "'okina"), ("ｶﾞｲﾄﾞ", "ガイド"), ("ﬁnance", "finance")),
    ],
)
@pytest.mark.parametrize("status", ["pending", "approved"])
async def test_a_text_is_found_by_what_one_sees(
    site: "asyncpg.Connection[Any]", body: str, search: str, status: str
) -> None:
    await keep(site, body, status)
    assert await found(site, search) == 1


@pytest.mark.parametrize(
    ("body", "search"),
    [
        ("the bridge is closed", '"closed bridge"'),
        ("the bridge is closed", "bridge open"),
        ("costs £5 only", "$5"),
        ("so 👍 this", "💩"),
        ("watches 100%", "watches_100"),
        ("anything", "100%_"),
        ("anything", "'; drop"),
        ("anything", "a:* | b"),
    ],
)
async def test_nothing_else_is_found(
    site: "asyncpg.Connection[Any]", body: str, search: str
) -> None:
    await keep(site, body)
    assert await found(site, search) == 0


async def test_a_word_of_thousands_of_letters_is_kept_and_found(
    site: "asyncpg.Connection[Any]",
) -> None:
    await keep(site, "ab" * 5_000)
    assert await found(site, "ab" * 50) == 1
    assert await found(site, "ab" * 4_000 + "c") == 0


async def test_the_search_uses_the_index(site: "asyncpg.Connection[Any]") -> None:
    async with site.transaction():
        await site.execute(
            f"""
            with made as (select {NEW_ID} as id, n from generate_series(1, 3000) n),
            decided as (
                insert into decision (comment_id, version, to_status, action, actor)
                select id, 1, 'approved', 'submit', 'rule' from made)
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                submitted_at, decided_at)
            select made.id, site.id, '', '', 'Ann', 'text number ' || n, made.id::text::bytea,
                'approved', now(), now()
            from made, site
            """
        )
    await site.execute("analyze comment; set enable_seqscan = off")  # a test has few rows
    for sql, values in (
        review.items_query(Filters(search="needle", status="approved"), "oldest", None, 50),
        decided_query(Wanted(search="needle"), None, 50),
    ):
        plan = await site.fetch(f"explain {sql}", *values)
        assert any("comment_found_by" in row[0] for row in plan), "\n".join(row[0] for row in plan)


async def test_a_short_queue_is_searched_without_the_archive(
    site: "asyncpg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a word that many comments of the archive have the index names too many."""
    for body, status in (("A needle.", "pending"), ("Hay.", "pending"), ("A needle.", "approved")):
        await keep(site, body, status)
    asked = []
    site.add_query_logger(lambda record: asked.append(record.query))
    by_index = "c.found_by @@"
    for short, looks_up in ((1_000, False), (2, True)):
        monkeypatch.setattr(review, "_SHORT", short)
        for status, uses in (("pending", looks_up), ("approved", True)):
            filters = Filters(search="needle", status=status)
            asked.clear()
            (item,) = await review.items(site, filters, "oldest", None, 50)
            assert item.body == "A needle."
            assert await review.matching(site, filters, 50) == 1
            await asyncio.sleep(0)  # the driver tells of a query once it is through
            searches = [each for each in asked if "search_query" in each]
            assert [by_index in each for each in searches] == [uses] * 2


async def test_rows_of_before_are_filled_anew(site: "asyncpg.Connection[Any]") -> None:
    await keep(site, "کتاب خوبی")
    await site.execute("update comment set found_by = to_tsvector('simple', 'کتاب خوبی')")
    assert await found(site, "كتاب") == 0
    await backfill.fill_search(site, [await site.fetchval("select id from comment")])
    assert await found(site, "كتاب") == 1


async def test_words_are_parted_by_one_blank_whatever_stands_between_them(
    connection: "asyncpg.Connection[Any]",
) -> None:
    """As one pattern of all that parts words has it, for signs of each kind beside all others."""
    wrong = await connection.fetch(
        r"""
        with given as (
            select v from generate_series(1, 127) a, unnest(array[1, 32, 36, 44, 65, 127]) b,
                lateral (values ('x' || chr(a) || chr(b) || 'Y'),
                                (chr(b) || chr(a) || 'x ' || chr(b))) t (v)
        ), signs as (
            select v, regexp_replace(lower(v), '([#$%&*+<=>@^_~|])', ' \1 ', 'g') as told from given
        )
        select v from signs where search_form(v) <> btrim(regexp_replace(told,
            '[\u0001-\u0022\u0027-\u0029\u002c-\u002f:;?\u005b-\u005d\u0060{}\u007f ]+', ' ', 'g'))
        """
    )
    assert not wrong
