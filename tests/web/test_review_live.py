"""What keeps a moderators' page up to date: changes, own decisions, what stands around, claims."""

from typing import Any
from uuid import uuid4

from tests.support.review import held
from tests.support.service import Service

Headers = dict[str, str]


async def changes(service: Service, staff: Headers, **query: str) -> dict[str, Any]:
    answer = await service.http.get("/v1/review/changes", params=query, headers=staff)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def decide(service: Service, staff: Headers, id_: str, action: str = "approve") -> None:
    body = {"action": action, "reason": "spam", "version": 1}
    answer = await service.http.post(f"/v1/review/{id_}/decision", json=body, headers=staff)
    assert answer.status_code == 200, answer.text


async def test_changes_tell_a_colleagues_decisions_and_claims(service: Service) -> None:
    first, second, third = await held(service, 3)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    before = await changes(service, ann)
    assert (before["pending"], before["decisions"], before["claims"]) == (3, [], [])
    await decide(service, bob, first)
    await decide(service, ann, second, "reject")
    await service.http.post("/v1/review/claims", headers=bob)
    after = await changes(service, ann, since=before["until"])
    assert after["pending"] == 1
    told = [(d["id"], d["status"], d["staff"], d["own"]) for d in after["decisions"]]
    assert told == [(second, "rejected", "Ann", True), (first, "approved", "Bob", False)]
    assert [(c["id"], c["staff"], c["own"]) for c in after["claims"]] == [(third, "Bob", False)]


async def test_nothing_new_is_304_until_something_is(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    first = await service.http.get("/v1/review/changes", headers=ann)
    asking = ann | {"If-None-Match": first.headers["etag"]}
    since = {"since": first.json()["until"]}
    same = await service.http.get("/v1/review/changes", params=since, headers=asking)
    assert (same.status_code, same.content) == (304, b"")
    await decide(service, bob, id_)
    assert (
        await service.http.get("/v1/review/changes", params=since, headers=asking)
    ).status_code == 200


async def test_a_tag_is_compared_whole_and_a_star_knows_them_all(service: Service) -> None:
    ann = await service.staff("Ann")
    tag = (await service.http.get("/v1/review/changes", headers=ann)).headers["etag"]
    for known, status in (
        *((tag, 304), (f"W/{tag}", 304), (f'"x", {tag}', 304), ("*", 304)),
        *((f'"x{tag[1:]}', 200), (f"{tag}x", 200), ('""', 200)),
    ):
        answer = await service.http.get(
            "/v1/review/changes", headers=ann | {"If-None-Match": known}
        )
        assert answer.status_code == status, known


async def test_around_nothing_is_not_found(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann = await service.staff("Ann")
    path = "/v1/review/{}/around"
    assert (await service.http.get(path.format(id_), headers=ann)).json() == []
    assert (await service.http.get(path.format(uuid4()), headers=ann)).status_code == 404


async def test_a_claim_by_ids_takes_all_of_them(service: Service) -> None:
    ids = await held(service, 14)
    ann = await service.staff("Ann")
    answer = await service.http.post("/v1/review/claims", json={"ids": ids}, headers=ann)
    assert {item["id"] for item in answer.json()["items"]} == set(ids)
    some = {"ids": ids, "limit": 3}
    answer = await service.http.post("/v1/review/claims", json=some, headers=ann)
    assert len(answer.json()["items"]) == 3


async def test_a_moment_must_be_one(service: Service) -> None:
    ann = await service.staff("Ann")
    for since in ("yesterday", "2026-01-01T00:00:00", "9999-12-31T23:59:59-14:00"):
        answer = await service.http.get("/v1/review/changes", params={"since": since}, headers=ann)
        assert answer.status_code == 422


async def test_own_decisions_are_those_that_can_be_undone(service: Service) -> None:
    first, second = await held(service, 2)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    await decide(service, ann, first)
    await decide(service, ann, second, "reject")
    mine = (await service.http.get("/v1/review/decisions", headers=ann)).json()
    assert [(d["id"], d["status"], d["reason"], d["version"]) for d in mine] == [
        (second, "rejected", "spam", 2),
        (first, "approved", None, 2),
    ]
    assert "A plain remark" in mine[0]["excerpt"]
    await service.http.post(f"/v1/review/{second}/undo", headers=ann)
    assert [d["id"] for d in (await own(service, ann))] == [first]
    assert await own(service, bob) == []


async def own(service: Service, staff: Headers) -> list[dict[str, Any]]:
    return list((await service.http.get("/v1/review/decisions", headers=staff)).json())


async def test_around_are_the_nearest_published_answers_to_the_same(service: Service) -> None:
    ids = await held(service, 6)
    ann = await service.staff("Ann")
    for published in (ids[0], ids[1], ids[2], ids[4]):
        await decide(service, ann, published)
    await decide(service, ann, ids[5], "reject")
    answer = await service.post(parent_id=ids[0], body="An answer stands elsewhere.")
    await decide(service, ann, answer.json()["id"])
    around = (await service.http.get(f"/v1/review/{ids[3]}/around", headers=ann)).json()
    assert [one["id"] for one in around] == [ids[1], ids[2], ids[4]]


async def test_an_item_says_why_in_words_and_shows_its_bands(service: Service) -> None:
    (id_,) = await held(service, 1)
    item = (await service.http.get(f"/v1/review/{id_}", headers=await service.staff("Ann"))).json()
    assert item["why"][-1] == "this site holds every comment"
    low, high = item["bands"]["toxicity"]
    assert 0 < low < 1
    assert high is None  # toxicity alone never rejects


async def test_a_claim_by_ids_takes_these_and_renews_ones_own(service: Service) -> None:
    first, second, third = await held(service, 3)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    path = "/v1/review/claims"

    async def claim(staff: Headers, *ids: str) -> list[str]:
        answer = await service.http.post(path, json={"ids": ids, "order": "oldest"}, headers=staff)
        return [item["id"] for item in answer.json()["items"]]

    assert await claim(ann, second) == [second]
    assert await claim(bob, first, second) == [first]
    await service.connection.execute("update claim set expires_at = now() + interval '1 second'")
    assert await claim(ann, second, first) == [second]
    left = "select extract(epoch from expires_at - now()) from claim where comment_id = $1"
    assert await service.connection.fetchval(left, second) > 300
    await decide(service, ann, third)
    assert await claim(bob, third) == []
    assert await claim(bob) == []
