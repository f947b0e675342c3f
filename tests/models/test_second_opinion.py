"""The queue before the encoder: bounded, in time, and no way of it to fail is an error."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest

from classifier import Bundle, Scored, shipped_files
from classifier.parts import read_parts, unpack
from classifier.second import SecondOpinion
from classifier.types import SECOND_OPINION
from service.concurrency.semaphore import Semaphore
from service.models.second_opinion import Opinion, SecondOpinions
from service.models.second_places import DOUBT_SHARE, EACH_MS
from tests.support.second_opinion import BUNDLE, DOUBTFUL, linear, rounded, second
from tests.support.waiting import until

LIMIT_MS = 80
MOST = int(LIMIT_MS * DOUBT_SHARE / EACH_MS)
TEXT = DOUBTFUL[0]


class Asked:
    """A queue on the shipped bundle, what became of each request, and another's slot."""

    def __init__(self, folder: Path, limit_ms: int) -> None:
        self.outcomes = Counter[str]()
        self.queue = SecondOpinions(
            limit_ms=limit_ms,
            slots=Semaphore(folder, 1),
            asked=lambda outcome, _: self.outcomes.update([outcome]),
        )
        self.other = Semaphore(folder, 1)

    async def ask(
        self, text: str = TEXT, bundle: Bundle = BUNDLE, *, doubt: bool = True
    ) -> Scored | None:
        """Ask, given what the linear model says."""
        return await self.queue.ask(bundle, text, linear(text), doubt=doubt)

    def begin(self, text: str) -> Opinion:
        """Begin to ask."""
        opinion = self.queue.begin(BUNDLE, text, linear(text))
        assert opinion is not None
        return opinion

    async def is_ready(self) -> bool:
        """Say whether the encoder is open."""
        return self.queue.state(BUNDLE) == "ready"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    """A queue whose encoder is open."""
    async for made in _open(Asked(tmp_path, LIMIT_MS)):
        yield made


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Asked]:
    """One that waits for as long as a machine may take."""
    async for made in _open(Asked(tmp_path, 60_000)):
        yield made


async def _open(made: Asked) -> AsyncIterator[Asked]:
    made.queue.follow(BUNDLE)
    await until(made.is_ready)
    yield made
    await made.queue.stop()
    made.other.close()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the encoder was really run on."""
    texts: list[str] = []
    score = SecondOpinion.score

    def counted(self: SecondOpinion, text: str, scored: Scored) -> Scored | None:
        texts.append(text)
        return score(self, text, scored)

    monkeypatch.setattr(SecondOpinion, "score", counted)
    return texts


async def test_it_says_what_the_bundle_says(patient: Asked) -> None:
    found = await patient.ask()
    assert found is not None
    assert rounded(found.scores) == rounded(second(TEXT).scores)


async def test_what_is_late_is_not_computed_and_the_queue_goes_on(
    asked: Asked, computed: list[str]
) -> None:
    with asked.other.one(0):
        began = time.monotonic()
        found = await asyncio.gather(*(asked.ask() for _ in range(MOST)))
        taken = time.monotonic() - began
    assert found == [None] * MOST
    assert asked.outcomes == {"late": MOST}
    assert LIMIT_MS / 1000 <= taken < 10 * LIMIT_MS / 1000
    assert computed == []
    await until(lambda: _given(asked))
    assert len(computed) >= 1


async def _given(asked: Asked) -> bool:
    return await asked.ask() is not None


async def test_more_than_there_is_time_for_are_told_at_once(asked: Asked) -> None:
    with asked.other.one(0):
        waiting = [asyncio.create_task(asked.ask()) for _ in range(MOST)]
        await asyncio.sleep(0)
        assert await asked.ask() is None
        assert asked.outcomes == {"full": 1}
        await asyncio.gather(*waiting)
    assert asked.outcomes == {"full": 1, "late": MOST}


async def test_no_more_than_its_share_of_a_core_is_taken(
    asked: Asked, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.queue.places.left = 0.0
    monkeypatch.setattr("service.models.second_places.SHARE", 0.0)
    assert await asked.ask() is None
    assert (asked.outcomes, computed) == ({"spent": 1}, [])
    monkeypatch.setattr("service.models.second_places.SHARE", 1.0)
    await until(lambda: _given(asked))


async def test_comments_in_doubt_are_asked_about_before_those_that_came_first(
    patient: Asked, computed: list[str]
) -> None:
    with patient.other.one(0):
        clear = [
            asyncio.create_task(patient.ask(f"{TEXT} {number}", doubt=False)) for number in range(4)
        ]
        await asyncio.sleep(0)
        doubtful = asyncio.create_task(patient.ask())
        await asyncio.sleep(0)
    assert all(await asyncio.gather(doubtful, *clear))
    assert computed.index(TEXT) <= 1, "but for the one that was under way"
    assert patient.outcomes == {"given": 5}


async def test_an_opinion_that_is_not_needed_any_more_is_not_computed_and_costs_none(
    patient: Asked, computed: list[str]
) -> None:
    left = patient.queue.places.left
    with patient.other.one(0):
        *others, last = (patient.begin(f"{TEXT} {number}") for number in range(4))
        await asyncio.sleep(0.01)  # the first is likely to wait for the slot by now
        for opinion in others:
            opinion.cancel()
        await asyncio.wait(others)
        assert all(opinion.cancelled() for opinion in others)
        assert patient.queue.places.left >= left - patient.queue.places.cost
    assert await last is not None
    assert computed == [f"{TEXT} 3"]
    assert patient.outcomes == {"given": 1}


async def test_who_waits_patiently_is_not_passed_by_all_that_words_find_clear(
    patient: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, go_on = list[str](), Event()

    def noted(self: SecondOpinion, text: str, scored: Scored) -> Scored:
        assert self.is_open
        order.append(text)
        go_on.wait(60)
        return scored

    monkeypatch.setattr(SecondOpinion, "score", noted)
    texts = [f"{TEXT} {number}" for number in range(4)]
    asking = [asyncio.create_task(patient.ask(texts[0]))]
    await asyncio.sleep(0)
    patiently = patient.queue.ask_patiently(BUNDLE, TEXT, linear(TEXT))
    asking.append(asyncio.create_task(patiently))
    await asyncio.sleep(0)
    asking += [asyncio.create_task(patient.ask(text, doubt=False)) for text in texts[1:]]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*asking)
    assert order == [texts[0], TEXT, *texts[1:]]


async def test_time_that_one_waits_for_a_core_costs_none(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waited(self: SecondOpinion, _: str, scored: Scored) -> Scored:
        assert self.is_open
        time.sleep(LIMIT_MS / 1000 / 2)
        return scored

    monkeypatch.setattr(SecondOpinion, "score", waited)
    for _ in range(20):
        await asked.ask()
    assert asked.queue.places.usual > EACH_MS / 1000 > asked.queue.places.cost


async def test_where_an_opinion_takes_longer_fewer_may_wait(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(self: SecondOpinion, _: str, scored: Scored) -> Scored:
        assert self.is_open
        time.sleep(LIMIT_MS / 1000 * 0.6)
        return scored

    monkeypatch.setattr(SecondOpinion, "score", slow)
    for _ in range(20):
        await asked.ask()
    asked.outcomes.clear()
    await asyncio.gather(*(asked.ask() for _ in range(5)))
    assert asked.outcomes["full"] >= 3


async def test_a_failure_is_no_error(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError("no memory")

    monkeypatch.setattr(SecondOpinion, "score", broken)
    assert await asked.ask() is None
    assert asked.outcomes == {"failed": 1}


async def test_once_it_has_been_stopped_nobody_waits_and_none_is_an_error(asked: Asked) -> None:
    await asked.queue.stop()
    assert await asked.ask() is None
    assert asked.outcomes == {"failed": 1}


async def test_another_language_is_not_asked_about(asked: Asked) -> None:
    found = await asked.queue.ask(BUNDLE, TEXT, Scored(linear(TEXT).scores, "xx"))
    assert (found, asked.outcomes) == (None, {})


async def test_a_limit_of_zero_turns_it_off(tmp_path: Path) -> None:
    off = Asked(tmp_path, 0)
    off.queue.follow(BUNDLE)
    assert (off.queue.state(BUNDLE), await off.ask(), off.outcomes) == ("off", None, {})
    assert await off.queue.ask_patiently(BUNDLE, TEXT, linear(TEXT)) is None
    await off.queue.stop()


async def test_an_encoder_that_cannot_be_opened_is_never_asked(tmp_path: Path) -> None:
    model, card = shipped_files()
    content = read_parts(unpack(model, card))
    first, *others = content[SECOND_OPINION]["encoders"]
    content[SECOND_OPINION] = {"encoders": [{**first, "onnx": b"nonsense"}, *others]}
    bundle, asked = Bundle(content, card, "0" * 64), Asked(tmp_path, LIMIT_MS)
    asked.queue.follow(bundle)

    async def refused() -> bool:
        return asked.queue.state(bundle) == "refused"

    await until(refused)
    assert await asked.ask(bundle=bundle) is None
    assert asked.outcomes == {}
    await asked.queue.stop()


async def test_who_does_not_wait_gets_the_encoders_scores_when_there_is_a_slot(
    asked: Asked,
) -> None:
    with asked.other.one(0):
        waiting = asyncio.create_task(asked.queue.ask_patiently(BUNDLE, TEXT, linear(TEXT)))
        await asyncio.sleep(2 * LIMIT_MS / 1000)
        assert not waiting.done()
    assert await waiting == second(TEXT)
