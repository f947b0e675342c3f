"""Which format a file is of, by its first bytes, and who reads it."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, Literal, cast, get_args

from service.comments.importing import json_formats, xml_formats
from service.comments.importing.isso import isso
from service.comments.importing.record import ImportRefused, Read

Format = Literal["wxr", "disqus", "isso", "remark42", "coral", "jsonl"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_HEAD: Final = 64 * 1024
_SIGNS: Final[tuple[tuple[Format, tuple[bytes, ...]], ...]] = (
    ("isso", (b"SQLite format 3\0",)),
    ("wxr", (b"wordpress.org/export/",)),
    ("disqus", (b"http://disqus.com",)),
    ("remark42", (b'"locator"', b'"users":')),
    ("coral", (b'"storyID"', b'"tenantID"')),
    ("jsonl", (b'"page"',)),
)
_READERS: Final[dict[Format, Callable[[IO[bytes]], Iterator[Read]]]] = {
    "wxr": xml_formats.wxr,
    "disqus": xml_formats.disqus,
    "remark42": json_formats.remark42,
    "coral": json_formats.coral,
    "jsonl": json_formats.own,
}


class Source:
    """A file to import: what it is, what is in it, and how far it was read."""

    def __init__(self, path: Path, form: Format | None, base: str) -> None:
        """`form` is guessed where it is None; `base` is what isso's pages are below.

        Raises:
            ImportRefused: the format cannot be told, or isso's pages have no address.
            OSError: the file cannot be read.
        """
        self._path: Final = path
        self._base: Final = base
        self.size: Final = path.stat().st_size
        self.done = 0
        self.form: Final = form or self._guess()
        if self.form == "isso" and not base:
            raise ImportRefused("isso keeps paths only: name the website's address with --base.")

    def records(self) -> Iterator[Read]:
        """Yield what is in it.

        Raises:
            ImportRefused: it cannot be read as what it is said to be.
        """
        if self.form == "isso":
            yield from isso(self._path, self._base)
            self.done = self.size
            return
        with self._path.open("rb") as raw, _opened(raw) as file:
            try:
                for found in _READERS[self.form](file):
                    self.done = raw.tell()
                    yield found
            except (gzip.BadGzipFile, EOFError):
                raise ImportRefused("The compressed file is cut or broken.") from None

    def _guess(self) -> Format:
        with self._path.open("rb") as raw, _opened(raw) as file:
            head = file.read(_HEAD)
        for form, signs in _SIGNS:
            if any(sign in head for sign in signs):
                return form
        raise ImportRefused(
            f"The format cannot be told: name it with --format {'|'.join(FORMATS)}."
        )


def _opened(raw: IO[bytes]) -> IO[bytes]:
    head = raw.read(2)
    raw.seek(0)
    if head == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.open(raw))
    return raw
