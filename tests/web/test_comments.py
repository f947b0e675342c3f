"""The website's calls, end to end on PostgreSQL."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.support.service import Service

CEASEFIRE = (
    "It's Azerbaijan, not Armenians, that won't agree to a ceasefire. Also, you lose more and more "
    "credibility with each passing day that you don't support your ally Armenia and let a NATO "
    "member with American F-16s \u2013 Turkey \u2013 run wild in your backyard"
)
SPAM = "Earn $3400 weekly with crypto, message me on WhatsApp +1 555 0100, visit http://bit.ly/x"
ABUSE = "you are a worthless piece of shit and everybody hates you"


async def test_a_comment_written_before_is_shown_with_its_time(service: Service) -> None:
    given, key = "2026-01-31T09:00:00+01:00", {"Idempotency-Key": "late"}
    posted = await service.post(key, submitted_at=given, email="a@example.org")
    assert posted.json()["submitted_at"] == "2026-01-31T08:00:00Z"
    again = await service.post(key, submitted_at=given, email="a@example.org")
    assert (again.status_code, again.json()) == (200, posted.json())
    decided = await service.connection.fetchval("select min(at) from decision")
    assert decided.year > 2026 or decided.month > 1
    ahead = await service.post(submitted_at="2999-01-01T00:00:00Z", body="Good point, thank you.")
    assert ahead.json()["submitted_at"] < "2999"
    for wrong in ("yesterday", "2026-01-31T09:00:00", "0001-01-01T00:00:00Z", 5, "\u0661"):
        refused = await service.post(submitted_at=wrong)
        assert [each["field"] for each in refused.json()["errors"]] == ["submitted_at"]
        assert refused.json()["code"] == "invalid_fields"


async def test_the_answer_has_the_fields_of_the_contract(service: Service) -> None:
    answer = await service.post()
    assert answer.status_code == 201
    assert set(answer.json()) == {
        *("id", "status", "reasons", "scores", "language", "page", "parent_id", "name"),
        *("website", "body", "submitted_at", "external_id", "version", "edited_at", "ignored"),
    }


async def test_a_helpful_comment_is_shown_at_once(service: Service) -> None:
    posted = (await service.post()).json()
    assert posted["status"] == "approved"
    page = await service.http.get(
        "/v1/comments", params={"page": posted["page"]}, headers=service.as_site
    )
    assert page.json()["count"] == 1
    assert [comment["id"] for comment in page.json()["comments"]] == [posted["id"]]


@pytest.mark.parametrize("body", [SPAM, ABUSE, "Շնորհակալություն հոդվածի համար"])
async def test_spam_abuse_and_unknown_languages_are_not_shown(service: Service, body: str) -> None:
    assert (await service.post(body=body)).json()["status"] in {"pending", "rejected"}


async def test_a_language_without_evidence_waits_for_people(service: Service) -> None:
    posted = (await service.post(body="Շնորհակալություն հոդվածի համար")).json()
    assert posted["status"] == "pending"


async def test_strong_political_disagreement_is_never_rejected(service: Service) -> None:
    assert (await service.post(body=CEASEFIRE)).json()["status"] in {"approved", "pending"}


async def test_the_same_key_gives_the_same_answer_and_one_comment(service: Service) -> None:
    headers = {"Idempotency-Key": "a1"}
    first = await service.post(headers, email="a@example.org")
    again = await service.post(headers, email="a@example.org")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert await service.connection.fetchval("select count(*) from comment") == 1


async def test_the_same_key_with_another_comment_is_refused(service: Service) -> None:
    headers = {"Idempotency-Key": "a1"}
    first = (await service.post(headers)).json()
    refused = await service.post(headers, body="Something else")
    assert (refused.status_code, refused.json()["code"]) == (409, "key_used")
    await service.http.delete(f"/v1/comments/{first['id']}", headers=service.as_site)
    erased = await service.post(headers)
    assert (erased.status_code, erased.json()["code"]) == (409, "key_used")


async def test_every_wrong_field_is_named_at_once(service: Service) -> None:
    answer = await service.post(
        name="x@example.org", email="nobody", body=None, page="/a", website="javascript:alert(1)"
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    named = {error["field"] for error in answer.json()["errors"]}
    assert named == {"name", "email", "body", "page", "website"}
    assert "nobody" not in answer.text


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b"[" * 5000, 400),
        (b'{"name": NaN}', 400),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b"1" * 6000, 400),
        (b'{"name": "\\u0000x"}', 422),
        (b'{"name": "\\ud800"}', 422),
        (b'{"name": ' + b"9" * 400 + b"}", 422),
        (b'{"name": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
async def test_bad_bodies_get_a_clear_refusal_and_change_nothing(
    service: Service, raw: bytes, status: int
) -> None:
    answer = await service.http.post(
        "/v1/comments",
        content=raw,
        headers=service.as_site | {"Content-Type": "application/json"},
    )
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert await service.connection.fetchval("select count(*) from comment") == 0


async def test_a_page_that_has_not_changed_is_304_and_says_which_parents_are_shown(
    service: Service,
) -> None:
    async def listed(**headers: str) -> httpx.Response:
        query = {"page": "https://news.example/articles/1"}
        given = service.as_site | headers
        return await service.http.get("/v1/comments", params=query, headers=given)

    first = (await service.post()).json()
    reply = (await service.post(parent_id=first["id"], body="I agree with you on this.")).json()
    whole = await listed()
    etag = {"If-None-Match": whole.headers["etag"]}
    assert [each["parent_shown"] for each in whole.json()["comments"]] == [True, True]
    known = await listed(**etag)
    assert (known.status_code, known.content) == (304, b"")
    moderator = await service.staff("Mo")
    await service.http.post(
        f"/v1/review/{first['id']}/decision",
        json={"action": "reject", "reason": "spam", "version": 1},
        headers=moderator,
    )
    assert (await listed(**{"If-None-Match": 'W/"1-2", *'})).status_code == 200
    assert (await listed(**{"If-None-Match": "*"})).status_code == 304
    (left,) = (await listed(**etag)).json()["comments"]
    assert (left["id"], left["parent_shown"]) == (reply["id"], False)
    late = (await service.post(parent_id=first["id"], body="I agree with you on that.")).json()
    assert (late["status"], late["reasons"]) == ("pending", ["parent_hidden"])


PACKED = ("gzip", "deflate, GZIP;q=0.5", "br;q=1.0, x-gzip ; q=0.001", "gzip;q=nonsense")
PLAIN = ("identity", "", "gzip;q=0", "identity, gzip; q=0.000", "br, gzip;q=0.", "agzip", "*")


async def test_a_page_is_compressed_for_who_asks_for_that(service: Service) -> None:
    for number in range(5):
        await service.post(body=f"{'Thanks, this was a helpful article. ' * 6}{number}")
    query = {"page": "https://news.example/articles/1"}
    for accepted in (*PACKED, *PLAIN):
        given = service.as_site | {"Accept-Encoding": accepted}
        answer = await service.http.get("/v1/comments", params=query, headers=given)
        encoding = "gzip" if accepted in PACKED else None
        assert answer.headers.get("content-encoding") == encoding, accepted
        assert "Accept-Encoding" in answer.headers["vary"], accepted
        assert (answer.json()["count"], len(answer.json()["comments"])) == (5, 5)


async def test_a_parent_must_be_on_the_same_page(service: Service) -> None:
    parent = (await service.post()).json()["id"]
    child = await service.post(parent_id=parent, body="I agree with this.")
    assert child.json()["parent_id"] == parent
    elsewhere = await service.post(parent_id=parent, page="https://news.example/articles/2")
    assert elsewhere.json()["errors"][0]["field"] == "parent_id"
    assert (await service.post(parent_id=str(uuid4()))).status_code == 422


async def test_pages_go_on_where_the_last_ended(service: Service) -> None:
    posted = [(await service.post(body=f"Good point, number {n}.")).json() for n in range(5)]
    shown = [comment["id"] for comment in posted if comment["status"] == "approved"]
    seen, cursor = [], None
    while True:
        params: dict[str, Any] = {"page": posted[0]["page"], "limit": 2}
        if cursor:
            params["cursor"] = cursor
        page = (
            await service.http.get("/v1/comments", params=params, headers=service.as_site)
        ).json()
        assert page["count"] == len(shown)
        seen += [comment["id"] for comment in page["comments"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == shown


async def test_another_sites_comment_is_not_found(service: Service) -> None:
    posted = (await service.post()).json()
    other = await service.site("other")
    path = f"/v1/comments/{posted['id']}"
    assert (await service.http.get(path, headers=other)).status_code == 404
    assert (await service.http.delete(path, headers=other)).status_code == 404
    assert (await service.http.get(path, headers=service.as_site)).status_code == 200


async def test_erasing_leaves_a_row_without_content(service: Service) -> None:
    posted = (await service.post(website="https://me.example")).json()
    path = f"/v1/comments/{posted['id']}"
    assert (await service.http.delete(path, headers=service.as_site)).status_code == 204
    assert (await service.http.delete(path, headers=service.as_site)).status_code == 204
    erased = (await service.http.get(path, headers=service.as_site)).json()
    assert (erased["status"], erased["name"], erased["body"]) == ("erased", "", "")
    assert await service.connection.fetchval("select count(*) from comment_contact") == 0


async def test_a_missing_model_queues_and_loses_nothing(without_model: Service) -> None:
    posted = await without_model.post()
    assert posted.json()["status"] == "pending"
    assert "unscored" in posted.json()["reasons"]


async def test_an_email_in_the_body_is_masked(service: Service) -> None:
    posted = await service.post(body="Write to Somebody@Example.org, thanks for the article.")
    assert "example.org" not in json.dumps(posted.json()["body"]).lower()


async def test_a_change_of_status_without_decision_is_refused(service: Service) -> None:
    posted = (await service.post()).json()
    with pytest.raises(asyncpg.RestrictViolationError):
        await service.connection.execute(
            "update comment set status = 'rejected', version = 2 where id = $1", posted["id"]
        )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/v1/comments", 405),
        ("GET", "/v1/comments", 401),
        ("GET", "/v1/comments/not-an-id", 404),
        ("POST", "/v1/review/claims", 401),
    ],
)
async def test_every_error_is_problem_json(
    service: Service, method: str, path: str, status: int
) -> None:
    answer = await service.http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.headers["x-request-id"]


async def test_a_wrong_method_is_told_which_are_right(service: Service) -> None:
    answer = await service.http.put("/v1/comments")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


async def test_the_same_key_at_the_same_moment_makes_one_comment(service: Service) -> None:
    """Twenty at once, written together with twenty others."""
    key = {"Idempotency-Key": "one-and-the-same"}
    same = {"body": "One and the same", "email": "same@example.org"}
    asked = [service.post(key, **same) if number % 2 else service.post() for number in range(40)]
    answers = await asyncio.gather(*asked)
    repeated = {answer.json()["id"] for answer in answers[1::2]}
    assert len(repeated) == 1
    assert sorted(answer.status_code for answer in answers[1::2]) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers[::2]}) == 20
