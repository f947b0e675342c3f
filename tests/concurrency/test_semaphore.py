"""Threads of several processes share slots; a slot of a process that was killed is free."""

import subprocess
import sys
import time
from pathlib import Path

from service.concurrency.semaphore import Semaphore
from tests.support.servers import ROOT

HOLD = """
import sys, time
from pathlib import Path
from service.concurrency.semaphore import Semaphore
with Semaphore(Path(sys.argv[1]), 1).one(time.monotonic() + 5) as free:
    print(free, flush=True)
    sys.stdin.read()
"""


def is_free(slots: Semaphore, *, wait: float = 0.0) -> bool:
    with slots.one(time.monotonic() + wait) as free:
        return free


def test_one_slot_is_for_one_of_two_processes_and_free_when_its_process_dies(
    tmp_path: Path,
) -> None:
    slots = Semaphore(tmp_path, 1)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        began = time.monotonic()
        assert not is_free(slots, wait=0.05)
        assert 0.05 <= time.monotonic() - began < 2
        other.kill()
    assert is_free(slots, wait=1)
    slots.close()


def test_there_are_as_many_slots_as_are_set(tmp_path: Path) -> None:
    one, two, three = (Semaphore(tmp_path, 2) for _ in range(3))
    with one.one(0) as first, two.one(0) as second:
        assert (first, second, is_free(three)) == (True, True, False)
    assert is_free(three)
    for slots in (one, two, three):
        slots.close()


def test_a_folder_that_cannot_be_written_sets_no_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    one, two = Semaphore(tmp_path / "file", 1), Semaphore(tmp_path / "file", 1)
    with one.one(0) as first:
        assert (first, is_free(two)) == (True, True)
