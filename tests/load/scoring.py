"""`make bench`, scoring alone: time of one comment of about 200 characters, and memory."""

import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tests.load import texts

_COMMENTS, _TOGETHER = 4000, 32
_STATUS: Final = Path("/proc/self/status")


def main() -> None:
    """Load the shipped bundle in this process and print its table."""
    before, begun = _memory(), time.perf_counter()
    bundle = import_module("classifier.shipped").shipped_bundle()  # the import is measured too
    _say(f"shipped bundle loaded in {time.perf_counter() - begun:.2f} s")
    warm, found = list(texts.bodies(_COMMENTS, 1)), list(texts.bodies(_COMMENTS, 2))
    bundle.score_many(warm)
    bundle.explain(warm[0])
    _say(f"one comment of {statistics.mean(map(len, found)):.0f} characters, median in µs")
    _say(f"  scored alone, never seen before  {_median(bundle.score, found):6.0f}")
    _say(f"  scored alone, seen before        {_median(bundle.score, found):6.0f}")
    _say(f"  with spans                       {_median(bundle.explain, found[:1000]):6.0f}")
    fresh = list(texts.bodies(_COMMENTS, 3))
    groups = [fresh[at : at + _TOGETHER] for at in range(0, len(fresh), _TOGETHER)]
    _say(f"  {_TOGETHER} together, each             {_median(bundle.score_many, groups):6.0f}")
    _say(f"memory of the bundle and its tables: {_memory() - before:.0f} MB")


def _median(call: Callable[[Any], object], inputs: list[Any]) -> float:
    """Median time of a call in microseconds, for each text of its input."""
    taken = []
    for each in inputs:
        begun = time.perf_counter()
        call(each)
        size = len(each) if isinstance(each, list) else 1
        taken.append((time.perf_counter() - begun) / size * 1e6)
    return statistics.median(taken)


def _memory() -> float:
    """Memory of this process, in MB; Linux only."""
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1000


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
