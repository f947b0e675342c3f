"""Merges concurrent calls into one: what waits while one batch is under way is the next batch.

The more callers there are at once, the larger the batches; a lone caller never waits. A batch takes
from all who wait in turn, so that who sends much is what waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

from service.concurrency.fair_queue import FairQueue

In = TypeVar("In")
Out = TypeVar("Out")
Work = Callable[[Sequence[In]], Awaitable[Sequence[Out]]]


class Batcher(Generic[In, Out]):
    """Calls `work` with up to `most` arguments at a time; it answers in their order.

    `sender` says whose an argument is: batches are filled from all senders in turn, and as many
    wait as a `FairQueue` `holds`. Where `work` fails with one of `split_on`, each argument of the
    batch is tried alone, so that only who is to blame gets the error.
    """

    def __init__(
        self,
        work: Work[In, Out],
        *,
        most: int,
        sender: Callable[[In], Hashable] = lambda _: None,
        holds: int | None = None,
        split_on: tuple[type[Exception], ...] = (),
    ) -> None:
        self._work: Final = work
        self._most: Final = most
        self._sender: Final = sender
        self._split_on: Final = split_on
        self._waiting: Final[FairQueue[tuple[In, asyncio.Future[Out]]]] = FairQueue(holds)
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, one: In) -> Out:
        """Return what `work` answers for this argument, or raise what it raised.

        Raises:
            Full: too many wait.
        """
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.add(self._sender(one), (one, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="merged")
        return await future

    async def _run(self) -> None:
        while self._waiting:
            await self._answer(self._waiting.take(self._most))

    async def _answer(self, batch: Sequence[tuple[In, asyncio.Future[Out]]]) -> None:
        try:
            answers = await self._work([one for one, _ in batch])
        except self._split_on as error:
            if len(batch) == 1:
                _fail(batch, error)
            else:
                for each in batch:
                    await self._answer([each])
        except Exception as error:  # noqa: BLE001 - it is the callers' to handle
            _fail(batch, error)
        except BaseException:  # the process stops: nobody must wait for ever
            _cancel(batch)
            raise
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():  # its caller may have gone
                    future.set_result(answer)


def _fail(batch: "Sequence[tuple[In, asyncio.Future[Out]]]", error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)


def _cancel(batch: "Sequence[tuple[In, asyncio.Future[Out]]]") -> None:
    for _, future in batch:
        future.cancel()
