"""Concurrent calls become one, and only who is to blame gets an error."""

import asyncio
from collections.abc import Sequence

import pytest

from service.concurrency.batcher import Batcher


class Work:
    """Doubles numbers in batches; refuses a batch that holds a number of `bad`."""

    def __init__(self, bad: dict[int, Exception] | None = None) -> None:
        self.batches: list[list[int]] = []
        self.bad = bad or {}

    async def double(self, numbers: Sequence[int]) -> list[int]:
        """Answer for all, or fail."""
        self.batches.append(list(numbers))
        await asyncio.sleep(0)
        for number in numbers:
            if number in self.bad:
                raise self.bad[number]
        return [2 * number for number in numbers]


async def test_what_waits_while_a_batch_runs_is_the_next_batch() -> None:
    work = Work()
    merged = Batcher(work.double, most=4)
    assert await merged(0) == 0
    answers = await asyncio.gather(*(merged(number) for number in range(10)))
    assert answers == [2 * number for number in range(10)]
    assert [len(batch) for batch in work.batches] == [1, 4, 4, 2]


async def test_an_error_of_one_row_is_told_to_that_row_alone() -> None:
    merged = Batcher(Work({3: ValueError("three")}).double, most=10, split_on=(ValueError,))
    calls = (merged(number) for number in range(5))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[:3] == [0, 2, 4]
    assert isinstance(answers[3], ValueError)
    assert answers[4] == 8


async def test_another_error_is_told_to_the_whole_batch_and_the_next_one_works() -> None:
    work = Work({3: OSError("away")})
    merged = Batcher(work.double, most=10, split_on=(ValueError,))
    calls = (merged(number) for number in range(5))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError] * 5
    assert len(work.batches) == 1
    assert await merged(1) == 2


async def test_a_caller_that_goes_away_takes_nobody_along() -> None:
    merged = Batcher(Work().double, most=10)
    gone, stays = asyncio.create_task(merged(1)), asyncio.create_task(merged(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_who_sends_much_fills_no_batch_that_another_waits_for() -> None:
    work = Work()
    merged = Batcher(work.double, most=8, sender=lambda number: number >= 100)
    flood = [asyncio.create_task(merged(number)) for number in range(40)]
    await asyncio.sleep(0)
    little = [asyncio.create_task(merged(number)) for number in (100, 101)]
    await asyncio.gather(*flood, *little)
    assert {100, 101} <= {*work.batches[0], *work.batches[1]}
