"""Use cases of a website that looks after its webhook: what was delivered, once more, a test."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service.accounts.secrets import Secrets
from service.db import receivers as db
from service.db.pool import Pool
from service.delivery.batch import Pace, client_for
from service.delivery.messages import webhook
from service.delivery.sending import post_signed
from service.domain.deliveries import Delivered, Receiver
from service.errors import Conflict, NotFound
from service.ids import new_id


@dataclass(frozen=True, slots=True)
class Tested:
    """What a webhook answered to a test: its status, or a class of error, after so many ms."""

    id: UUID
    delivered: bool
    status: int | None
    error: str | None
    ms: int


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The use cases with the parts they need."""

    pool: Pool
    secrets: Secrets

    async def newest(
        self, site_id: UUID, before: UUID | None, most: int
    ) -> tuple[Receiver, Sequence[Delivered], UUID | None]:
        """Return the webhook, what was told before an event, newest first, and where to go on."""
        receiver = await db.receiver(self.pool, site_id)
        found = await db.deliveries(self.pool, site_id, before, most + 1)
        return receiver, found[:most], found[most - 1].id if len(found) > most else None

    async def replay(self, site_id: UUID, id_: UUID) -> Delivered:
        """Send an event again, whatever came of it; later ones of its comment that wait, after it.

        Raises:
            NotFound: the site has no such event.
            Conflict: nothing would be sent.
        """
        kind = (await self._one(site_id, id_)).kind
        if kind == "mail":
            raise Conflict("A reader is told once; no mail is sent again.")
        if kind == "webhook":
            await self._receiver(site_id)
        if not await db.replay(self.pool, site_id, id_):
            raise Conflict("The comment waits again, or its callback's address is forgotten.")
        return await self._one(site_id, id_)

    async def test(self, site_id: UUID) -> Tested:
        """Send a signed event of no comment at once, and say what the webhook answers.

        Raises:
            Conflict: nothing would be sent.
        """
        url, secrets = await self._receiver(site_id)
        id_, pace, began = new_id(), Pace(), time.perf_counter()
        event = {"type": "webhook.test", "timestamp": datetime.now(UTC), "data": {}}
        message = webhook(str(id_), event)
        async with client_for(pace) as client:
            answer = await post_signed(client, url, message, secrets=secrets, timeout=pace.timeout)
        ms = round((time.perf_counter() - began) * 1000)
        return Tested(id_, answer.is_taken, answer.status, answer.error, ms)

    async def _one(self, site_id: UUID, id_: UUID) -> Delivered:
        found = await db.delivery(self.pool, site_id, id_)
        if found is None:
            raise NotFound("There is no such delivery; those that are closed are kept for 30 days.")
        return found

    async def _receiver(self, site_id: UUID) -> tuple[str, Sequence[str]]:
        found = await db.receiver(self.pool, site_id)
        if found.url is None:
            raise Conflict("The site has no webhook; an administrator sets its URL.")
        if found.state.disabled_at is not None:
            raise Conflict("The webhook answered 410: set its URL again to have webhooks sent.")
        secrets = [self.secrets.webhook_secret(site_id, number) for number in found.secrets]
        return found.url, secrets
