"""What nobody says on a site but those whom its moderators reject: learnt from a handful of them.

Spam of a new kind that links nowhere repeats itself: a template, an offer, a story. Three to five
words in a row that five authors share whose comments were rejected, and that no honest comment has,
tell it apart long before anything can be fitted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Final
from uuid import UUID

from service.domain.masking import MASK
from service.domain.spelt import words_of
from service.domain.words import LONGEST_WORD

FEWEST: Final = 5
"""So many authors whose comments were rejected make a phrase of theirs known."""

LENGTHS: Final = (3, 4, 5)
"""Words in a row: of two words some are said by honest people sooner or later."""

HONEST: Final = 0.03
"""Of honest comments no more may say it, with 90 % confidence."""

ENOUGH: Final = round(log(0.1) / log(1 - HONEST))
"""Approved comments without the phrase by which that is known."""

_MOST: Final = 50
_WORDS_READ: Final = 150
_APART: Final = " \n "


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that was decided; settled is what a person decided, or what has long stood."""

    body: str
    name: str
    author: UUID
    submitted_at: datetime
    is_settled: bool


@dataclass(frozen=True, slots=True)
class LearntPhrase:
    """A phrase, and of how many authors comments that say it were rejected."""

    phrase: str
    rejected: int

    @property
    def told(self) -> str:
        """What was found, as a reason."""
        return (
            f"this site's moderators rejected all {self.rejected} comments that say “{self.phrase}”"
        )


def learnt(rejected: Sequence[Said], approved: Sequence[Said]) -> list[LearntPhrase]:
    """Return phrases that rejected comments share and no honest one has, the fewest for most.

    What the machine approved since the first of them came may be of their kind, and says nothing.
    """
    if len(approved) < ENOUGH:
        return []
    honest = [(each, _text(each)) for each in approved]
    found = []
    left = set(range(len(rejected)))
    for phrase, rows in _shared(rejected):
        own = {rejected[row].author for row in rows & left}
        first = min(rejected[row].submitted_at for row in rows)
        if len(own) >= FEWEST and not _is_said(phrase, honest, first):
            found.append(LearntPhrase(phrase, len({rejected[row].author for row in rows})))
            left -= rows
    return found


def _is_said(phrase: str, honest: Iterable[tuple[Said, str]], first: datetime) -> bool:
    return any(
        f" {phrase} " in text and (each.is_settled or each.submitted_at < first)
        for each, text in honest
    )


def _shared(rejected: Sequence[Said]) -> list[tuple[str, frozenset[int]]]:
    """Return phrases that enough authors share, with their comments, those of most first.

    Of phrases that the same comments have one stands for all, the longest.
    """
    said: dict[str, set[int]] = defaultdict(set)
    for row, each in enumerate(rejected):
        for phrase in _phrases(_text(each)):
            said[phrase].add(row)
    longest: dict[frozenset[int], str] = {}
    for phrase, rows in said.items():
        if len({rejected[row].author for row in rows}) >= FEWEST:
            key = frozenset(rows)
            longest[key] = max(longest.get(key, ""), phrase, key=lambda one: (len(one), one))
    pairs = [(phrase, rows) for rows, phrase in longest.items()]
    return sorted(pairs, key=lambda pair: (-len(pair[1]), -len(pair[0]), pair[0]))[:_MOST]


def _phrases(text: str) -> Iterable[str]:
    """Yield words in a row, each time from one stretch of a text."""
    for stretch in text.split(_APART):
        words = stretch.split()[:_WORDS_READ]
        for count in LENGTHS:
            for at in range(len(words) - count + 1):
                phrase = " ".join(words[at : at + count])
                if len(phrase) <= LONGEST_WORD:
                    yield phrase


def _text(one: Said) -> str:
    """Return the words of a comment as lists compare them; none goes on across a masked address."""
    parts = [part for text in (one.name, one.body) for part in text.split(MASK)]
    return f" {_APART.join(map(words_of, parts))} "


def met_in(name: str, body: str, known: Collection[LearntPhrase]) -> list[LearntPhrase]:
    """Return the phrases that a comment says."""
    text = " ".join(f" {words_of(each)} " for each in (name, body))
    return [each for each in known if f" {each.phrase} " in text]
