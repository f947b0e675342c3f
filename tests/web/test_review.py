"""The moderators' calls, several moderators at once included."""

import asyncio
from itertools import product
from typing import Any

from service.db.review import items_query
from service.domain.desk import ORDERS, Filters
from service.domain.masking import MASK
from tests.support.review import held
from tests.support.rows import NEW_ID
from tests.support.service import Service


async def listed(service: Service, staff: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = await service.http.get("/v1/review", params=query, headers=staff)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_the_queue_lists_in_each_order_page_by_page(service: Service) -> None:
    """Uncertain is what is nearest to even odds; what has no scores comes last."""
    ids = await held(service, 5)
    scored = "update comment set risk = $2, scores = $3 where id = $1"
    all_scores = (0.95, 0.53, None, 0.44, 0.53)
    for id_, score in zip(ids, all_scores, strict=True):
        scores = {"spam": 0.01, "toxicity": score} if score else {}
        await service.connection.execute(scored, id_, score or 1.0, scores)
    ann = await service.staff("Ann")
    assert [item["id"] for item in await listed(service, ann, order="oldest")] == ids
    assert [item["id"] for item in await listed(service, ann, order="newest")] == ids[::-1]
    wanted = {"risk": (2, 0, 4, 1, 3), "uncertain": (1, 4, 3, 0, 2)}
    for order in ORDERS:
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            params = {"order": order, "limit": 2} | ({"cursor": cursor} if cursor else {})
            answer = (await service.http.get("/v1/review", params=params, headers=ann)).json()
            seen += [item["id"] for item in answer["items"]]
            cursor = answer["next"]
        assert sorted(seen) == sorted(ids)
        if order in wanted:
            assert seen == [ids[at] for at in wanted[order]]


async def test_filters_and_search_narrow_the_queue(service: Service) -> None:
    ids = await held(service, 3)
    ann = await service.staff("Ann")
    assert [i["id"] for i in await listed(service, ann, q="NUMBER 1")] == [ids[1]]
    assert await listed(service, ann, q="100%_") == []
    assert len(await listed(service, ann, site="first", reason="held_by_site")) == 3
    assert await listed(service, ann, page="https://news.example/other") == []
    assert len(await listed(service, ann, language="EN-us")) == 3


async def test_a_comment_is_found_by_either_id_and_by_a_link_to_it(service: Service) -> None:
    """Besides what says so: an id may be a number that people write about."""
    ids = await held(service, 3)
    await service.connection.execute(
        "update comment set external_id = case when id = $1 then 'wp-4711' else '4712' end"
        " where id = any($2::uuid[])",
        *(ids[0], ids[:2]),
    )
    await service.connection.execute("update comment set body = 'Room 4712' where id = $1", ids[2])
    ann = await service.staff("Ann")
    links = (
        f"https://desk.example/queue?order=oldest&comment={ids[1]}",
        f"/comments/{ids[1]}",
        f" {ids[1].upper()} ",
    )
    sought = {"wp-4711": ids[:1], "4712": ids[1:], "wp 4711": [], "4711": [], "WP-4711": []}
    for text, found in (sought | {each: [ids[1]] for each in links}).items():
        listing = await listed(service, ann, q=text, order="oldest")
        assert [item["id"] for item in listing] == found, text
    decision = {"action": "approve", "version": 1}
    await service.http.post(f"/v1/review/{ids[1]}/decision", json=decision, headers=ann)
    assert await listed(service, ann, q=ids[1]) == []


async def test_label_and_reason_both_narrow_the_queue_and_claims(service: Service) -> None:
    first, second, third = await held(service, 3)
    ann = await service.staff("Ann")
    held_for = "update comment set reasons = $2 where id = $1"
    await service.connection.execute(held_for, first, ["held_by_site", "spam"])
    await service.connection.execute(held_for, second, ["held_by_site", "insult"])
    await service.connection.execute(held_for, third, ["held_by_site"])
    both = {"reason": "held_by_site", "label": "spam"}
    assert [item["id"] for item in await listed(service, ann, **both)] == [first]
    claimed = await service.http.post("/v1/review/claims", json=both, headers=ann)
    assert [item["id"] for item in claimed.json()["items"]] == [first]


async def test_a_made_up_cursor_is_refused(service: Service) -> None:
    ann = await service.staff("Ann")
    for cursor in ("x", "AAAA", "%00", "é"):
        answer = await service.http.get("/v1/review", params={"cursor": cursor}, headers=ann)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "cursor"


async def test_a_cursor_of_another_order_is_refused(service: Service) -> None:
    await held(service, 2)
    ann = await service.staff("Ann")
    for order in ORDERS:
        asked: dict[str, str] = {"order": order, "limit": "1"}
        found = (await service.http.get("/v1/review", params=asked, headers=ann)).json()
        for other in ORDERS:
            params = asked | {"order": other, "cursor": found["next"]}
            answer = await service.http.get("/v1/review", params=params, headers=ann)
            assert answer.status_code == (200 if other == order else 422)
            if other != order:
                (error,) = answer.json()["errors"]
                assert (error["field"], order in error["message"]) == ("cursor", True)


async def test_a_decision_names_the_version_it_saw(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    path = f"/v1/review/{id_}/decision"
    done = await service.http.post(path, json={"action": "approve", "version": 1}, headers=ann)
    assert (done.json()["status"], done.json()["version"]) == ("approved", 2)
    stale = await service.http.post(
        path, json={"action": "reject", "reason": "spam", "version": 1}, headers=bob
    )
    assert stale.status_code == 409
    assert (stale.json()["code"], stale.json()["version"]) == ("stale", 2)
    assert (stale.json()["status"], stale.json()["comment_status"]) == (409, "approved")


async def test_the_same_decision_sent_again_gets_the_first_answer(service: Service) -> None:
    ids = await held(service, 3)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    path = f"/v1/review/{ids[0]}/decision"
    asked = {"action": "reject", "reason": "spam", "version": 1, "note": "again and again"}
    first, again = [await service.http.post(path, json=asked, headers=ann) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (await service.http.post(path, json=asked, headers=bob)).status_code == 409
    other = asked | {"reason": "threat"}
    assert (await service.http.post(path, json=other, headers=ann)).status_code == 409
    many = {
        "action": "approve",
        "items": [{"id": id_, "version": 1} for id_ in ids[1:]],
    }
    one, two = [
        (await service.http.post("/v1/review/decisions", json=many, headers=ann)).json()
        for _ in range(2)
    ]
    assert one == two
    decisions = "select count(*) from decision where comment_id = any($1::uuid[])"
    assert await service.connection.fetchval(decisions, ids) == 6


async def test_undo_restores_what_was_and_the_history_tells_it(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    reject = {"action": "reject", "reason": "off_topic", "note": "not here", "version": 1}
    await service.http.post(f"/v1/review/{id_}/decision", json=reject, headers=ann)
    assert (await service.http.post(f"/v1/review/{id_}/undo", headers=bob)).status_code == 409
    undone, again = [
        await service.http.post(f"/v1/review/{id_}/undo", json={"version": 2}, headers=ann)
        for _ in range(2)
    ]
    assert (undone.json()["status"], undone.json()["version"]) == ("pending", 3)
    assert again.json() == undone.json()  # its answer was lost on the way
    assert (await service.http.post(f"/v1/review/{id_}/undo", headers=ann)).status_code == 409
    answer = await service.http.get(f"/v1/review/{id_}/history", headers=ann)
    told = [(d["action"], d["to_status"], d["staff"]) for d in answer.json()["decisions"]]
    assert told == [
        ("submit", "pending", None),
        ("reject", "rejected", "Ann"),
        ("undo", "pending", "Ann"),
    ]


async def test_bulk_gives_a_result_for_each(service: Service) -> None:
    first, second = await held(service, 2)
    ann = await service.staff("Ann")
    items = [{"id": first, "version": 1}, {"id": second, "version": 7}]
    answer = await service.http.post(
        "/v1/review/decisions",
        json={"items": items, "action": "reject", "reason": "spam"},
        headers=ann,
    )
    assert [(r["ok"], r["status"], r["error"]) for r in answer.json()["results"]] == [
        (True, "rejected", None),
        (False, "pending", "stale"),
    ]


async def test_bulk_names_every_wrong_field_of_every_item(service: Service) -> None:
    first, second = await held(service, 2)
    ann = await service.staff("Ann")

    async def wrong(*items: Any) -> set[str]:
        body = {"items": items, "action": "approve"}
        answer = await service.http.post("/v1/review/decisions", json=body, headers=ann)
        assert answer.status_code == 422, answer.text
        return {error["field"] for error in answer.json()["errors"]}

    seen = {"id": first, "version": 1}
    assert await wrong({"id": "x"}, seen, {"version": 0}, 7) == {
        *("items[0].id", "items[0].version", "items[2].id", "items[2].version", "items[3]"),
    }
    assert await wrong(seen, {"id": second, "version": 1}, {**seen, "version": 2}) == {
        "items[2].id"
    }
    assert await service.connection.fetchval("select max(version) from comment") == 1


async def test_notes_and_history_hold_no_address(service: Service) -> None:
    first, second = await held(service, 2)
    ann = await service.staff("Ann")
    note = {"note": "ask reader@example.org", "reason": "other", "action": "reject"}
    one = {**note, "version": 1}
    await service.http.post(f"/v1/review/{first}/decision", json=one, headers=ann)
    many = {**note, "items": [{"id": second, "version": 1}]}
    await service.http.post("/v1/review/decisions", json=many, headers=ann)
    for id_ in (first, second):
        answer = await service.http.get(f"/v1/review/{id_}/history", headers=ann)
        assert answer.json()["decisions"][1]["note"] == f"ask {MASK}"
        assert answer.json()["decisions"][1]["linear_scores"] is None


async def test_a_colleagues_claim_is_respected_until_it_ends(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    claimed = await service.http.post("/v1/review/claims", json={"limit": 5}, headers=ann)
    assert [item["claimed_by"] for item in claimed.json()["items"]] == ["Ann"]
    assert (await service.http.post("/v1/review/claims", headers=bob)).json()["items"] == []
    decision = {"action": "approve", "version": 1}
    path = f"/v1/review/{id_}/decision"
    refused = await service.http.post(path, json=decision, headers=bob)
    assert (refused.status_code, refused.json()["code"]) == (409, "claimed")
    await service.connection.execute("update claim set expires_at = now() - interval '1 second'")
    assert (await service.http.post(path, json=decision, headers=bob)).status_code == 200


async def test_a_claim_can_be_given_back(service: Service) -> None:
    (id_,) = await held(service, 1)
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    await service.http.post("/v1/review/claims", headers=ann)
    assert (await service.http.delete(f"/v1/review/claims/{id_}", headers=bob)).status_code == 404
    assert (await service.http.delete(f"/v1/review/claims/{id_}", headers=ann)).status_code == 204
    assert len((await service.http.post("/v1/review/claims", headers=bob)).json()["items"]) == 1


async def test_the_summary_counts(service: Service) -> None:
    (first, _) = await held(service, 2)
    ann = await service.staff("Ann")
    await service.http.post(
        f"/v1/review/{first}/decision", json={"action": "approve", "version": 1}, headers=ann
    )
    answer = (await service.http.get("/v1/review/summary", headers=ann)).json()
    assert answer["pending"] == 1
    assert answer["decisions_today"]["moderators"] == 1
    assert answer["by_site"]["first"]["pending"] == 1
    for zone, status in (("Pacific/Kiritimati", 200), ("Mars/Olympus", 422)):
        path = f"/v1/review/summary?zone={zone}"
        assert (await service.http.get(path, headers=ann)).status_code == status


async def test_websites_do_not_review_and_data_staff_only_read(service: Service) -> None:
    id_ = (await held(service, 1))[0]
    assert (await service.http.get("/v1/review", headers=service.as_site)).status_code == 403
    dan = await service.staff("Dan", "data")
    for path in ("", f"/{id_}", f"/{id_}/history", f"/{id_}/around", "/summary", "/matching"):
        answer = await service.http.get(f"/v1/review{path}", headers=dan)
        assert answer.status_code == 200, path
    told = {"action": "approve", "version": 1}
    for path, body in (
        ("claims", {}),
        (f"{id_}/decision", told),
        (f"{id_}/undo", {"version": 1}),
        ("decisions", {"action": "approve", "items": [{"id": id_, "version": 1}]}),
        ("matching", {"action": "approve"}),
    ):
        answer = await service.http.post(f"/v1/review/{path}", json=body, headers=dan)
        assert answer.status_code == 403, path
    answer = await service.http.delete(f"/v1/review/claims/{id_}", headers=dan)
    assert answer.status_code == 403


async def test_eight_moderators_at_once_decide_each_comment_once(service: Service) -> None:
    await held(service, 1)
    await service.connection.execute(
        f"""
        with made as (select {NEW_ID} as id, n from generate_series(2, 500) n),
        new as (
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                                 submitted_at, decided_at, risk)
            select made.id, c.site_id, c.page, c.page_key, c.name, c.body, c.fingerprint,
                   'pending', now(), now(), 0.5
            from made, (select * from comment limit 1) c
            returning id
        )
        insert into decision (comment_id, version, to_status, action, actor)
        select id, 1, 'pending', 'submit', 'rule' from new
        """
    )
    decided: list[str] = []

    async def work(number: int) -> None:
        headers = await_headers[number]
        while True:
            claimed = await service.http.post(
                "/v1/review/claims", json={"limit": 7}, headers=headers
            )
            items = claimed.json()["items"]
            if not items:
                return
            for item in items:
                answer = await service.http.post(
                    f"/v1/review/{item['id']}/decision",
                    json={"action": "approve", "version": item["version"]},
                    headers=headers,
                )
                assert answer.status_code == 200, answer.text
                decided.append(item["id"])

    await_headers = [await service.staff(f"Moderator {n}") for n in range(8)]
    await asyncio.gather(*(work(n) for n in range(8)))
    assert len(decided) == len(set(decided)) == 500
    count = "select count(*) from decision where actor = 'moderator'"
    assert await service.connection.fetchval(count) == 500


async def test_the_first_page_comes_from_one_index_in_each_order(service: Service) -> None:
    await held(service, 1)
    await service.connection.execute(
        f"""
        with made as (
            select {NEW_ID} as id, n from generate_series(1, 10000) n
        ), new as (
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                                 submitted_at, decided_at, risk)
            select made.id, c.site_id, c.page, c.page_key, c.name, c.body, c.fingerprint,
                   'pending', now(), now(), random()
            from made, (select * from comment limit 1) c returning id
        )
        insert into decision (comment_id, version, to_status, action, actor)
        select id, 1, 'pending', 'submit', 'rule' from new
        """
    )
    await service.connection.execute("analyze")
    site_id = await service.connection.fetchval("select id from site")
    for order, site in product(ORDERS, (site_id, None)):
        sql, values = items_query(Filters(site_id=site), order, None, 51)
        rows = await service.connection.fetch(f"explain {sql}", *values)
        plan = "\n".join(row[0] for row in rows)
        assert "comment_queue" in plan, order
        assert "Seq Scan on comment c" not in plan
        assert "Incremental Sort" not in plan
    for text in ("wp-4711", str(site_id)):
        sql, values = items_query(Filters(search=text), "risk", None, 51)
        rows = await service.connection.fetch(f"explain {sql}", *values)
        assert "Seq Scan on comment c" not in "\n".join(row[0] for row in rows), text


async def test_parts_of_the_queue_are_what_they_say(service: Service) -> None:
    ids = await held(service, 5)
    reasons = (["spam", "links"], ["insult"], ["language"], ["links"], ["held_by_site"])
    for id_, each in zip(ids, reasons, strict=True):
        await service.connection.execute("update comment set reasons = $1 where id = $2", each, id_)
    ann = await service.staff("Ann")
    decision = {"action": "approve", "version": 1}
    await service.http.post(f"/v1/review/{ids[4]}/decision", json=decision, headers=ann)
    wanted = {"spam": [0], "abuse": [1], "language": [2], "links": [0, 3], "new": [0, 1, 2, 3]}
    for view, places in wanted.items():
        query = {"view": view, "order": "oldest"}
        found = (await service.http.get("/v1/review", params=query, headers=ann)).json()["items"]
        assert [each["id"] for each in found] == [ids[place] for place in places], view
