"""One site's flood delays no other site for long, and is refused before a queue grows."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.support.service import Service, running

FLOOD, LITTLE = 400, 4
BATCHES = 3 * 64
"""The one that is under way, the next, and what is answered while their answers come."""


@pytest.mark.parametrize("sites", [1, 8])
async def test_sites_that_post_a_hundred_times_as_much_wait_for_themselves(
    service: Service, sites: int
) -> None:
    floods = [await service.site(f"flood-{number}") for number in range(sites)]
    others = [await service.site(f"other-{number}") for number in range(9)]
    for each in (*floods, *others):  # each key has been seen
        assert (await service.post(each)).status_code == 201
    answered: list[tuple[bool, httpx.Response]] = []

    async def post(number: int, headers: dict[str, str], *, flood: bool) -> None:
        remark = f"I agree with remark number {number}."
        answered.append((flood, await service.post(headers, body=remark)))

    async with asyncio.TaskGroup() as group:
        for number in range(FLOOD):
            group.create_task(post(number, floods[number % sites], flood=True))
        await asyncio.sleep(0)
        for number in range(LITTLE):
            for each in others:
                group.create_task(post(number, each, flood=False))
    little = [place for place, (flood, _) in enumerate(answered) if not flood]
    assert {answered[place][1].status_code for place in little} == {201}
    before = len([flood for flood, _ in answered[: little[-1]] if flood])
    assert before <= BATCHES


async def test_what_is_too_much_is_told_when_to_come_again_and_then_is_taken(
    dsn: str,
    connection: "asyncpg.Connection[Any]",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.comments.submission.WAITING", 100)
    async with running(dsn, connection, tmp_path, MODERATION_SECOND_OPINION_MS="0") as service:
        keys = [f"flood {number}" for number in range(FLOOD)]
        posts = [service.post({"Idempotency-Key": key}, body="A remark.") for key in keys]
        answers = dict(zip(keys, await asyncio.gather(*posts), strict=True))
        refused = {key: answer for key, answer in answers.items() if answer.status_code != 201}
        key, answer = refused.popitem()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.json()["type"] == "urn:comment-moderation:overloaded"
        assert "Idempotency-Key" in answer.json()["detail"]
        again = await service.post({"Idempotency-Key": key}, body="A remark.")
        assert again.status_code == 201
    count = await connection.fetchval("select count(*) from comment")
    assert count == FLOOD - len(refused)
