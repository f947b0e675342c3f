"""Who polls sees every change of the site's comments once, in an order that never changes."""

from typing import Any
from uuid import UUID

import httpx

from service.comments.moderation import decide
from service.db.pool import open_pool
from service.domain.states import Actor, Asked
from tests.support.service import Service


async def poll(service: Service, headers: dict[str, str] | None = None, **query: Any) -> Any:
    asked = await service.http.get("/v1/events", params=query, headers=headers or service.as_site)
    assert asked.status_code == 200, asked.text
    return asked.json()


def told(events: Any) -> list[tuple[str, int, str]]:
    return [(e["data"]["id"], e["data"]["version"], e["data"]["status"]) for e in events]


async def test_a_site_without_a_webhook_polls_every_change_page_by_page(service: Service) -> None:
    staff, one = await service.staff("Mo"), (await service.post(external_id="e-1")).json()["id"]
    await service.hold()
    service.app.state.parts.gate._owners.clear()
    two = (await service.post(external_id="e-2", body="Write to ann@example.org, dear.")).json()
    await service.http.post(
        f"/v1/review/{one}/decision",
        json={"action": "reject", "version": 1, "reason": "spam"},
        headers=staff,
    )
    await service.http.patch(  # no change of its status
        f"/v1/comments/{two['id']}", json={"body": "Or rather not."}, headers=service.as_site
    )
    for id_ in (one, two["id"]):
        await service.http.delete(f"/v1/comments/{id_}", headers=service.as_site)
    first = await poll(service, limit=2, x="1")
    assert (first["more"], first["next"], first["ignored"]) == (
        True,
        first["events"][-1]["id"],
        ["x"],
    )
    rest = await poll(service, after=first["next"])
    assert rest["more"] is False
    events = first["events"] + rest["events"]
    assert told(events) == [
        (one, 1, "approved"),
        (two["id"], 1, "pending"),
        (one, 2, "rejected"),
        (one, 3, "erased"),
        (two["id"], 3, "erased"),
    ]
    assert events[2]["type"] == "comment.status"
    assert events[2]["data"] == {
        "id": one,
        "external_id": "e-1",
        "page": "https://news.example/articles/1",
        "status": "rejected",
        "previous_status": "approved",
        "reason": "spam",
        "actor": "moderator",
        "version": 2,
    }
    assert [e["data"]["external_id"] for e in events] == ["e-1", "e-2", "e-1", "e-1", "e-2"]
    assert "@" not in str(events)
    assert await poll(service) == {
        "events": events,
        "next": rest["next"],
        "more": False,
        "ignored": [],
    }
    end = await poll(service, after=rest["next"])
    assert (end["events"], end["next"]) == ([], rest["next"])
    assert (await poll(service, headers=await service.site("other")))["events"] == []


async def test_a_change_that_commits_late_is_not_missed(service: Service, dsn: str) -> None:
    slow = (await service.post()).json()["id"]
    quick = (await service.post(page="https://news.example/articles/2")).json()["id"]
    before = (await poll(service))["next"]
    async with (
        await open_pool(dsn, size=1) as pool,
        pool.acquire() as late,
        late.transaction(),
    ):
        (made,) = await decide(late, [UUID(slow)], Asked("reject", Actor("site"), "spam"))
        assert made.change is not None, made
        await service.http.delete(f"/v1/comments/{quick}", headers=service.as_site)
        meanwhile = await poll(service, after=before)
    assert told(meanwhile["events"]) == [(quick, 2, "erased")]
    after = await poll(service, after=meanwhile["next"])
    assert told(after["events"]) == [(slow, 2, "rejected")]


async def test_a_place_that_is_none_is_refused_with_what_to_do(service: Service) -> None:
    async def refused(**query: Any) -> httpx.Response:
        answer = await service.http.get("/v1/events", params=query, headers=service.as_site)
        assert answer.status_code == 422
        return answer

    ahead = await refused(after=7)
    assert "from the beginning" in ahead.json()["errors"][0]["message"]
    for after in ("-1", "x", "1.0", str(2**63), "\u0663"):
        assert [e["field"] for e in (await refused(after=after)).json()["errors"]] == ["after"]
    assert (await service.http.get("/v1/events")).status_code == 401
