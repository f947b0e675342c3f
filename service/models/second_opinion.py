"""Asks bundles for second opinions beside the event loop: bounded, in time, never an error.

One thread asks, and a process of its own computes behind all that has the usual priority; slots
bound what all processes of a machine do together. Whoever gets no answer decides without it.
"""

import asyncio
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from functools import partial
from typing import Final, Literal, TypeVar

import structlog

from classifier import Bundle, BundleError, Scored
from classifier.second import SecondOpinion
from service.concurrency.semaphore import Semaphore
from service.concurrency.shares import Shares
from service.models.encoder_process import ENCODERS
from service.models.memory import return_free_memory

EACH_MS: Final = 8
"""What one opinion may take; where it takes longer, fewer requests may wait for one."""

OPEN_AFTER_SECONDS: Final = 0.5
"""An encoder is opened this long after its bundle came, so that no start and no request waits."""

SHARE: Final = 0.15
"""Part of a core that opinions may take for long on a busy machine: past it, posting would become
slow for all."""

IDLE_SHARE: Final = 0.5
"""Part of what the machine's cores leave idle that they may take besides: they ask when there is
time."""

BURST_SECONDS: Final = 2.0
"""Computing that may be done at once, above that share."""

KEPT_SECONDS: Final = BURST_SECONDS / 2
"""What of that is kept for comments in doubt: those that words find clear have the rest."""

RESERVED_SECONDS: Final = BURST_SECONDS / 4
"""The part of it that is left to sites which had less than others lately."""

PATIENCE_SECONDS: Final = 5.0
"""How long a slot is tried for where nobody waits for the answer."""

Outcome = Literal["given", "none", "full", "late", "failed"]
State = Literal["off", "absent", "not installed", "opening", "refused", "ready"]

_LOG: Final = structlog.get_logger(__name__)
_PAUSE: Final = 0.05
_NEWEST: Final = 0.1  # weight of the newest in what an opinion usually takes

_T = TypeVar("_T")


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
        self._usual = self._cost = EACH_MS / 1000  # seconds by the clock, and of a core
        self._shares: Final = Shares()
        self._slots: Final = slots
        self._waiting = 0
        self._left = BURST_SECONDS
        self._counted = time.monotonic()
        self._idle: Final = idle
        self._counted_idle = idle()
        self._refused: Final[set[str]] = set()  # digests
        self._soon: list[asyncio.TimerHandle] = []
        self._worker: Final = ThreadPoolExecutor(1, "second-opinion")
        self._asked_about: Final = asked

    def follow(self, bundle: Bundle) -> None:
        """Have a bundle's encoder opened in the thread soon: until then it is not asked."""
        if self.state(bundle) == "opening":
            loop = asyncio.get_running_loop()
            soon = loop.call_later(
                OPEN_AFTER_SECONDS, lambda: self._worker.submit(self._open, bundle)
            )
            self._soon = [timer for timer in self._soon if timer.when() > loop.time()] + [soon]

    async def stop(self) -> None:
        """Compute no more, once what was begun has ended."""
        for timer in self._soon:
            timer.cancel()
        self._soon.clear()  # a timer holds its bundle
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
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

    def admit(self, asking: Sequence[tuple[Hashable, bool]]) -> list[bool]:
        """Say who of those that come together may `ask`; of each the site, and whether in doubt.

        Those in doubt come first. Their time is taken from now on, until they ask or it is given
        back by `let_go`; who may not decides without an opinion, and need not wait to hear that.
        """
        admitted = [False] * len(asking)
        for place in sorted(range(len(asking)), key=lambda place: not asking[place][1]):
            site, doubt = asking[place]
            admitted[place] = self._admits(site, doubt=doubt, before=sum(admitted))
            if not admitted[place]:
                self._asked_about("full", 0.0)
        return admitted

    def let_go(self, count: int = 1) -> None:
        """Give back the time of so many who were admitted, and do not ask after all."""
        self._left = min(BURST_SECONDS, self._left + count * self._cost)

    async def ask(
        self,
        bundle: Bundle,
        text: str,
        scored: Scored,
        *,
        wide: bool = False,
        doubt: bool = True,
        site: Hashable = None,
        admitted: bool = False,
    ) -> Scored | None:
        """Return the stacked scores; None if they cannot be had within the time limit.

        `scored` is what the bundle's linear model says of the text; `wide` asks in other languages
        too, for what an adaptation can make of it. Without `doubt` others come first; time is
        shared by `site`; who was `admitted` before needs a place alone. Never raises.
        """
        if not self.can_ask(bundle, scored.language, wide=wide):
            return None
        began = time.monotonic()
        second = bundle.second
        work = partial(second.wide if wide else second.score, text, scored) if second else None
        free = self._has_place() if admitted else self._admits(site, doubt=doubt)
        if admitted and not free:
            self.let_go()
        asked = self._asked(bundle, work if free else None, began + self._limit)
        outcome, found = await asked
        self._asked_about(outcome, time.monotonic() - began)
        return found

    async def ask_patiently(self, bundle: Bundle, text: str, scored: Scored) -> Scored | None:
        """Do as `ask` for whom nobody waits: behind the requests, without their limit.

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
                return await self._submitted(work, time.monotonic() + _PAUSE)
            if time.monotonic() > deadline:
                raise TimeoutError
            await asyncio.sleep(_PAUSE)

    async def _asked(
        self,
        bundle: Bundle,
        work: Callable[[], Scored | None] | None,
        deadline: float,
    ) -> tuple[Outcome, Scored | None]:
        if work is None:
            return "full", None
        self._waiting += 1
        try:
            found = await asyncio.wait_for(self._submitted(work, deadline), self._limit)
        except TimeoutError:
            return "late", None
        except Exception as error:  # noqa: BLE001 - whatever a model does, the first verdict stands
            _LOG.error("second_failed", model_version=bundle.version, error=type(error).__name__)
            return "failed", None
        finally:
            self._waiting -= 1
        return ("given" if found else "none"), found

    def _admits(self, site: Hashable, *, doubt: bool, before: int = 0) -> bool:
        """Say whether one may wait now: a place and some time are left to who comes before it.

        That is whoever is in doubt, whose verdict may well change, and a site that had less; and
        so many who came together with it.
        """
        had_more = self._shares.has_had_more(site)
        kept = had_more * RESERVED_SECONDS + (not doubt) * KEPT_SECONDS
        if not self._has_place(before, had_more + (not doubt)) or not self._affords(kept):
            return False
        self._shares.took(site, self._cost)
        return True

    def _has_place(self, before: int = 0, kept: int = 0) -> bool:
        """Say whether one more may wait behind so many, of the places that are not kept."""
        return self._waiting + before < max(1, self._room() - kept)

    def _affords(self, kept: float = 0.0) -> bool:
        """Take what one opinion usually costs from what may be computed now, if that is there.

        So many seconds are `kept` for others.
        """
        now, idle = time.monotonic(), self._idle()
        more = SHARE * (now - self._counted) + IDLE_SHARE * (idle - self._counted_idle)
        self._left = min(BURST_SECONDS, self._left + more)
        self._counted, self._counted_idle = now, idle
        if self._left < self._cost + kept:
            return False
        self._left -= self._cost
        return True

    def _room(self) -> int:
        """How many requests may wait: half the time limit is for what else delays an answer."""
        return max(1, int(self._limit / 2 / max(self._usual, EACH_MS / 1000)))

    async def _submitted(self, work: Callable[[], _T], deadline: float) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, self._in_slot, work, deadline)

    def _in_slot(self, work: Callable[[], _T], deadline: float) -> _T:
        """Run in the thread: work that is late already is not begun."""
        with self._slots.one(deadline) if self._slots else nullcontext(enter_result=True) as free:
            if not free or time.monotonic() >= deadline:
                raise TimeoutError
            began, spent = time.monotonic(), _spent()
            done = work()
            self._usual += _NEWEST * (time.monotonic() - began - self._usual)
            # A process that steps back takes longer by the clock than of a core.
            self._cost += _NEWEST * (_spent() - spent - self._cost)
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
