"""How long the machine's cores have had nothing to do, where the system tells (Linux)."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

EVERY: Final = 0.05
"""Seconds between two looks: the system counts in hundredths."""

_IDLE: Final = slice(4, 6)  # of the line of all cores: nothing to do, or waiting for a disk


class Idle:
    """Adds up idle time since it was made; whoever may only use a part of the cores gets none.

    There the idle time of a machine is not ours: what is used of it is taken from the rest of us.
    """

    def __init__(
        self,
        stat: Path = Path("/proc/stat"),
        groups: Path = Path("/sys/fs/cgroup"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stat: Final = stat
        self._clock: Final = clock
        self._is_told: Final = stat.exists() and not _is_limited(groups)
        self._looked = float("-inf")
        self._seconds = 0.0

    def seconds(self) -> float:
        """Return the idle seconds of all cores together, at some point in the past; 0: unknown."""
        now = self._clock()
        if self._is_told and now - self._looked >= EVERY:
            self._looked = now
            fields = self._stat.read_text(encoding="ascii").partition("\n")[0].split()
            self._seconds = sum(map(int, fields[_IDLE])) / os.sysconf("SC_CLK_TCK")
        return self._seconds


def _is_limited(groups: Path) -> bool:
    """Say whether this process's container has a quota of processor time."""
    return any(
        path.exists() and path.read_text(encoding="ascii").split()[0] not in {"max", "-1"}
        for path in (groups / "cpu.max", groups / "cpu" / "cpu.cfs_quota_us")
    )
