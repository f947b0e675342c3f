"""Readers report a comment: past the site's number it waits, and an approval answers them."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock
from uuid import uuid4

import asyncpg
import httpx
import pytest

from service.accounts import accounts
from service.db import reports as reports_db
from tests.support.service import Service

PAGE = {"page": "https://news.example/articles/1"}


async def reported(
    service: Service, id_: str, reporter: str, reason: str = "spam", key: Any = None
) -> httpx.Response:
    path, told = f"/v1/comments/{id_}/reports", {"reason": reason, "reporter": reporter}
    return await service.http.post(path, json=told, headers=key or service.as_site)


async def states(service: Service, id_: str, *reporters: str) -> list[tuple[str, int]]:
    answers = [(await reported(service, id_, each)).json() for each in reporters]
    return [(each["status"], each["reports"]) for each in answers]


async def test_the_third_reader_sends_it_to_people_and_an_approval_answers_them(
    service: Service,
) -> None:
    moderator = await service.staff("Mo")
    id_ = (await service.post()).json()["id"]
    assert await states(service, id_, "a", "a", "b") == [
        ("approved", 1),
        ("approved", 1),
        ("approved", 2),
    ]
    third = (await reported(service, id_, "c@example.org", "hate")).json()
    assert (third["status"], third["reports"], third["version"]) == ("pending", 3, 2)
    shown = await service.http.get("/v1/comments", params=PAGE, headers=service.as_site)
    assert shown.json()["count"] == 0
    (item,) = (await service.http.get("/v1/review", headers=moderator)).json()["items"]
    assert (item["reasons"], item["reports"]) == (["reported"], {"spam": 2, "hate": 1})
    assert item["risk"] > 0.89
    links = " ".join(f"https://{each}.example/" for each in "abcdefgh")
    assert (await service.post(body=f"See {links}")).json()["status"] == "pending"
    for view, count in (("reported", 1), ("links", 1), (None, 2)):
        asked = {"view": view} if view else {}
        part = await service.http.get("/v1/review/matching", params=asked, headers=moderator)
        assert part.json()["count"] == count, view
    approve = {"action": "approve", "version": 2}
    path = f"/v1/review/{id_}/decision"
    assert (await service.http.post(path, json=approve, headers=moderator)).is_success
    assert await states(service, id_, "a", "b", "d", "e", "f") == [
        ("approved", 0),
        ("approved", 0),
        ("approved", 1),
        ("approved", 2),
        ("pending", 3),
    ]
    history = await service.http.get(f"/v1/review/{id_}/history", headers=moderator)
    steps = [(each["action"], each["actor"]) for each in history.json()["decisions"]]
    assert steps == [
        ("submit", "classifier"),
        ("hold", "site"),
        ("approve", "moderator"),
        ("hold", "site"),
    ]
    assert "example.org" not in history.text
    await service.http.delete(f"/v1/comments/{id_}", headers=service.as_site)
    assert await service.connection.fetchval("select count(*) from report") == 0
    assert (await reported(service, id_, "a")).status_code == 404


async def test_reports_at_once_hold_it_once_and_an_edit_does_not_free_it(service: Service) -> None:
    id_ = (await service.post()).json()["id"]
    await asyncio.gather(*(reported(service, id_, f"reader {number}") for number in range(8)))
    holds = "select count(*) from decision where action = 'hold'"
    assert await service.connection.fetchval(holds) == 1
    path = f"/v1/comments/{id_}"
    kind = {"body": "Thanks, this was a very helpful article about the harbour."}
    edited = (await service.http.patch(path, json=kind, headers=service.as_site)).json()
    assert (edited["status"], edited["reasons"]) == ("pending", ["reported"])


async def test_reports_are_checked_bounded_and_a_sites_own(service: Service) -> None:
    id_ = (await service.post()).json()["id"]
    wrong = await reported(service, id_, " ", "rude")
    assert {each["field"] for each in wrong.json()["errors"]} == {"reason", "reporter"}
    other = await service.site("other")
    assert (await reported(service, id_, "a", key=other)).status_code == 404
    fast = [await reported(service, id_, "bot") for _ in range(21)]
    assert [each.status_code for each in fast].count(200) == 20
    assert int(fast[-1].headers["retry-after"]) <= 60
    guessed = [await reported(service, str(uuid4()), "guesser") for _ in range(21)]
    assert [each.status_code for each in guessed] == [404] * 20 + [429]
    await accounts.change_site(service.connection, "first", {"reports_to_hold": 0})
    held = "select count(*) from comment where status = 'pending'"
    assert await service.connection.fetchval(held) == 0


async def test_a_report_that_failed_and_is_sent_again_is_no_second_attempt(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = (await service.post()).json()["id"]
    with monkeypatch.context() as broken:
        broken.setattr(reports_db, "unanswered", AsyncMock(side_effect=asyncpg.DiskFullError))
        failed = [(await reported(service, id_, "a")).status_code for _ in range(21)]
    assert failed == [503] * 21
    assert await states(service, id_, "a") == [("approved", 1)]
