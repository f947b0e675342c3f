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

_BROKEN: Final = "The JSON is cut, or cannot be read at all: export it anew."
_BEHIND: Final = "what stands behind"
_CUT: Final = "cannot be read: the JSON is cut or broken there; export it anew for what is missing"
_BETWEEN: Final = re.compile(r"[\s,]*")
_READER: Final = json.JSONDecoder()


def in_array(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
    """Yield what an array has, with its number; what is no object is told so.

    Where something in it cannot be read, nothing can be found again after that, which is told too.

    Raises:
        ImportRefused: not even the first can be read.
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
                if not number:
                    raise ImportRefused(_BROKEN) from None
                yield _BEHIND, Left(f"{_BEHIND} item {number:,}", _CUT)
                return
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
