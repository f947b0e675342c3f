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
    for other, sent in (
        (ben, asked),
        (ann, asked | {"reason": "hate"}),
        (ann, asked | {"count": 229}),
    ):
        again = await service.http.post(path, json=sent, headers=other)
        assert (again.status_code, again.json()["code"]) == (409, "count")
    undo = "/v1/review/decisions/undo"
    assert (await service.http.post(undo, json={"at": done["at"]}, headers=ben)).status_code == 404
    back = (await service.http.post(undo, json={"at": done["at"]}, headers=ann)).json()
    assert (back["decided"], back["refused"]) == (229, [])
    assert await service.connection.fetchval(waits) == 231


async def test_a_bulk_sent_again_gets_the_first_answer_and_so_does_its_undo(
    service: Service,
) -> None:
    ann, ben = await service.staff("Ann"), await service.staff("Ben")
    ids = await held(service, 5)
    path, undo, filters = "/v1/review/matching", "/v1/review/decisions/undo", {"q": "plain"}
    seen = (await service.http.get(path, params=filters, headers=ann)).json()
    await service.http.post("/v1/review/claims", json={"ids": [ids[0]]}, headers=ben)
    asked = {
        "action": "reject", "reason": "spam", "filters": filters,
        "until": seen["until"], "count": 5,
    }  # fmt: skip
    made = "select count(*) from decision where staff_id is not null"
    done = await service.http.post(path, json=asked, headers=ann)
    assert (done.json()["decided"], [each["id"] for each in done.json()["refused"]]) == (4, ids[:1])
    again = await service.http.post(path, json=asked, headers=ann)
    assert (again.status_code, again.json()) == (200, done.json())
    assert await service.connection.fetchval(made) == 4
    at = {"at": done.json()["at"]}
    taken = [await service.http.post(undo, json=at, headers=ann) for _ in range(2)]
    assert [(each.status_code, each.json()["decided"]) for each in taken] == [(200, 4)] * 2
    assert await service.connection.fetchval(made) == 8
    assert (await service.http.post(undo, json=at, headers=ben)).status_code == 404
    later = (await service.http.post(path, json=asked, headers=ann)).json()  # all wait again
    assert (later.get("count"), later.get("code")) == (1, "count")


async def test_what_one_decided_so_elsewhere_does_not_stand_for_what_a_filter_lets_through(
    service: Service,
) -> None:
    ann = await service.staff("Ann")
    await held(service, 2)
    path = "/v1/review/matching"
    first = (await service.http.get(path, params={"q": "plain"}, headers=ann)).json()
    other = (await service.post(body="Quite another one.")).json()["id"]
    asked = {"action": "approve", "filters": {"q": "plain"}, "until": first["until"], "count": 3}
    one = {"action": "approve", "version": 1}
    decided = await service.http.post(f"/v1/review/{other}/decision", json=one, headers=ann)
    assert decided.status_code == 200
    answer = await service.http.post(path, json=asked, headers=ann)
    assert (answer.status_code, answer.json()["count"]) == (409, 2)


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
