"""Who may wait for a second opinion: there is a place for it in time, and computing to spend.

Comments in doubt come first, since their verdict may well change; then sites that had less.
"""

import time
from collections.abc import Callable, Hashable
from typing import Final, Literal

from service.concurrency.shares import Shares

EACH_MS: Final = 8
"""What one opinion takes at first, by the clock and of a core, until it shows what it does take."""

DOUBT_SHARE: Final = 0.8
"""Within this part of the time limit an answer is to be expected for whoever is in doubt."""

CLEAR_SHARE: Final = 0.5
"""The same for those that words find clear, who mostly wait for nothing."""

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

Refusal = Literal["full", "spent"]
"""Why one may not wait: too many are before it, or no computing is left to spend."""

_NEWEST: Final = 0.1  # weight of the newest in what an opinion usually takes


class Places:
    """Counts who waits and what is left, for one process; all times in seconds."""

    def __init__(
        self,
        limit: float,
        *,
        idle: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`idle` tells how many seconds the machine's cores have been idle, all together."""
        self.usual = self.cost = EACH_MS / 1000
        """What an opinion usually takes by the clock, and of a core."""
        self.left = BURST_SECONDS
        self._limit: Final = limit
        self._clock: Final = clock
        self._idle: Final = idle
        self._counted, self._counted_idle = clock(), idle()
        self._shares: Final = Shares(clock)
        self._inside: Final = {True: 0, False: 0}  # by whether they are in doubt

    def admit(self, site: Hashable, *, doubt: bool) -> Refusal | None:
        """Take a place and time for one who asks now, or say why there is none."""
        had_more = self._shares.has_had_more(site)
        if not self._has_place(doubt=doubt, kept=had_more + (not doubt)):
            return "full"
        if not self._affords(had_more * RESERVED_SECONDS + (not doubt) * KEPT_SECONDS):
            return "spent"
        self._shares.took(site, self.cost)
        self._inside[doubt] += 1
        return None

    def leave(self, *, doubt: bool, unheard: bool = False) -> None:
        """Free the place of one who was admitted; `unheard`, its time was not spent either."""
        self._inside[doubt] -= 1
        if unheard:
            self.left = min(BURST_SECONDS, self.left + self.cost)

    def took(self, by_clock: float, of_core: float) -> None:
        """Learn from an opinion what one takes: of a core less, where others want it too."""
        self.usual += _NEWEST * (by_clock - self.usual)
        self.cost += _NEWEST * (of_core - self.cost)

    def _has_place(self, *, doubt: bool, kept: int) -> bool:
        """Say whether an answer is to be expected in time, with so many places kept for others.

        One always is where nobody is before. One in doubt waits for one at most that words find
        clear: the others come after it.
        """
        share = DOUBT_SHARE if doubt else CLEAR_SHARE
        room = int(self._limit * share / self.usual) - kept
        clear = self._inside[False]
        return self._inside[True] + (min(1, clear) if doubt else clear) < max(1, room)

    def _affords(self, kept: float) -> bool:
        """Take what one opinion usually costs from what may be computed now, if that is there.

        So many seconds are `kept` for others.
        """
        now, idle = self._clock(), self._idle()
        more = SHARE * (now - self._counted) + IDLE_SHARE * (idle - self._counted_idle)
        self.left = min(BURST_SECONDS, self.left + more)
        self._counted, self._counted_idle = now, idle
        if self.left < self.cost + kept:
            return False
        self.left -= self.cost
        return True
