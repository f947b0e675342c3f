"""Waits for what happens beside a test, never for ever."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> float:
    """Ask again and again until it is true; return the seconds it took.

    Raises:
        TimeoutError: it is not true after so many seconds.
    """
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if await true():
            return time.monotonic() - began
        await asyncio.sleep(0.02)
    raise TimeoutError(f"not so after {seconds} seconds")
