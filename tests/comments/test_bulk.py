"""Bulk decisions of several moderators about the same comments."""

import asyncio

from tests.support.review import held
from tests.support.service import Service

ROUNDS, COMMENTS = 4, 30


async def test_two_bulks_over_the_same_rows_never_deadlock(service: Service) -> None:
    """One lists them from the oldest, one from the newest: each comment is decided once."""
    people = [await service.staff(name) for name in ("Ann", "Ben")]
    for _ in range(ROUNDS):
        ids = await held(service, COMMENTS)
        orders = (ids, ids[::-1])
        answers = await asyncio.gather(
            *(
                service.http.post(
                    "/v1/review/decisions",
                    json={
                        "action": "approve",
                        "items": [{"id": id_, "version": 1} for id_ in ids_],
                    },
                    headers=person,
                )
                for person, ids_ in zip(people, orders, strict=True)
            )
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        left = "select count(*) from comment where id = any($1::uuid[]) and status <> 'approved'"
        assert await service.connection.fetchval(left, ids) == 0
        made = "select count(*) from decision where comment_id = any($1::uuid[]) and version = 2"
        assert await service.connection.fetchval(made, ids) == COMMENTS


async def test_all_that_match_are_counted_then_decided_then_taken_back_as_one(
    service: Service,
) -> None:
    ann, ben = await service.staff("Ann"), await service.staff("Ben")
    ids = await held(service, 230)
    path, filters = "/v1/review/matching", {"q": "plain", "site": "first"}
    seen = (await service.http.get(path, params=filters, headers=ann)).json()
    assert seen["count"] == 230
    assert [each["id"] for each in seen["sample"]] == [ids[at] for at in (0, 57, 114, 171, 229)]
    await service.post(body="A plain remark that came later.")
    claim = {"ids": [ids[0]]}
    await service.http.post("/v1/review/claims", json=claim, headers=ben)
    asked = {
        "action": "reject", "reason": "spam", "filters": filters,
        "until": seen["until"], "count": 230,
    }  # fmt: skip
    done = (await service.http.post(path, json=asked, headers=ann)).json()
    assert done["decided"] == 229
    assert [(each["id"], each["error"]) for each in done["refused"]] == [(ids[0], "claimed")]
    waits = "select count(*) from comment where status = 'pending'"
    assert await service.connection.fetchval(waits) == 2
    again = await service.http.post(path, json=asked, headers=ann)
    assert (again.status_code, again.json()["code"], again.json()["count"]) == (409, "count", 1)
    undo = "/v1/review/decisions/undo"
    assert (await service.http.post(undo, json={"at": done["at"]}, headers=ben)).status_code == 404
    back = (await service.http.post(undo, json={"at": done["at"]}, headers=ann)).json()
    assert (back["decided"], back["refused"]) == (229, [])
    assert await service.connection.fetchval(waits) == 231


async def test_a_filter_that_is_misspelt_decides_about_nothing(service: Service) -> None:
    ann = await service.staff("Ann")
    await held(service, 1)
    path = "/v1/review/matching"
    seen = (await service.http.get(path, headers=ann)).json()
    asked = {"action": "approve", "filters": {"langauge": "en"}, "until": seen["until"], "count": 1}
    refused = await service.http.post(path, json=asked, headers=ann)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["filters.langauge"]
    assert (await service.http.get(path, params={"langauge": "en"}, headers=ann)).status_code == 422
    assert await service.connection.fetchval("select status from comment") == "pending"
