"""Writes comments in disguise, as people do to get past filters. Reproducible by seed."""

from typing import Final

import numpy as np

TRICKS: Final = ("lookalikes", "zero_width", "leet", "spaced", "repeats", "full_width")
_LOOKALIKES: Final = dict(
    zip(
        "aceopxyis",
        map(chr, (0x430, 0x441, 0x435, 0x43E, 0x440, 0x445, 0x443, 0x456, 0x455)),
        strict=True,
    )
)
_LEET: Final = dict(zip("aeiost", "4310$7", strict=True))
_FULL_WIDTH: Final = 0xFEE0
_LONG: Final = 4


def disguise(text: str, trick: str, seed: int) -> str:
    """Return `text` with about half of its longer words disguised by one of `TRICKS`."""
    chance = np.random.default_rng(seed)
    return " ".join(
        _word(word, trick, chance)
        if len(word) >= _LONG and word.isascii() and word.isalpha() and chance.random() < 1 / 2
        else word
        for word in text.split(" ")
    )


def _word(word: str, trick: str, chance: np.random.Generator) -> str:
    at = int(chance.integers(1, len(word) - 1))
    match trick:
        case "lookalikes":
            return "".join(
                _LOOKALIKES.get(letter, letter) if place != at else letter
                for place, letter in enumerate(word)
            )
        case "zero_width":
            return word[:at] + "\u200b" + word[at:]
        case "leet":
            inner = word[1:-1]
            return word[0] + inner.replace(inner[0], _LEET.get(inner[0], inner[0])) + word[-1]
        case "spaced":
            return " ".join(word)
        case "repeats":
            return word[:at] + word[at] * 4 + word[at + 1 :]
        case _:
            return "".join(chr(ord(letter) + _FULL_WIDTH) for letter in word)
