"""Reads the objects of JSON arrays, one at a time, in bounded memory."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from service.comments.importing.record import ImportRefused, Left

_PART: Final = 1 << 18
_LONGEST: Final = 1 << 21
"""Characters of an object, at most."""

_BROKEN: Final = "The JSON is cut, or cannot be read at all: export it anew."
_BEHIND: Final = "what stands behind"
_CUT: Final = "cannot be read: the JSON is cut or broken there; export it anew for what is missing"
_BETWEEN: Final = re.compile(r"[\s,:]*")
_READER: Final = json.JSONDecoder()
_DEEPEST: Final = 4
"""Objects within objects that are looked into."""

Item = tuple[str, Mapping[str, Any] | Left]


class _Broken(ValueError):
    """What comes next cannot be read, nor anything behind it."""


def in_array(file: IO[bytes]) -> Iterator[Item]:
    """Yield what an array has, with its number; what is no object is told so.

    Where something in it cannot be read, nothing can be found again after that, which is told too.

    Raises:
        ImportRefused: not even the first can be read.
    """
    text, last = _Text(file), ""
    try:
        text.pass_over()
        for where, found in _items(text, "item"):
            last = where
            yield where, found
    except _Broken:
        if not last:
            raise ImportRefused(_BROKEN) from None
        yield _BEHIND, Left(f"{_BEHIND} {last}", _CUT)


def in_object(file: IO[bytes]) -> Iterator[tuple[str, *Item]]:
    """Yield what the arrays of an object have, and of objects in it, with the array's name.

    Raises:
        ImportRefused: not even its beginning can be read.
    """
    text, last = _Text(file), ""
    try:
        for name, where, found in _arrays(text, 0):
            last = where
            yield name, where, found
    except _Broken:
        if not last:
            raise ImportRefused(_BROKEN) from None
        yield "", _BEHIND, Left(f"{_BEHIND} {last}", _CUT)


class _Text:
    """A file's JSON, value by value; commas and colons are as good as blanks."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._decoder: Final = getincrementaldecoder("utf-8-sig")("replace")
        self._text, self._place, self._at_end = "", 0, False

    def sign(self) -> str:
        """Return what comes next, one character; nothing at the end."""
        while True:
            found = _BETWEEN.match(self._text, self._place)
            self._place = found.end() if found else self._place
            if self._place < len(self._text) or self._at_end:
                return self._text[self._place : self._place + 1]
            self._read_on()

    def pass_over(self) -> None:
        """Go on behind the next character."""
        self.sign()
        self._place += 1

    def value(self) -> object:
        """Return the next value.

        Raises:
            _Broken: it is none, or too long.
        """
        self.sign()
        while True:
            try:
                found, place = _READER.raw_decode(self._text, self._place)
            except (ValueError, RecursionError):
                if self._at_end or len(self._text) - self._place > _LONGEST:
                    raise _Broken from None
            else:
                # Of a number the next part may have more digits.
                if place < len(self._text) or self._at_end:
                    self._place = place
                    return found
            self._read_on()

    def _read_on(self) -> None:
        part = self._file.read(_PART)
        self._at_end = not part
        rest = self._text[self._place :]
        self._text, self._place = rest + self._decoder.decode(part, final=self._at_end), 0


def _items(text: _Text, called: str) -> Iterator[Item]:
    number = 0
    while (sign := text.sign()) != "]":
        if not sign:
            raise _Broken
        number += 1
        where = f"{called} {number:,}"
        found = text.value()
        yield where, found if isinstance(found, Mapping) else Left(where, "is no JSON object")
    text.pass_over()


def _arrays(text: _Text, depth: int) -> Iterator[tuple[str, *Item]]:
    if text.sign() != "{":
        raise _Broken
    text.pass_over()
    while (sign := text.sign()) != "}":
        name = str(text.value()) if sign else ""
        match text.sign():
            case "[":
                text.pass_over()
                for where, found in _items(text, name):
                    yield name, where, found
            case "{" if depth < _DEEPEST:
                yield from _arrays(text, depth + 1)
            case _:
                text.value()
    text.pass_over()
