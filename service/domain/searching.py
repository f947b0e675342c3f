"""What somebody looks for: words, each wanted, and phrases in quotes."""

import re
import unicodedata
from typing import Final

MOST_TERMS: Final = 20  # each is a condition of its own
_QUOTES: Final = '"\u201c\u201d\u201e'
_TERM: Final = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]|(\S+)")


def terms(text: str) -> list[str]:
    """Return the words and phrases of a search, each once; what is beyond 20 is one phrase."""
    found = [phrase or word for phrase, word in _TERM.findall(text)]
    first, rest = found[: MOST_TERMS - 1], found[MOST_TERMS - 1 :]
    return list(dict.fromkeys([*first, " ".join(rest)] if rest else first))


def is_findable(term: str) -> bool:
    """Say whether a term has anything that an index of words holds: a letter, a digit, a sign."""
    return any(each.isalnum() or unicodedata.category(each).startswith("S") for each in term)
