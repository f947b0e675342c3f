"""A site's lists of words: thousands of entries are looked for in one pass over a text.

An entry is compared in normal form. It is met as whole words where its script has borders between
words, anywhere where it has none (Han, kana, Thai); `*` stands for the rest of a word, and between
blanks for a whole one. An entry of signs, such as C++ or an emoji, is met as it stands.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Literal

import ahocorasick

from service.domain.characters import MARKS, is_mark
from service.domain.disguised_words import sound_alikes, spellings, writes_k
from service.domain.fields import Refused, text
from service.domain.masked_words import MaskedWords
from service.domain.normal_form import normal_form
from service.domain.spelt import APART, Spelt, words_in
from service.domain.word_borders import (
    WITHOUT_BORDERS,
    has_letters_at_ends,
    is_inside_emoji,
    is_inside_word,
    joins,
)

ListName = Literal["blocked", "held"]
"""What becomes of a comment with an entry of the list: it is rejected, or held for people."""

MOST_WORDS: Final = 100_000
"""Entries of one list: twice as many as the longest public ones have."""

LONGEST_WORD: Final = 100
_MOST_TOLD: Final = 10
_WILD: Final = "*"
_LEAST_WILD: Final = 2  # `*a*` would be met in nearly every comment
_REST: Final = "[^ ]{0,40}"  # bounded, so that a word of thousands of letters costs no more
_SPACES: Final = re.compile(r"\s+")
_LONE_AT_ENDS: Final = re.compile(
    r"^(?:\*+ )+|(?: \*+)+$"
)  # a word more, which nearly all texts have
_BETWEEN_WORDS: Final = re.compile(rf"[\w{MARKS}\s\-.,:;'\u2019/\\&*]*")
_PUNCTUATION: Final = frozenset(
    ".,:;!?'\"`()[]{}-/\u2010\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00ab\u00bb\u3001\u3002\u300c\u300d\u0964\u061f\u060c"
)

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
    if pattern.is_open and len(pattern.core) < _LEAST_WILD and not joins(pattern.core):
        raise Refused("needs two letters or more beside *, or nearly every comment has it")
    return entry


def read_words(raw: object) -> dict[str, str]:
    """Return entries, each once, with what is compared of each.

    Raises:
        Refused: there are none or too many, or some would be met nowhere or everywhere.
    """
    if not isinstance(raw, list | tuple) or len(raw) > MOST_WORDS:
        raise Refused(f"must be a list of at most {MOST_WORDS:,} words")
    forms: dict[str, str] = {}
    wrong: list[str] = []
    for number, word in enumerate(raw, 1):
        try:
            entry = read_word(word)
        except Refused as refusal:
            wrong.append(f"entry {number} {refusal}")
        else:
            forms.setdefault(form_of(entry), entry)
    if wrong:
        more = len(wrong) - _MOST_TOLD
        raise Refused("; ".join(wrong[:_MOST_TOLD]) + (f"; and {more:,} more" if more > 0 else ""))
    return {entry: form for form, entry in forms.items()}


def inside_words(entries: Iterable[str]) -> list[str]:
    """Return entries that are met inside words too: each between two `*`."""
    return [f"*{entry.strip(_WILD)}*" for entry in entries]


def form_of(entry: str) -> str:
    """Return what is compared of an entry: two of one form are met in the same texts."""
    return _SPACES.sub(" ", normal_form(entry)).strip()


class Words(tuple[str, ...]):  # noqa: SLOT001 - what is made of the entries is kept beside them
    """The entries of a list as people wrote them; what finds them is made once, when first used."""

    def met(self, spelt: Spelt) -> list[str]:
        """Return the entries that a text has, each once."""
        if not self:
            return []
        whole, alike, words, odd, signs, masked = self._finders
        met = (*whole.met(spelt.words), *words.met(spelt.words))
        met += (*odd.met(spelt.odd), *signs.met(spelt.signs))
        if (heard := list(alike.met(spelt.words))) and not writes_k(spelt.words.split()):
            met += (*heard,)
        filled = (words_in(text) for form in spelt.forms for text in masked.filled(form))
        phrases = (entry for text in filled for entry in whole.met(text))
        return list(dict.fromkeys((*met, *masked.met(sorted(spelt.masked)), *phrases)))

    @cached_property
    def _finders(
        self,
    ) -> "tuple[_WholeWords, _WholeWords, _Anywhere, _Anywhere, _Anywhere, MaskedWords]":
        patterns = [found for entry in self for found in _patterns(entry)]
        of_words = [each for each in patterns if each.is_words]
        whole = [each for each in of_words if each.is_whole]
        inside = [each for each in of_words if each.is_open and each.whole is None]
        return (
            _WholeWords(whole),
            _WholeWords(_alike(whole)),
            _Anywhere(each for each in of_words if not each.is_whole),
            _Anywhere(each for each in patterns if each.is_odd),
            _Anywhere(each for each in patterns if not (each.is_words or each.is_odd)),
            MaskedWords(
                ((each.core, each.entry) for each in whole),
                ((each.core, each.entry, each.open_left, each.open_right) for each in inside),
                (each.core for each in whole if " " in each.core),
            ),
        )


_NONE: Final = Words()


@dataclass(frozen=True, slots=True)
class Lists:
    """The two lists of a site."""

    blocked: Words = _NONE
    held: Words = _NONE

    def __len__(self) -> int:
        """Count the entries of both."""
        return len(self.blocked) + len(self.held)

    def make_ready(self) -> None:
        """Make what finds the entries, which takes a part of a second for ten thousands."""
        nothing = Spelt.of("")
        self.blocked.met(nothing)
        self.held.met(nothing)

    def met(self, *texts: str) -> tuple[tuple[ListName, str], ...]:
        """Return the entries that the texts of a comment have, with the list of each."""
        if not self:
            return ()
        spelt = Spelt.of(*texts)
        return (
            *(("blocked", entry) for entry in self.blocked.met(spelt)),
            *(("held", entry) for entry in self.held.met(spelt)),
        )


NO_LISTS: Final = Lists()


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
            and not WITHOUT_BORDERS.search(self.core)
        )

    @property
    def is_odd(self) -> bool:
        """Say whether it is met in what has signs between two blanks, and nowhere else."""
        one = self.whole is None and " " not in self.core
        return one and not self.is_words and not self.core.isalnum()

    def fits(self, among: str, begin: int) -> bool:
        """Say whether the entry is met in a text where its core begins."""
        end = begin + len(self.core)
        if self.whole is not None:
            match = self.whole.match(among, begin)
            if match is None:
                return False
            end = match.end()
        left = self.open_left or not (is_inside_word(among, begin) or is_inside_emoji(among, begin))
        right = self.open_right or not (is_inside_word(among, end) or is_inside_emoji(among, end))
        return left and right


class _WholeWords:
    """Finds entries of whole words: as many look-ups as a text has words, however many there are.

    Several times as fast as the automaton, which stops at each syllable that some entry is.
    """

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        # Tuples of strings, which the garbage collector leaves alone, as it does not lists.
        self._entries: Final[dict[str, tuple[str, ...]]] = {}
        # How many words entries have that begin with these two.
        self._lengths: Final[dict[tuple[str, str], tuple[int, ...]]] = {}
        for pattern in patterns:
            words = pattern.core.split(" ")
            those = self._entries.get(pattern.core, ())
            self._entries[pattern.core] = (*those, pattern.entry)
            if words[1:]:
                pair = words[0], words[1]
                self._lengths[pair] = tuple({*self._lengths.get(pair, ()), len(words)})

    def met(self, among: str) -> Iterator[str]:
        """Yield the entries that a text has."""
        if not among.isascii():
            among = WITHOUT_BORDERS.sub(APART, among)
        words = among.split(" ")
        if not self._entries.keys().isdisjoint(words):
            for word in filter(self._entries.__contains__, words):
                yield from self._entries[word]
        if not self._lengths or self._lengths.keys().isdisjoint(pairwise(words)):
            return
        for at, pair in enumerate(pairwise(words)):
            if pair in self._lengths:
                for length in self._lengths[pair]:
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
        self._is_foreign: Final = not any(map(str.isascii, of_core))

    def met(self, among: str) -> Iterator[str]:
        """Yield the entries that a text has, in the order that they end in."""
        if not self._automaton or (self._is_foreign and among.isascii()):
            return
        for last, (length, patterns) in self._automaton.iter(among):
            for pattern in patterns:
                if pattern.fits(among, last + 1 - length):
                    yield pattern.entry


def _patterns(entry: str) -> Iterator[_Pattern]:
    """Yield the ways in which an entry is met: `f*ck` in full, and where somebody wrote a star."""
    for spelt in spellings(entry):
        found = _pattern(spelt)
        if found is None:
            continue
        yield replace(found, entry=entry)
        if found.whole is not None:
            written = form_of(spelt).strip(_WILD)
            yield replace(found, entry=entry, core=written, is_words=False, whole=None)


def _alike(whole: Iterable[_Pattern]) -> Iterator[_Pattern]:
    """Yield what sounds like an entry that is one word and means nothing else on the list."""
    known = {each.core for each in whole}
    for each in whole:
        if each.core == form_of(each.entry) and " " not in each.core:
            for core in sound_alikes(each.core) - known:
                yield replace(each, core=core)


def _piece(between: str) -> str:
    """Return the words between two `*`, with a blank where they end a word: `buy * now`."""
    left, right = ("" if has_letters_at_ends(end) else " " for end in (between[0], between[-1]))
    words = words_in(between)
    return f"{left}{words}{right}" if words else " "


def _pattern(entry: str) -> _Pattern | None:
    """Return how an entry is met; None if there is nothing in it to meet."""
    normal = _LONE_AT_ENDS.sub("", form_of(entry))
    inner = normal.strip(_WILD)
    is_words = has_letters_at_ends(inner) and _BETWEEN_WORDS.fullmatch(inner) is not None
    pieces = [piece for piece in inner.split(_WILD) if piece]
    if all(is_mark(character) for piece in pieces for character in piece if character != " "):
        return None
    if is_words:
        pieces = list(map(_piece, pieces))
    return _Pattern(
        entry,
        core=pieces[0],
        is_words=is_words,
        open_left=normal.startswith(_WILD),
        open_right=normal.endswith(_WILD),
        whole=re.compile(_REST.join(map(re.escape, pieces))) if pieces[1:] else None,
    )
