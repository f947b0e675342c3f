"""Which format a file is of, by its first bytes, and who reads it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, Literal, get_args

from service.comments.importing import json_formats, xml_formats
from service.comments.importing.artalk import artalk
from service.comments.importing.commento import commento
from service.comments.importing.isso import isso
from service.comments.importing.packed import ERRORS, UNREADABLE, Unpacked, opened
from service.comments.importing.record import ImportRefused, Left, Read, Record
from service.comments.importing.waline import waline

Format = Literal[
    "wxr", "disqus", "isso", "remark42", "coral", "commento", "artalk", "waline", "jsonl"
]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_HEAD: Final = 64 * 1024
_CUT: Final = (
    "cannot be unpacked: the compressed file is cut or broken there, or its checksum is another;"
    " export it anew for what is missing"
)
_SIGNS: Final[tuple[tuple[Format, tuple[bytes, ...]], ...]] = (
    ("isso", (b"SQLite format 3\0",)),
    ("wxr", (b"wordpress.org/export/",)),
    ("disqus", (b"http://disqus.com",)),
    ("remark42", (b'"locator"', b'"users":')),
    ("coral", (b'"storyID"', b'"tenantID"')),
    ("commento", (b'"commentHex"',)),
    ("artalk", (b'"page_key"',)),
    ("waline", (b'"mail"',)),
    ("jsonl", (b'"page"',)),
)
_READERS: Final[dict[Format, Callable[[IO[bytes]], Iterator[Read]]]] = {
    "wxr": xml_formats.wxr,
    "disqus": xml_formats.disqus,
    "remark42": json_formats.remark42,
    "coral": json_formats.coral,
    "jsonl": json_formats.own,
}
_BELOW: Final[dict[Format, Callable[[IO[bytes], str], Iterator[Read]]]] = {
    "isso": isso,
    "commento": commento,
    "artalk": artalk,
    "waline": waline,
}
"""Those that may keep the paths of pages alone, and are told what these are below."""


class Source:
    """A file to import: what it is, what is in it, and how far it was read."""

    def __init__(self, path: Path, form: Format | None, base: str) -> None:
        """`form` is guessed where it is None; `base` is what paths of pages are below.

        Raises:
            ImportRefused: the format cannot be told, or isso's pages have no address.
            OSError: the file cannot be read.
        """
        self._path: Final = path
        self._base: Final = base
        self.size: Final = path.stat().st_size
        self.done = 0
        self._last = ""
        self.form: Final = form or self._guess()
        if self.form == "isso" and not base:
            raise ImportRefused("isso keeps paths only: name the website's address with --base.")

    def records(self) -> Iterator[Read]:
        """Yield what is in it.

        Raises:
            ImportRefused: it cannot be read as what it is said to be.
        """
        with self._path.open("rb") as raw:
            try:
                for file, unpacked in opened(raw, several=self.form == "wxr"):
                    yield from self._read(file, unpacked, raw)
            except ERRORS:
                raise ImportRefused(UNREADABLE) from None

    def _read(self, file: IO[bytes], unpacked: Unpacked | None, raw: IO[bytes]) -> Iterator[Read]:
        """Yield what is in one file of it, and what is said of one that is cut."""
        try:
            for found in self._found(file):
                self.done = raw.tell()
                if isinstance(found, Record):
                    self._last = found.source_id
                yield found
        except ImportRefused:
            if unpacked is None or not unpacked.is_cut:
                raise
        if unpacked is not None and unpacked.is_cut:
            yield Left(self._behind(), _CUT)

    def refuse_nothing(self) -> None:
        """Refuse a file in which nothing was found, if it looks like one of another format.

        Raises:
            ImportRefused: it does.
        """
        seems = self._seems()[0]
        if seems not in {None, self.form}:
            raise ImportRefused(f"Nothing was found as {self.form}: the file is {seems}'s.")

    def _found(self, file: IO[bytes]) -> Iterator[Read]:
        below = _BELOW.get(self.form)
        return below(file, self._base) if below else _READERS[self.form](file)

    def _behind(self) -> str:
        """Say where a file ends that cannot be read further.

        Raises:
            ImportRefused: no comment was read before.
        """
        if not self._last:
            raise ImportRefused(UNREADABLE)
        return f"what stands behind comment {self._last}"

    def _guess(self) -> Format:
        found, is_cut = self._seems()
        if found:
            return found
        raise ImportRefused(
            UNREADABLE
            if is_cut
            else f"The format cannot be told: name it with --format {'|'.join(FORMATS)}."
        )

    def _seems(self) -> tuple[Format | None, bool]:
        """Return what a file's beginning looks like, and whether it is a part of what was packed.

        Raises:
            ImportRefused: not even its beginning can be read.
        """
        with self._path.open("rb") as raw:
            file, unpacked = next(opened(raw, several=True))
            try:
                head = file.read(_HEAD)
            except ERRORS:
                raise ImportRefused(UNREADABLE) from None
            if not head and unpacked is not None:
                raise ImportRefused(UNREADABLE)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            head = head.decode("utf-16", "replace").encode()
        form = next((form for form, signs in _SIGNS if any(sign in head for sign in signs)), None)
        return form, unpacked is not None and unpacked.is_cut
