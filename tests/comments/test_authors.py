"""Authors as moderators know them: by an id that tells nothing, with a standing that decides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.accounts import accounts
from tests.support.service import Service
from tests.support.verdicts import DECISIVE

ADDRESS = "Someone.Hidden@example.org"
SOON = (datetime.now(UTC) + timedelta(days=7)).isoformat()


@pytest.fixture
async def ann(service: Service) -> dict[str, str]:
    """A moderator of a site on which no score decides."""
    given = {**DECISIVE, "blocked_words": ["zyxxy"], "author_per_minute": 1000}
    await accounts.change_site(service.connection, "first", given)
    return await service.staff("Ann")


async def posted(service: Service, **fields: Any) -> tuple[str, list[str]]:
    answer = (await service.post(**{"email": ADDRESS} | fields)).json()
    return answer["status"], answer["reasons"]


async def author_of(service: Service, ann: dict[str, str]) -> str:
    """The id of the newest comment's author, as the review calls tell it."""
    newest = await service.connection.fetchval("select id from comment order by id desc limit 1")
    item = (await service.http.get(f"/v1/review/{newest}", headers=ann)).json()
    return str(item["author"]["id"])


async def stand(service: Service, ann: dict[str, str], author: str, **asked: Any) -> Any:
    path = f"/v1/authors/{author}/standing"
    return await service.http.post(path, json=asked, headers=ann)


async def test_an_author_is_shown_with_counts_and_comments_and_without_who_it_is(
    service: Service, ann: dict[str, str]
) -> None:
    await posted(service, name="Kim")
    await posted(
        service, name="Kim L", body="I have another view of that.", page="https://a.example/2"
    )
    await service.site("other")
    author = await author_of(service, ann)
    path = f"/v1/authors/{author}"
    first = await service.http.get(path, params={"limit": 1}, headers=ann)
    told = first.json()
    assert (told["site"], told["names"], told["standing"]) == ("first", ["Kim L", "Kim"], "normal")
    assert told["counts"] == {"approved": 2, "pending": 0, "rejected": 0}
    later = await service.http.get(path, params={"cursor": told["next"]}, headers=ann)
    bodies = [one["body"] for each in (told, later.json()) for one in each["comments"]]
    assert bodies == ["I have another view of that.", "Thanks, this was a helpful article."]
    assert later.json()["next"] is None
    found = await service.http.get(path, params={"status": "pending"}, headers=ann)
    assert found.json()["comments"] == []
    inside = service.secrets.author_id(
        await service.connection.fetchval("select id from site where name = 'first'"), ADDRESS
    )
    assert UUID(author) != inside
    for text in (first.text, later.text):
        assert "hidden" not in text.lower()
        assert str(inside) not in text
    strange = await service.http.get(f"/v1/authors/{inside}", headers=ann)
    assert strange.status_code == 404
    assert (await service.http.get(path, headers=service.as_site)).status_code == 403


async def test_a_standing_decides_about_what_comes_and_ends_at_its_time(
    service: Service, ann: dict[str, str]
) -> None:
    assert await posted(service) == ("approved", ["clear"])
    author = await author_of(service, ann)
    banned = await stand(service, ann, author, standing="banned", until=SOON, note="x@example.org")
    assert banned.status_code == 200, banned.text
    assert (banned.json()["standing"], banned.json()["version"]) == ("banned", 2)
    assert "x@example.org" not in banned.text
    assert await posted(service, body="One more.") == ("rejected", ["author_banned"])
    assert await posted(service, email="another@example.org") == ("approved", ["clear"])
    await service.connection.execute("update author set until = now() where standing = 'banned'")
    assert await posted(service, body="And another.") == ("approved", ["clear"])
    assert (await stand(service, ann, author, standing="held")).json()["standing"] == "held"
    assert await posted(service, body="A third one.") == ("pending", ["author_held"])
    assert await posted(service, body="zyxxy") == ("rejected", ["blocked_word"])
    listed = await service.http.get("/v1/review", params={"author": author}, headers=ann)
    assert [each["author"]["standing"] for each in listed.json()["items"]] == ["held"]
    past = (await service.http.get(f"/v1/authors/{author}", headers=ann)).json()["history"]
    assert [(each["standing"], each["staff"]) for each in past] == [
        ("held", "Ann"),
        ("banned", "Ann"),
    ]


async def test_a_trusted_author_skips_the_queue_for_what_is_borderline_only(
    service: Service, ann: dict[str, str]
) -> None:
    wide = {"toxicity": {"approve_below": 0.0001, "reject_at": 1.0}}
    await accounts.change_site(service.connection, "first", {"bands": DECISIVE["bands"] | wide})
    assert await posted(service) == ("pending", ["toxicity"])
    await stand(service, ann, await author_of(service, ann), standing="trusted")
    assert await posted(service, body="Well said.") == ("approved", ["toxicity", "author_trusted"])
    status, reasons = await posted(service, body="Well said.", email="other@example.org")
    assert (status, reasons[0]) == ("pending", "toxicity")
    assert (await posted(service, body="zyxxy"))[0] == "rejected"


async def test_a_change_is_taken_back_by_whoever_made_it_while_it_is_the_newest(
    service: Service, ann: dict[str, str]
) -> None:
    await posted(service)
    author = await author_of(service, ann)
    bea = await service.staff("Bea")
    undo = f"/v1/authors/{author}/standing/undo"
    assert (await service.http.post(undo, headers=ann)).json()["code"] == "not_possible"
    await stand(service, ann, author, standing="held", until=SOON)
    stale = await stand(service, bea, author, standing="banned", version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert (await service.http.post(undo, headers=bea)).status_code == 409
    await stand(service, bea, author, standing="banned", version=2)
    back = await service.http.post(undo, json={"version": 3}, headers=bea)
    assert (back.json()["standing"], back.json()["until"][:10]) == ("held", SOON[:10])
    assert (await service.http.post(undo, headers=bea)).json()["code"] == "not_possible"
    assert await posted(service, body="One more.") == ("pending", ["author_held"])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "standing"),
        ({"standing": "liked"}, "standing"),
        ({"standing": "banned", "until": "2001-01-01T00:00:00Z"}, "until"),
        ({"standing": "banned", "until": "tomorrow"}, "until"),
        ({"standing": "normal", "until": SOON}, "until"),
    ],
)
async def test_a_standing_that_cannot_be_changes_nothing(
    service: Service, ann: dict[str, str], asked: dict[str, str], field: str
) -> None:
    await posted(service)
    refused = await stand(service, ann, await author_of(service, ann), **asked)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await service.connection.fetchval("select count(*) from standing_change") == 0


async def test_an_author_whose_last_comment_is_erased_is_forgotten(
    service: Service, ann: dict[str, str]
) -> None:
    await posted(service)
    author = await author_of(service, ann)
    await stand(service, ann, author, standing="held", note="rude on the phone")
    id_ = await service.connection.fetchval("select id from comment")
    await service.http.delete(f"/v1/comments/{id_}", headers=service.as_site)
    assert (await service.http.get(f"/v1/authors/{author}", headers=ann)).status_code == 404
    kept = await service.connection.fetch("select standing, note from standing_change")
    assert [tuple(row) for row in kept] == [("held", None)]
