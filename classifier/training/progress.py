"""Says on standard error how far a training run is, with the time left."""

import sys
from collections.abc import Mapping
from time import monotonic
from typing import Final

TRUSTED: Final = 0.05
"""Part of a plan that counts as if it had gone as measured: what a first short step took says
little of all the others."""


class Progress:
    """Prints one line a step: time gone, share done, time left by what the steps took before.

    Args:
        plan: the steps to come, each with the seconds that it took when it was measured; what is
            said and stands not in it belongs to the step before.
    """

    def __init__(self, plan: Mapping[str, float]) -> None:
        self._plan = dict(plan)
        self._total = sum(self._plan.values())
        self._begun = self._since = monotonic()
        self._current: str | None = None
        self._done = 0.0

    def __call__(self, step: str) -> None:
        """Begin a step, or say something of the one that is under way."""
        if step in self._plan:
            self._done += self._plan.get(self._current or "", 0.0)
            self._current, self._since = step, monotonic()
        gone, share = monotonic() - self._begun, self._done / self._total
        sys.stderr.write(f"{gone:5.0f} s {share:4.0%}, about {self._left():.0f} s left: {step}\n")
        sys.stderr.flush()

    def _left(self) -> float:
        """Return the seconds left, as fast as the steps that ended; the one under way goes on."""
        trusted = TRUSTED * self._total
        pace = (self._since - self._begun + trusted) / (self._done + trusted)
        within = pace * self._plan.get(self._current or "", 0.0)
        return pace * (self._total - self._done) - min(within, monotonic() - self._since)


class Clock:
    """Prints one line a step and the time gone, where nobody measured the steps' shares."""

    def __init__(self) -> None:
        self._begun = monotonic()

    def __call__(self, step: str) -> None:
        """Begin a step."""
        sys.stderr.write(f"{monotonic() - self._begun:5.0f} s: {step}\n")
        sys.stderr.flush()


class Counter:
    """Counts up to a total, and prints a line each twentieth of it: share done, time left."""

    def __init__(self, step: str, total: int) -> None:
        self._step = step
        self._total = max(total, 1)
        self._begun: float | None = None
        self._done = self._at_begin = self._said = 0

    def __call__(self, count: int = 1) -> None:
        """Count on; the first call counts what was done before."""
        self._done += count
        if self._begun is None:
            self._begun, self._at_begin = monotonic(), self._done
        twentieth = 20 * self._done // self._total
        if twentieth > self._said:
            self._said = twentieth
            new = self._done - self._at_begin
            gone = monotonic() - self._begun
            more = max(0, self._total - self._done)
            left = f", about {gone / new * more:.0f} s left" if new else ""
            sys.stderr.write(f"{5 * twentieth:3d}%{left}: {self._step}\n")
            sys.stderr.flush()
