"""Emoji in English words, for an encoder whose vocabulary has none of them.

To such a one every emoji is the same unknown piece, and since hate was written with them in what it
learnt from, it held what ends in a laugh or a heart.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SIGN: Final = re.compile("[\u20e3\u2190-\u2bff\U0001f000-\U0001faff]")
"""One arrow, symbol or emoji, or what frames or colours the one before it."""

_WORDS: Final[Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("emoji.toml").read_text("utf-8")
)
SPOKEN: Final[Mapping[str, tuple[str, ...]]] = {
    sign: tuple(words.split()) for words, signs in _WORDS.items() for sign in signs
}
"""The words of each that says something; the others have none."""
