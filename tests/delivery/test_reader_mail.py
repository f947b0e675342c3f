"""A reader who asks for it is told by e-mail: once, and until they end it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.accounts import accounts
from tests.support.mail import mail_server
from tests.support.reader_mail import ONE_CLICK, Told, stop_of
from tests.support.service import Service, running
from tests.support.waiting import until


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


async def test_a_domain_with_letters_of_its_own_needs_no_server_that_takes_them(
    told: Told,
) -> None:
    told.server.takes_utf8 = False
    for email in ("ann@bücher.example", "аня@example.org"):
        await told.approve(await told.post(email=email, notify="approved"))
    states = sorted(await told.settled(2), key=str)
    assert states == [("delivered", 250), ("given_up", "NoSmtpUtf8")]
    assert [each.to for each in told.server.came] == [["ann@xn--bcher-kva.example"]]


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
