"""The demo website: written, held, approved, published; wrong fields; what it must never show."""

import re
from typing import Any

import httpx
import pytest

from service.accounts import accounts
from tests.support.pages import Browser, Site

WRITTEN = {
    "name": "Robin",
    "email": "robin.secret@example.org",
    "website": "",
    "body": "The bell was two minutes late on Sunday, I swear.",
    "parent_id": "",
}


async def write(reader: Browser, **fields: Any) -> httpx.Response:
    return await reader.http.post("/demo", data=WRITTEN | fields)


async def queue(site: Site) -> list[dict[str, Any]]:
    moderator = site.people.get("Mo") or await site.person("Mo")
    answer = await moderator.http.get("/v1/review", headers={"Accept": "application/json"})
    return list(answer.json()["items"])


async def decide(site: Site, item: dict[str, Any], action: str) -> None:
    moderator = site.people["Mo"]
    answer = await moderator.http.post(
        f"/v1/review/{item['id']}/decision",
        json={"action": action, "version": item["version"], "reason": "off_topic"},
        headers={"X-CSRF-Token": moderator.csrf},
    )
    assert answer.status_code == 200, answer.text


async def test_a_newcomer_finds_one_comment_and_the_form(site: Site) -> None:
    html = await (await site.browser()).get("/demo")
    assert "1 comment<" in html
    assert "Leave a Reply" in html
    assert "Your email address will not be published. Required fields are marked" in html
    assert html.count('<article class="comment"') == 1
    for name in ("name", "email", "website", "body"):
        assert f'name="{name}"' in html
    again = await (await site.browser()).get("/demo")
    assert again.count('<article class="comment"') == 1


async def test_a_comment_is_held_then_approved_then_published(site: Site) -> None:
    reader = await site.browser()
    answer = await write(reader)
    assert answer.status_code == 303
    address = answer.headers["location"]
    held = await reader.get(address)
    assert "Your comment awaits moderation." in held
    assert WRITTEN["body"] in held
    assert "1 comment<" in held
    (item,) = await queue(site)
    assert item["site"] == "demo"
    await decide(site, item, "approve")
    published = await reader.get(address)
    assert "Your comment is published." in published
    assert "2 comments<" in published
    assert "Robin" in await (await site.browser()).get("/demo")


async def test_a_rejected_comment_is_said_to_be_not_published(site: Site) -> None:
    reader = await site.browser()
    address = (await write(reader)).headers["location"]
    (item,) = await queue(site)
    await decide(site, item, "reject")
    html = await reader.get(address)
    assert "Your comment was not published." in html
    assert WRITTEN["body"] not in html


async def test_nobody_else_sees_a_held_comment(site: Site) -> None:
    address = (await write(await site.browser())).headers["location"]
    stranger = await site.browser()
    assert "awaits moderation" not in await stranger.get(re.sub(r"mark=[^&#]+", "mark=x", address))
    assert WRITTEN["body"] not in await stranger.get("/demo")


async def test_the_same_form_sent_twice_makes_one_comment(site: Site) -> None:
    reader = await site.browser()
    found = re.search(r'name="key" value="([^"]+)"', await reader.get("/demo"))
    assert found
    first, second = [await write(reader, key=found[1]) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert len(await queue(site)) == 1


async def test_every_wrong_field_is_named_beside_it_and_nothing_else_is_lost(site: Site) -> None:
    wrong = {"name": " ", "email": "robin.secret@", "website": "ftp://x"}
    answer = await write(await site.browser(), **wrong)
    assert answer.status_code == 422
    for field in wrong:
        assert f'id="wrong-{field}"' in answer.text
        assert f'aria-describedby="wrong-{field}"' in answer.text
    assert WRITTEN["body"] in answer.text
    assert "robin.secret" not in answer.text
    assert await queue(site) == []


async def test_a_reply_stands_under_what_it_answers(site: Site) -> None:
    reader = await site.browser()
    found = re.search(r'href="/demo\?reply=([^#]+)#respond"', await reader.get("/demo"))
    assert found
    form = await reader.get("/demo", reply=found[1])
    assert "Leave a Reply to <bdi>Ines</bdi>" in form
    await write(reader, parent_id=found[1])
    (item,) = await queue(site)
    assert item["parent_id"] == found[1]
    await decide(site, item, "approve")
    html = await reader.get("/demo")
    assert re.search(r"Ines.*?</article>\s*<ol>.*?Robin", html, re.DOTALL)
    elsewhere = await write(reader, parent_id="00000000-0000-7000-8000-000000000000")
    assert elsewhere.status_code == 422


async def test_the_longest_comment_in_any_script_goes_through(site: Site) -> None:
    reader = await site.browser()
    body = "評\r\n" * 5000  # 9,999 characters as a browser counts them
    sent = {name: (None, value) for name, value in (WRITTEN | {"body": body}).items()}
    answer = await reader.http.post("/demo", files=sent)
    assert answer.status_code == 303, answer.text
    assert len((await queue(site))[0]["body"]) == 9999


async def test_hostile_text_is_only_text(site: Site) -> None:
    evil = "<script>alert(1)</script>\u202egnp.exe"
    await write(await site.browser(), name='"><img src=x onerror=alert(1)>', body=evil)
    (item,) = await queue(site)
    await decide(site, item, "approve")
    html = await (await site.browser()).get("/demo")
    assert "<script" not in html
    assert "<img" not in html
    assert "U+202E" in html


async def test_another_websites_page_cannot_post(site: Site) -> None:
    reader = await site.browser()
    answer = await reader.http.post("/demo", data=WRITTEN, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert await queue(site) == []


async def test_who_writes_too_fast_waits(site: Site) -> None:
    reader = await site.browser()
    answers = [await write(reader, body=f"A remark, number {n}.") for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "number 10" in answers[-1].text


async def test_a_closed_page_says_so(site: Site) -> None:
    reader = await site.browser()
    await reader.get("/demo")
    await accounts.close_page(site.connection, site.secrets, "demo", "http://127.0.0.1:8000/demo")
    answer = await write(reader)
    assert answer.status_code == 409
    assert "closed for comments" in answer.text


async def test_an_erased_first_comment_does_not_come_back(site: Site) -> None:
    await (await site.browser()).get("/demo")
    admin = await site.person("Root", "admin")
    (id_,) = [row["id"] for row in await site.connection.fetch("select id from comment")]
    erased = await admin.http.delete(f"/v1/comments/{id_}", headers={"X-CSRF-Token": admin.csrf})
    assert erased.status_code < 300, erased.text
    site.app.state.parts.demo._is_open.clear()
    assert "0 comments<" in await (await site.browser()).get("/demo")


@pytest.mark.parametrize("method", ["get", "post"])
async def test_without_the_demo_there_is_nothing(without_demo: Site, method: str) -> None:
    reader = await without_demo.browser()
    answer = await reader.http.request(method, "/demo", data=WRITTEN if method == "post" else None)
    assert answer.status_code == 404
    assert await without_demo.connection.fetchval("select count(*) from site") == 0
