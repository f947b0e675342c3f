"""Decided comments: filters, pages by place, and a bounded scan along one index."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from service.db import decided
from service.domain.decided import Place, Wanted
from tests.support.rows import NEW_ID, NOW, Rows


async def ids(rows: Rows, wanted: Wanted, **how: Any) -> list[UUID]:
    found = await decided.find(rows.connection, wanted, None, 50, **how)
    return [row.id for row in found.rows]


async def test_the_newest_decision_comes_first_and_pending_ones_are_left_out(rows: Rows) -> None:
    old = await rows.comment("approved", ago=timedelta(days=3))
    held = await rows.comment("pending", ago=timedelta(days=2))
    await rows.comment("pending")
    new = await rows.comment("rejected", ago=timedelta(days=1))
    assert await ids(rows, Wanted()) == [new, old]
    await rows.decide(held, "approved", "Ann")
    assert await ids(rows, Wanted()) == [held, new, old]


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (Wanted(status="rejected"), {"spam", "held"}),
        (Wanted(language="de"), {"german"}),
        (Wanted(reason="spam"), {"spam"}),
        (Wanted(rejected_as="harassment"), {"held"}),
        (Wanted(actor="classifier"), {"spam", "german"}),
        (Wanted(staff="Ann"), {"held"}),
        (Wanted(pages=("https://news.example/b",)), {"german"}),
        (Wanted(search="WATCHES 100%"), {"spam"}),
        (Wanted(search="watches_100"), set()),
        (Wanted(search="Bo"), {"wrong"}),
        (Wanted(against_classifier=True), {"wrong"}),
        (Wanted(before=NOW - timedelta(hours=30)), {"german"}),
        (Wanted(since=NOW - timedelta(hours=30)), {"spam", "held", "wrong"}),
    ],
)
async def test_each_filter_narrows(rows: Rows, wanted: Wanted, matches: set[str]) -> None:
    made = {
        "german": await rows.comment(
            "approved", ago=timedelta(days=2), language="de", page="https://news.example/b"
        ),
        "spam": await rows.comment("rejected", reasons=["spam"], body="Cheap watches 100% off"),
        "held": await rows.comment("pending", ago=timedelta(days=1)),
        "wrong": await rows.comment("rejected", ago=timedelta(days=1), name="Bo"),
    }
    await rows.decide(made["held"], "rejected", "Ann", reason="harassment")
    await rows.decide(made["wrong"], "approved", "Ben")
    assert set(await ids(rows, wanted)) == {made[name] for name in matches}


async def test_one_site_is_not_another(rows: Rows) -> None:
    await rows.comment("approved", site="second")
    mine = await rows.comment("approved")
    assert await ids(rows, Wanted(site_id=await rows.site("first"))) == [mine]


async def test_pages_go_on_where_the_last_one_ended_also_within_one_moment(rows: Rows) -> None:
    made = [await rows.comment("approved") for _ in range(7)]
    seen: list[UUID] = []
    place: Place | None = None
    for expected in (3, 3, 1):
        found = await decided.find(rows.connection, Wanted(), place, 3)
        assert len(found.rows) == expected
        seen += [row.id for row in found.rows]
        place = found.next
    assert place is None
    assert sorted(seen) == sorted(made)


async def test_a_rare_match_is_found_in_bounded_steps(rows: Rows) -> None:
    rare = await rows.comment("approved", ago=timedelta(days=9), page="https://news.example/rare")
    for hours in range(9):
        await rows.comment("approved", ago=timedelta(hours=hours))
    wanted = Wanted(pages=("https://news.example/rare",))
    steps = 0
    place: Place | None = None
    while True:
        found = await decided.find(rows.connection, wanted, place, 5, scan=4)
        assert found.looked_at <= 4
        steps += 1
        if found.rows or found.next is None:
            break
        place = found.next
    assert [row.id for row in found.rows] == [rare]
    assert steps == 3


async def test_a_full_page_looks_at_a_few_and_one_of_rare_matches_at_more(rows: Rows) -> None:
    rare = await rows.comment("rejected", ago=timedelta(days=9))
    newest = [await rows.comment("approved", ago=timedelta(hours=each)) for each in range(19)]
    found = await decided.find(rows.connection, Wanted(), None, 3)
    assert [row.id for row in found.rows] == newest[:3]
    assert found.looked_at == 12
    found = await decided.find(rows.connection, Wanted(status="rejected"), None, 3)
    assert [row.id for row in found.rows] == [rare]
    assert (found.looked_at, found.next) == (20, None)
    found = await decided.find(rows.connection, Wanted(at_random=True), None, 3)
    assert found.looked_at == 20


async def fill(rows: Rows, count: int) -> None:
    """Many comments of two sites; one trigger check for all would only cost time."""
    await rows.site("first")
    await rows.site("second")
    await rows.connection.execute(
        f"""
        with made as (
            select {NEW_ID} as id, n, now() - n * interval '1 minute' as at
            from generate_series(1, $1::int) n
        ), new as (
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                                 submitted_at, decided_at)
            select made.id, s.id, 'https://news.example/a', '\\x00', 'Reader', 'A plain remark.',
                   '\\x00', case n % 10 when 0 then 'pending' else 'approved' end::comment_status,
                   at, at
            from made join site s on s.name = case n % 2 when 0 then 'first' else 'second' end
            returning id, status, decided_at
        )
        insert into decision (comment_id, version, to_status, action, actor, at)
        select id, 1, status, 'submit', 'classifier', decided_at from new
        """,
        count,
    )
    await rows.connection.execute("analyze")


@pytest.mark.parametrize("site", ["first", None])
@pytest.mark.parametrize("narrow", [{}, {"staff": "Ann"}])
async def test_pages_of_10_000_come_from_one_index(
    rows: Rows, site: str | None, narrow: dict[str, Any]
) -> None:
    await fill(rows, 10_000)
    wanted = Wanted(site_id=await rows.site(site) if site else None, **narrow)
    after = (NOW - timedelta(minutes=500), UUID(int=0))
    # Of so few comments the whole scan would be all: a short one stands for that of millions.
    sql, values = decided.query(wanted, after, 51, scan=500)
    plan = "\n".join(row[0] for row in await rows.connection.fetch(f"explain {sql}", *values))
    assert "comment_decided" in plan
    assert "Seq Scan on comment c" not in plan
