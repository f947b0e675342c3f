"""Websites whose webhooks fare ill each in its own way, and whether each was told all in order.

They stumble, hang, redirect, answer 410, or are away for an hour, which passes at once: what waits
for a time waits for one that much nearer. All are on this machine: an address of one's own network
is told like any other. After the hour all take what they get, and the one that was gone has its URL
set again.
"""

import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
from standardwebhooks.webhooks import Webhook

from service.accounts import accounts
from service.accounts.secrets import Secrets
from service.comments.moderation import Moderation
from service.db import outbox
from service.db.comments import Connection
from service.db.pool import Pool
from service.delivery.signing import standard_secret
from service.domain.states import Actor
from tests.support.outbox import waiting_comment
from tests.support.ports import free_port
from tests.support.receiver import Receiver, receiving
from tests.support.waiting import until

ILLS: Final = {"steady": 200, "stumbles": 500, "hangs": 0, "redirects": 301, "gone": 410}
_STUMBLES: Final = 0.05  # of the requests
_HOUR: Final = timedelta(hours=1)
_STEPS: Final = 12  # in which it passes
_AT_ONCE: Final = 50  # decisions in a bulk
_PASSES: Final = """
with events as (
    update outbox set created_at = created_at - $1::interval,
        next_at = case when next_at < 'infinity' then next_at - $1::interval else next_at end
    where delivered_at is null and failed_at is null
      and (sent_at is null or tried_at >= sent_at)  -- what is being sent stays leased
)
update circuit set probe_at = probe_at - $1::interval, failing_since = failing_since - $1::interval
"""


async def _pass(connection: Connection, some: timedelta) -> None:
    """Let some time pass for all events at once, though deliveries may stand in the way long."""
    while True:
        with suppress(asyncpg.DeadlockDetectedError, TimeoutError):
            await connection.execute(_PASSES, some)
            return


@dataclass
class Told:
    """A website, what it was told of each comment, and its comments."""

    name: str
    id: UUID
    secret: str
    comments: Sequence[UUID]
    versions: dict[str, list[int]] = field(default_factory=dict)

    def hear(self, receiver: Receiver) -> None:
        """Note what was taken last, in the order in which it came."""
        for notice in receiver.taken:
            self.versions.setdefault(notice["comment_id"], []).append(notice["version"])

    def missed(self, changes: int) -> int:
        """Count the comments of which it was not told each change, the one after the other."""
        wanted = [number + 2 for number in range(changes)]  # the first version is of the check
        return sum(
            sorted(told) != told or sorted(set(told)) != wanted
            for told in (self.versions.get(str(each), []) for each in self.comments)
        )


@dataclass(frozen=True)
class Found:
    """What a run showed."""

    decisions: int
    attempts: int
    probes: int  # of the website that was away, in its hour
    seconds: float  # from the return of all to the last notice
    missed: int
    most_on_gone: int


class Ill:
    """The websites of one run, on a database to which somebody delivers."""

    def __init__(self, pool: Pool, secrets: Secrets, dice: random.Random) -> None:
        self._pool = pool
        self._secrets = secrets
        self._dice = dice
        self._are_ill = True
        self._sites: list[Told] = []

    async def run(self, comments: int, changes: int) -> Found:
        """Decide about so many comments of each website so often; see what each was told."""
        async with AsyncExitStack() as stack:
            receivers = [
                await stack.enter_async_context(self._receiver(name, comments)) for name in ILLS
            ]
            away, port = await self._site("away", comments), free_port()
            async with self._pool.acquire() as connection:
                url = f"http://127.0.0.1:{port}/hook"
                await accounts.change_site(connection, "away", {"webhook_url": url})
            await self._decide(changes)
            probes = await self._hour_passes(away)
            on_gone = len(receivers[-1].received)
            receivers.append(await stack.enter_async_context(receiving(port=port)))
            receivers[-1].look = self._checking(away)
            seconds = await self._recover(receivers[-2])
            for site, receiver in zip(self._sites, receivers, strict=True):
                site.hear(receiver)
        return Found(
            decisions=len(self._sites) * comments * changes,
            attempts=sum(len(each.received) for each in receivers) + probes,
            probes=probes,
            seconds=seconds,
            missed=sum(each.missed(changes) for each in self._sites),
            most_on_gone=on_gone,
        )

    @asynccontextmanager
    async def _receiver(self, name: str, comments: int) -> AsyncIterator[Receiver]:
        def answer(_: dict[str, Any]) -> int:
            if not self._are_ill or (name == "stumbles" and self._dice.random() > _STUMBLES):
                return 200
            return ILLS[name]

        async with receiving(answer) as receiver:
            site = await self._site(name, comments)
            receiver.look = self._checking(site)
            async with self._pool.acquire() as connection:
                await accounts.change_site(connection, name, {"webhook_url": receiver.url})
            yield receiver

    async def _site(self, name: str, comments: int) -> Told:
        async with self._pool.acquire() as connection, connection.transaction():
            id_ = (await accounts.add_site(connection, self._secrets, name)).site.id
            made = [await waiting_comment(connection, id_) for _ in range(comments)]
        secret = standard_secret(self._secrets.webhook_secret(id_, 0))
        self._sites.append(Told(name, id_, secret, made))
        return self._sites[-1]

    def _checking(self, site: Told) -> Any:
        """What the reference library says of each request as it comes; it raises if it is wrong."""
        return lambda request: Webhook(site.secret).verify(request.body, request.headers)

    async def _decide(self, changes: int) -> None:
        moderation = Moderation(self._pool)
        for number in range(changes):
            for site in self._sites:
                for start in range(0, len(site.comments), _AT_ONCE):
                    some = site.comments[start : start + _AT_ONCE]
                    if number % 2:
                        await moderation.decide(some, "reject", Actor("site"), reason="spam")
                    else:
                        await moderation.decide(some, "approve", Actor("site"))

    async def _hour_passes(self, away: Told) -> int:
        """Let an hour pass, in each part of which who is away is tried; return how often it was."""
        for _ in range(_STEPS):
            before = await self._failures(away)

            async def is_tried(before: int = before) -> bool:
                return await self._failures(away) > before

            await until(is_tried, 20)
            async with self._pool.acquire() as connection:
                await _pass(connection, _HOUR / _STEPS)
        return await self._failures(away)

    async def _failures(self, site: Told) -> int:
        async with self._pool.acquire() as connection:
            asked = "select failures from circuit where site_id = $1"
            return await connection.fetchval(asked, site.id) or 0

    async def _recover(self, gone: Receiver) -> float:
        self._are_ill, began = False, time.monotonic()
        async with self._pool.acquire() as connection:
            await accounts.change_site(connection, "gone", {"webhook_url": gone.url})

        async def all_told() -> bool:
            async with self._pool.acquire() as connection:
                return (await outbox.backlog(connection)).waiting == 0

        await until(all_told, 300)
        return time.monotonic() - began
