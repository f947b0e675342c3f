"""A website names, closes and opens a page; its readers' list says so, and no 304 hides it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from service.accounts import accounts
from service.ids import first_id
from tests.support.service import Service

PAGE = "https://news.example/articles/1"


async def told(service: Service, key: Any = None, **fields: Any) -> httpx.Response:
    body = {"page": PAGE + "?utm_source=x"} | fields
    return await service.http.put("/v1/pages", json=body, headers=key or service.as_site)


async def listed(service: Service, etag: str = "") -> httpx.Response:
    headers = service.as_site | {"If-None-Match": etag}
    return await service.http.get("/v1/comments", params={"page": PAGE}, headers=headers)


async def test_each_change_of_a_page_is_in_its_list_and_ends_a_304(service: Service) -> None:
    seen = await listed(service)
    assert seen.json()["page"] == {"title": None, "closed": False}

    async def changed(title: str | None, *, closed: bool) -> None:
        nonlocal seen
        new = await listed(service, seen.headers["etag"])
        assert (new.status_code, new.json()["page"]) == (200, {"title": title, "closed": closed})
        assert (await listed(service, new.headers["etag"])).status_code == 304
        seen = new

    answer = (await told(service, title="Who winds the clock", tilte=1)).json()
    assert answer == {
        "page": PAGE,
        "title": "Who winds the clock",
        "closed": False,
        "ignored": ["tilte"],
    }
    await changed("Who winds the clock", closed=False)
    assert (await told(service, title="Who winds the clock")).is_success
    assert (await listed(service, seen.headers["etag"])).status_code == 304
    assert (await service.post()).status_code == 201
    await changed("Who winds the clock", closed=False)
    assert (await told(service, closed=True)).json()["closed"]
    await changed("Who winds the clock", closed=True)
    assert seen.json()["count"] == 1
    refused = await service.post()
    assert (refused.status_code, refused.json()["code"]) == (409, "page_closed")
    assert not (await told(service, closed=False)).json()["closed"]
    await changed("Who winds the clock", closed=False)
    await accounts.close_page(service.connection, service.secrets, "first", PAGE)
    await changed("Who winds the clock", closed=True)
    await told(service, closed=False)
    await service.post(page_title="Mail ann@mail.example")
    assert "mail.example" not in (await listed(service)).text


async def test_what_is_told_wrongly_is_named_and_a_page_is_of_one_site(service: Service) -> None:
    wrong = await told(service, page="/a", title="", closed="yes")
    assert {e["field"] for e in wrong.json()["errors"]} == {"page", "title", "closed"}
    other = await service.site("other")
    assert (await told(service, other, closed=True, title="Theirs")).is_success
    assert (await listed(service)).json()["page"] == {"title": None, "closed": False}
    masked = (await told(service, title="By ann@mail.example")).json()
    assert "mail.example" not in masked["title"]


async def test_a_page_closes_by_itself_so_long_after_its_first_comment(service: Service) -> None:
    await accounts.change_site(service.connection, "first", {"close_after_days": 30})
    await service.post()
    seen = await listed(service)
    assert (seen.json()["page"]["closed"], (await service.post()).status_code) == (False, 201)
    old = first_id(datetime.now(UTC) - timedelta(days=31))
    async with service.connection.transaction():
        await service.connection.execute("set local session_replication_role = replica")
        await service.connection.execute(
            "update comment set id = $1 where id = (select id from comment order by id limit 1)",
            old,
        )
    by_now = await listed(service, seen.headers["etag"])
    assert (by_now.status_code, by_now.json()["page"]["closed"]) == (200, True)
    refused = await service.post()
    assert (refused.status_code, refused.json()["code"]) == (409, "page_closed")
    assert (await told(service, closed=False)).json()["closed"]
