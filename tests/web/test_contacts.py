"""Every author who has a comment has a contact, and nobody else, whatever happens at once."""

import asyncio

from tests.support.service import Service

_WITHOUT_CONTACT = """
select count(*) from comment c
where c.author_id is not null
  and not exists (select from comment_contact k where k.author_id = c.author_id)
"""
_WITHOUT_COMMENT = """
select count(*) from comment_contact k
where not exists (select from comment c where c.author_id = k.author_id)
"""


async def orphans(service: Service) -> tuple[int, int]:
    ask = service.connection.fetchval
    return await ask(_WITHOUT_CONTACT), await ask(_WITHOUT_COMMENT)


async def test_a_key_in_use_leaves_no_contact_of_the_comment_that_was_not_kept(
    service: Service,
) -> None:
    for number in range(10):
        key = {"Idempotency-Key": f"key {number}"}
        posts = (service.post(key, body=f"Remark {number}, by one of many.") for _ in range(8))
        answers = await asyncio.gather(*posts)
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await orphans(service) == (0, 0)


async def test_erasing_the_only_comment_while_the_next_one_comes_keeps_the_contact(
    service: Service,
) -> None:
    for number in range(40):
        email = f"author{number}@example.org"
        first = (await service.post(email=email, body=f"Number {number}.")).json()["id"]
        erased, *posted = await asyncio.gather(
            service.http.delete(f"/v1/comments/{first}", headers=service.as_site),
            service.post(email=email, body=f"Number {number} again."),
            service.post(email=email, body=f"Number {number}, in reply.", parent_id=first),
        )
        assert erased.status_code == 204
        assert posted[0].status_code == 201
    assert await orphans(service) == (0, 0)
