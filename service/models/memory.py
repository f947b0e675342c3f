"""Has what is freed go back to the system: opening a bundle and its encoders copies them."""

import ctypes
from typing import Final

LARGE: Final = 1 << 20
"""Bytes from which on a block of memory is one of its own, and ends when it is freed."""

_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD of glibc's malloc.h


def return_large_blocks() -> bool:
    """Set the size from which on glibc maps a block by itself; False where another libc serves.

    Left alone, glibc raises that size to 32 MiB with the first such block that is freed, and keeps
    the blocks of a bundle's copies between what is still in use: 100 MB for the shipped one.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(set_option and set_option(_THRESHOLD, LARGE))


def return_free_memory() -> bool:
    """Give back what is free between blocks in use; False where another libc serves or none was.

    It takes milliseconds, in which other threads wait for memory: for when something large opened.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim and trim(0))
