"""A reader who asks for it is told by e-mail: once, and until they end it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from service.accounts import accounts
from tests.support.mail import Came, MailServer, mail_server
from tests.support.service import Service, running
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


@pytest.fixture
async def told(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Told]:
    """A site that tells its readers."""
    async with mail_server() as server:
        given = {
            "MODERATION_SMTP_URL": server.url,
            "MODERATION_MAIL_FROM": "comments@service.example",
            "MODERATION_PUBLIC_URL": "https://comments.example",
            "MODERATION_SECOND_OPINION_MS": "0",
        }
        async with running(dsn, connection, tmp_path, **given) as service:
            settings = {"hold_everything": True, "mail_readers": True, "languages": ["de"]}
            await accounts.change_site(connection, "first", settings)
            yield Told(service, server, await service.staff("Ada"))


def stop_of(mail: Came) -> str:
    """The path of the link that ends a reader's mails."""
    link = r"<(https://comments\.example/mail/[\w-]{40,60})>"
    header = re.fullmatch(link, str(mail.message["List-Unsubscribe"]))
    assert header
    assert header[1] in mail.text
    return urlsplit(header[1]).path


async def test_a_reader_is_told_once_in_the_pages_language_and_ends_it_with_one_click(
    told: Told,
) -> None:
    title = "Häfen & <b>Boote</b>\u202e: und noch viel mehr, was auf keine einzige Zeile passt " * 3
    own = await told.post(
        email="Grete.Müller@example.org", notify="both", page_title=title[:300], name="Grete"
    )
    await told.approve(own)
    assert await told.settled(1) == [("delivered", 250)]
    (mail,) = told.server.came
    assert (mail.sender, mail.to) == ("comments@service.example", ["Grete.Müller@example.org"])
    assert b"grete" not in mail.raw.lower()
    assert "Grete" not in mail.text
    head = mail.message
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert head["To"] == "undisclosed-recipients:;"
    assert "veröffentlicht: Häfen & <b>Boote</b>: und" in str(head["Subject"])
    assert "\u202e" not in head["Subject"]
    assert head.get_content_type() == "text/plain"
    assert f"https://news.example/articles/1#comment-{own}" in mail.text

    kim = {"parent_id": own, "email": "kim@example.org"}
    for name, asked in [("Kim", "approved"), ("see evil-pills.com now", None)]:
        await told.approve(await told.post(**kim, name=name, notify=asked))
    await told.approve(await told.post(**kim | {"email": "grete.müller@example.org"}))
    assert await told.settled(4) == [("delivered", 250)] * 4
    said = "\n".join(each.text for each in told.server.came)
    assert said.count("Kim hat auf Ihren Kommentar") == 1
    assert said.count("Jemand hat auf Ihren Kommentar") == 1
    assert "evil" not in said

    await told.undo(own)  # told before, and not told again
    await told.approve(own)
    path = stop_of(mail)
    shown = await told.service.http.get(path, headers={"Accept-Language": "de"})
    assert (shown.status_code, "Keine E-Mails mehr" in shown.text) == (200, True)
    assert "news.example" in shown.text
    ended = await told.service.http.post(path, data=ONE_CLICK)
    assert ended.status_code == 200
    await told.approve(await told.post(**kim, name="Kim"))
    assert (await told.settled(5))[-1] == ("recalled", None)
    for wrong in (path[:-1], path[:-1] + ("A" if path[-1] != "A" else "B"), "/mail/é", "/mail/x"):
        assert (await told.service.http.post(wrong, data=ONE_CLICK)).status_code == 404
    assert (await told.service.http.post(path, data={"again": "yes"})).status_code == 200
    await told.approve(await told.post(**kim, name="Kim"))
    assert (await told.settled(6))[-1] == ("delivered", 250)
    assert len(told.server.came) == 5


async def test_what_a_server_does_not_take_is_tried_again_refused_or_in_doubt_and_never_sent_twice(
    told: Told,
) -> None:
    told.server.rcpt = "451 Come again"
    await told.approve(await told.post(notify="approved"))

    async def tried() -> bool:
        return told.server.tries > 1

    await until(tried, seconds=60)
    assert told.server.came == []
    told.server.rcpt = "250 OK"
    assert await told.settled(1) == [("delivered", 250)]

    told.server.rcpt = "550 No such user"
    await told.approve(await told.post(notify="approved"))
    assert (await told.settled(2))[-1] == ("given_up", 550)
    told.server.rcpt, told.server.data = "250 OK", "hang up"
    await told.approve(await told.post(notify="approved"))
    assert (await told.settled(3))[-1] == ("given_up", "InDoubt")
    assert len(told.server.came) == 2
    told.server.data = "250 OK"
    http, site = told.service.http, told.service.as_site
    listed = (await http.get("/v1/webhooks/deliveries", headers=site)).json()["deliveries"]
    again = f"/v1/webhooks/deliveries/{listed[0]['id']}/replay"
    assert (await http.post(again, headers=site)).status_code == 409


async def test_what_is_taken_back_in_time_is_told_when_it_is_published_after_all(
    told: Told,
) -> None:
    """Nor is anything told of what is erased, and what its author asked for is gone with it."""
    told.server.rcpt = "451 Come again"
    own, other = await told.post(notify="approved"), await told.post(notify="both")
    await told.approve(own)
    await told.undo(own)
    await told.approve(other)
    erased = await told.service.http.delete(f"/v1/comments/{other}", headers=told.service.as_site)
    assert erased.status_code == 204
    count = "select count(*) from reader_wish"
    assert await told.service.connection.fetchval(count) == 1
    assert [state for state, _ in await told.settled(2)] == ["recalled"] * 2
    assert told.server.came == []
    told.server.rcpt = "250 OK"
    await told.approve(own)
    assert {state for state, _ in await told.settled(2)} == {"delivered", "recalled"}
    assert len(told.server.came) == 1


async def test_a_site_that_tells_nobody_says_that_notify_counts_for_nothing(
    service: Service, connection: "asyncpg.Connection[Any]"
) -> None:
    async def ignored(**fields: Any) -> httpx.Response:
        return await service.post(**fields)

    assert (await ignored(notify="both")).json()["ignored"] == ["notify"]
    await accounts.change_site(connection, "first", {"mail_readers": True})
    assert (await ignored(notify="both")).json()["ignored"] == ["notify"]  # no server takes mail
    wrong = await ignored(notify="everything")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "notify")
    assert await connection.fetchval("select count(*) from reader_wish") == 0
