"""Where a run's databases are: in memory if there is enough, since nobody misses them.

Each test has a database of some 600 files, which a disk takes many times as long to make.
`python -m tests.support.place` prints it, for scripts.
"""

import os
import tempfile
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")
"""Linux's folder of memory that programs share."""

_ENOUGH: Final = 3 << 30
"""Bytes that must be free there: three times the most that `df` told in use with two workers."""


def quick_folder() -> Path:
    """Where a run's server keeps its data; the ordinary folder of temporary files otherwise."""
    return _MEMORY if _has_room(_MEMORY) else Path(tempfile.gettempdir())


def _has_room(folder: Path) -> bool:
    """Whether as much is free there, of what the folder may have and of the machine's memory."""
    try:
        there = os.statvfs(folder)
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return False
    free = {line.partition(":")[0]: int(line.split()[1]) << 10 for line in lines}
    room = min(there.f_bavail * there.f_frsize, free.get("MemAvailable", 0))
    return room >= _ENOUGH and os.access(folder, os.W_OK | os.X_OK)


if __name__ == "__main__":
    print(quick_folder())  # noqa: T201 - a script asks
