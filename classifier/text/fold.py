"""Folds what is written in disguise: dress, look-alikes, marks, repeats. One chunk at a time."""

import re
import unicodedata
from typing import Final

from classifier.text.lookalikes import FANCY, FOREIGN, FULL, IMITATIONS, INVISIBLE, SIGNS

_LATIN: Final = re.compile("[a-z]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_REPEATED: Final = re.compile(r"([^\W\d_])\1\1+")
_DOUBLED: Final = frozenset("elos")
_LEET: Final = str.maketrans("013457@$!|", "oieastasil")
_LEET_INSIDE: Final = re.compile(r"(?<=[a-z])[013457@$!|]{1,2}(?=[a-z])|(?<=a)\$\$$")
_LEET_START: Final = re.compile(r"[5$](?=h[i1!]t|[e3]x|lut)|[4@](?=ss(?:h|e|$))")
_SPACED: Final = re.compile(r"[^\w]{0,4}[^\W\d_](?:[\W_][^\W\d_]){2,}[^\w]{0,4}")
_DRESS: Final = {**INVISIBLE, **FANCY, **SIGNS}
_NOT_LETTER: Final = re.compile(r"[\W_]")


def fold(chunk: str) -> str:
    """Return `chunk` in lower case with every disguise undone that can be undone surely."""
    if not chunk.isascii():
        chunk = _unmask(chunk)
    chunk = chunk.lower()
    if _SPACED.fullmatch(chunk):
        chunk = _NOT_LETTER.sub("", chunk)
    return _REPEATED.sub(_squeeze, chunk)


def unleet(word: str) -> str:
    """Return `word` with digits and signs between letters read as the letters they stand for."""
    if word.isalpha():
        return word
    return _LEET_INSIDE.sub(_as_letters, _LEET_START.sub(_as_letters, word, count=1))


def _as_letters(match: re.Match[str]) -> str:
    return match[0].translate(_LEET)


def undressed(chunk: str) -> str:
    """Return `chunk` in plain letters, without what cannot be seen; case and accents stay.

    A sign that says a word is that word.
    """
    return unicodedata.normalize("NFKC", chunk.translate(_DRESS))


def _unmask(chunk: str) -> str:
    chunk = _strip_marks(undressed(chunk).lower())
    return _LETTERS.sub(_imitated, chunk)


def _imitated(match: re.Match[str]) -> str:
    """Read a word as Latin when it mixes scripts, or imitates with letters no text would use."""
    word = match[0]
    if word.isascii():
        return word
    if _LATIN.search(word) or (not FOREIGN.isdisjoint(word) and FULL.issuperset(word)):
        return word.translate(IMITATIONS)
    return word


def _strip_marks(chunk: str) -> str:
    """Drop accents from Latin letters and stacked marks from all; й, ё and their like stay."""
    if chunk.isascii():
        return chunk
    spread = unicodedata.normalize("NFD", chunk)
    kept: list[str] = []
    bare = False
    for character in spread:
        if unicodedata.category(character) != "Mn":
            bare = character.isascii()
            kept.append(character)
        elif not bare:
            kept.append(character)
            bare = True
    return unicodedata.normalize("NFC", "".join(kept))


def _squeeze(match: re.Match[str]) -> str:
    letter = match[1]
    return letter * 2 if letter in _DOUBLED else letter
