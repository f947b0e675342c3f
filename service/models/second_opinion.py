"""Asks bundles for second opinions beside the event loop: bounded, in time, never an error.

One thread asks, and a process of its own computes behind all that has the usual priority; slots
bound what all processes of a machine do together. Whoever gets no answer decides without it.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, Literal, TypeVar

import structlog

from classifier import Bundle, BundleError, Scored
from classifier.second import SecondOpinion
from service.concurrency.semaphore import Semaphore
from service.concurrency.urgent import UrgentFirst
from service.models.encoder_process import ENCODERS
from service.models.memory import return_free_memory
from service.models.second_places import Places

OPEN_AFTER_SECONDS: Final = 0.5
"""An encoder is opened this long after its bundle came, so that no start and no request waits."""

PATIENCE_SECONDS: Final = 5.0
"""How long a slot is tried for where nobody waits for the answer."""

Outcome = Literal["given", "none", "full", "spent", "late", "failed"]
Opinion = asyncio.Task[Scored | None]
"""What is asked for, and may be had later: None if it could not be had in time."""

State = Literal["off", "absent", "not installed", "opening", "refused", "ready"]

_LOG: Final = structlog.get_logger(__name__)
_PAUSE: Final = 0.05
_DOUBTFUL, _CLEAR = range(2)  # in this order they are asked about

_T = TypeVar("_T")


@dataclass(slots=True)
class _Turn(Generic[_T]):
    """What the thread is to do until when, as long as it is wanted; by default when it can."""

    work: Callable[[], _T]
    deadline: float | None = None
    is_wanted: bool = True
    is_begun: bool = False


class SecondOpinions:
    """The thread that asks, and the queue before it; a time limit of 0 turns it off."""

    def __init__(
        self,
        *,
        limit_ms: int,
        slots: Semaphore | None = None,
        idle: Callable[[], float] = lambda: 0.0,
        asked: Callable[[Outcome, float], None] = lambda *_: None,
    ) -> None:
        """`asked` is told what became of each request, and the seconds that it took.

        `idle` tells how many seconds the machine's cores have been idle, all together.
        """
        self._limit: Final = limit_ms / 1000
        self.places: Final = Places(self._limit, idle=idle)
        self._slots: Final = slots
        self._refused: Final[set[str]] = set()  # digests
        self._soon: list[asyncio.TimerHandle] = []
        self._worker: Final = UrgentFirst("second-opinion")
        self._asked_about: Final = asked

    def follow(self, bundle: Bundle) -> None:
        """Have a bundle's encoder opened in the thread soon: until then it is not asked."""
        if self.state(bundle) == "opening":
            loop = asyncio.get_running_loop()
            soon = loop.call_later(
                OPEN_AFTER_SECONDS,
                lambda: self._worker.submit(_DOUBTFUL, partial(self._open, bundle)),
            )
            self._soon = [timer for timer in self._soon if timer.when() > loop.time()] + [soon]

    async def stop(self) -> None:
        """Compute no more, once what was begun has ended."""
        for timer in self._soon:
            timer.cancel()
        self._soon.clear()  # a timer holds its bundle
        await asyncio.to_thread(self._worker.stop)
        if self._slots:
            self._slots.close()

    def state(self, bundle: Bundle | None) -> State:
        """Say whether a bundle can be asked, or why not."""
        if not self._limit:
            return "off"
        if bundle is None or bundle.second is None:
            return "absent"
        if bundle.second.is_open:
            return "ready"
        if not SecondOpinion.installed():
            return "not installed"
        return "refused" if bundle.digest in self._refused else "opening"

    def can_ask(self, bundle: Bundle, language: str | None, *, wide: bool = False) -> bool:
        """Say whether a bundle has an open second opinion that knows the language."""
        second = bundle.second
        if second is None or not (self._limit and second.is_open):
            return False
        return wide or language in second.languages

    def begin(
        self,
        bundle: Bundle,
        text: str,
        scored: Scored,
        *,
        wide: bool = False,
        doubt: bool = True,
        site: Hashable = None,
    ) -> Opinion | None:
        """Ask now, and return what becomes the stacked scores, or None if not in time.

        None at once where it cannot be asked, or has no time for it. `scored` is what the bundle's
        linear model says of the text; `wide` asks in other languages too, for what an adaptation
        can make of it. Without `doubt` others come first; time is shared by `site`. Whoever does
        not need it after all cancels it. Never raises.
        """
        second = bundle.second
        if second is None or not self.can_ask(bundle, scored.language, wide=wide):
            return None
        if refused := self.places.admit(site, doubt=doubt):
            self._asked_about(refused, 0.0)
            return None
        work = partial(second.wide if wide else second.score, text, scored)
        turn = _Turn(work, time.monotonic() + self._limit)
        try:
            asked = self._worker.submit(_DOUBTFUL if doubt else _CLEAR, partial(self._take, turn))
        except RuntimeError:  # the process stops
            self.places.leave(doubt=doubt, unheard=True)
            self._asked_about("failed", 0.0)
            return None
        opinion = asyncio.create_task(self._heard(bundle, asked), name="second opinion")

        def end(_: Opinion) -> None:
            turn.is_wanted = False
            self.places.leave(doubt=doubt, unheard=not turn.is_begun)

        opinion.add_done_callback(end)
        return opinion

    async def ask(
        self,
        bundle: Bundle,
        text: str,
        scored: Scored,
        *,
        wide: bool = False,
        doubt: bool = True,
        site: Hashable = None,
    ) -> Scored | None:
        """Do as `begin` and wait: the stacked scores; None if they cannot be had in time."""
        opinion = self.begin(bundle, text, scored, wide=wide, doubt=doubt, site=site)
        return await opinion if opinion else None

    async def ask_patiently(self, bundle: Bundle, text: str, scored: Scored) -> Scored | None:
        """Do as `ask` for whom nobody waits: in turn with what words find clear, without a limit.

        An encoder that is not open yet is opened; None where there is none to ask.

        Raises:
            TimeoutError: for seconds there was no slot.
            BundleError: the encoder cannot be opened.
        """
        second = bundle.second
        if second is None or self.state(bundle) not in {"ready", "opening"}:
            return None
        work = partial(second.score, text, scored)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:  # a slot is tried for shortly, so that no request waits behind this
            with suppress(TimeoutError):
                asked = self._worker.submit(_CLEAR, partial(self._take, _Turn(work)))
                return await asyncio.wrap_future(asked)
            if time.monotonic() > deadline:
                raise TimeoutError
            await asyncio.sleep(_PAUSE)

    async def _heard(self, bundle: Bundle, asked: "Future[Scored | None]") -> Scored | None:
        """Return what is answered in time, and tell what became of it."""
        began, found = time.monotonic(), None
        outcome: Outcome
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(asked), self._limit)
            outcome = "given" if found else "none"
        except TimeoutError:
            outcome = "late"
        except Exception as error:  # noqa: BLE001 - whatever a model does, the first verdict stands
            _LOG.error("second_failed", model_version=bundle.version, error=type(error).__name__)
            outcome = "failed"
        self._asked_about(outcome, time.monotonic() - began)
        return found

    def _take(self, turn: "_Turn[_T]") -> _T:
        """Run in the thread: what is late already, or not wanted any more, is not begun."""
        deadline = turn.deadline or time.monotonic() + _PAUSE
        slot = self._slots.one(deadline) if self._slots else nullcontext(enter_result=True)
        with slot as free:
            is_late = turn.deadline is not None and time.monotonic() >= turn.deadline
            if is_late or not (free and turn.is_wanted):
                raise TimeoutError
            turn.is_begun = True
            began, spent = time.monotonic(), _spent()
            done = turn.work()
            self.places.took(time.monotonic() - began, _spent() - spent)
            return done

    def _open(self, bundle: Bundle) -> None:
        try:
            if bundle.second is not None:
                bundle.second.open(ENCODERS.start)
                return_free_memory()  # 10 MB after the shipped encoders opened
            _LOG.info("second_opinion_ready", model_version=bundle.version)
        except BundleError as error:
            self._refused.add(bundle.digest)
            _LOG.error("second_opinion_refused", model_version=bundle.version, error=str(error))


def _spent() -> float:
    """Return what this thread and the encoders' process have computed, in seconds of a core."""
    return time.thread_time() + ENCODERS.seconds
