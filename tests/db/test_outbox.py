"""An upgrade to the one outbox: what was queued goes out, and the release before runs on."""

from datetime import timedelta
from itertools import takewhile
from typing import Any, Final

import asyncpg

from service.accounts import accounts
from service.db import outbox
from service.db.migrate import migrate, shipped
from service.db.pool import connect
from service.ids import new_id
from tests.support.outbox import SECRETS, becomes, called_back, row_of, waiting_comment

ADDRESS = "https://blog.example:8443/told?t=1"

# What the release before asks, word for word but for figures that do not matter here.
ASK: Final = """
insert into door_callback (comment_id, site_id, url) values ($1, $2, $3)
on conflict (comment_id) do nothing
"""
DUE: Final = """
update door_callback d set next_at = now() + $2::interval, attempts = d.attempts + 1
from (
    select w.comment_id from door_callback w join comment c on c.id = w.comment_id
    where w.closed_at is null and w.next_at <= now() and c.status <> 'pending'
    order by w.next_at limit $1 for update of w skip locked
) due, comment c
where d.comment_id = due.comment_id and c.id = d.comment_id
returning d.comment_id, d.url, d.attempts, c.status::text as status
"""
CLOSE: Final = "update door_callback set closed_at = now(), url = '' where comment_id = $1"
NOTICE: Final = """
insert into notice (id, site_id, comment_id, version, status) values ($1, $2, $3, 1, 'pending')
"""
CLAIM: Final = """
with due as materialized (
    select n.id, n.comment_id, n.version, w.site_id
    from (select s.id as site_id from site s where exists (
        select from notice n
        where n.site_id = s.id and n.delivered_at is null and n.failed_at is null
          and n.next_at <= now()
    ) limit 9) w
    cross join lateral (
        select n.id, n.comment_id, n.version from notice n
        where n.site_id = w.site_id and n.delivered_at is null and n.failed_at is null
          and n.next_at <= now()
          and not exists (
              select from notice e
              where e.comment_id = n.comment_id and e.version < n.version
                and e.delivered_at is null and e.failed_at is null
          )
        order by n.next_at limit 9
        for update skip locked
    ) n
)
update notice n set next_at = now() + $1::interval, sent_at = now()
from due join comment c on c.id = due.comment_id
where n.id = due.id
returning n.id, c.page
"""
TAKEN: Final = """
update notice set delivered_at = now(), attempts = attempts + 1, last_status = 200,
       last_error = null, tried_at = now()
where id = $1
"""
LEASE: Final = timedelta(seconds=30)


async def claimed(connection: accounts.Connection) -> list[Any]:
    """What this release leases, by kind and status."""
    found = await outbox.claim(connection, busy=[], per_receiver=9, receivers=9, lease=LEASE)
    return sorted((each.kind, each.receiver, each.status) for each in found)


async def test_what_was_queued_before_an_upgrade_is_due_after_it(empty_dsn: str) -> None:
    before = list(takewhile(lambda each: each.name < "0210", shipped()))
    await migrate(empty_dsn, before)
    connection = await connect(empty_dsn)
    site_id = (await accounts.add_site(connection, SECRETS, "site")).site.id
    hook = '{"webhook_url": "https://site.example/hook"}'
    await connection.execute("update site set settings = $1::text::jsonb", hook)
    waits, decided, closed = [await waiting_comment(connection, site_id) for _ in range(3)]
    for id_ in (waits, decided, closed):
        await connection.execute(ASK, id_, site_id, ADDRESS)
    await connection.execute(CLOSE, closed)
    await becomes(connection, decided, "rejected")
    await connection.execute(NOTICE, new_id(), site_id, decided)
    await connection.execute(
        "insert into receiver (site_id, failing_since, failures) values ($1, now(), 3)", site_id
    )
    await migrate(empty_dsn)
    assert await claimed(connection) == [
        ("callback", "blog.example:8443", "rejected"),
        ("webhook", "", "pending"),
    ]
    await becomes(connection, waits, "approved")
    assert await claimed(connection) == [("callback", "blog.example:8443", "approved")]
    assert await connection.fetchval("select failures from circuit") == 3
    await connection.close()


async def test_the_release_before_asks_for_callbacks_and_tells_of_changes_after_an_upgrade(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    site_id = (await accounts.add_site(connection, SECRETS, "site")).site.id
    id_ = await waiting_comment(connection, site_id)
    for _ in range(2):  # the same check once more asks for nothing more
        await connection.execute(ASK, id_, site_id, ADDRESS)
    assert await connection.fetch(DUE, 9, LEASE) == []
    await becomes(connection, id_, "approved")
    (due,) = await connection.fetch(DUE, 9, LEASE)
    assert tuple(due) == (id_, ADDRESS, 1, "approved")
    assert await connection.fetch(DUE, 9, LEASE) == []
    await connection.execute(CLOSE, id_)
    row = await row_of(connection, id_)
    assert (row["kind"], row["url"], row["delivered_at"] is None) == ("callback", "", False)

    notice = new_id()
    await called_back(connection, site_id, ADDRESS)  # which is none of its webhooks
    await connection.execute(NOTICE, notice, site_id, id_)
    (leased,) = await connection.fetch(CLAIM, LEASE)
    assert leased["id"] == notice
    await connection.execute(TAKEN, notice)
    row = await row_of(connection, notice)
    assert (row["kind"], row["last_status"], row["attempts"]) == ("webhook", 200, 1)
