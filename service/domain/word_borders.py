"""Where words begin and end, and emoji that are drawn as one."""

import re
from typing import Final

from service.domain.characters import MARKS, is_mark
from service.domain.normal_form import JOIN

_LETTER: Final = re.compile(rf"[^\W_]|[{MARKS}]")
WITHOUT_BORDERS: Final = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
"""Letters of scripts that put nothing between words: Han, kana, Thai, Khmer and others."""

_UNDRESSED: Final = re.compile("[\U0001f3fb-\U0001f3ff]")
_FLAG_LETTERS: Final = re.compile("[\U0001f1e6-\U0001f1ff]+$")
_MOST_FLAGS: Final = 100


def has_letters_at_ends(inner: str) -> bool:
    """Say whether a text begins and ends with a letter, a digit or a mark."""
    return bool(inner) and all(_LETTER.match(end) for end in (inner[0], inner[-1]))


def is_inside_word(among: str, at: int) -> bool:
    """Say whether a place is within a word, or between a letter and its mark."""
    if not 0 < at < len(among):
        return False
    before, behind = among[at - 1], among[at]
    if not behind.isascii() and is_mark(behind):
        return True
    return bool(_LETTER.match(before) and _LETTER.match(behind)) and not (
        joins(before) or joins(behind)
    )


def is_inside_emoji(among: str, at: int) -> bool:
    """Say whether a place is within a flag, or within emoji that are drawn as one."""
    if not 0 < at < len(among):
        return False
    if JOIN in (among[at - 1], _UNDRESSED.sub("", among[at : at + 2])[:1]):
        return True
    letters = _FLAG_LETTERS.search(among[max(0, at - _MOST_FLAGS) : at])
    return bool(letters and len(letters[0]) % 2 and _FLAG_LETTERS.match(among[at]))


def undressed_emoji(text: str) -> str:
    """Return a text with its emoji in no colour of skin."""
    return _UNDRESSED.sub("", text)


def joins(characters: str) -> bool:
    """Say whether a text begins in a script that has no borders between words."""
    return WITHOUT_BORDERS.match(characters) is not None
