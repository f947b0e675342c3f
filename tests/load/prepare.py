"""`python -m tests.load.prepare ROWS...`: time and memory of `training_data prepare` by workers.

Rows are made up, in eight sets. Memory is the most that the command held, and the most of a worker.
"""

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from tests.support.cluster import Cluster
from tests.support.corpora import SETS, write_corpora

_MIB: Final = 1024.0


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, MiB of the command, and MiB of the worker that held most; 0 where there is none."""

    seconds: float
    command: float
    worker: float = 0


def main(sizes: Sequence[int], plot: Path | None) -> None:
    """Measure each size here, and with one and two workers."""
    _say("| rows | by | seconds | MiB of the command | of a worker |")
    _say("| --- | --- | --- | --- | --- |")
    found: dict[str, dict[int, Took]] = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="prepare_") as folder:
            corpora = write_corpora(Path(folder) / f"{rows}", rows // len(SETS))
            for by, took in _each_way(corpora):
                found.setdefault(by, {})[rows] = took
                _say_line(rows, by, took)
    if plot:
        _draw(found, plot)


def _each_way(corpora: Path) -> list[tuple[str, Took]]:
    ways = [("two processes here", _measured(corpora))]
    for workers in (1, 2):
        between = corpora.with_suffix(f".{workers}")
        between.mkdir()
        cluster = Cluster(between, workers)
        try:
            took = _measured(corpora, "--scheduler", cluster.address)
            held = max(map(_held, cluster.workers))
        finally:
            cluster.stop()
        ways.append((f"{workers} of a cluster", Took(took.seconds, took.command, held)))
    return ways


def _measured(corpora: Path, *options: str) -> Took:
    """Prepare once."""
    out = ("--out", str(corpora.with_suffix(".prepared")))
    command = [sys.executable, "-m", "training_data", "prepare", "--corpora", str(corpora)]
    began = time.monotonic()
    started = subprocess.Popen([*command, *out, *options], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return Took(time.monotonic() - began, used.ru_maxrss / _MIB)


def _held(pid: int) -> float:
    """The most that a process has held, in MiB; Linux only."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (most,) = (line.split()[1] for line in told.splitlines() if line.startswith("VmHWM"))
    return int(most) / _MIB


def _draw(found: Mapping[str, Mapping[int, Took]], path: Path) -> None:
    figure = Figure(figsize=(9, 4), layout="constrained")
    time_, memory = figure.subplots(1, 2)
    for by, took in found.items():
        time_.loglog([*took], [each.seconds for each in took.values()], "o-", label=by)
        memory.semilogx([*took], [each.command for each in took.values()], "o-", label=by)
        if any(each.worker for each in took.values()):
            held = [each.worker for each in took.values()]
            memory.semilogx([*took], held, "o--", label=f"{by}, a worker")
    time_.set(xlabel="rows", ylabel="seconds")
    memory.set(xlabel="rows", ylabel="MiB at most", ylim=(0, None))
    for axes in (time_, memory):
        axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _say_line(rows: int, by: str, took: Took) -> None:
    worker = f"{took.worker:,.0f}" if took.worker else "-"
    _say(f"| {rows:,} | {by} | {took.seconds:.0f} | {took.command:,.0f} | {worker} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+", help="sizes, the smallest first")
    parser.add_argument("--plot", type=Path, help="where times and memory are drawn")
    given = parser.parse_args()
    main(given.rows, given.plot)
