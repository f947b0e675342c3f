"""Words that name groups of people, where a model must be no worse than elsewhere."""

import re
import tomllib
from pathlib import Path
from typing import Final

_WORDS: Final = tomllib.loads(Path(__file__).with_name("groups.toml").read_text("utf-8"))
_WHOLE: Final = "|".join(map(re.escape, _WORDS["english"].split()))
_BEGINS: Final = "|".join(
    re.escape(word) for each in _WORDS["begins"].values() for word in each.split()
)

NAMES_GROUP: Final = re.compile(rf"\b(?:(?:{_WHOLE})\b|(?:{_BEGINS}))", re.IGNORECASE)
"""Found in a text that names one, in English and the other languages that pages are in."""
