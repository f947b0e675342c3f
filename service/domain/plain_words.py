"""Texts in which nothing can be disguised: plain English words between blanks, as most are.

What lists do to see through disguises would be for nothing there: such words are compared as they
are. This is a quick look that may say no: whoever is told no looks closely.
"""

import re
from typing import Final

from classifier.text.remembered import remembered_of_each

_KNOWN: Final = 16_384
_PLAIN: Final = re.compile(
    r"[\"'(]{0,2}([a-z]+(?:'[a-z]+)?|[0-9]+)[.,;:!?)\"']{0,3}|-{1,2}|[.!?]{1,3}"
)
_DRAWN_OUT: Final = re.compile(r"([a-z])\1\1")
_SPELT_OUT: Final = re.compile(r" \w +\w +\w ")
"""Three letters apart, which may be a word."""


def plain_words(chunks: list[str]) -> str | None:
    """Return the words of a text in small letters that was cut at its blanks, with one between.

    None if it is not so plain. An apostrophe parts words, as it does wherever lists compare them.
    """
    found = _word_of(chunks)
    if None in found:
        return None
    words = " ".join(filter(None, found))
    return None if _SPELT_OUT.search(f" {words} ") else words


@remembered_of_each(_KNOWN)
def _word_of(chunk: str) -> str | None:
    match = _PLAIN.fullmatch(chunk)
    if match is None or _DRAWN_OUT.search(chunk):
        return None
    return (match[1] or "").replace("'", " ")
