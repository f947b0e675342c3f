"""Outboxes with quick deliveries, and websites that are to hear of comments."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

from service.accounts import accounts
from service.accounts.secrets import Secrets
from service.db import outbox
from service.db.pool import open_pool
from service.delivery.batch import Pace
from service.delivery.mailing import Mailer
from service.delivery.outbox import Delivery
from service.domain.reader_mail import ReaderMail, Written
from service.ids import new_id

QUICK = Pace(
    poll=0.02,
    timeout=0.3,
    first_retry=0.05,
    longest_retry=0.2,
    first_probe=0.02,
    longest_probe=0.1,
)
SECRETS = Secrets.derive(b"c" * 32, b"k" * 32)

_COMMENT = """
with new as (
    insert into comment (
        id, site_id, page, page_key, name, body, fingerprint, status, submitted_at, decided_at
    )
    values ($1, $2, 'p', '', 'Reader', 'A secret text', '', 'pending', now(), now())
)
insert into decision (comment_id, version, to_status, action, actor)
values ($1, 1, 'pending', 'submit', 'classifier')
"""
_DECIDED = """
with before as (select id, status, version from comment where id = $1 for update),
changed as (
    update comment c
    set status = $2::text::comment_status, version = c.version + 1,
        name = case $2 when 'erased' then '' else name end,
        body = case $2 when 'erased' then '' else body end
    from before
    where c.id = before.id
)
insert into decision (comment_id, version, from_status, to_status, action, actor)
select id, version + 1, status, $2::text::comment_status, 'hold', 'rule' from before
"""


def _no_words(_: ReaderMail) -> Written:
    raise AssertionError("no reader asked for a mail in these tests")


@asynccontextmanager
async def delivering(dsn: str, processes: int = 1, pace: Pace = QUICK) -> AsyncIterator[None]:
    """So many processes' deliveries on one database."""
    async with AsyncExitStack() as stack:
        for _ in range(processes):
            pool = await open_pool(dsn, size=4)
            stack.push_async_callback(pool.close)
            mailer = Mailer(SECRETS, None, None, _no_words)
            secret_of = SECRETS.webhook_secret
            delivery = Delivery(pool, secret_of=secret_of, mailer=mailer, pace=pace)
            await stack.enter_async_context(delivery.running())
        yield


async def site_with_hook(connection: accounts.Connection, name: str, url: str) -> UUID:
    new = await accounts.add_site(connection, SECRETS, name)
    await accounts.change_site(connection, name, {"webhook_url": url})
    return new.site.id


async def waiting_comment(connection: accounts.Connection, site_id: UUID) -> UUID:
    """A comment of the site in the queue."""
    id_ = new_id()
    await connection.execute(_COMMENT, id_, site_id)
    return id_


async def becomes(connection: accounts.Connection, comment_id: UUID, status: str) -> None:
    """Let a comment have another status, of which no webhook tells."""
    await connection.execute(_DECIDED, comment_id, status)


async def called_back(
    connection: accounts.Connection, site_id: UUID, url: str, status: str = "approved"
) -> UUID:
    """A comment of the site that was checked with a callback, and has been decided since."""
    id_ = await waiting_comment(connection, site_id)
    await outbox.add_callback(connection, id_, site_id, url)
    await becomes(connection, id_, status)
    return id_


async def row_of(connection: accounts.Connection, id_: UUID) -> dict[str, Any]:
    """An event as it stands."""
    row = await connection.fetchrow("select * from outbox where id = $1", id_)
    assert row
    return dict(row)
