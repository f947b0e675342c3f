"""A new kind of spam without any link is held within a few decisions, and says why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.accounts import accounts, site_words
from service.comments.learnt_phrases import LearntPhrases
from service.domain import learnt_phrases
from service.domain.learnt_phrases import ENOUGH, FEWEST, LearntPhrase, Said, learnt
from tests.support.service import Service
from tests.support.turns import do_now

START = datetime(2026, 11, 2, tzinfo=UTC)
SPAM = "{} changed my life: my trader doubled {} in a week, ask for the gentle whale method."
PHRASE = "ask for the gentle whale"


def said(number: int, body: str) -> Said:
    """A comment of an author of its own, one a minute, that a person decided."""
    at = START + timedelta(minutes=number)
    return Said(body, "Ann", UUID(int=number), at, is_settled=True)


def wave(count: int) -> list[Said]:
    return [said(1000 + at, SPAM.format(f"Mrs {chr(65 + at)}", at)) for at in range(count)]


def archive(count: int) -> list[Said]:
    return [said(at, f"The tram number {at} was late, what a pity.") for at in range(count)]


def test_what_five_authors_said_and_no_honest_one_is_learnt() -> None:
    (found,) = learnt(wave(FEWEST), archive(ENOUGH))
    assert (found.rejected, len(found.phrase.split())) == (FEWEST, 5)
    assert found.phrase in SPAM.lower().replace(":", "").replace(",", "")
    assert not learnt(wave(FEWEST - 1), archive(ENOUGH))
    assert not learnt(wave(FEWEST), archive(ENOUGH - 1))


def test_one_author_alone_teaches_nothing() -> None:
    alone = [replace(each, author=UUID(int=7)) for each in wave(9)]
    assert not learnt(alone, archive(ENOUGH))


def test_what_honest_people_say_too_is_not_learnt_and_the_wave_itself_is_no_honest_word() -> None:
    """A person's approval counts whenever it was; the machine's only if older than the wave."""
    rest, old = archive(ENOUGH), said(5, SPAM.format("He", 3))
    by_machine = replace(old, is_settled=False)
    late = START + timedelta(days=9)
    assert not learnt(wave(9), [*rest, replace(old, submitted_at=late)])
    assert not learnt(wave(9), [*rest, by_machine])
    assert learnt(wave(9), [*rest, replace(by_machine, submitted_at=late)])


def test_no_phrase_goes_across_a_masked_address() -> None:
    masked = [said(1000 + at, f"{at} write to •••@••• now {at}") for at in range(9)]
    assert not learnt(masked, archive(ENOUGH))


async def test_a_template_is_held_after_a_few_rejections(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a small archive; who takes the phrase out is obeyed."""
    monkeypatch.setattr(learnt_phrases, "ENOUGH", 6)
    ann = await service.staff("Ann")
    phrases = LearntPhrases(service.app.state.parts.promises.pool)
    site = await accounts.find_site(service.connection, "first")

    async def post(number: int, body: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": f"Reader {chr(97 + number)}",
            "email": f"r{number}@people.example",
        }
        found: dict[str, Any] = (await service.post(body=body, **told)).json()
        return found

    async def decide(id_: str, told: dict[str, Any]) -> None:
        path = f"/v1/review/{id_}/decision"
        assert (await service.http.post(path, json=told, headers=ann)).status_code == 200

    async def look() -> None:
        await do_now(service.connection, "phrases", phrases.look_once)
        await service.app.state.parts.word_lists.refresh()

    for number in range(6):
        one = await post(number, f"The tram number {number} was late, what a pity.")
        if one["status"] == "pending":
            await decide(one["id"], {"action": "approve", "version": 1})
    for number in range(6, 6 + FEWEST):
        one = await post(number, SPAM.format(f"Dr {chr(65 + number)}", number))
        assert "held_word" not in one["reasons"]
        await decide(one["id"], {"action": "reject", "version": 1, "reason": "spam"})
        await look()
    last = await post(20, SPAM.format("Aunt Eve", 4000))
    assert (last["status"], last["reasons"][-1]) == ("pending", "held_word")
    item = (await service.http.get(f"/v1/review/{last['id']}", headers=ann)).json()
    (phrase,) = item["phrases"]
    assert phrase["rejected"] == FEWEST
    assert item["why"][-1] == LearntPhrase(phrase["phrase"], FEWEST).told
    async with service.connection.transaction():
        await site_words.remove(service.connection, site, "held", [phrase["phrase"]])
    await look()
    assert "held_word" not in (await post(21, SPAM.format("Bob", 9)))["reasons"]
