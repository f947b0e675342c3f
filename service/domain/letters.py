"""Letters as people count them: a flag or a family is one, however many characters it has."""

import re
from typing import Final

from service.domain.characters import MARKS

_JOINED: Final = re.compile(
    "[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u1160-\u11ff" + MARKS + "]"
)
"""What belongs to the character before it: marks, joiners, colours of skin, tags, later jamo."""

_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]+$")
_JOINER: Final = "\u200d"
_LONGEST: Final = 100  # a pile of more marks than that is cut: nobody writes it as a letter


def border(text: str, at: int) -> int:
    """Return the last place up to `at` where no letter is cut in two."""
    lowest = max(0, at - _LONGEST)
    place = at
    while place > lowest and _cuts(text, place):
        place -= 1
    return place if place > lowest else at


def _cuts(text: str, at: int) -> bool:
    """Say whether the characters around a place are one letter."""
    before, after = text[at - 1 : at], text[at : at + 1]
    if not before or not after:
        return False
    if _JOINED.match(after) or before == _JOINER or before + after == "\r\n":
        return True
    flags = _FLAG.search(text, max(0, at - _LONGEST), at) if _FLAG.match(after) else None
    return flags is not None and len(flags[0]) % 2 == 1


def beginning(text: str, longest: int) -> str:
    """Return a text's beginning of at most so many characters, which cuts no letter."""
    return text[: border(text, longest)]


def shortened(text: str, longest: int) -> str:
    """Return a text that is longer cut to at most so many characters, with a sign that it is."""
    return text if len(text) <= longest else f"{beginning(text, longest).rstrip()}…"
