"""A site whose readers are told by e-mail, and the server that takes their mail."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.support.mail import Came, MailServer
from tests.support.service import Service
from tests.support.waiting import until

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Told:
    """A service with a site that tells its readers, and the server that takes the mail."""

    service: Service
    server: MailServer
    moderator: dict[str, str]

    async def post(self, **fields: Any) -> str:
        """A comment that waits; its id."""
        posted = await self.service.post(**fields)
        assert posted.status_code == 201, posted.text
        assert posted.json()["ignored"] == []
        return str(posted.json()["id"])

    async def approve(self, id_: str) -> None:
        """Publish a comment, as a moderator."""
        path = f"/v1/review/{id_}/decision"
        body = {"action": "approve", "version": await self._version(id_)}
        answer = await self.service.http.post(path, json=body, headers=self.moderator)
        assert answer.status_code == 200, answer.text

    async def undo(self, id_: str) -> None:
        """Take that back."""
        path = f"/v1/review/{id_}/undo"
        body = {"version": await self._version(id_)}
        answer = await self.service.http.post(path, json=body, headers=self.moderator)
        assert answer.status_code == 200, answer.text

    async def _version(self, id_: str) -> int:
        query = "select version from comment where id = $1"
        return int(await self.service.connection.fetchval(query, id_))

    async def settled(self, count: int) -> list[tuple[str, Any]]:
        """The states of so many mails, once none of them waits."""
        rows: list[dict[str, Any]] = []

        async def all_are() -> bool:
            listing = await self.service.http.get(
                "/v1/webhooks/deliveries", headers=self.service.as_site
            )
            rows[:] = [each for each in listing.json()["deliveries"] if each["kind"] == "mail"]
            return len(rows) == count and all(each["state"] != "waiting" for each in rows)

        await until(all_are, seconds=60)
        return [(each["state"], each["last_status"] or each["error"]) for each in reversed(rows)]


def stop_of(mail: Came) -> str:
    """The path of the link that ends a reader's mails."""
    link = r"<(https://comments\.example/mail/[\w-]{40,60})>"
    header = re.fullmatch(link, str(mail.message["List-Unsubscribe"]))
    assert header
    assert header[1] in mail.text
    return urlsplit(header[1]).path
