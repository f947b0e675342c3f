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
