"""What a bundle's copies took goes back to the system."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's account of memory")

MB: Final = 1 << 20

KEPT: Final = """
import os, sys
from service.models.memory import return_large_blocks

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

if "set" in sys.argv:
    assert return_large_blocks()
bytes(b"x" * (24 << 20))  # its end is what makes glibc keep such blocks from now on
first, second = b"x" * (20 << 20), b"x" * (20 << 20)
before = held()
del first
print(before - held())
"""


def returned(*arguments: str) -> int:
    """How many bytes a process has less after it freed 20 MiB below what it still uses."""
    command = [sys.executable, "-c", KEPT, *arguments]
    root = Path(__file__).resolve().parents[2]
    return int(subprocess.run(command, check=True, capture_output=True, cwd=root).stdout)


def test_a_large_block_that_is_freed_goes_back_at_once() -> None:
    assert returned("set") > 19 * MB
    assert returned() < MB  # as glibc does it by itself: otherwise nothing need be set
