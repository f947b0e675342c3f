"""Files as people name them: what can be read but once is kept in a file of its own meanwhile."""

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import FrameType
from typing import Final

import click

STDIN: Final = Path("-")
_ENDED: Final = 128
"""What shells add to the number of the signal that ended a command."""


class Given(click.Path):
    """A file that is read more than once; `-` is standard input, and pipes are taken too.

    A command has the path of a regular file, which is gone when it ends: it may hold personal data.
    """

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

    def convert(
        self, value: str | PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Return where it can be read from the beginning as often as one likes."""
        named = Path(str(super().convert(fspath(value), param, ctx)))
        if ctx is None or (named != STDIN and (named.is_file() or not named.exists())):
            return named
        return ctx.with_resource(kept(named))


@contextmanager
def kept(named: Path) -> Iterator[Path]:
    """Keep what a pipe gives in a file for its owner alone, while the block runs."""
    with _ended_orderly(), NamedTemporaryFile(prefix="given-", suffix=named.suffix) as file:
        if named == STDIN:
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with named.open("rb") as pipe:
                shutil.copyfileobj(pipe, file)
        file.flush()
        yield Path(file.name)


@contextmanager
def _ended_orderly() -> Iterator[None]:
    """Have SIGTERM end the block as an error does, so that no file stays."""

    def end(number: int, _: FrameType | None) -> None:
        sys.exit(_ENDED + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


GIVEN: Final = Given()
