"""A website that has other addresses by now: its pages move at once, with what is on them."""

from typing import Any

import httpx
import pytest

from service.accounts import accounts
from service.comments.moving_pages import Moved, move_pages
from service.db import pages as db
from service.errors import InvalidFields
from tests.support.commands import Run, answer
from tests.support.service import Service

OLD, NEW = "http://old.example", "https://new.example"


async def moved(service: Service, old: str, new: str, *, dry_run: bool = False) -> Moved:
    site = await accounts.find_site(service.connection, "first")
    connection, secrets = service.connection, service.secrets
    return await move_pages(connection, secrets, site, old, new, dry_run=dry_run)


async def tell(service: Service, page: str, **fields: Any) -> None:
    asked = {"page": page} | fields
    said = await service.http.put("/v1/pages", json=asked, headers=service.as_site)
    assert said.is_success, said.text


async def seen(service: Service, page: str) -> tuple[int, dict[str, Any]]:
    """How many comments a page shows, and what is told of it."""
    asked: Any = {"params": {"page": page}, "headers": service.as_site}
    found: httpx.Response = await service.http.get("/v1/comments", **asked)
    return found.json()["count"], found.json()["page"]


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_TOGETHER", 2)


@pytest.mark.usefixtures("few_at_once")
async def test_all_pages_of_a_host_move_with_what_is_on_them_and_once(service: Service) -> None:
    """Also those that have no comment but are closed, or that another had moved to."""
    pages = ["/", "/a", "/a?b=c&d=e", "/blog/f%C3%BCr-alle/", "/e", "/f"]
    for number, page in enumerate(pages):
        await service.post(page=OLD + page, page_title=f"Title {number}")
    await service.post(page=f"{OLD}/a", body="I agree with you on this.")
    await service.post(page=f"{NEW}/a", body="Good point, thank you.")
    for near in ("http://old.example.org/a", "https://old.example/a", "http://old.example:81/"):
        await service.post(page=near)
    await tell(service, f"{OLD}/closed", closed=True)
    await tell(service, "http://older.example/", moved_to=f"{OLD}/empty")
    planned = await moved(service, OLD, NEW, dry_run=True)
    assert (planned.pages, planned.comments, planned.named) == (8, 7, [])
    assert (await seen(service, f"{OLD}/a"))[1]["moved_to"] is None
    assert await moved(service, OLD, NEW) == planned
    for number, page in enumerate(pages):
        is_a = page == "/a"
        told_of = {"title": f"Title {number}", "closed": False}
        assert await seen(service, NEW + page) == (1 + 2 * is_a, told_of | {"moved_to": None})
        assert await seen(service, OLD + page) == (1 + 2 * is_a, told_of | {"moved_to": NEW + page})
    assert (await seen(service, f"{NEW}/closed"))[1]["closed"]
    assert (await seen(service, "http://older.example/"))[1]["moved_to"] == f"{NEW}/empty"
    assert (await seen(service, "https://old.example/a"))[0] == 1
    assert (await moved(service, OLD, NEW)).pages == 0
    done = await accounts_acts(service)
    assert done == ["first, http://old.example to https://new.example"]


async def accounts_acts(service: Service) -> list[str]:
    sql = "select about from admin_act where act = 'pages_moved'"
    return [row["about"] for row in await service.connection.fetch(sql)]


async def test_a_part_of_a_site_moves_and_what_begins_alike_stays(service: Service) -> None:
    for page in ("/blog", "/blog/1", "/blog?p=2", "/blogs/1", "/"):
        await service.post(page=OLD + page)
    assert (await moved(service, f"{OLD}/blog/", "https://blog.example")).pages == 3
    for page, to in (("/blog", "/"), ("/blog/1", "/1"), ("/blog?p=2", "/?p=2")):
        assert (await seen(service, OLD + page))[1]["moved_to"] == f"https://blog.example{to}"
    for page in ("/blogs/1", "/"):
        assert (await seen(service, OLD + page))[1]["moved_to"] is None
    assert (await moved(service, OLD, f"{OLD}/all")).pages == 2
    assert (await moved(service, OLD, f"{OLD}/all")).pages == 0  # they are there


async def test_what_cannot_move_stays_and_is_named(service: Service) -> None:
    """A page whose address is kept masked, one too long by then, and one that came from there."""
    masked, back = f"{OLD}/?by=ann@mail.example", f"{OLD}/back"
    long = f"{OLD}/{'x' * 2028}"
    for page in (masked, back, long, f"{OLD}/fine"):
        await service.post(page=page)
    await tell(service, f"{NEW}/archive/back", moved_to=back)
    done = await moved(service, OLD, f"{NEW}/archive")
    assert (done.pages, done.comments, done.stay) == (1, 1, 3)
    assert {each.partition(" stays: ")[2][:13] for each in done.named} == {
        "an e-mail add",
        "its new addre",
        "it has itself",
    }
    assert "mail.example" not in "".join(done.named)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("old.example", NEW, "from"),
        (OLD, "javascript:alert(1)", "to"),
        (f"{OLD}/?p=1", NEW, "from"),
        (OLD, "http://OLD.example:80/", "to"),
    ],
)
async def test_what_is_no_beginning_of_addresses_is_refused(
    service: Service, old: str, new: str, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await moved(service, old, new)
    assert [each.field for each in refused.value.errors] == [field]


def test_pages_are_moved_by_command(run: Run) -> None:
    answer(run("sites", "add", "blog", "--json"))
    answer(run("sites", "close-page", "blog", f"{OLD}/a", "--json"))
    plan = answer(run("sites", "move-pages", "blog", OLD, NEW, "--dry-run", "--json"))
    counts = {"pages": 1, "comments": 0, "stay": 0, "stay_named": []}
    assert plan == {"site": "blog", **counts, "dry_run": True}
    assert "1 pages moved, with 0 comments" in run("sites", "move-pages", "blog", OLD, NEW).stdout
