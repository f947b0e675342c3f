"""The start of a process: what it makes stays, so it looks for no garbage until it serves."""

import subprocess
import sys
from pathlib import Path

from tests.support.commands import ROOT, environment

_IMPORTED = """
import gc, click
from service.commands.line import cli
gc.collect()
looked = []
gc.callbacks.append(lambda phase, _: looked.append(phase))
cli.resolve_command(click.Context(cli), ["serve"])
print("at most once:", looked in ([], ["start", "stop"]), "collects after:", gc.isenabled())
"""

_STARTED = """
import asyncio, gc
from service.commands.serve import from_environment
app = from_environment()
async def start():
    made = gc.isenabled()
    async with app.lifespan():
        print("collects when made:", made, "when it serves:", gc.isenabled())
asyncio.run(start())
"""


def said(code: str, **env: str) -> str:
    """What a program of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment(**env),
    )
    return done.stdout.strip()


def test_a_command_is_imported_without_a_look_for_garbage() -> None:
    assert said(_IMPORTED) == "at most once: True collects after: True"


def test_a_process_looks_for_garbage_once_it_serves(dsn: str, tmp_path: Path) -> None:
    found = said(
        _STARTED,
        DATABASE_URL=dsn,
        MODERATION_DATA_DIR=str(tmp_path),
        MODERATION_INTERNAL_DSN=dsn,
        MODERATION_LOG_LEVEL="error",
    )
    assert found == "collects when made: False when it serves: True"
