"""Words of short comments: what readers react with, and what may stand beside that."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_WORDS: Final[Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("reactions.toml").read_text("utf-8")
)
REACTS: Final = frozenset(_WORDS["english"].split())
"""Words that tell English, and mean nothing worse in another language."""

BESIDE: Final = frozenset(_WORDS["beside"].split())
"""Words that tell nothing by themselves."""

BORROWED: Final = frozenset(_WORDS["borrowed"].split())
"""Words of other languages that English spells with their accents."""

EVERYWHERE: Final = frozenset(_WORDS["everywhere"].split())
"""Words that are the same in every language."""

ELSEWHERE: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in _WORDS.items()
    if code not in {"english", "beside", "borrowed", "everywhere"}
}
"""Words that people react with in other languages, by language."""
