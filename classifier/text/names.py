"""What a text says besides names: those of people and places are no evidence of its language."""

import re
from typing import Final

from classifier.text.reactions import BESIDE, REACTS

_SIGNS: Final = ".,!?:;…\"'()\u00ab\u00bb\u2018\u2019\u201c\u201d-\u2013\u2014"
_APOSTROPHE: Final = re.compile("['\u2019]")
_USUAL: Final = REACTS | BESIDE

_PARTICLES: Final = {
    *("von", "van", "der", "den", "de", "da", "do", "dos", "das", "du", "di", "del", "della", "la"),
    *("le", "bin", "ibn", "al", "el", "ter", "ten", "zu", "af", "av"),
}
"""Small words that stand inside names."""


def without_names(text: str) -> str | None:
    """Return a text without the words that may be names; None where it has none, or nothing else.

    A word with a capital may be one, unless it is usual in English or all in capitals; so may one
    that begins a sentence, and every noun of German, which is known by its small words as well.
    A small word between two of them is of the name.
    """
    words = text.split()
    kept: list[str] = []
    inside: list[str] = []  # small words behind a name, which may go on after them
    is_behind = False
    for word in words:
        if _may_be_name(word):
            inside, is_behind = [], True
        elif is_behind and word in _PARTICLES:
            inside.append(word)
        else:
            kept += [*inside, word]
            inside, is_behind = [], False
    kept += inside
    return " ".join(kept) if 0 < len(kept) < len(words) else None


def is_half_usual(text: str) -> bool:
    """Say whether at least half of the words of a text are usual in short English comments."""
    words = [_bare(word) for word in text.split()]
    return 2 * sum(word in _USUAL for word in words) >= len(words)


def has_small_word(text: str) -> bool:
    """Say whether a text has one of the small words that stand between others in English."""
    return any(_bare(word) in BESIDE for word in text.split())


def _may_be_name(word: str) -> bool:
    bare = word.strip(_SIGNS)
    return bare[:1].isupper() and not bare.isupper() and _bare(word) not in _USUAL


def _bare(word: str) -> str:
    """Return a word as lists have it: of `Don't` and `it's` what stands before the apostrophe."""
    return _APOSTROPHE.split(word.strip(_SIGNS).lower())[0]
