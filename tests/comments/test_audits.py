"""Audits: decided comments that moderators see as if they waited."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from service.accounts import accounts
from service.comments import annotations as exporting
from service.comments.audits import Auditing
from service.db import audits as db
from service.domain.agreement import DECIDE_HERE
from tests.support.service import Service

CLEAR = "Thanks, this was a helpful article."


async def audit(service: Service, **settings: Any) -> None:
    await accounts.change_site(service.connection, "first", {"audit": 1, **settings})


async def queue(service: Service, staff: dict[str, str], **query: str) -> list[dict[str, Any]]:
    answer = await service.http.get("/v1/review", params=query, headers=staff)
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def of_site(service: Service, id_: str) -> str:
    answer = await service.http.get(f"/v1/comments/{id_}", headers=service.as_site)
    status: str = answer.json()["status"]
    return status


async def decide(service: Service, staff: dict[str, str], item: dict[str, Any], action: str) -> int:
    body = {"action": action, "version": item["version"]}
    answer = await service.http.post(f"/v1/review/{item['id']}/decision", json=body, headers=staff)
    assert answer.is_success, answer.text
    version: int = answer.json()["version"]
    return version


async def annotated(service: Service) -> list[tuple[str, float, str]]:
    what = await exporting.chosen(service.connection, site=None, silence_days=0)
    found = [page async for page in exporting.pages(service.connection, what)]
    return [(each.text, each.propensity, each.provenance) for page in found for each in page]


async def test_readers_see_an_audited_approval_at_once_and_moderators_see_it_wait(
    service: Service,
) -> None:
    await audit(service)
    ann = await service.staff("Ann")
    posted = (await service.post(body=CLEAR)).json()
    assert posted["status"] == "approved"
    page = await service.http.get(
        "/v1/comments", params={"page": posted["page"]}, headers=service.as_site
    )
    assert [each["id"] for each in page.json()["comments"]] == [posted["id"]]
    (item,) = await queue(service, ann)
    assert (item["id"], item["status"], item["author"]["pending"]) == (posted["id"], "pending", 1)
    (label,) = item["reasons"]
    low, high = item["bands"][label]
    assert low <= item["scores"][label]
    assert high is None or item["scores"][label] < high
    assert item["risk"] >= 0.5
    assert not await queue(service, ann, status="approved")
    assert [each["id"] for each in await queue(service, ann, label=label)] == [posted["id"]]
    summary = (await service.http.get("/v1/review/summary", headers=ann)).json()
    assert (summary["pending"], summary["decisions_today"]["automatic"]) == (1, 0)
    assert summary["by_reason"] == {label: 1}
    told = await service.http.get(f"/v1/review/{posted['id']}/history", headers=ann)
    assert [each["to_status"] for each in told.json()["decisions"]] == ["pending"]
    assert "clear" not in told.text
    listed = await service.http.get(
        f"/v1/authors/{item['author']['id']}", params={"status": "pending"}, headers=ann
    )
    assert [each["reasons"] for each in listed.json()["comments"]] == [[label]]


async def test_an_audited_comment_has_the_very_fields_of_one_that_waits(service: Service) -> None:
    ann = await service.staff("Ann")
    await service.hold()
    waits = (await service.post(body=CLEAR)).json()["id"]
    await audit(service, hold_everything=False)
    audited = (await service.post(body=f"{CLEAR} Indeed.")).json()["id"]
    items = {each["id"]: each for each in await queue(service, ann, order="oldest")}
    assert list(items) == [waits, audited]
    differ = {
        name
        for name, value in items[waits].items()
        if type(value) is not type(items[audited][name])
    }
    assert not differ
    assert items[waits].keys() == items[audited].keys()


async def test_an_answer_that_agrees_leaves_the_status_and_its_undo_asks_again(
    service: Service,
) -> None:
    await audit(service, webhook_url="https://site.example/hook")
    ann = await service.staff("Ann")
    id_ = (await service.post(body=CLEAR)).json()["id"]
    (item,) = await queue(service, ann)
    await decide(service, ann, item, "approve")
    assert not await queue(service, ann)
    assert await of_site(service, id_) == "approved"
    assert await annotated(service) == [(CLEAR, 1.0, "audit")]
    undone = await service.http.post(f"/v1/review/{id_}/undo", headers=ann)
    assert (undone.json()["status"], await of_site(service, id_)) == ("pending", "approved")
    assert not await annotated(service)
    told = (await service.http.get(f"/v1/review/{id_}/history", headers=ann)).json()["decisions"]
    steps = [(each["from_status"], each["to_status"]) for each in told]
    assert steps == [(None, "pending"), ("pending", "approved"), ("approved", "pending")]
    assert await service.connection.fetchval("select count(*) from outbox") == 1  # when posted
    (item,) = await queue(service, ann)
    await decide(service, ann, item, "reject")
    assert await of_site(service, id_) == "rejected"
    assert [each[2] for each in await annotated(service)] == ["audit"]
    await service.http.post(f"/v1/review/{id_}/undo", headers=ann)
    assert (await of_site(service, id_), len(await queue(service, ann))) == ("approved", 1)


async def test_a_rejection_by_rule_is_audited_and_refusals_do_not_tell(service: Service) -> None:
    await audit(service, blocked_words=["helpful"])
    ann = await service.staff("Ann")
    posted = (await service.post(body=CLEAR)).json()
    assert posted["status"] == "rejected"
    (item,) = await queue(service, ann)
    assert "blocked_word" not in item["reasons"]
    stale = await service.http.post(
        f"/v1/review/{item['id']}/decision", json={"action": "reject", "version": 9}, headers=ann
    )
    assert (stale.status_code, stale.json()["comment_status"]) == (409, "pending")
    many = {"action": "approve", "items": [{"id": item["id"], "version": 9}]}
    refused = await service.http.post("/v1/review/decisions", json=many, headers=ann)
    assert refused.json()["results"][0]["status"] == "pending"
    claimed = await service.http.post("/v1/review/claims", json={}, headers=ann)
    assert [each["id"] for each in claimed.json()["items"]] == [item["id"]]
    await decide(service, ann, item, "approve")
    assert await of_site(service, posted["id"]) == "approved"


async def test_a_bulk_answers_audits_and_is_undone_as_one(service: Service) -> None:
    await audit(service)
    ann = await service.staff("Ann")
    ids = [(await service.post(body=f"{CLEAR} {word}")).json()["id"] for word in ("One.", "Two.")]
    seen = (await service.http.get("/v1/review/matching", headers=ann)).json()
    assert seen["count"] == 2
    asked = {"filters": {}, "action": "reject", "count": 2, "until": seen["until"]}
    done = (await service.http.post("/v1/review/matching", json=asked, headers=ann)).json()
    assert (done["decided"], [await of_site(service, each) for each in ids]) == (
        2,
        ["rejected", "rejected"],
    )
    await service.http.post("/v1/review/decisions/undo", json={"at": done["at"]}, headers=ann)
    assert [await of_site(service, each) for each in ids] == ["approved", "approved"]
    assert len(await queue(service, ann)) == 2


async def test_what_the_site_decides_or_erases_is_audited_no_longer(service: Service) -> None:
    await audit(service)
    ann = await service.staff("Ann")
    ids = [(await service.post(body=f"{CLEAR} {word}")).json()["id"] for word in ("One.", "Two.")]
    rejected = await service.http.post(
        f"/v1/comments/{ids[0]}/decision", json={"action": "reject"}, headers=service.as_site
    )
    assert rejected.is_success, rejected.text
    await service.http.delete(f"/v1/comments/{ids[1]}", headers=service.as_site)
    assert not await queue(service, ann)
    assert [each["id"] for each in await queue(service, ann, status="rejected")] == [ids[0]]


def _turns(*values: float) -> Iterator[float]:
    yield from values


async def test_chance_chooses_audits_and_no_more_a_day_than_the_site_allows(
    service: Service,
) -> None:
    await audit(service, audit=0.5, audits_a_day=2)
    turns = _turns(0.9, *[0.1] * 10)  # the first is not chosen; each one chosen draws twice
    keeping = service.app.state.parts.submission._keeping
    keeping._auditing = Auditing(lambda: next(turns))
    for number in range(5):
        await service.post(body=f"{CLEAR} {number}")
    rows = await service.connection.fetch(
        "select c.body, a.propensity from audit a join comment c on c.id = comment_id order by c.id"
    )
    assert [(row["body"][-1], row["propensity"]) for row in rows] == [("1", 0.5), ("2", 0.5)]
    assert [(each[1], each[2]) for each in await annotated(service)] == [(0.5, "silence")] * 3


async def test_a_site_that_says_nothing_is_audited_when_its_beginning_is_over(
    service: Service,
) -> None:
    site_id = await service.connection.fetchval("select id from site")
    assert (await db.audited(service.connection, site_id)).comments == 0
    await service.post(body=CLEAR)
    known = await db.audited(service.connection, site_id)
    assert (known.comments, known.lately, known.today, known.answered) == (1, 1, 0, 0)
    assert not await service.connection.fetchval("select count(*) from audit")


async def test_what_one_moderator_decided_another_looks_at_without_knowing(
    service: Service,
) -> None:
    """The first one is not shown it again; a bulk and a site without audits get no second look."""
    await service.hold()
    ann, bob = await service.staff("Ann"), await service.staff("Bob")
    for number in range(DECIDE_HERE + 1):
        await service.post(body=f"{CLEAR} It has {number} pages.")
    first, *others = await queue(service, ann, order="oldest", limit="50")
    await decide(service, ann, first, "approve")
    for each in others:
        await decide(service, bob, each, "approve")
    since, now = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC)
    await accounts.change_site(service.connection, "first", {"audit": 0})
    await db.open_second_looks(service.connection, since, now, share=1)
    assert not await queue(service, bob)
    await accounts.change_site(service.connection, "first", {"audit": 0.1})
    await db.open_second_looks(service.connection, since, now, share=0)
    assert not await queue(service, bob)
    await db.open_second_looks(service.connection, since, now, share=1)
    await db.open_second_looks(service.connection, since, now, share=1)
    assert not await queue(service, ann)  # nobody but Ann has decided less than it takes
    (item,) = await queue(service, bob)
    assert (item["id"], item["status"]) == (first["id"], "pending")
    assert item["reasons"] == first["reasons"]
    claimed = await service.http.post("/v1/review/claims", headers=ann)
    assert claimed.json()["items"] == []
    told = await service.http.get(f"/v1/review/{item['id']}/history", headers=bob)
    assert [each["to_status"] for each in told.json()["decisions"]] == ["pending"]
    assert await of_site(service, item["id"]) == "approved"
    await decide(service, bob, item, "reject")
    assert await of_site(service, item["id"]) == "rejected"
    assert {each[2] for each in await annotated(service)} == {"moderator"}
    dan = await service.staff("Dan", "data")
    (site,) = (await service.http.get("/v1/quality", headers=dan)).json()["sites"]
    assert site["approved"]["audited"] == 0
    agreement = site["agreement"]
    assert (agreement["pairs"], agreement["agreed"]) == (1, 0)
    assert {each["name"] for each in agreement["people"]} == {"Ann", "Bob"}
    page = await service.http.get("/metrics", headers=dan)
    assert 'moderation_moderators_kappa{site="first",value="kappa"}' in page.text
