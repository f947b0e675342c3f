"""A website names, closes and opens a page; its readers' list says so, and no 304 hides it."""

import asyncio
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
    assert seen.json()["page"] == {"title": None, "closed": False, "moved_to": None}

    async def changed(title: str | None, *, closed: bool) -> None:
        nonlocal seen
        new = await listed(service, seen.headers["etag"])
        assert (new.status_code, new.json()["page"]) == (
            200,
            {"title": title, "closed": closed, "moved_to": None},
        )
        assert (await listed(service, new.headers["etag"])).status_code == 304
        seen = new

    answer = (await told(service, title="Who winds the clock", tilte=1)).json()
    assert answer == {
        "page": PAGE,
        "title": "Who winds the clock",
        "closed": False,
        "moved_to": None,
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
    assert (await listed(service)).json()["page"] == {
        "title": None,
        "closed": False,
        "moved_to": None,
    }
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
        await service.connection.execute("update page_shown set since = $1", old)
    by_now = await listed(service, seen.headers["etag"])
    assert (by_now.status_code, by_now.json()["page"]["closed"]) == (200, True)
    refused = await service.post()
    assert (refused.status_code, refused.json()["code"]) == (409, "page_closed")
    assert (await told(service, closed=False)).json()["closed"]


async def test_a_page_that_moved_is_read_and_written_at_its_new_address(service: Service) -> None:
    new = "https://news.example/2026/one"
    first = (await service.post(page=PAGE, page_title="One")).json()
    await service.post(page=new, body="Good point, thank you.")
    before = await listed(service)
    moved = (await told(service, moved_to=new + "?utm_source=x")).json()
    assert (moved["page"], moved["moved_to"], moved["title"]) == (PAGE, new, "One")
    seen = await listed(service, before.headers["etag"])
    assert (seen.json()["count"], seen.json()["page"]["moved_to"]) == (2, new)
    here = await service.http.get("/v1/comments", params={"page": new}, headers=service.as_site)
    assert here.json()["comments"] == seen.json()["comments"]
    assert here.json()["page"] == {"title": "One", "closed": False, "moved_to": None}
    answer = await service.post(page=PAGE, parent_id=first["id"], body="I agree with you on this.")
    assert (answer.status_code, answer.json()["page"]) == (201, new)
    again = await service.http.get(f"/v1/comments/{first['id']}", headers=service.as_site)
    assert again.json()["page"] == new
    asked = {"page": [PAGE, new], "status": "approved"}
    counts = await service.http.get("/v1/counts", params=asked, headers=service.as_site)
    assert [each["count"] for each in counts.json()["counts"]] == [3, 3]
    asked = {"page": PAGE, "status": "approved"}
    own = await service.http.get("/v1/comments", params=asked, headers=service.as_site)
    assert len(own.json()["comments"]) == 3
    assert (await told(service, closed=True, title="Closed there")).json()["closed"]
    assert (await service.post(page=new)).status_code == 409
    await told(service, page=new, closed=False)
    assert (await service.post(page=PAGE)).status_code == 201


async def test_a_chain_of_moves_is_one_and_a_circle_is_refused(service: Service) -> None:
    masked = "https://news.example/?to=ann@mail.example"
    names = [PAGE, masked, "https://news.example/c", "https://news.example/d"]
    first, second, third, fourth = names
    await service.post(page=first)
    assert (await told(service, page=first, moved_to=second)).is_success
    assert (await told(service, page=second, moved_to=third)).is_success
    seen = (await listed(service)).json()
    assert (seen["count"], seen["page"]["moved_to"]) == (1, third)
    assert (await told(service, page=first, moved_to=second)).is_success  # as it is by now
    for page, to in ((third, first), (third, second), (first, fourth)):
        refused = await told(service, page=page, moved_to=to, title="Not kept")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "moved_to")
    assert (await listed(service)).json()["page"]["title"] is None
    ended = (await told(service, page=first, moved_to=first)).json()
    assert ended["moved_to"] is None
    assert (await listed(service)).json()["count"] == 0
    back = (await told(service, page=third, moved_to=first)).json()
    assert back["moved_to"] == first
    assert (await listed(service)).json()["count"] == 1
    assert "mail.example" not in (await told(service, page=first, moved_to=masked)).text


async def test_no_comment_under_way_stays_on_a_page_that_moves(service: Service) -> None:
    async def posted(number: int) -> httpx.Response:
        return await service.post(body=f"Thank you, this was a helpful article. {number}")

    posts = [asyncio.create_task(posted(number)) for number in range(40)]
    await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
    posts += [asyncio.create_task(posted(number)) for number in range(40, 60)]
    moved = await told(service, moved_to="https://news.example/new")
    answers = await asyncio.gather(*posts)
    assert {moved.status_code, *(each.status_code for each in answers)} <= {200, 201}
    statuses = [each.json()["status"] for each in answers]
    assert (await listed(service)).json()["count"] == statuses.count("approved")
    pages = await service.connection.fetch("select page, count(*) from comment group by page")
    assert [tuple(each) for each in pages] == [("https://news.example/new", 60)]
