"""What a bundle's copies took goes back to the system."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's account of memory")

MB: Final = 1 << 20

HELD: Final = """
import os, sys
from service.models.memory import return_free_memory, return_large_blocks

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
"""
KEPT: Final = f"""{HELD}
if "set" in sys.argv:
    assert return_large_blocks()
bytes(b"x" * (24 << 20))  # its end is what makes glibc keep such blocks from now on
first, second = b"x" * (20 << 20), b"x" * (20 << 20)
before = held()
del first
print(before - held())
"""


BETWEEN: Final = f"""{HELD}
blocks = [b"x" * 50_000 for _ in range(800)]  # too small to be mapped each by itself
del blocks[1::2]
before = held()
assert return_free_memory()
print(before - held())
"""


def returned(*arguments: str, code: str = KEPT) -> int:
    """How many bytes a process has less after it freed some below what it still uses."""
    command = [sys.executable, "-c", code, *arguments]
    root = Path(__file__).resolve().parents[2]
    return int(subprocess.run(command, check=True, capture_output=True, cwd=root).stdout)


def test_a_large_block_that_is_freed_goes_back_at_once() -> None:
    assert returned("set") > 19 * MB
    assert returned() < MB  # as glibc does it by itself: otherwise nothing need be set


def test_what_is_free_between_blocks_in_use_goes_back_when_it_is_asked_for() -> None:
    assert returned(code=BETWEEN) > 15 * MB
