"""A loop beside requests goes on after whatever fails in it, and ends when it is told to."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from service.concurrency import background
from service.concurrency.background import Background

NEVER = 3600.0
"""Seconds until the next round: no test waits for it."""


class Rounds:
    """Work that fails or has more to do as it is told, and counts."""

    def __init__(self, *told: bool | Exception) -> None:
        self.made = 0
        self._told = list(told)
        self._changed = asyncio.Condition()

    async def __call__(self) -> bool:
        """One round."""
        async with self._changed:
            self.made += 1
            self._changed.notify_all()
        told = self._told.pop(0) if self._told else False
        if isinstance(told, Exception):
            raise told
        return told

    async def are(self, count: int) -> None:
        """Wait until so many rounds were made."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: self.made >= count)


def loop(work: Callable[[], Awaitable[bool]], **more: float) -> Background:
    return Background("rounds", work, **{"every": NEVER, "patience": 60.0, **more})


async def test_what_failed_is_made_again_long_before_the_next_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "FIRST_AGAIN", 0.01)
    rounds = Rounds(OSError(), OSError(), False, OSError(), False)
    with capture_logs() as lines:
        async with loop(rounds) as beside:
            await rounds.are(3)
            beside.wake()
            await rounds.are(5)
    assert [line["error"] for line in lines] == ["OSError", "OSError"]  # a line for each outage


async def test_what_goes_on_failing_is_tried_ever_less_often_and_when_it_is_due() -> None:
    waited = []

    class Watched(Background):
        async def _pause(self, seconds: float) -> None:
            waited.append(seconds)
            await asyncio.sleep(0)

    rounds = Rounds(*[OSError() for _ in range(60)])
    async with Watched("rounds", rounds, every=900.0, patience=60.0):
        await rounds.are(62)
    first = background.FIRST_AGAIN
    assert waited[:3] == [first, 2 * first, 4 * first]
    assert waited[20:60] == [900.0] * 40
    assert waited[60] == 900.0


async def test_more_of_the_same_comes_at_once_and_the_rest_when_it_is_woken() -> None:
    rounds = Rounds(True, True, False)
    async with loop(rounds) as beside:
        await rounds.are(3)
        await asyncio.sleep(0.05)
        assert rounds.made == 3
        beside.wake()
        await rounds.are(4)


async def test_the_round_under_way_ends_before_the_loop_unless_it_takes_too_long() -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), []

    async def work() -> bool:
        begun.set()
        await go_on.wait()
        ended.append(True)
        return True

    async with loop(work):
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert ended == [True]
    begun.clear()
    go_on.clear()
    async with asyncio.timeout(60), loop(work, patience=0.05):
        await begun.wait()
    assert ended == [True]
