"""A website edits a comment: its new text is judged anew, and nothing of the old text counts."""

import asyncio
import json
from typing import Any

import httpx

from service.accounts import accounts
from tests.support.service import Service
from tests.support.verdicts import DECISIVE

PAGE = "https://news.example/articles/1"
KIND = "Thanks, this was a very helpful article about the harbour."
ABUSE = "you are a worthless piece of shit and everybody hates you"


async def edited(service: Service, id_: str, body: str, **fields: Any) -> httpx.Response:
    path = f"/v1/comments/{id_}"
    return await service.http.patch(path, json={"body": body, **fields}, headers=service.as_site)


async def listed(service: Service, etag: str = "") -> httpx.Response:
    headers = service.as_site | {"If-None-Match": etag}
    return await service.http.get("/v1/comments", params={"page": PAGE}, headers=headers)


async def decided(service: Service, id_: str, moderator: dict[str, str], **fields: Any) -> int:
    path = f"/v1/review/{id_}/decision"
    return (await service.http.post(path, json=fields, headers=moderator)).status_code


async def test_an_edit_is_judged_as_a_new_comment_and_readers_see_that_it_was_edited(
    service: Service,
) -> None:
    posted = (await service.post()).json()
    before = await listed(service)
    assert [each["edited_at"] for each in before.json()["comments"]] == [None]
    kind = await edited(service, posted["id"], KIND, nmae=1)
    assert (kind.status_code, kind.json()["ignored"]) == (200, ["nmae"])
    assert (kind.json()["status"], kind.json()["version"]) == ("approved", 2)
    after = await listed(service, before.headers["etag"])
    (shown,) = after.json()["comments"]
    assert (shown["body"], shown["edited_at"]) == (KIND, kind.json()["edited_at"])
    again = await edited(service, posted["id"], KIND)
    assert again.json()["version"] == 2
    abuse = (await edited(service, posted["id"], ABUSE)).json()
    assert (abuse["status"] in {"pending", "rejected"}, abuse["version"]) == (True, 3)
    assert abuse["scores"]["toxicity"] > kind.json()["scores"]["toxicity"]
    assert (await listed(service)).json()["comments"] == []


async def test_a_decision_about_the_old_text_is_none_about_the_new(service: Service) -> None:
    moderator = await service.staff("Mo")
    await service.hold()
    id_ = (await service.post()).json()["id"]
    await service.http.post("/v1/review/claims", json={"ids": [id_]}, headers=moderator)
    other = (await edited(service, id_, KIND)).json()
    assert (other["status"], other["version"]) == ("pending", 2)
    assert await decided(service, id_, moderator, action="approve", version=1) == 409
    assert await service.connection.fetchval("select count(*) from claim") == 0
    assert await decided(service, id_, moderator, action="approve", version=2) == 200
    assert (await edited(service, id_, ABUSE)).json()["status"] in {"pending", "rejected"}
    history = await service.http.get(f"/v1/review/{id_}/history", headers=moderator)
    steps = [(each["action"], each["body_before"]) for each in history.json()["decisions"]]
    assert [step for step, _ in steps] == ["submit", "edit", "approve", "edit"]
    assert [text for _, text in steps][2:] == [None, KIND]
    data = await service.staff("Da", "data")
    exported = await service.http.get("/v1/decisions/export", headers=data)
    texts = [(one["action"], one["text"]) for one in map(json.loads, exported.text.splitlines())]
    assert texts[1:] == [("edit", KIND), ("approve", KIND), ("edit", ABUSE)]


async def test_what_people_rejected_or_wanted_to_see_is_not_edited_free(service: Service) -> None:
    moderator = await service.staff("Mo")
    id_ = (await service.post()).json()["id"]
    assert await decided(service, id_, moderator, action="reject", version=1) == 200
    refused = await edited(service, id_, KIND)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_possible")
    held = (await service.post(body="Շնորհակալություն հոդվածի համար")).json()["id"]
    assert await decided(service, held, moderator, action="approve", version=1) == 200
    await service.http.post(f"/v1/review/{held}/undo", json={}, headers=moderator)
    for text in (KIND, KIND + " Really."):
        answer = (await edited(service, held, text)).json()
        assert (answer["status"], answer["reasons"]) == ("pending", ["held_by_person"])


async def test_an_edit_is_refused_with_a_word_for_why(service: Service) -> None:
    id_ = (await service.post()).json()["id"]
    stale = await edited(service, id_, KIND, version=2)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    wrong = await edited(service, id_, " ", version=0)
    assert {each["field"] for each in wrong.json()["errors"]} == {"body", "version"}
    other = await service.site("other")
    path = f"/v1/comments/{id_}"
    missing = await service.http.patch(path, json={"body": KIND}, headers=other)
    assert missing.status_code == 404
    await service.connection.execute(
        "update comment set submitted_at = submitted_at - interval '11 minutes'"
    )
    late = await edited(service, id_, KIND)
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert await service.connection.fetchval("select count(*) from edit") == 0
    erased = (await service.post(body=KIND)).json()["id"]
    await edited(service, erased, KIND + " And thanks.")
    await service.http.delete(f"/v1/comments/{erased}", headers=service.as_site)
    assert (await edited(service, erased, KIND)).json()["code"] == "not_possible"
    assert await service.connection.fetchval("select count(*) from edit") == 0


async def test_the_rules_hold_for_an_edit_and_its_own_address_is_masked(service: Service) -> None:
    await accounts.change_site(
        service.connection, "first", DECISIVE | {"blocked_words": ["harbour"]}
    )
    key = {"Idempotency-Key": "one"}
    first = (await service.post(key, email="ann@mail.example")).json()
    masked = (await edited(service, first["id"], "Write to ann [at] mail.example, thanks.")).json()
    assert "mail.example" not in masked["body"]
    assert (await edited(service, first["id"], KIND)).json()["status"] == "rejected"
    free = (await edited(service, first["id"], "Thanks, a helpful article.")).json()
    assert free["status"] == "approved"
    again = (await service.post(key, email="ann@mail.example")).json()
    assert again == first
    long = "The same long text that somebody posts again and again on each page of this website."
    await service.post(body=long)
    await service.post(body=long)
    spread = (await edited(service, first["id"], long)).json()
    assert (spread["status"], spread["reasons"]) == ("pending", ["repeated"])
    same = (await edited(service, first["id"], long.upper())).json()
    assert same["status"] == "pending"


async def test_edits_at_once_leave_one_history(service: Service) -> None:
    id_ = (await service.post()).json()["id"]
    texts = [f"Thanks, helpful article number {number}." for number in range(6)]
    answers = await asyncio.gather(*(edited(service, id_, text) for text in texts))
    assert {answer.status_code for answer in answers} <= {200, 503}
    versions = await service.connection.fetch("select version from decision order by version")
    assert [row[0] for row in versions] == list(range(1, len(versions) + 1))
    assert len(versions) == 1 + sum(answer.status_code == 200 for answer in answers)
