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
