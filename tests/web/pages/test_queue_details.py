"""What the queue's scripts fetch of comments: each with what stands around it, in one question."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from jinja2 import meta

from service.db.pool import ServiceConnection
from service.db.sql import load
from service.web.pages.queue import SOON
from service.web.pages.templates import ENVIRONMENT
from tests.support.pages import Browser, Site
from tests.support.waiting import until

ENTRY = 'class="entry"'
CONVERSATIONS = load("live")["conversations"].partition("{months}")[0]


async def details(browser: Browser, ids: Iterable[UUID], **more: str) -> dict[str, str]:
    """Return the HTML of each comment, by its id."""
    html = await browser.get("/queue/details", ids=",".join(map(str, ids)), **more)
    return dict(re.findall(r'<div data-for="([^"]+)">(.*?)\n</div>', html, re.DOTALL))


async def test_comments_fetched_together_have_each_its_own_conversation(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = await site.person("Mo")
    on = {page: f"https://news.example/{page}" for page in "abc"}
    ids = {
        f"{page}{number}": await site.rows.comment("pending", page=on[page], name=f"{page}{number}")
        for page in "abc"
        for number in (1, 2)
    }
    asked: list[str] = []
    fetch = ServiceConnection.fetch

    async def heard(connection: Any, query: str, *values: Any, **more: Any) -> Any:
        asked.append(query)
        return await fetch(connection, query, *values, **more)

    monkeypatch.setattr(ServiceConnection, "fetch", heard)
    found = await details(mo, ids.values())
    assert sum(each.startswith(CONVERSATIONS) for each in asked) == 1
    assert len(found) == len(ids)
    for name, id_ in ids.items():
        other = ids[f"{name[0]}{'21'[int(name[1]) - 1]}"]
        assert re.findall(r'data-shows="([^"]+)"', found[str(id_)]) == [str(other)], name


async def test_an_entry_of_the_list_comes_where_it_is_asked_for(site: Site) -> None:
    mo = await site.person("Mo")
    ids = [await site.rows.comment("pending") for _ in range(2)]
    assert all(ENTRY not in html for html in (await details(mo, ids)).values())
    assert all(ENTRY in html for html in (await details(mo, ids, listed="yes")).values())
    await mo.get("/queue/details", 422, ids=str(ids[0]), listed="no")


async def test_entries_alone_come_for_many(site: Site) -> None:
    mo = await site.person("Mo")
    ids = [await site.rows.comment("pending") for _ in range(30)]
    found = await details(mo, ids, listed="alone")
    assert {*found} == {*map(str, ids)}
    assert all(ENTRY in html and "<article" not in html for html in found.values())
    await mo.get("/queue/details", 422, ids=",".join(map(str, ids)))


async def test_what_is_wanted_next_is_at_hand_once_the_page_is_there(site: Site) -> None:
    mo = await site.person("Mo")
    cache = ENVIRONMENT.cache
    assert cache is not None
    cache.clear()
    await mo.get("/queue")

    async def are_there() -> bool:
        return {*SOON} <= {name for _, name in cache}

    await until(are_there)
    assert needed("queue_details.html", "author.html") <= {*SOON} | needed("queue.html")


def needed(*templates: str) -> set[str]:
    """Return templates with all that they are made of."""
    found: set[str] = set()
    waiting = [*templates]
    while waiting:
        name = waiting.pop()
        found.add(name)
        loader = ENVIRONMENT.loader
        assert loader is not None
        parsed = ENVIRONMENT.parse(loader.get_source(ENVIRONMENT, name)[0])
        waiting += {each for each in meta.find_referenced_templates(parsed) if each} - found
    return found
