"""The queue before the encoder: bounded, in time, and no way of it to fail is an error."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classifier import Bundle, Scored, shipped_files
from classifier.parts import read_parts, unpack
from classifier.second import SecondOpinion
from classifier.types import SECOND_OPINION
from service.concurrency.semaphore import Semaphore
from service.models.second_opinion import (
    BURST_SECONDS,
    EACH_MS,
    IDLE_SHARE,
    KEPT_SECONDS,
    RESERVED_SECONDS,
    SecondOpinions,
)
from tests.support.second_opinion import BUNDLE, DOUBTFUL, linear, rounded, second
from tests.support.waiting import until

LIMIT_MS = 80
MOST = LIMIT_MS // 2 // EACH_MS
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

    async def is_ready(self) -> bool:
        """Say whether the encoder is open."""
        return self.queue.state(BUNDLE) == "ready"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    """A queue whose encoder is open."""
    made = Asked(tmp_path, LIMIT_MS)
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


async def test_it_says_what_the_bundle_says(asked: Asked) -> None:
    found = await asked.ask() or await asked.ask()  # a busy machine may be late once
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
    asked.queue._left = 0.0
    monkeypatch.setattr("service.models.second_opinion.SHARE", 0.0)
    assert await asked.ask() is None
    assert (asked.outcomes, computed) == ({"full": 1}, [])
    monkeypatch.setattr("service.models.second_opinion.SHARE", 1.0)
    await until(lambda: _given(asked))


async def test_comments_in_doubt_come_before_those_that_words_find_clear(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.models.second_opinion.SHARE", 0.0)
    asked.queue._left = KEPT_SECONDS
    assert await asked.ask(doubt=False) is None
    assert asked.outcomes == {"full": 1}
    await asked.ask()
    assert asked.outcomes["full"] == 1
    asked.queue._left, asked.outcomes = BURST_SECONDS, Counter()
    asked.queue._usual = asked.queue._cost = EACH_MS / 1000  # the machine may be busy
    with asked.other.one(0):
        waiting = [asyncio.create_task(asked.ask(doubt=False)) for _ in range(MOST - 1)]
        await asyncio.sleep(0)
        assert await asked.ask(doubt=False) is None
        assert asked.outcomes == {"full": 1}
        await asyncio.gather(*waiting, asked.ask())
    assert asked.outcomes == {"full": 1, "late": MOST}


async def test_of_those_that_come_together_some_are_admitted_and_need_a_place_alone(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.models.second_opinion.SHARE", 0.0)
    asked.queue._usual = asked.queue._cost = each = EACH_MS / 1000
    asked.queue._left = KEPT_SECONDS + each
    clear_and_doubtful = [(None, False)] * 2 + [(None, True)] * MOST
    assert asked.queue.admit(clear_and_doubtful) == [False] * 2 + [True] * MOST
    assert asked.outcomes == {"full": 2}
    left = asked.queue._left = each / 2  # no time for one more
    assert not any(asked.queue.admit([(None, True)] * 3))
    with asked.other.one(0):
        waiting = [
            asyncio.create_task(asked.queue.ask(BUNDLE, TEXT, linear(TEXT), admitted=True))
            for _ in range(MOST)
        ]
        await asyncio.sleep(0)
        assert await asked.queue.ask(BUNDLE, TEXT, linear(TEXT), admitted=True) is None
        assert asked.queue._left == left + each  # what it did not need others may have
        await asyncio.gather(*waiting)
    assert asked.outcomes == {"full": 2 + 3 + 1, "late": MOST}
    asked.queue.let_go(10_000)
    assert asked.queue._left == BURST_SECONDS


async def test_what_the_machine_leaves_idle_is_taken_too(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = 0.0
    queue = SecondOpinions(limit_ms=LIMIT_MS, idle=lambda: idle)
    monkeypatch.setattr("service.models.second_opinion.SHARE", 0.0)
    queue._left = 0.0
    assert not queue._affords()
    idle = 2.5 * queue._cost / IDLE_SHARE
    assert [queue._affords() for _ in range(3)] == [True, True, False]
    await queue.stop()


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
    assert asked.queue._usual > EACH_MS / 1000 > asked.queue._cost


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


async def test_a_site_that_asks_a_hundred_times_as_much_leaves_a_place_to_the_others() -> None:
    queue = SecondOpinions(limit_ms=LIMIT_MS)
    assert all(queue._admits("flood", doubt=True) for _ in range(100))
    assert queue._admits("other", doubt=True)
    queue._waiting = MOST - 1
    assert not queue._admits("flood", doubt=True)
    assert queue._admits("other", doubt=True)
    queue._waiting, queue._left = 0, RESERVED_SECONDS
    assert not queue._admits("flood", doubt=True)
    assert queue._admits("other", doubt=True)
    await queue.stop()
