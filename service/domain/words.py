"""A site's lists of words: thousands of entries are looked for in one pass over a text.

An entry is compared in normal form. It is met as whole words where its script has borders between
words, anywhere where it has none (Han, kana, Thai); `*` stands for the rest of a word. An entry of
signs, such as C++ or an emoji, is met as it stands.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import ahocorasick

from service.domain.characters import MARKS, is_mark
from service.domain.fields import Refused, text
from service.domain.normal_form import normal_form

MOST_WORDS: Final = 100_000
"""Entries of one list: twice as many as the longest public ones have."""

LONGEST_WORD: Final = 100
_WILD: Final = "*"
_LEAST_WILD: Final = 2  # `*a*` would be met in nearly every comment
_REST: Final = "[^ ]{0,40}"  # bounded, so that a word of thousands of letters costs no more
_LETTER: Final = re.compile(rf"[^\W_]|[{MARKS}]")
_BREAK: Final = re.compile(rf"(?:[^\w{MARKS}]|_)+")
_ASCII_BREAK: Final = re.compile(r"[\W_]+", re.ASCII)
_SPACES: Final = re.compile(r"\s+")
_BETWEEN_WORDS: Final = re.compile(rf"[\w{MARKS}\s\-.,:;'\u2019/\\&*]*")
_WITHOUT_BORDERS: Final = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_PUNCTUATION: Final = frozenset(
    ".,:;!?'\"`()[]{}-/\u2010\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00ab\u00bb\u3001\u3002\u300c\u300d\u0964\u061f\u060c"
)
_APART: Final = " \n "  # no entry has it: none is met half in a name and half in a body

_read: Final = text(1, LONGEST_WORD, one_line=True)


def read_word(raw: object) -> str:
    """Return an entry of a list.

    Raises:
        Refused: it is none, or would be met nowhere or everywhere.
    """
    entry = _read(raw)
    pattern = _pattern(entry)
    if pattern is None:
        raise Refused("must have a letter, a digit or a sign that can be seen")
    if pattern.core in _PUNCTUATION or pattern.core == "...":
        raise Refused("is a mark that nearly every comment has; add what stands beside it")
    if pattern.is_open and len(pattern.core) < _LEAST_WILD and not _joins(pattern.core):
        raise Refused("needs two letters or more beside *, or nearly every comment has it")
    return entry


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text as lists see it: its words with single spaces between them, and all of its signs."""

    words: str
    signs: str

    @classmethod
    def of(cls, *texts: str) -> "Spelt":
        """Return the two forms of the texts that belong to one comment."""
        normal = [normal_form(each) for each in texts]
        words = _APART.join(map(_words_of, normal))
        return cls(words, _APART.join(_SPACES.sub(" ", each) for each in normal))


def _words_of(normal: str) -> str:
    return (_ASCII_BREAK if normal.isascii() else _BREAK).sub(" ", normal)


class Words(tuple[str, ...]):  # noqa: SLOT001 - what is made of the entries is kept beside them
    """The entries of a list as people wrote them; what finds them is made once, when first used."""

    def met(self, spelt: Spelt) -> list[str]:
        """Return the entries that a text has, each once."""
        whole, words, signs = self._finders
        met = (*whole.met(spelt.words), *words.met(spelt.words), *signs.met(spelt.signs))
        return list(dict.fromkeys(met))

    @cached_property
    def _finders(self) -> "tuple[_WholeWords, _Anywhere, _Anywhere]":
        patterns = [found for entry in self for found in _patterns(entry)]
        of_words = [each for each in patterns if each.is_words]
        return (
            _WholeWords(each for each in of_words if each.is_whole),
            _Anywhere(each for each in of_words if not each.is_whole),
            _Anywhere(each for each in patterns if not each.is_words),
        )


def as_words(entries: Iterable[str]) -> Words:
    """Return entries that have been read before as a list."""
    return entries if isinstance(entries, Words) else Words(entries)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How one entry is met: in which form of the text, and at which ends a word may go on.

    `whole` is for an entry with `*` inside: what begins with `core` and is met in full.
    """

    entry: str
    core: str
    is_words: bool
    open_left: bool
    open_right: bool
    whole: re.Pattern[str] | None

    @property
    def is_open(self) -> bool:
        """Say whether the entry is met inside of words."""
        return self.open_left or self.open_right

    @property
    def is_whole(self) -> bool:
        """Say whether the entry is words with borders, and nothing open between or around them."""
        return (
            self.is_words
            and not self.is_open
            and self.whole is None
            and not _WITHOUT_BORDERS.search(self.core)
        )

    def fits(self, among: str, begin: int) -> bool:
        """Say whether the entry is met in a text where its core begins."""
        end = begin + len(self.core)
        if self.whole is not None:
            match = self.whole.match(among, begin)
            if match is None:
                return False
            end = match.end()
        left = self.open_left or not _inside_word(among, begin)
        return left and (self.open_right or not _inside_word(among, end))


class _WholeWords:
    """Finds entries of whole words: as many look-ups as a text has words, however many there are.

    Several times as fast as the automaton, which stops at each syllable that some entry is.
    """

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        self._entries: Final[defaultdict[str, list[str]]] = defaultdict(list)
        self._lengths: Final[defaultdict[str, set[int]]] = defaultdict(set)  # by first two words
        for pattern in patterns:
            words = pattern.core.split(" ")
            self._entries[pattern.core].append(pattern.entry)
            if words[1:]:
                self._lengths[" ".join(words[:2])].add(len(words))

    def met(self, among: str) -> Iterator[str]:
        """Yield the entries that a text has."""
        if not among.isascii():
            among = _WITHOUT_BORDERS.sub(_APART, among)
        words = among.split(" ")
        for word in self._entries.keys() & set(words):
            yield from self._entries[word]
        pairs = list(map(" ".join, pairwise(words)))
        if self._lengths.keys().isdisjoint(pairs):
            return
        for at, pair in enumerate(pairs):
            for length in self._lengths.get(pair, ()):
                yield from self._entries.get(" ".join(words[at : at + length]), ())


class _Anywhere:
    """Finds the cores of entries in one pass (Aho and Corasick 1975), however many there are."""

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        of_core: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for pattern in patterns:
            of_core[pattern.core].append(pattern)
        self._automaton: Any = ahocorasick.Automaton()
        for core, those in of_core.items():
            self._automaton.add_word(core, (len(core), those))
        if of_core:
            self._automaton.make_automaton()

    def met(self, among: str) -> Iterator[str]:
        """Yield the entries that a text has, in the order that they end in."""
        if not self._automaton:
            return
        for last, (length, patterns) in self._automaton.iter(among):
            for pattern in patterns:
                if pattern.fits(among, last + 1 - length):
                    yield pattern.entry


def _patterns(entry: str) -> Iterator[_Pattern]:
    """Yield the ways in which an entry is met: `f*ck` in full, and where somebody wrote a star."""
    found = _pattern(entry)
    if found is None:
        return
    yield found
    if found.whole is not None:
        written = _SPACES.sub(" ", normal_form(entry)).strip().strip(_WILD)
        yield replace(found, core=written, is_words=False, whole=None)


def _pattern(entry: str) -> _Pattern | None:
    """Return how an entry is met; None if there is nothing in it to meet."""
    normal = _SPACES.sub(" ", normal_form(entry)).strip()
    inner = normal.strip(_WILD)
    is_words = _has_letters_at_ends(inner) and _BETWEEN_WORDS.fullmatch(inner) is not None
    pieces = [piece for piece in inner.split(_WILD) if piece]
    if not any(piece.strip() for piece in pieces):
        return None
    if is_words:
        pieces = list(map(_words_of, pieces))
    return _Pattern(
        entry,
        core=pieces[0],
        is_words=is_words,
        open_left=normal.startswith(_WILD),
        open_right=normal.endswith(_WILD),
        whole=re.compile(_REST.join(map(re.escape, pieces))) if pieces[1:] else None,
    )


def _has_letters_at_ends(inner: str) -> bool:
    return bool(inner) and all(_LETTER.match(end) for end in (inner[0], inner[-1]))


def _inside_word(among: str, at: int) -> bool:
    """Say whether a place is within a word, or between a letter and its mark."""
    if not 0 < at < len(among):
        return False
    before, behind = among[at - 1], among[at]
    if not behind.isascii() and is_mark(behind):
        return True
    return bool(_LETTER.match(before) and _LETTER.match(behind)) and not (
        _joins(before) or _joins(behind)
    )


def _joins(characters: str) -> bool:
    """Say whether a text begins in a script that has no borders between words."""
    return _WITHOUT_BORDERS.match(characters) is not None
