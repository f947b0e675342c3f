"""Starts the system's Chromium, without a window, for tests of the pages."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright, expect

PATIENCE_MS: Final = 30_000
"""How long a page may take to show something, on a machine that does much else."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Return the path of Chromium.

    Raises:
        LookupError: there is none; the message says how to get it.
    """
    for found in filter(None, map(shutil.which, _NAMES)):
        return found
    raise LookupError("no Chromium: run tests/chromium.sh as root, or apt-get install chromium")


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A Chromium for the block, in a sandbox unless it runs as root."""
    args = ["--disable-gpu", "--disable-dev-shm-usage"]
    args += ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=args)
        try:
            yield started
        finally:
            await started.close()
