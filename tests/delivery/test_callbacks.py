"""A moderator's decision reaches the address that an Akismet client gave, and no other address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from service.db.pool import open_pool
from service.delivery.callbacks import PACE, Callbacks, allowed_address
from service.delivery.signing import former_headers, standard_headers
from tests.support.akismet import check, erase, form, key_of
from tests.support.receiver import Receiver, receiving
from tests.support.service import Service
from tests.support.waiting import until

QUICK = replace(PACE, poll=0.02)


@asynccontextmanager
async def telling(service: Service, dsn: str, processes: int = 2) -> AsyncIterator[None]:
    """So many quick processes that share what waits."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(dsn, size=4)
        stack.push_async_callback(pool.close)
        for _ in range(processes):
            task = Callbacks(pool, secret_of=service.secrets.webhook_secret, pace=QUICK)
            await stack.enter_async_context(task.running())
        yield


async def came(site: Receiver, count: int) -> None:
    """Wait for so many calls, and see that there are no more."""

    async def so_many() -> bool:
        return len(site.received) >= count

    await until(so_many)
    await asyncio.sleep(0.2)
    assert len(site.received) == count


async def decide(service: Service, comment_id: str, action: str) -> None:
    moderator = await service.staff("Ada")
    body = {"action": action, "version": 1} | ({"reason": "spam"} if action == "reject" else {})
    path = f"/v1/review/{comment_id}/decision"
    answer = await service.http.post(path, json=body, headers=moderator)
    assert answer.status_code == 200, answer.text


async def addresses(service: Service) -> list[str]:
    rows = await service.connection.fetch("select url from door_callback")
    return [row["url"] for row in rows]


@pytest.mark.parametrize(("action", "body"), [("reject", b"true"), ("approve", b"false")])
async def test_a_decision_is_told_once_signed_and_its_address_forgotten(
    service: Service, dsn: str, action: str, body: bytes
) -> None:
    async with receiving() as site, telling(service, dsn):
        settings = {"hold_everything": True, "callback_prefixes": [site.url.split("?")[0]]}
        key = await key_of(service, **settings)
        guid = (await check(service, form(key, callback=site.url))).headers["x-akismet-guid"]
        await came(site, 0)
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
        assert await addresses(service) == [""]


async def test_an_erased_comments_address_is_forgotten_and_nothing_is_told(
    service: Service, dsn: str
) -> None:
    async with receiving() as site:
        settings = {"hold_everything": True, "callback_prefixes": [site.url.split("?")[0]]}
        key = await key_of(service, **settings)
        guid = (await check(service, form(key, callback=site.url))).headers["x-akismet-guid"]
        await erase(service, guid)
        async with telling(service, dsn):

            async def forgotten() -> bool:
                return await addresses(service) == [""]

            await until(forgotten)
        await came(site, 0)


async def test_a_site_that_is_away_is_tried_again_and_given_up_at_last(
    service: Service, dsn: str
) -> None:
    async with receiving(lambda _: 500) as site, telling(service, dsn):
        settings = {"hold_everything": True, "callback_prefixes": [site.url.split("?")[0]]}
        key = await key_of(service, **settings)
        guid = (await check(service, form(key, callback=site.url))).headers["x-akismet-guid"]
        await decide(service, guid, "approve")
        await came(site, 1)
        again = "update door_callback set next_at = now(), attempts = $1"
        await service.connection.execute(again, 1)
        await came(site, 2)
        await service.connection.execute(again, PACE.max_attempts - 1)
        await came(site, 3)
        assert await addresses(service) == [""]


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
