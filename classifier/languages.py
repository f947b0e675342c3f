"""Identifies a text's language from votes of its chunks: script first, then n-grams of Latin words.

The votes of Latin words are the log-probabilities of py3langid's model (a multinomial naive Bayes
over byte n-grams), kept for a few languages in the bundle, so that serving loads no second model.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.text.fold import fold
from classifier.weights import sum_groups

SCRIPTS: Final = ("CYRILLIC", "CJK", "HANGUL", "ARABIC", "KANA", "other")
"""Scripts that are counted; all the others together are one."""

OF_SCRIPT: Final = {"CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko", "ARABIC": "ar", "KANA": "ja"}
_NAMES: Final = {"HIRAGANA": "KANA", "KATAKANA": "KANA"}
_NOT_RUSSIAN: Final = frozenset(
    map(chr, (*range(0x452, 0x460), *range(0x460, 0x530), *range(0x402, 0x410), 0x404))
) - frozenset(map(chr, (0x401, 0x451)))
_NOT_ARABIC: Final = frozenset(
    map(chr, (0x67E, 0x686, 0x698, 0x6AF, 0x6A9, 0x6CC, 0x6D2, 0x679, 0x688, 0x691, 0x6BA, 0x6C1))
)
LAST_LATIN: Final = "\u024f"
_NOT_LETTERS: Final = re.compile("[^a-z]+")
LONGEST: Final = 6
"""Bytes of the longest n-gram looked up."""

LATIN, LETTERS = 0, 1
WIDTH: Final = 2 + len(SCRIPTS)
"""Columns of a chunk's votes before the languages': Latin letters, bytes voted, each script."""

MARGIN: Final = 0.55
"""Least lead of the best language over the next, per square root of a letter."""

CLEAR: Final = 2.5
"""Likewise, for scoring a text as another language than the usual one."""


class Languages:
    """The languages that a bundle can tell apart, and the votes of a chunk for each."""

    __slots__ = ("_grams", "_votes", "codes", "width")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.codes: Final[tuple[str, ...]] = tuple(content["codes"])
        self.width: Final = WIDTH + len(self.codes)
        grams: list[bytes] = content["grams"].split(b"\n")
        self._grams: Final = {gram: number for number, gram in enumerate(grams)}
        self._votes: Final[NDArray[np.float16]] = content["votes"]

    def letters(self, chunk: str) -> tuple[list[float], list[int]]:
        """Return a chunk's letters by script, and the numbers of the n-grams that vote."""
        row = [0.0] * WIDTH
        if not chunk.isascii() and max(chunk) > LAST_LATIN:
            # A disguise must not pass for another language.
            folded = fold(chunk)
            chunk = folded if folded.isascii() else chunk
        chunk = chunk.lower()
        if chunk.isascii():
            latin = chunk if chunk.isalpha() else _NOT_LETTERS.sub(" ", chunk)
            row[LATIN] = len(latin) - latin.count(" ")
        else:
            latin = "".join(_count(character, row) for character in chunk)
        grams: list[int] = []
        for word in latin.split():
            grams += self._grams_of(f" {word} ".encode())
            row[LETTERS] += len(word)
        return row, grams

    def groups(self, groups: list[list[int]]) -> NDArray[np.float64]:
        """Return a row of votes a group of n-grams."""
        sizes = np.array([len(group) for group in groups])
        numbers = [number for group in groups for number in group]
        of_group = np.repeat(np.arange(len(groups)), sizes)
        rows = self._votes[numbers].astype(np.float64)
        return sum_groups(rows, of_group, len(groups))

    def decide(self, row: list[float]) -> str | None:
        """Return the language of summed votes, or None where they do not tell."""
        foreign = row[2:WIDTH]
        most = max(foreign)
        if most and sum(foreign) > row[LATIN]:
            script = SCRIPTS[foreign.index(most)]
            if row[2 + SCRIPTS.index("KANA")] > 0 and script == "CJK":
                script = "KANA"
            return OF_SCRIPT.get(script)
        votes = row[WIDTH:]
        second, best = sorted(votes)[-2:]
        if best - second < MARGIN * sqrt(row[LETTERS]) or row[LETTERS] == 0:
            return None
        return self.codes[votes.index(best)]

    def nearest(self, row: list[float], among: Collection[str], usual: str) -> str:
        """Return which of some languages a text in a neighbour of theirs is scored as.

        It is the one with most of the summed votes of Latin words, if its lead over the usual one
        is clear: short texts of the usual language are taken for all sorts of others.
        """
        votes = dict(zip(self.codes, row[WIDTH:], strict=True))
        lead = CLEAR * sqrt(row[LETTERS])
        known = [code for code in votes.keys() & among if votes[code] > votes[usual] + lead]
        return max(known, key=lambda code: votes[code], default=usual)

    def _grams_of(self, raw: bytes) -> list[int]:
        """Return the longest known n-gram that ends at each byte of a word."""
        get = self._grams.get
        found = []
        for end in range(1, len(raw) + 1):
            for begin in range(max(0, end - LONGEST), end):
                number = get(raw[begin:end])
                if number is not None:
                    found.append(number)
                    break
        return found


def _count(character: str, row: list[float]) -> str:
    """Count a letter by its script; return it if it is Latin, else a space."""
    if character.isascii():
        row[LATIN] += character.isalpha()
        return character if character.isalpha() else " "
    if not character.isalpha():
        return " "
    name = unicodedata.name(character, "other").split(" ")[0].split("-")[0]
    if name in {"LATIN", "FEMININE", "MASCULINE"}:
        row[LATIN] += 1
        return character
    name = _NAMES.get(name, name)
    foreign = character in _NOT_RUSSIAN or character in _NOT_ARABIC
    script = "other" if foreign else name if name in SCRIPTS else "other"
    # A letter that its script's chief language lacks outweighs several that it shares.
    row[2 + SCRIPTS.index(script)] += 8 if foreign else 1
    return " "
