"""An author is asked once to put a comment another way; repetitions and floods may be refused."""

from typing import Any

from service.accounts import accounts
from tests.support.service import Service

RUDE = "You are a stupid idiot and everybody hates you."


async def test_an_author_sees_the_words_once_and_what_comes_next_is_taken(service: Service) -> None:
    ann: dict[str, Any] = {"email": "ann@example.org", "nudge": True}
    asked = await service.post(body=f" {RUDE}", **ann)
    told = asked.json()
    assert (asked.status_code, told["code"]) == (422, "nudge")
    assert any(span["field"] == "body" for span in told["spans"])
    assert all(RUDE[span["begin"] : span["end"]] for span in told["spans"])
    assert RUDE not in asked.text
    assert await service.connection.fetchval("select count(*) from comment") == 0
    taken = await service.post(body=RUDE, **ann)
    assert (taken.status_code, taken.json()["ignored"]) == (201, [])
    assert taken.json()["status"] != "approved"
    one, two = {"Idempotency-Key": "one"}, {"Idempotency-Key": "two"}
    assert (await service.post(one, body=RUDE, **ann)).status_code == 422
    assert (await service.post(two, body=RUDE, **ann)).status_code == 422
    kind = (await service.post(one, **ann)).json()
    assert kind["status"] == "approved"
    assert (await service.post(one, **ann)).json()["id"] == kind["id"]
    away = await service.post(page="https://news.example/2", body=RUDE, **ann)
    assert away.status_code == 422


async def test_what_is_approved_or_held_for_no_words_of_it_is_not_asked_about(
    service: Service,
) -> None:
    for body in ("Thanks, this was a helpful article.", "Շնորհակալություն հոդվածի համար"):
        assert (await service.post(body=body, nudge=True)).status_code == 201
    assert (await service.post(body=RUDE, trap="x", nudge=True)).status_code == 201
    tried = await service.post(body=RUDE, nudge=True, dry_run=True)
    assert tried.status_code == 200
    assert (await service.post(body=RUDE, nudge="yes")).json()["errors"][0]["field"] == "nudge"


async def test_repetitions_and_floods_are_refused_where_a_site_wants_it(service: Service) -> None:
    wanted = {"refuse_repeats": True, "refuse_floods": True, "author_per_minute": 3}
    await accounts.change_site(service.connection, "first", wanted)
    ann: dict[str, Any] = {"email": "ann@example.org"}
    key = {"Idempotency-Key": "one"}
    first = await service.post(key, **ann)
    assert (await service.post(key, **ann)).json() == first.json()
    again = await service.post(**ann)
    assert (again.status_code, again.json()["code"]) == (409, "repeated")
    texts = [f"Thanks, helpful article number {number}." for number in range(3)]
    answers = [await service.post(body=text, **ann) for text in texts]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert await service.connection.fetchval("select count(*) from comment") == 3


async def test_an_author_sees_words_that_the_site_lists(service: Service) -> None:
    lists = {"held_words": ["helpful"], "blocked_words": ["rutabaga*"]}
    await accounts.change_site(service.connection, "first", lists)
    for text, word, label in (
        ("Thanks, such a HELPFUL article.", "HELPFUL", "held_word"),
        ("All those rutabagas, thanks.", "rutabagas", "blocked_word"),
    ):
        asked = await service.post(email=f"{label}@example.org", body=text, nudge=True)
        told = [each for each in asked.json()["spans"] if each["label"] == label]
        assert told == [
            {
                "begin": text.index(word),
                "end": text.index(word) + len(word),
                "label": label,
                "field": "body",
            }
        ]
