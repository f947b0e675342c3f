"""A moderator's decision reaches the address that an Akismet client gave, and no other address."""

import asyncio
import time
from dataclasses import replace

import pytest

from service.accounts import accounts
from service.db import outbox
from service.delivery.callback_addresses import allowed_address
from service.delivery.signing import former_headers, standard_headers
from tests.support.akismet import check, erase, form, key_of
from tests.support.outbox import (
    QUICK,
    becomes,
    called_back,
    delivering,
    row_of,
    site_with_hook,
    waiting_comment,
)
from tests.support.receiver import Receiver, receiving
from tests.support.service import Service
from tests.support.waiting import until


async def came(site: Receiver, count: int) -> None:
    async def so_many() -> bool:
        return len(site.received) >= count

    await until(so_many)


async def decide(service: Service, comment_id: str, action: str) -> None:
    moderator = await service.staff("Ada")
    body = {"action": action, "version": 1} | ({"reason": "spam"} if action == "reject" else {})
    path = f"/v1/review/{comment_id}/decision"
    answer = await service.http.post(path, json=body, headers=moderator)
    assert answer.status_code == 200, answer.text


async def addresses(service: Service) -> list[str]:
    rows = await service.connection.fetch("select url from outbox where kind = 'callback'")
    return [row["url"] for row in rows]


@pytest.mark.parametrize(("action", "body"), [("reject", b"true"), ("approve", b"false")])
async def test_a_decision_is_told_once_signed_listed_and_told_again_on_demand(
    service: Service, action: str, body: bytes
) -> None:
    async with receiving() as site:
        settings = {"hold_everything": True, "callback_prefixes": [site.url.split("?")[0]]}
        key = await key_of(service, **settings)
        guid = (await check(service, form(key, callback=site.url))).headers["x-akismet-guid"]
        listing, again = "/v1/webhooks/deliveries", f"/v1/webhooks/deliveries/{guid}/replay"
        headers = service.as_site
        assert (await service.http.get(listing, headers=headers)).json()["deliveries"] == []
        await decide(service, guid, action)
        await came(site, 1)
        told = site.received[0]
        assert (told.body, told.headers["x-akismet-guid"]) == (body, guid)
        secret = service.secrets.webhook_secret(
            await service.connection.fetchval("select id from site")
        )
        now = int(told.headers["webhook-timestamp"])
        made = standard_headers([secret], guid, now, body)
        assert {name: told.headers[name] for name in made} == made
        former = former_headers(secret, now, f"{guid}.".encode() + body)
        assert {name: told.headers[name.lower()] for name in former} == former

        async def listed() -> bool:
            answer = (await service.http.get(listing, headers=headers)).text
            assert "t0ken" not in answer
            return f'"id":"{guid}","kind":"callback"' in answer and '"delivered"' in answer

        await until(listed)
        assert (await service.http.post(again, headers=headers)).json()["state"] == "waiting"
        await came(site, 2)
        assert {each.headers["webhook-id"] for each in site.received} == {guid}
        assert [each.body for each in site.received] == [body, body]
        await erase(service, guid)
        assert await addresses(service) == [""]
        assert (await service.http.post(again, headers=headers)).status_code == 409


async def test_what_is_undone_or_erased_in_time_is_not_told(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving() as site:
        site_id = await site_with_hook(connection, "site", "http://127.0.0.1:9/unused")
        erased = await called_back(connection, site_id, site.url, "erased")
        undone = await called_back(connection, site_id, site.url, "rejected")
        await becomes(connection, undone, "pending")
        late = await waiting_comment(connection, site_id)
        await becomes(connection, late, "rejected")
        await outbox.add_callback(connection, late, site_id, site.url)  # decided in between
        async with delivering(dsn, processes=2):
            await came(site, 1)
            await becomes(connection, undone, "approved")
            await came(site, 2)
    assert [each.headers["x-akismet-guid"] for each in site.received] == [str(late), str(undone)]
    assert [each.body for each in site.received] == [b"true", b"false"]
    row = await row_of(connection, erased)
    assert (row["recalled"], row["url"], row["delivered_at"]) == (True, "", None)


async def test_what_is_decided_otherwise_while_it_is_told_is_told_once_more(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving() as site:
        site_id = await site_with_hook(connection, "site", "http://127.0.0.1:9/unused")
        id_ = await called_back(connection, site_id, site.url, "rejected")
        (told,) = await outbox.claim(
            connection, busy=[], per_receiver=9, receivers=9, lease=QUICK.lease / 8
        )
        await becomes(connection, id_, "approved")
        await outbox.delivered(connection, told, 200)
        async with delivering(dsn):
            await came(site, 1)
    assert (told.status, site.received[0].body) == ("rejected", b"false")


async def test_a_host_that_fails_gets_one_callback_at_a_time_and_all_at_its_return(
    connection: accounts.Connection, dsn: str
) -> None:
    """Neither another host nor the site's webhook waits for it."""
    status = 503
    async with receiving(lambda _: status) as away, receiving() as there:
        away.retry_after = "1"
        site_id = await site_with_hook(connection, "site", "http://127.0.0.1:9/unused")
        for number in range(40):
            await called_back(connection, site_id, f"{away.url}&n={number}")
        other = await called_back(connection, site_id, there.url)
        async with delivering(dsn, processes=2, pace=replace(QUICK, timeout=5.0)):
            await came(there, 1)
            await came(away, 1)
            began, at_first = time.monotonic(), len(away.received)
            while time.monotonic() - began < 0.6:  # the pause that it asked for has not passed
                await asyncio.sleep(0.05)
                at_first = len(away.received)
            status = 200
            await came(away, at_first + 40)
    assert at_first <= 2 * QUICK.at_once
    assert len({each.headers["webhook-id"] for each in away.received}) == 40
    assert there.received[0].headers["webhook-id"] == str(other)


async def test_a_callback_that_is_gone_is_given_up_with_those_to_the_same_address(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving(lambda is_spam: 410 if is_spam else 200) as site:
        site_id = await site_with_hook(connection, "site", "http://127.0.0.1:9/unused")
        gone = [
            await called_back(connection, site_id, f"{site.url}&gone", "rejected")
            for _ in range(30)
        ]
        there = await called_back(connection, site_id, site.url)
        async with delivering(dsn, pace=replace(QUICK, per_receiver=10)):

            async def all_closed() -> bool:
                return (await outbox.backlog(connection)).waiting == 0

            await until(all_closed)
    assert (await row_of(connection, there))["delivered_at"]
    assert {(await row_of(connection, each))["last_status"] for each in gone} == {410}
    assert len(site.received) <= 1 + QUICK.at_once


async def test_a_callback_that_nobody_takes_is_given_up_at_last(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving(lambda _: 500) as site:
        site_id = await site_with_hook(connection, "site", "http://127.0.0.1:9/unused")
        id_ = await called_back(connection, site_id, site.url)
        await connection.execute("update outbox set created_at = now() - interval '3 days'")
        waits = await waiting_comment(connection, site_id)
        await outbox.add_callback(connection, waits, site_id, site.url)
        await connection.execute("update outbox set created_at = now() - interval '9 days'")
        async with delivering(dsn):

            async def given_up() -> bool:
                return (await row_of(connection, id_))["failed_at"] is not None

            await until(given_up)
    assert (await row_of(connection, waits))["failed_at"] is None  # its comment waits for longer


async def test_addresses_that_the_site_does_not_allow_are_not_kept(service: Service) -> None:
    key = await key_of(service, hold_everything=True, callback_prefixes=["http://127.0.0.1/"])
    for address in ("http://127.0.0.1.evil.example/", "file:///x", "x", "http://127.0.0.1@x/"):
        answer = await check(service, form(key, f"Comment {address}", callback=address))
        assert "x-akismet-recheck-after" in answer.headers
    key = await key_of(service, hold_everything=True, callback_prefixes=None)
    answer = await check(service, form(key, "Another comment.", callback="http://127.0.0.1/"))
    assert "x-akismet-recheck-after" in answer.headers
    assert await addresses(service) == []


PREFIXES = ("https://blog.example/cb/", "https://m\u00fcnchen.example/\u00e4/")


@pytest.mark.parametrize(
    ("sent", "requested"),
    [
        ("https://blog.example/cb/1?x=/../", "https://blog.example/cb/1?x=/../"),
        ("HTTPS://BLOG.example:443/cb/a.b", "https://blog.example/cb/a.b"),
        ("https://m\u00fcnchen.example/%C3%A4/", "https://xn--mnchen-3ya.example/%C3%A4/"),
        ("https://blog.example/cb/100%25", "https://blog.example/cb/100%25"),
        ("https://blog.example/cb/../other", None),
        ("https://blog.example/cb/./1", None),
        ("https://blog.example/cb/%2e%2E/other", None),
        ("https://blog.example/cb/%252e%252e%252fother", None),
        ("https://blog.example/cb/.%2e;x=1/other", None),
        ("https://blog.example/cb/..\\other", None),
        ("https://blog.example/cb/..%5cother", None),
        ("https://blog.example/other/../cb/1", None),
        ("https://blog.example/cb", None),
        ("https://blog.example.evil.example/cb/", None),
        ("https://[::1/cb/", None),
        ("", None),
    ],
)
def test_an_address_is_compared_as_it_will_be_requested(sent: str, requested: str | None) -> None:
    assert allowed_address(sent, PREFIXES) == requested
