"""What a token is looked up by: hashed words, character n-grams and pairs of words.

A feature's key is the CRC-32 of its UTF-8 form, so that a bundle holds numbers and no text. Words
are marked by a zero byte; n-grams are taken inside the word between two spaces, as scikit-learn's
`char_wb` does; a pair's key is mixed from the keys of its two words. A letter of a script that
writes syllables or words with it counts alone too, and Korean syllables also by their parts.
"""

import re
import unicodedata
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifier.text.chunks import SYLLABIC
from classifier.text.tokens import is_class

SHORTEST_GRAM: Final = 2
LONGEST_GRAM: Final = 5
LONGEST_PARTS: Final = 6
"""Parts of Korean syllables, which have two or three, in the longest n-gram of parts."""

LONGEST_WORD: Final = 32
"""Letters of a word that n-grams are taken from; links and ciphers are longer, words are not."""

FIRST_SYMBOL: Final = 0x2190
"""Arrows, symbols and emoji begin here; punctuation stands before."""

_KOREAN: Final = re.compile("[\uac00-\ud7af]")
_FIRST_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_SECOND_MIX: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF: Final = np.uint64(32)


def word_key(token: str) -> int:
    """Return the key of a whole token."""
    return crc32(b"\0" + token.encode("utf-8", "surrogatepass"))


def keys_of(token: str) -> list[int]:
    """Return the keys of a token's features: itself, and its n-grams unless it is a class."""
    keys = [word_key(token)]
    if is_class(token) or (len(token) == 1 and not token.isalpha()):
        return keys
    padded = f" {token[:LONGEST_WORD]} "
    if padded.isascii():
        raw = padded.encode()
        return keys + [crc32(raw[at:to]) for at, to in _cuts(len(raw), LONGEST_GRAM)]
    keys += _grams(padded, LONGEST_GRAM)
    keys += [_key(letter) for letter in SYLLABIC.findall(padded)]
    if _KOREAN.search(padded):
        keys += _grams(unicodedata.normalize("NFD", padded), LONGEST_PARTS)
    return keys


def _grams(padded: str, longest: int) -> list[int]:
    return [_key(padded[at:to]) for at, to in _cuts(len(padded), longest)]


def _key(gram: str) -> int:
    return crc32(gram.encode("utf-8", "surrogatepass"))


def pairs_up(token: str) -> bool:
    """Say whether a token counts as a word for pairs: not so for punctuation."""
    return token[0].isalnum() or is_class(token) or (len(token) == 1 and ord(token) > FIRST_SYMBOL)


def pair_keys(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the keys of pairs, from the word keys of their first and second words."""
    mixed = first * _FIRST_MIX + second * _SECOND_MIX
    return (mixed >> _HALF).astype(np.uint32)


def _cuts(length: int, longest: int) -> list[tuple[int, int]]:
    """Where the n-grams of a padded word of `length` begin and end."""
    if (length, longest) not in _CUTS:
        _CUTS[length, longest] = [
            (at, at + size)
            for size in range(SHORTEST_GRAM, longest + 1)
            for at in range(length - size + 1)
        ]
    return _CUTS[length, longest]


_CUTS: Final[dict[tuple[int, int], list[tuple[int, int]]]] = {}
