"""Says on standard error how far a training run is, with the time left."""

import sys
from time import monotonic
from typing import Final

SHARES: Final = {
    "reading corpora": 0.06,
    "splitting texts into tokens": 0.18,
    "counting features": 0.05,
    "fitting spam": 0.25,
    "fitting toxicity": 0.34,
    "calibrating": 0.04,
    "measuring": 0.01,
}
"""Part of the run's time that each step took when it was measured; a kind of toxicity 0.015."""

KIND: Final = 0.015


class Progress:
    """Prints one line a step: time gone, share done, time left by the measured shares."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self._done = 0.0
        self._next = 0.0

    def __call__(self, step: str) -> None:
        """Begin a step."""
        self._done += self._next
        self._next = SHARES.get(step, KIND if step.startswith("fitting") else 0.0)
        gone = monotonic() - self._begun
        left = f", about {gone / self._done - gone:.0f} s left" if self._done > KIND else ""
        sys.stderr.write(f"{gone:5.0f} s {self._done:4.0%}{left}: {step}\n")
        sys.stderr.flush()


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
