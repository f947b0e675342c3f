"""Filling sentences with slots: {slot} becomes one of its words, {a|b|c} one of the three."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
_INNERMOST: Final = re.compile(r"\{([^{}]*)\}")
_ARTICLE: Final = re.compile(r"\ba\|an ([aeiou])|\ba\|an ", re.IGNORECASE)

Slots = Mapping[str, Sequence[str]]


@cache
def read(name: str) -> dict[str, Any]:
    """Read one of the files of sentences of this folder, by its name without the ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def filled(sentence: str, slots: Slots, chance: random.Random) -> str:
    """Replace the innermost braces until none is left; {a|an} waits for the word behind it."""

    def choose(found: re.Match[str]) -> str:
        inner = found.group(1)
        if inner == "a|an":
            return inner
        words: Sequence[str] = slots[inner] if inner in slots else inner.split("|")
        return chance.choice(words)

    while "{" in sentence:
        sentence = _INNERMOST.sub(choose, sentence)
    return _ARTICLE.sub(lambda found: f"an {found[1]}" if found[1] else "a ", sentence)


def worn(text: str, chance: random.Random) -> str:
    """Write a text as people do: most as it is, some in lower case, in capitals, in lines."""
    match chance.randrange(20):
        case 0 | 1 | 2:
            return text.lower()
        case 3:
            return text.replace(". ", "\n").rstrip(".")
        case 4:
            return text.rstrip(".!")
        case 5 if len(text) < 100:  # noqa: PLR2004 - nobody shouts for long
            return text.upper()
        case _:
            return text[:1].upper() + text[1:]
