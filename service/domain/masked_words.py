"""Listed words that people write with signs over or between their letters: `f*ck`, `fu-ck`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

import ahocorasick

from service.domain.characters import MARKS, is_mark

_HIDDEN: Final = "\ue000"  # a letter that nobody sees; no text has it once it is in normal form
_STARS: Final = r"*#\u2022\u2217\u2605\u2606\u00d7\u25a0-\u25cf\u2588\u2591-\u2593"
# Neither what ends words and sentences of its own, nor apostrophes: `who're` is no other word.
_SIGN: Final = rf"(?:[^\w\s{MARKS}'\u2019/\\,;:()\[\]{{}}<>\"\u201c-\u201e\u00ab\u00bb]|_)"


def _masked(letter: str) -> re.Pattern[str]:
    """Return what finds masked words, from their beginning only: a text is gone through once."""
    return re.compile(
        rf"(?<!{letter})[^\W\d_](?:{letter}{{0,29}}(?:{_SIGN}{{1,6}}(?={letter})|[{_STARS}]{{1,6}}))"
        rf"{{1,6}}{letter}{{0,30}}"
    )


_MASKED: Final = _masked(rf"(?:[^\W_]|[{MARKS}])")  # vowels of India's languages are marks
_MASKED_ASCII: Final = _masked(r"[^\W_]")
_ENDS: Final = ".,;:!?()'\""  # what words end with is looked at once, and quickly
_ONE_SIGN: Final = re.compile(_SIGN)
_ONE_STAR: Final = re.compile(f"[{_STARS}]")
_SOFT: Final = re.compile(r"[-._~+=&@|\u2010-\u2015\u2026\u00b7]")
"""Signs that stand between words as well."""

_BEGIN_SENTENCES: Final = frozenset(
    (
        *("am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my"),
        *("no", "of", "oh", "ok", "on", "or", "so", "to", "up", "us", "we"),
    )
)
"""`The pen.is mine`: a full stop before one of these is one."""

_VOWELS: Final = frozenset(
    "aeiouyäöüáéíóúàèìòùâêîôû"
    "\u0430\u0435\u0451\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0456\u0457\u0454"
)
_SHORT: Final = 9  # what is longer and has a sign between two words is two words: `high-profile`
_LEAST: Final = 3  # letters of a word that is looked for
_LEAST_SEEN: Final = 2  # of `f***` too much is left to guess, but for a list with few that fit
_MOST_GUESSED: Final = 3
_GUESSED: Final = re.compile(r"[^\W\d_]\*{3,8}")
_MOST: Final = 30
_MOST_READINGS: Final = 3  # of `b*y` as a word of phrases
_MOST_FILLED: Final = 100  # masked words of one text: nobody means more, and each takes its time


def masked_in(form: str) -> set[str]:
    """Return the words of a text in normal form that have signs over or between their letters."""
    found: set[str] = set()
    masked = _MASKED_ASCII if form.isascii() else _MASKED
    for chunk in form.split():
        if not chunk.isalnum() and not (core := chunk.strip(_ENDS)).isalnum():
            found.update(each for each in masked.findall(core) if len(each) <= _MOST)
    return found


class MaskedWords:
    """Finds entries of one word in masked ones, each sign as any letter, or as none.

    `whole` are words with borders on both sides; `inside` those that are met in others too, with
    whether they are at the left, and at the right. Each with the entry that it is of. `phrases` are
    entries of several words.
    """

    def __init__(
        self,
        whole: Iterable[tuple[str, str]],
        inside: Iterable[tuple[str, str, bool, bool]],
        phrases: Iterable[str],
    ) -> None:
        words = tuple(whole)
        self._whole: Final = _trie((core, (entry,)) for core, entry in words)
        self._sharp: Final = _trie(
            (core.replace("ss", "s"), (entry,)) for core, entry in words if "ss" in core
        )  # one sign stands for an ß, as in `Schei*e`
        self._inside: Final = _trie((core, ((entry, *at),)) for core, entry, *at in inside)
        # In one order in every process: of many that fit some are taken.
        of_phrases = sorted({word for phrase in phrases for word in phrase.split(" ")})
        self._of_phrases: Final = _trie((word, (word,)) for word in of_phrases)

    def met(self, masked: Iterable[str]) -> Iterator[str]:
        """Yield the entries that masked words may be."""
        for word in masked:
            hidden = _ONE_SIGN.sub(_HIDDEN, word)
            if _SOFT.search(word):
                yield from self._by_vowel(hidden, _LEAST - 1 if "@" in word else _LEAST)
            elif tells(word):
                yield from self._whole_ones(hidden)
                yield from self._inside_ones(hidden)
            elif _GUESSED.fullmatch(word):
                yield from self._guessed(hidden)
            if _may_be_one(word):
                yield from self._whole.get(hidden.replace(_HIDDEN, ""), ())

    def filled(self, form: str) -> list[str]:
        """Return a text with words of phrases in the place of masked ones that may be these."""
        masked = sorted(filter(tells, masked_in(form)))[:_MOST_FILLED] if self._of_phrases else []
        words = {each: found for each in masked if (found := self._words_of_phrases(each))}
        if not words:
            return []
        most = max(map(len, words.values()))
        return [_MASKED.sub(partial(_nth, words, number), form) for number in range(most)]

    def _words_of_phrases(self, masked: str) -> list[str]:
        hidden = _ONE_SIGN.sub(_HIDDEN, masked)
        keys = self._of_phrases.keys(hidden, _HIDDEN, ahocorasick.MATCH_EXACT_LENGTH)
        return list(islice(keys, _MOST_READINGS))

    def _whole_ones(self, hidden: str) -> Iterator[str]:
        for each in (self._whole, self._sharp):
            for word in each.keys(hidden, _HIDDEN, ahocorasick.MATCH_EXACT_LENGTH):
                yield from each.get(word)

    def _guessed(self, hidden: str) -> Iterator[str]:
        """Yield what a word of one letter and stars is, where the list leaves little to guess."""
        keys = self._whole.keys(hidden, _HIDDEN, ahocorasick.MATCH_EXACT_LENGTH)
        found = list(islice(keys, _MOST_GUESSED + 1))
        if len(found) <= _MOST_GUESSED:
            for word in found:
                yield from self._whole.get(word)

    def _by_vowel(self, hidden: str, most: int) -> Iterator[str]:
        """Yield what a word is that has one sign for a vowel: `f-ck`, but not `e-mail`.

        With at most so many letters it is none.
        """
        before, _, behind = hidden.partition(_HIDDEN)
        apart = before[-1:] + behind[:1]
        if _HIDDEN in behind or len(hidden) <= most or not _VOWELS.isdisjoint(apart):
            return
        for word in self._whole.keys(hidden, _HIDDEN, ahocorasick.MATCH_EXACT_LENGTH):
            if word[len(before)] in _VOWELS:
                yield from self._whole.get(word)

    def _inside_ones(self, hidden: str) -> Iterator[str]:
        if not self._inside:
            return
        for at, first in enumerate(hidden):
            if first == _HIDDEN:
                continue
            for core in self._inside.keys(hidden[at:], _HIDDEN, ahocorasick.MATCH_AT_MOST_PREFIX):
                stretch = hidden[at : at + len(core)]
                if _HIDDEN not in stretch or len(stretch.replace(_HIDDEN, "")) < _LEAST_SEEN:
                    continue
                for entry, left, right in self._inside.get(core):
                    if (left or not at) and (right or at + len(core) == len(hidden)):
                        yield entry


def _nth(words: Mapping[str, Sequence[str]], number: int, masked: re.Match[str]) -> str:
    """Return the word of a number, or the last, that a masked one may be."""
    found = words.get(masked[0], (masked[0],))
    return found[min(number, len(found) - 1)]


def _trie(entries: Iterable[tuple[str, tuple[object, ...]]]) -> Any:
    trie: Any = ahocorasick.Automaton()
    for core, found in entries:
        if _LEAST <= len(core) <= _MOST and _is_of_letters(core):
            trie.add_word(core, (*trie.get(core, ()), *found))
    return trie


def _is_of_letters(core: str) -> bool:
    return core.isalpha() or all(each.isalpha() or is_mark(each) for each in core)


def tells(word: str) -> bool:
    """Say whether letters of a word are hidden, and enough is seen to tell which it may be.

    Not so where signs stand between words, and of one star behind it, which leads to a footnote.
    """
    if _SOFT.search(word):
        return False
    hidden = len(_ONE_SIGN.findall(word))
    seen = len(word) - hidden
    if hidden == 1 and _ONE_SIGN.match(word[-1]):
        return False
    return seen >= _LEAST_SEEN and (seen > _LEAST_SEEN or _ONE_STAR.search(word) is not None)


def _may_be_one(word: str) -> bool:
    """Say whether what signs part may be one word: no two sentences, nor words of their own."""
    before, stop, behind = word.rpartition(".")
    if len(word) <= _LEAST or (stop and before and behind in _BEGIN_SENTENCES):
        return False
    parts = [part for part in _ONE_SIGN.split(word) if part]
    is_short = len(parts) == 2 and len(word) <= _SHORT  # noqa: PLR2004 - two halves
    return is_short or not _SOFT.search(word) or any(map(_VOWELS.isdisjoint, parts))
