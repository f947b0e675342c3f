"""A website decides about its comments from its own system."""

from typing import Any

import httpx

from tests.support.service import Service


async def decided(service: Service, id_: str, key: Any = None, **fields: Any) -> httpx.Response:
    path = f"/v1/comments/{id_}/decision"
    return await service.http.post(path, json=fields, headers=key or service.as_site)


async def test_the_person_stands_in_the_history_and_again_is_as_the_first_time(
    service: Service,
) -> None:
    id_ = (await service.post()).json()["id"]
    spam = {"action": "reject", "reason": "spam", "moderator": "Eva"}
    first = await decided(service, id_, **spam, extra=1)
    assert first.status_code == 200
    assert first.json() == {"id": id_, "status": "rejected", "version": 2, "ignored": ["extra"]}
    assert (await decided(service, id_, **spam)).json()["version"] == 2
    moderator = await service.staff("Mo")
    answer = await service.http.get(f"/v1/review/{id_}/history", headers=moderator)
    steps = [
        (each["actor"], each["person"], each["staff"], each["reason"])
        for each in answer.json()["decisions"]
    ]
    assert steps[1:] == [("site", "Eva", None, "spam")]
    page = {"page": "https://news.example/articles/1"}
    listed = await service.http.get("/v1/comments", params=page, headers=service.as_site)
    assert listed.json()["count"] == 0


async def test_what_cannot_be_decided_is_refused_and_changes_nothing(service: Service) -> None:
    id_ = (await service.post()).json()["id"]
    stands = await decided(service, id_, action="approve")
    assert (stands.status_code, stands.json()["comment_status"]) == (409, "approved")
    stale = await decided(service, id_, action="reject", version=7)
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (409, "stale", 1)
    wrong = await decided(service, id_, action="hide", reason="x", moderator="eva@example.org")
    named = {each["field"] for each in wrong.json()["errors"]}
    assert (wrong.status_code, named) == (422, {"action", "reason", "moderator"})
    assert "eva@" not in wrong.text
    other = await service.site("other")
    assert (await decided(service, id_, other, action="reject")).status_code == 404
    assert await service.connection.fetchval("select count(*) from decision") == 1
