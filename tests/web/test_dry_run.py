"""A comment that is only tried gets its verdict, and nothing of it is kept."""

import pytest

from tests.support.akismet import HAM, RUDE
from tests.support.service import Service


@pytest.mark.parametrize("body", [HAM, RUDE, "lol", "Buy cheap pills at https://pills.example now"])
async def test_a_dry_run_says_what_the_same_comment_gets(service: Service, body: str) -> None:
    tried = await service.post(body=body, dry_run=True)
    assert (tried.status_code, tried.json()["ignored"]) == (200, [])
    assert await service.connection.fetchval("select count(*) from comment") == 0
    assert await service.connection.fetchval("select count(*) from comment_contact") == 0
    posted = await service.post(body=body)
    assert posted.status_code == 201
    for field in ("status", "reasons", "scores", "language", "body"):
        assert posted.json()[field] == tried.json()[field]


async def test_dry_runs_fill_no_limit_and_take_no_key(service: Service) -> None:
    key = {"Idempotency-Key": "one"}
    for _ in range(8):
        tried = await service.post(key, email="same@example.org", dry_run=True)
        assert tried.json()["status"] == "approved"
    posted = await service.post(key, email="same@example.org", dry_run=False)
    assert (posted.status_code, posted.json()["status"]) == (201, "approved")
    look = await service.http.get(f"/v1/comments/{tried.json()['id']}", headers=service.as_site)
    assert look.status_code == 404


async def test_a_dry_run_is_checked_like_a_comment(service: Service) -> None:
    for fields in ({"dry_run": "yes"}, {"dry_run": True, "email": "nobody"}):
        answer = await service.post(**fields)
        assert answer.status_code == 422
