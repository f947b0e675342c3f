"""What a website lists: what its readers see in both orders, and its own of any status."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.service import Service

PAGE = "https://news.example/articles/1"
FOREIGN = "Շնորհակալություն հոդվածի համար"


async def listed(service: Service, key: Any = None, /, **query: Any) -> httpx.Response:
    return await service.http.get("/v1/comments", params=query, headers=key or service.as_site)


async def walked(service: Service, **query: Any) -> list[str]:
    """The ids of a whole listing, by its cursors."""
    found: list[str] = []
    for _ in range(20):
        answer = (await listed(service, **query)).json()
        found += [each["id"] for each in answer["comments"]]
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]
    raise AssertionError("the listing does not end")


async def test_each_order_has_every_comment_once_and_a_cursor_is_of_its_listing(
    service: Service,
) -> None:
    texts = [f"Thanks, this was helpful article {number}." for number in range(5)]
    ids = [(await service.post(body=text)).json()["id"] for text in texts]
    assert await walked(service, page=PAGE, limit=2) == ids
    assert await walked(service, page=PAGE, order="newest", limit=2) == ids[::-1]
    assert await walked(service, order="newest", limit=2) == ids[::-1]
    assert await walked(service, status="approved,pending", limit=2) == ids
    place = (await listed(service, page=PAGE, limit=2)).json()["next"]
    for other in (
        {"page": PAGE, "order": "newest"},
        {"page": PAGE + "2"},
        {"page": PAGE, "status": "approved"},
        {"order": "oldest"},
    ):
        refused = await listed(service, cursor=place, **other)
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["field"]) == (422, "cursor"), other


async def test_its_own_comments_are_found_by_status_page_and_id_and_no_contact_with_them(
    service: Service,
) -> None:
    shown = (await service.post(external_id="a 1")).json()
    held = (await service.post(external_id="a 2", page=PAGE + "?n=2", body=FOREIGN)).json()
    erased = (await service.post(external_id="a 3")).json()
    await service.http.delete(f"/v1/comments/{erased['id']}", headers=service.as_site)

    async def ids(**query: Any) -> list[str]:
        answer = await listed(service, **query)
        assert "@example.org" not in answer.text
        return [each["id"] for each in answer.json()["comments"]]

    assert await ids(status="pending") == [held["id"]]
    assert await ids(status=["pending", "erased"]) == [held["id"], erased["id"]]
    assert await ids(status="approved", page=PAGE) == [shown["id"]]
    assert await ids(status="approved", page=PAGE + "?n=2") == []
    assert await ids(external_id="a 2") == [held["id"]]
    assert await ids(external_id="a 3") == []
    (first, *_) = (await listed(service, external_id="a 1")).json()["comments"]
    assert first == {name: shown[name] for name in first}
    assert (first["external_id"], first["version"]) == ("a 1", 1)
    other = await service.site("other")
    assert (await listed(service, other, order="oldest")).json()["comments"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "page"),
        ({"pgae": PAGE}, "page"),
        ({"status": "published"}, "status"),
        ({"status": ""}, "status"),
        ({"status": ["approved", ""]}, "status"),
        ({"status": "approved,"}, "status"),
        ({"order": "risk"}, "order"),
        ({"external_id": ""}, "external_id"),
        ({"page": PAGE, "cursor": "x"}, "cursor"),
        ({"order": ["oldest", "newest"]}, "order"),
    ],
)
async def test_what_cannot_be_listed_is_named(
    service: Service, query: dict[str, Any], named: str
) -> None:
    answer = await listed(service, **query)
    assert (answer.status_code, {e["field"] for e in answer.json()["errors"]}) == (422, {named})


async def test_a_decision_on_what_a_listing_showed_is_refused_once_it_is_stale(
    service: Service,
) -> None:
    id_ = (await service.post()).json()["id"]
    path = f"/v1/comments/{id_}/decision"
    (seen,) = (await listed(service, status="approved")).json()["comments"]
    rejected = {"action": "reject", "version": seen["version"]}
    assert (await service.http.post(path, json=rejected, headers=service.as_site)).is_success
    look = await service.http.get(f"/v1/comments/{id_}", headers=service.as_site)
    assert (look.json()["status"], look.json()["version"]) == ("rejected", 2)
    stale = await service.http.post(
        path, json={"action": "approve", "version": seen["version"]}, headers=service.as_site
    )
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")


async def test_replies_under_what_is_taken_off_are_counted_as_shown_and_say_so(
    service: Service,
) -> None:
    async def post(parent: str | None = None) -> str:
        text = f"Thanks, this was helpful article {service.calls}."
        answer = await service.post(parent_id=parent, body=text)
        assert answer.json()["status"] == "approved"
        return str(answer.json()["id"])

    async def shown() -> tuple[int, dict[str, bool]]:
        answer = (await listed(service, page=PAGE)).json()
        counts = await service.http.get(
            "/v1/counts", params={"page": PAGE}, headers=service.as_site
        )
        assert counts.json()["counts"][0]["count"] == answer["count"] == len(answer["comments"])
        return answer["count"], {each["id"]: each["parent_shown"] for each in answer["comments"]}

    async def decide(id_: str, action: str) -> None:
        path = f"/v1/comments/{id_}/decision"
        done = await service.http.post(path, json={"action": action}, headers=service.as_site)
        assert done.is_success

    top = await post()
    reply, other = await post(top), await post(top)
    below = await post(reply)
    everything = dict.fromkeys((top, reply, other, below), True)
    assert await shown() == (4, everything)
    await decide(top, "reject")
    assert await shown() == (3, {reply: False, other: False, below: True})
    await decide(reply, "reject")
    assert await shown() == (2, {other: False, below: False})
    await decide(top, "approve")
    assert await shown() == (3, {top: True, other: True, below: False})
    await decide(reply, "approve")
    assert await shown() == (4, everything)
    await service.http.delete(f"/v1/comments/{top}", headers=service.as_site)
    assert await shown() == (3, {reply: False, other: False, below: True})
    for number in range(3):
        told = {"reason": "spam", "reporter": str(number)}
        path = f"/v1/comments/{reply}/reports"
        await service.http.post(path, json=told, headers=service.as_site)
    assert await shown() == (2, {other: False, below: False})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/comments/4711"),
        ("PATCH", "/v1/comments/post-17"),
        ("DELETE", "/v1/comments/undefined"),
        ("POST", "/v1/comments/4711/decision"),
        ("POST", "/v1/comments/[object Object]/reports"),
    ],
)
async def test_who_asks_by_an_id_of_their_own_is_told_how_to(
    service: Service, method: str, path: str
) -> None:
    answer = await service.http.request(method, path, headers=service.as_site)
    assert answer.status_code == 404
    assert "GET /v1/comments?external_id= finds it by yours" in answer.json()["detail"]
    assert path.split("/")[3] not in answer.text
    unknown = await service.http.get(f"/v1/comments/{uuid4()}", headers=service.as_site)
    assert unknown.status_code == 404
    assert "external_id" not in unknown.text
