"""The acts of admins, page by page: none is missed, and old ones cost nothing."""

from typing import Any

import asyncpg

from service.db import acts
from service.db.sql import load
from service.domain.accounts import Act
from service.domain.itself import ITSELF

FILL = """
insert into admin_act (act, about, at)
select 'secret_shown', 'act ' || n, now() - make_interval(mins => n / 3)
from generate_series(1, 6000) n
"""
"""Three of each minute have the very same time."""

SETTINGS = """
with made as (insert into site (id, name) values (gen_random_uuid(), 'news') returning id)
insert into site_change (id, site_id, at, before, after)
select gen_random_uuid(), id, now() - make_interval(mins => n), '{}', '{}'
from made, generate_series(1, 300) n
"""


async def test_pages_of_acts_miss_none_and_repeat_none(
    connection: "asyncpg.Connection[Any]",
) -> None:
    await connection.execute(FILL)
    await connection.execute(SETTINGS)
    whole = await acts.newest(connection, 10_000)
    assert len(whole) > 6300  # the shipped model began to decide, too
    found: list[Act] = []
    while len(found) < 700:
        last = (found[-1].at, found[-1].id) if found else None
        found += await acts.newest(connection, 50, last)
    assert found == whole[:700]
    assert await acts.newest(connection, 50, (whole[-1].at, whole[-1].id)) == []


async def test_a_page_of_acts_reads_no_older_ones(connection: "asyncpg.Connection[Any]") -> None:
    await connection.execute(FILL)
    await connection.execute("vacuum analyze admin_act")
    asked = ("explain (analyze) " + load("acts")["acts"], 50, list(ITSELF))
    older = "select at, gen_random_uuid() from admin_act where about = 'act 900'"
    for last in ((None, None), await connection.fetchrow(older) or ()):
        plan = "\n".join(row[0] for row in await connection.fetch(*asked, *last))
        assert "Seq Scan on admin_act" not in plan, plan
