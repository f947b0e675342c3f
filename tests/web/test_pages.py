"""Comments of one page are one thread, whatever its address holds and however it is written."""

from typing import Any

import httpx
import pytest

from service.accounts import accounts
from service.comments import backfill
from service.comments.backfill import Backfill, bring, bring_closed
from service.db.pool import Pool
from service.domain.masking import MASK
from service.domain.pages import FORM
from service.ids import NOWHERE
from tests.support.service import Service
from tests.support.verdicts import DECISIVE
from tests.support.waiting import until


async def thread(service: Service, page: str) -> int:
    answer = await service.http.get("/v1/comments", params={"page": page}, headers=service.as_site)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["count"])


async def approved(service: Service, page: str, **fields: Any) -> httpx.Response:
    answer = await service.post(page=page, **fields)
    assert answer.json()["status"] == "approved", answer.text
    return answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://inst.example/@ann@inst.example/1", "https://inst.example/@bob@inst.example/1"),
        ("https://x.example/u/ann@inst.example", "https://x.example/u/bob@inst.example"),
        ("https://x.example/?by=ann%40inst.example", "https://x.example/?by=bob%40inst.example"),
    ],
)
async def test_pages_that_differ_by_an_address_are_two(
    service: Service, one: str, other: str
) -> None:
    answer = await approved(service, one)
    assert await thread(service, one) == 1
    assert await thread(service, other) == 0
    shown = answer.json()["page"]
    assert "/@ann@" in shown or MASK in shown


async def test_spellings_of_a_page_are_one_thread(service: Service) -> None:
    await accounts.change_site(service.connection, "first", DECISIVE)
    first = await approved(service, "https://news.example/für-alle/?utm_source=x")
    for page in ("https://NEWS.example/f%c3%bcr-alle/", "https://news.example/f%C3%BCr-alle/#top"):
        await approved(service, page, body=f"Thanks for this article, {page[8:12]}.")
        reply = await service.post(
            page=page, parent_id=first.json()["id"], body="I agree with you."
        )
        assert reply.status_code == 201
    assert await thread(service, "https://news.example/für-alle/") >= 3


async def test_a_site_may_keep_tracking_parameters_or_drop_more(service: Service) -> None:
    await accounts.change_site(service.connection, "first", {"keep_tracking": True})
    kept = await approved(service, "https://news.example/a?utm_source=x")
    page = kept.json()["page"]
    assert page == "https://news.example/a?utm_source=x"
    told = {"page": page, "closed": True}
    await service.http.put("/v1/pages", json=told, headers=service.as_site)
    async with service.connection.transaction():  # as each start does with the newest comments
        await bring(service.connection, service.secrets, NOWHERE)
        await bring_closed(service.connection, service.secrets)
    assert await thread(service, page) == 1
    assert (await service.post(page=page)).status_code == 409


async def test_comments_of_the_release_before_join_the_thread(service: Service) -> None:
    """The old normal form kept `ü` as it was sent; equal pages become one, masked ones stay."""
    old = {
        "https://news.example/für-alle/": "https://news.example/f%C3%BCr-alle/",
        "https://news.example": "https://news.example/",
        "https://news.example/Mercury_%28planet%29": "https://news.example/Mercury_(planet)",
        f"https://x.example/{MASK}/1": f"https://x.example/{MASK}/1",
    }
    for number, page in enumerate(old):
        id_ = (await approved(service, f"https://before.example/{number}")).json()["id"]
        await service.connection.execute(
            "update comment set page = $2, page_key = sha256($2::text::bytea), found_by = null"
            " where id = $1",
            *(id_, page),
        )
    await service.connection.execute(
        "insert into closed_page (site_id, page_key, page)"
        " select id, 'old', 'https://news.example/gone' from site"
    )
    async with service.connection.transaction():
        assert await bring(service.connection, service.secrets, NOWHERE) is not None
        await bring_closed(service.connection, service.secrets)
    pages = await service.connection.fetch("select page from comment order by id")
    assert [row["page"] for row in pages] == list(old.values())
    assert await thread(service, "https://news.example/f%c3%bcr-alle/") == 1
    assert await thread(service, "https://news.example") == 1
    assert (
        await service.connection.fetchval("select count(*) from comment where found_by is null")
        == 0
    )
    assert (await service.post(page="https://news.example/gone")).status_code == 409


NEWS = "https://news.example"


async def tell(service: Service, page: str, **told: Any) -> dict[str, Any]:
    answer = await service.http.put(
        "/v1/pages", json={"page": page, **told}, headers=service.as_site
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def head(service: Service, page: str) -> dict[str, Any]:
    answer = await service.http.get("/v1/comments", params={"page": page}, headers=service.as_site)
    return {"count": answer.json()["count"], **answer.json()["page"]}


async def drop_also(service: Service, *parameters: str) -> None:
    await accounts.change_site(service.connection, "first", {"tracking_parameters": parameters})
    service.app.state.parts.gate.forget()


async def test_pages_become_one_when_a_parameter_only_tracks_by_now(
    service: Service, pool: Pool
) -> None:
    """Comments of before, titles, closed pages and moves come along: nothing is on no page."""
    await accounts.change_site(service.connection, "first", DECISIVE)
    for path in ("/a", "/a?newid=1", "/b?newid=2", "/moved?newid=3", "/on?newid=4"):
        await approved(service, NEWS + path, body=f"Thanks for this article, {path[1:4]}.")
    await tell(service, f"{NEWS}/b?newid=2", title="Of the newsletter")
    await tell(service, f"{NEWS}/c?newid=5", closed=True)
    await tell(service, f"{NEWS}/moved", moved_to=f"{NEWS}/here")
    await tell(service, f"{NEWS}/from", moved_to=f"{NEWS}/to?newid=6", title="Where it went")
    await tell(service, f"{NEWS}/earlier", moved_to=f"{NEWS}/on?newid=4")
    await tell(service, f"{NEWS}/on", moved_to=f"{NEWS}/beyond")
    await tell(service, f"{NEWS}/round", moved_to=f"{NEWS}/round?newid=7", title="Round")

    async def is_done() -> bool:
        left = await service.connection.fetchval(
            "select count(*) from comment where page ~ 'newid'"
        )
        return int(left) == 0

    await drop_also(service, "newid")
    async with Backfill(pool, service.secrets, again=0.1).running():
        await until(is_done)
    assert (await head(service, f"{NEWS}/a"))["count"] == 2
    assert (await head(service, f"{NEWS}/b"))["title"] == "Of the newsletter"
    assert (await head(service, f"{NEWS}/b?newid=9"))["count"] == 1
    assert (await service.post(page=f"{NEWS}/c")).status_code == 409
    assert (await head(service, f"{NEWS}/here"))["count"] == 1
    assert (await head(service, f"{NEWS}/moved?newid=3"))["count"] == 1
    assert (await head(service, f"{NEWS}/from"))["moved_to"] == f"{NEWS}/to"
    assert (await head(service, f"{NEWS}/to"))["title"] == "Where it went"
    assert (await head(service, f"{NEWS}/earlier"))["moved_to"] == f"{NEWS}/beyond"
    assert (await head(service, f"{NEWS}/beyond"))["count"] == 1
    round_again = await head(service, f"{NEWS}/round")
    assert (round_again["moved_to"], round_again["title"]) == (None, "Round")
    await approved(service, f"{NEWS}/from?newid=8", body="I have read it twice by now.")
    assert (await head(service, f"{NEWS}/to"))["count"] == 1


async def test_pages_are_brought_anew_to_another_normal_form(
    service: Service, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = (await approved(service, f"{NEWS}/Mercury_(planet)")).json()["id"]
    encoded = "update comment set page = $2, page_key = 'old' where id = $1"

    async def is_noted() -> bool:
        noted = "select count(*) from installation where name = 'brought_to'"
        return bool(await service.connection.fetchval(noted))

    async def is_one() -> bool:
        return bool((await head(service, f"{NEWS}/Mercury_%28planet%29"))["count"])

    async with Backfill(pool, service.secrets, again=0.1).running():
        await until(is_noted)
        await service.connection.execute(encoded, id_, f"{NEWS}/Mercury_%28planet%29")
        assert not await is_one()
        monkeypatch.setattr(backfill, "FORM", FORM + 1)
        await until(is_one)


async def test_how_far_pages_are_names_no_comment(service: Service, pool: Pool) -> None:
    """What is noted stays when the comment goes, so it is a time and not the comment's id."""
    id_ = (await approved(service, f"{NEWS}/a")).json()["id"]

    async def noted() -> str:
        return str(
            await service.connection.fetchval(
                "select value from installation where name = 'brought_to'"
            )
        )

    async def is_beyond() -> bool:
        return (await noted()).partition(" ")[2][:13] == str(id_)[:13]

    async with Backfill(pool, service.secrets, again=0.1).running():
        await until(is_beyond)
    assert id_ not in await noted()
