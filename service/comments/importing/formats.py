"""Which format a file is of, by its first bytes, and who reads it."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, Literal, cast, get_args

from service.comments.importing import json_formats, xml_formats
from service.comments.importing.isso import isso
from service.comments.importing.record import ImportRefused, Read

Format = Literal["wxr", "disqus", "isso", "remark42", "coral", "jsonl"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_HEAD: Final = 64 * 1024
_BROKEN: Final = "The compressed file is cut, broken or locked."
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
        with self._path.open("rb") as raw:
            try:
                for file in _opened(raw, several=self.form == "wxr"):
                    for found in _READERS[self.form](file):
                        self.done = raw.tell()
                        yield found
            except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError):
                raise ImportRefused(_BROKEN) from None

    def _guess(self) -> Format:
        with self._path.open("rb") as raw:
            files = _opened(raw, several=True)
            head = _head(next(files))
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            head = head.decode("utf-16", "replace").encode()
        for form, signs in _SIGNS:
            if any(sign in head for sign in signs):
                return form
        raise ImportRefused(
            f"The format cannot be told: name it with --format {'|'.join(FORMATS)}."
        )


def _head(file: IO[bytes]) -> bytes:
    try:
        return file.read(_HEAD)
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError):
        raise ImportRefused(_BROKEN) from None


def _opened(raw: IO[bytes], *, several: bool) -> Iterator[IO[bytes]]:
    """Yield what is in a file that may be compressed; several files only where that may be.

    Raises:
        ImportRefused: it is an archive of several files, or cannot be opened.
    """
    head = raw.read(4)
    raw.seek(0)
    if head.startswith(b"\x1f\x8b"):
        with gzip.open(raw) as file:
            yield cast("IO[bytes]", file)
    elif head == b"PK\x03\x04":
        yield from _in_archive(raw, several=several)
    else:
        yield raw


_ARCHIVE_ERRORS: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What `zipfile` raises of an archive that is damaged, packed in a way that it does not know, or
locked with a password."""


def _in_archive(raw: IO[bytes], *, several: bool) -> Iterator[IO[bytes]]:
    """Yield the files of an archive by name, without what a Mac adds."""
    try:
        archive = zipfile.ZipFile(raw)
        found = [each for each in archive.infolist() if not each.is_dir() and each.file_size]
        files = [each for each in found if not each.filename.startswith("__MACOSX/")]
        if not files or (len(files) > 1 and not several):
            raise ImportRefused("The archive has not one file but several: import one at a time.")
    except _ARCHIVE_ERRORS:
        raise ImportRefused(_BROKEN) from None
    for each in sorted(files, key=lambda one: one.filename):
        yield _unpacked(archive, each)


def _unpacked(archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(each)
    except _ARCHIVE_ERRORS:
        raise ImportRefused(_BROKEN) from None
