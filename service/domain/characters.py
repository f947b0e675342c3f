"""Characters that nobody sees, or that turn the text around them: to find and to take out."""

import re
import unicodedata
from itertools import groupby
from typing import Final

_FORMAT: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_TAGS: Final = "\U000e0000-\U000e007f"
_FILLERS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0"
_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_INVISIBLE: Final = re.compile(f"[{_FORMAT}{_TAGS}{_FILLERS}{_SELECTORS}]+")
_UNMEANT: Final = re.compile(  # but the joiners of scripts and emoji, and the tags of a flag
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)"
    "|[\u00ad\u034f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    f"\ufffe\uffff{_TAGS}]"
)
_ENDS: Final = re.compile(f"^[{_FORMAT}]+|[{_FORMAT}]+$")
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way to write."""

_LINE_ENDS: Final = re.compile("[\u0085\u2028\u2029]")


def is_mark(char: str) -> bool:
    """Say whether a character is written on or beside the one before it."""
    return unicodedata.category(char).startswith("M")


def _ranges(codes: list[int]) -> str:
    """Return the inside of a regular expression's class of characters."""
    runs = [list(run) for _, run in groupby(enumerate(codes), key=lambda each: each[1] - each[0])]
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


MARKS: Final = _ranges(
    [code for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)) if is_mark(chr(code))]
)
"""Every mark, as the inside of a class: `\\w` knows none, though they are parts of words."""


def visible(text: str) -> str:
    """Return the text without what no font draws: zero-width, soft hyphens, fillers, selectors."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def is_blank(text: str) -> bool:
    """Say whether a text shows nothing: spaces, controls, invisible characters and lone marks."""
    return not any(
        char.isprintable() and not char.isspace() and not is_mark(char) for char in visible(text)
    )


def is_invisible(char: str) -> bool:
    """Say whether no font draws a character."""
    return _INVISIBLE.fullmatch(char) is not None


def on_one_line(text: str) -> str:
    """Return the text without what nobody sees and nobody means, line separators as spaces.

    Bidirectional overrides and isolates are among it, and at the ends all that joins or turns.
    """
    if text.isascii():
        return text
    return _ENDS.sub("", _LINE_ENDS.sub(" ", _UNMEANT.sub(lambda match: match[1] or "", text)))
