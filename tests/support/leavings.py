"""A server of our own, and where in a dump or in its files a word still stands."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.db.embedded import binaries
from service.db.embedded import server as embedded
from tests.support.database import FAST


@contextmanager
def server() -> Iterator[tuple[Path, str]]:
    """A server of our own with its folder and address."""
    with tempfile.TemporaryDirectory(prefix="scrub_") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with embedded.running(folder, FAST) as dsn:
            yield folder, dsn


def holding(folder: Path, word: bytes) -> list[str]:
    """The files below a folder that have a word in any case."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and word.lower() in path.read_bytes().lower()
    ]


def dumped(dsn: str) -> bytes:
    """What `pg_dump` writes."""
    command = [str(binaries.programs(None) / "pg_dump"), dsn]
    return subprocess.run(command, capture_output=True, check=True, timeout=300).stdout
