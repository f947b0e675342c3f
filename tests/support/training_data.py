"""The commands as a process of their own, and a publisher on loopback."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.publisher import Publisher, serving

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as server:
        yield server


@pytest.fixture
def run_data(tmp_path: Path) -> Run:
    """Runs `python -m training_data`; what it makes goes into a folder of its own."""

    def call(*args: str, **given: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        takes_folder = args and args[0] in {"list", "fetch", "import"} and "--help" not in args
        folder = ("--out", str(tmp_path / "corpora")) if takes_folder else ()
        return subprocess.run(
            [sys.executable, "-m", "training_data", *args, *folder],
            env={**kept, "COLUMNS": "100", **given},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture
def raw() -> Path | None:
    """Publishers' own files beside a mirror, where TEST_CORPORA names such a folder."""
    named = os.environ.get("TEST_CORPORA")
    return Path(named) if named else None
