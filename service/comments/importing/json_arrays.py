"""Reads the objects of one JSON array, one at a time, in bounded memory."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from service.comments.importing.record import ImportRefused, Left

_PART: Final = 1 << 18
_LONGEST: Final = 1 << 21
"""Characters of an object, at most."""

_BETWEEN: Final = re.compile(r"[\s,]*")
_READER: Final = json.JSONDecoder()


def in_array(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
    """Yield what an array has, with its number; what is no object is told so.

    Raises:
        ImportRefused: something in it cannot be read, after which nothing can be found again.
    """
    decoder = getincrementaldecoder("utf-8-sig")("replace")
    text = decoder.decode(file.read(_PART)).lstrip()
    place, number, at_end = 1, 0, False  # behind the bracket
    while True:
        place = _behind_blanks(text, place)
        if text[place : place + 1] == "]":
            return
        try:
            found, place = _READER.raw_decode(text, place)
        except (ValueError, RecursionError):
            if at_end or len(text) - place > _LONGEST:
                raise ImportRefused(_broken(number)) from None
            part = file.read(_PART)
            at_end = not part
            text, place = text[place:] + decoder.decode(part, final=at_end), 0
            continue
        number += 1
        where = f"item {number}"
        good = isinstance(found, Mapping)
        yield where, found if good else Left(where, "is no JSON object")


def _behind_blanks(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place


def _broken(number: int) -> str:
    return f"The JSON is cut, or cannot be read after item {number:,}: export it anew."
