"""What somebody looks for: words, each wanted, and phrases in quotes; and where they stand."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

MOST_TERMS: Final = 20  # each is a condition of its own
_INVISIBLE: Final = frozenset({"Mn", "Me", "Cf"})
"""Categories of what is not looked at: marks on letters, and what has no width."""

_ALIKE: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02b9\u02bb\u02bc\u02bd\u05f3", "'")
    | dict.fromkeys("\u2010\u2013\u2014\u2212\u05be", "-")
    | dict.fromkeys("\u06a9\u06aa", "\u0643")
    | dict.fromkeys("\u06cc\u0649", "\u064a")
    | dict.fromkeys("\u06c0\u06d5\u06c1\u06be", "\u0647")
    | dict.fromkeys("\u2044\u2215", "/")
    | {"\u02ba": '"', "\u05f4": '"', "\u0640": ""}
    | dict(zip("\xf8\u0142\u0111\xf0\u0127\u0131", "olddhi", strict=True))
    | {"\xe6": "ae", "\u0153": "oe"}
)
"""What the index of words holds equal as well: dashes, apostrophes, letters with a stroke,
Persian's letters and Arabic's."""

_FRACTIONS: Final = frozenset(map(chr, (*range(0xBC, 0xBF), *range(0x2150, 0x2160), 0x2189)))
_QUOTES: Final = '"\u201c\u201d\u201e'
_ID: Final = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE
)
_TERM: Final = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]|(\S+)")


def terms(text: str) -> list[str]:
    """Return the words and phrases of a search, each once; what is beyond 20 is one phrase."""
    found = [phrase or word for phrase, word in _TERM.findall(text)]
    first, rest = found[: MOST_TERMS - 1], found[MOST_TERMS - 1 :]
    return list(dict.fromkeys([*first, " ".join(rest)] if rest else first))


@dataclass(frozen=True, slots=True)
class Named:
    """What a search may name a comment by: the website's own id of it, and the service's."""

    external_id: str
    id: UUID | None


def named(text: str) -> Named | None:
    """Return what a search may name a comment by: one word with a digit, or a link to a comment.

    None: it is no id, and what it says is looked for in texts alone.
    """
    word = text.strip()
    if len(word.split()) != 1 or not any(each.isdigit() for each in word):
        return None
    ids = _ID.findall(word)  # a link has the comment's last
    return Named(word, UUID(ids[-1]) if ids else None)


def is_findable(term: str) -> bool:
    """Say whether a term has anything that an index of words holds: a letter, a digit, a sign."""
    return any(each.isalnum() or unicodedata.category(each).startswith("S") for each in term)


def fold(text: str) -> tuple[str, list[int]]:
    """Return a text without case, accents, invisible characters and runs of blanks.

    With it, where in the text each of its characters comes from.
    """
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        # One and a half, and no eleven halves.
        apart = " " if character in _FRACTIONS and "".join(folded[-1:]).isdigit() else ""
        for each in apart + _folded(character):
            if each == " " and folded[-1:] == [" "]:
                continue
            folded.append(each)
            places.append(place)
    return "".join(folded), places


def places_of(text: str, sought: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the terms of a search stand in a text, in order; they may overlap."""
    if not sought:
        return []
    folded, places = fold(text)
    found = (
        (places[begin], _end(text, places[end - 1]))
        for term in sought
        for begin, end in _all(folded, fold(term)[0])
    )
    return sorted(set(found))


def _all(folded: str, term: str) -> Iterator[tuple[int, int]]:
    begin = folded.find(term) if term else -1
    while begin >= 0:
        yield begin, begin + len(term)
        begin = folded.find(term, begin + len(term))


def _end(text: str, last: int) -> int:
    """Where a match that ends with this character ends: with the marks that belong to it."""
    end = last + 1
    while end < len(text) and unicodedata.category(text[end]) in _INVISIBLE:
        end += 1
    return end


def _folded(seen: str) -> str:
    if seen.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", seen.casefold()).translate(_ALIKE)
    return "".join(each for each in plain if unicodedata.category(each) not in _INVISIBLE)
