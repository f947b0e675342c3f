"""`python -m tests.load.prepare ROWS...`: time and memory of `training_data prepare` by workers.

Rows are made up, in eight sets. Memory is the most that the command held, and a worker.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.support.cluster import Cluster
from tests.support.corpora import SETS, write_corpora

_MIB: Final = 1024.0


def main(sizes: list[int]) -> None:
    """Measure each size here, and with one and two workers."""
    _say("| rows | by | seconds | MiB of the command |")
    _say("| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="prepare_") as folder:
        for rows in sizes:
            corpora = write_corpora(Path(folder) / f"{rows}", rows // len(SETS))
            _say_line(rows, "two processes here", *_measured(corpora))
            for workers in (1, 2):
                between = Path(folder) / f"{rows}.{workers}"
                between.mkdir()
                cluster = Cluster(between, workers)
                try:
                    found = _measured(corpora, "--scheduler", cluster.address)
                finally:
                    cluster.stop()
                _say_line(rows, f"{workers} of a cluster", *found)


def _measured(corpora: Path, *options: str) -> tuple[float, float]:
    """Prepare once; return seconds and MiB."""
    out = ("--out", str(corpora.with_suffix(".prepared")))
    command = [sys.executable, "-m", "training_data", "prepare", "--corpora", str(corpora)]
    began = time.monotonic()
    started = subprocess.Popen([*command, *out, *options], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return time.monotonic() - began, used.ru_maxrss / _MIB


def _say_line(rows: int, by: str, seconds: float, memory: float) -> None:
    _say(f"| {rows:,} | {by} | {seconds:.0f} | {memory:,.0f} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
