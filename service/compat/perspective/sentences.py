"""Where a text's sentences stand, and places in UTF-16 units, which JavaScript counts in."""

import re
from collections.abc import Sequence
from typing import Final

MOST: Final = 500
"""Sentences told apart; what follows belongs to the last, so that an answer stays small."""

# No look back repeats a look ahead: each run of marks is tried once, at its beginning.
_STOPS: Final = ".!?…\u0589\u061f\u06d4\u0964"
_CLOSING: Final = "\"'”\u2019»)\\]"
_WIDE_STOPS: Final = "\u3002\uff01\uff1f"  # no space follows these
_END: Final = re.compile(
    rf"(?<![{_STOPS}])[{_STOPS}]++[{_CLOSING}]*+(?=\s|\Z)|[{_WIDE_STOPS}]++|\n++"
)
_ONE_STOP: Final = re.compile(rf"\.[{_CLOSING}]*+")
_NEXT: Final = re.compile(r"[^\S\n]+(\S)")
_SHORT: Final = re.compile(r"(?<!\w)(?:Mrs?|Ms|Dr|Prof|St|[^\W\d_])\Z")
_LONGEST_SHORT: Final = 4


def sentences(text: str) -> list[tuple[int, int]]:
    """Return begin and end of each sentence in code points, white space around it left out."""
    found: list[tuple[int, int]] = []
    begin = 0
    for mark in _END.finditer(text):
        if len(found) == MOST - 1:
            break
        if _goes_on(text, mark):
            continue
        found += _trimmed(text, begin, mark.end())
        begin = mark.end()
    return [*found, *_trimmed(text, begin, len(text))]


def _goes_on(text: str, mark: re.Match[str]) -> bool:
    """Say whether a full stop abbreviates: a small letter follows it, or a title is before it."""
    if not _ONE_STOP.fullmatch(mark[0]):
        return False
    after = _NEXT.match(text, mark.end())
    before = _SHORT.search(text, max(0, mark.start() - _LONGEST_SHORT), mark.start())
    return after is not None and (
        after[1].islower() or (before is not None and before[0].istitle())
    )


def in_utf16(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Turn places in code points, in ascending order, into places in UTF-16 units."""
    if len(text.encode()) == len(text):
        return list(places)
    units, at, found = 0, 0, []
    for begin, end in places:
        first = units + _units(text[at:begin])
        units, at = first + _units(text[begin:end]), end
        found.append((first, units))
    return found


def from_utf16(text: str, begin: int, end: int) -> str:
    """Return the stretch between two places in UTF-16 units; empty where there is none."""
    raw = text.encode("utf-16-le")[2 * begin : 2 * end]
    return raw.decode("utf-16-le", "ignore")


def _trimmed(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    stretch = text[begin:end]
    inner = stretch.strip()
    if not inner:
        return []
    begin += len(stretch) - len(stretch.lstrip())
    return [(begin, begin + len(inner))]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
