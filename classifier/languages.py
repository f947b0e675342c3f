"""Identifies a text's language from votes of its chunks: script first, then n-grams of Latin words.

The votes of Latin words are the log-probabilities of py3langid's model (a multinomial naive Bayes
over byte n-grams), kept for a few languages in the bundle, so that serving loads no second model.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.apart import APART, leads
from classifier.text.fold import fold
from classifier.text.names import has_small_word, is_half_usual
from classifier.text.reactions import BESIDE, ELSEWHERE, EVERYWHERE, REACTS
from classifier.text.scripts import (
    FOREIGN_WORD,
    LAST_LATIN,
    LATIN_SCRIPT,
    OF_A_SCRIPT,
    OF_SCRIPT,
    SCRIPTS,
    SHARING,
    accented,
    is_a_neighbours,
    is_face,
    is_foreign,
    script_of,
)
from classifier.text.tokens import MASK
from classifier.types import Prior
from classifier.weights import sum_groups

_NOT_LETTERS: Final = re.compile("[^a-z]+")
LONGEST: Final = 6
"""Bytes of the longest n-gram looked up."""

LATIN, LETTERS, SWORN_AT, PART_AT, REACTION_AT, STRANGE_AT, APART_AT = range(7)
_FIRST_SCRIPT: Final = 7
ENGLISH: Final = "en"
NOTHING_KNOWN: Final = Prior()
_SIGNS: Final = ".,!?:;…\"'()\u00ab\u00bb-\u2013\u2014"
WIDTH: Final = _FIRST_SCRIPT + len(SCRIPTS)
"""Columns of a chunk's votes before the languages': Latin letters, bytes voted, words that people
swear with in other languages than English, or that are spelt with letters which it lacks, letters
of words of other scripts, words that English reacts with, words that no reaction in English has,
what tells of another language than English (of a text in a row), each script."""

_PART: Final = 2.0
"""Letters of another script that make a part of a text which is in another language: the shortest
insults of Chinese and Korean have two. Those of alphabets, which formulas have too, count half."""

_OF_FEW: Final = frozenset({"CJK", "HANGUL", "KANA"})

MARGIN: Final = 0.55
"""Least lead of the best language over the next, per square root of a letter."""

CLEAR: Final = 2.5
"""Likewise, for scoring a text as another language than the usual one."""


SURE, SURER = 6.0, 0.5
"""Least lead of another language over a prior's, in log-odds, and per square root of a letter.

Nearly all of the usual English reactions in tests/classifier/test_languages.py stay English so, and
none of its texts in other languages is taken for English.
"""

_NO_WORDS: Final = re.compile(
    r"://|www\.|^[@#\[(]*[@#]\w|\w@\w|[a-z0-9]\.[a-z]{2,}/|[_={}<>\\$`|]|\(\)|::|->|;$|" + MASK,
    re.IGNORECASE,
)
"""Addresses, handles, tags and code: letters that are no words of a language."""

_INTERJECTION: Final = re.compile(
    r"(?:a?(?:ha|he|hi|hue|ja|ah)+h?|(?:b|mu|mw|w|bw)a+(?:ha)+h?|(?:l+o+)+l+|lmf?ao+|rofl|omg|wtf|ok(?:ay)?|bravo|wo+w|x+d+|ya+y|hm+"
    r"|super|amen|top|pff+|ok[ei]?|yo|hey|oh+|ah+|aha|rip|bingo|idem|bis|ciao|bye|hello|hi|mdr|gg"
    r"|cool|news|fakes?|clickbait|voil[aà]|touch[eé]|bon|app[eé]tit|adi[oó]s|vamos|ol[eé]|viva|mamma|mia"
    r"|meh|ditto|imho|smh|ikr|tbh|ftw|moin|servus|prima|je+(?:je)+|nö+|nah?)"
)
"""Interjections that people write in every language."""

_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")

# R.I.P. and U.S.A. are written so in every language.
_SHORTENED: Final = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\W*", re.ASCII)

SWORN: Final = 12.0
"""Votes, in log-odds, of a word that people swear with in a language: alone it outvotes a prior."""

_SWEARING: Final[Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "text" / "swearing.toml").read_text("utf-8")
)
_SWORN_ELSEWHERE: Final = frozenset(_SWEARING["none"].split())

_SHORT: Final = 5
"""Words of a text that may be nothing but a reaction."""

LEAST_REST: Final = 2
"""Letters of words that a text must have besides names, for these to tell its language."""


class Languages:
    """The languages that a bundle can tell apart, and the votes of a chunk for each."""

    __slots__ = ("_grams", "_sworn", "_votes", "codes", "width")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.codes: Final[tuple[str, ...]] = tuple(content["codes"])
        self.width: Final = WIDTH + len(self.codes)
        grams: list[bytes] = content["grams"].split(b"\n")
        self._grams: Final = {gram: number for number, gram in enumerate(grams)}
        each = SWORN * np.eye(len(self.codes), dtype=np.float16)
        self._votes: Final[NDArray[np.float16]] = np.vstack((content["votes"], each))
        self._sworn: Final = self._swearing(len(grams))

    def letters(self, chunk: str) -> tuple[list[float], list[int]]:
        """Return a chunk's letters by script, and the numbers of the n-grams that vote."""
        row = [0.0] * WIDTH
        written = chunk
        if not chunk.isascii() and max(chunk) > LAST_LATIN:
            # A disguise must not pass for another language.
            folded = fold(chunk)
            chunk = folded if folded.isascii() else chunk
        if _SHORTENED.fullmatch(chunk) or is_face(chunk):
            return row, []
        if _NO_WORDS.search(chunk):
            # Where words have no blanks between them, a sentence may hold an address or a sign.
            for character in filter(is_foreign, chunk):
                _count(character, row)
            return row, []
        is_name = chunk.istitle()
        chunk = chunk.lower()
        if chunk.isascii():
            latin = chunk if chunk.isalpha() else _NOT_LETTERS.sub(" ", chunk)
            row[LATIN] = len(latin) - latin.count(" ")
        else:
            latin = "".join(_count(character, row) for character in chunk)
            row[PART_AT] = sum(
                count if script in _OF_FEW else count / 2
                for script, count in zip(SCRIPTS, row[_FIRST_SCRIPT:], strict=True)
            )
        bare = chunk.strip(_SIGNS)
        if bare in _SWORN_ELSEWHERE or is_a_neighbours(bare, chunk):
            row[_FIRST_SCRIPT + SCRIPTS.index("other")] += FOREIGN_WORD
        sworn, grams = self._sworn.get(bare, []), list[int]()
        row[SWORN_AT] = (bool(sworn) or bare in _SWORN_ELSEWHERE) + accented(written)
        for word in map(_undrawn, latin.split()):
            if word not in EVERYWHERE and not _INTERJECTION.fullmatch(word):
                grams += self._grams_of(f" {word} ".encode())
                row[LETTERS] += len(word)
                row[REACTION_AT] += word in REACTS
                row[STRANGE_AT] += word not in REACTS and word not in BESIDE
        if is_name:  # or a word that begins a sentence: half as much of it counts
            row[LETTERS] /= 2
            return row, sworn + grams[::2]
        return row, sworn + grams

    def _swearing(self, first: int) -> dict[str, list[int]]:
        """Return the numbers of their votes, the first language's given, by word."""
        found: dict[str, list[int]] = {}
        for number, code in enumerate(self.codes, first):
            for word in _SWEARING.get(code, "").split():
                found.setdefault(word, []).append(number)
        return found

    def groups(self, groups: list[list[int]]) -> NDArray[np.float64]:
        """Return a row of votes a group of n-grams."""
        sizes = np.array([len(group) for group in groups])
        numbers = [number for group in groups for number in group]
        of_group = np.repeat(np.arange(len(groups)), sizes)
        rows = self._votes[numbers].astype(np.float64)
        return sum_groups(rows, of_group, len(groups))

    def leads(self, votes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each chunk tells each language more than English: see `apart`."""
        if ENGLISH not in self.codes:
            return np.zeros_like(votes)
        return leads(votes, self.codes.index(ENGLISH))

    def decide(self, row: list[float], prior: Prior = NOTHING_KNOWN) -> str | None:
        """Return the language of summed votes, or None where they do not tell.

        None too where they plainly tell another than somebody said: one of both is wrong; and where
        a part of the text is in another.
        """
        foreign = row[_FIRST_SCRIPT:WIDTH]
        if not row[LATIN] and not any(foreign):
            return ENGLISH  # emoji, numbers, links: nothing in it needs a language
        before = (prior.told,) if prior.told else prior.usual
        found = self._by_script(foreign, before) if sum(foreign) > row[LATIN] else None
        if found is None and sum(foreign) <= row[LATIN]:
            found = self._by_words(row, before)
            is_english = found == ENGLISH
            is_apart = row[SWORN_AT] >= 1 or row[APART_AT] >= APART
            if row[PART_AT] >= _PART or (is_english and is_apart):
                found = None  # the scores are of half of it
        return found if not prior.told or found in {None, prior.told} else None

    def may_err_by_names(self, found: str | None, row: Sequence[float], prior: Prior) -> bool:
        """Say whether only names may speak against the languages that a text was expected in.

        `found` is what summed votes decided. Not where a word is sworn with, or a part or most of
        the text is of another script.
        """
        if found in _expected(prior) or row[SWORN_AT] >= 1 or row[PART_AT] >= _PART:
            return False
        return row[LATIN] > sum(row[_FIRST_SCRIPT:WIDTH])

    def by_reaction(self, text: str, prior: Prior) -> str | None:
        """Return the expected language in which a short text is nothing but what people react with.

        N-grams of one or two words are no evidence against it: `Dito`, `Quelle?`, `Evet`.
        """
        words = [word for each in text.lower().split() if (word := each.strip(_SIGNS))]
        if not 0 < len(words) <= _SHORT:
            return None
        usual = (code for code in _expected(prior) if code in ELSEWHERE)
        return next((code for code in usual if ELSEWHERE[code].issuperset(words)), None)

    def by_rest(self, rest: str, row: list[float], prior: Prior) -> str | None:
        """Return the expected language that what a text says besides names is in, if it tells one.

        `row` are the summed votes of `rest`. For English it must speak by itself, or half of it be
        words that are usual there: a site's languages alone would have a lone word be any of them.
        Reactions that other languages borrow say nothing of the nouns beside them, unless English
        is expected or a small word of its own stands among them.
        """
        if row[LETTERS] < LEAST_REST:
            return None
        found, is_expected = self.decide(row, prior), bool(prior.told or prior.usual)
        if not is_expected and not has_small_word(rest) and _is_reaction(row):
            return None
        speaks = found != ENGLISH or self.decide(row) == ENGLISH or is_half_usual(rest)
        return found if speaks and found in _expected(prior) else None

    def _by_script(self, foreign: list[float], before: Collection[str]) -> str | None:
        most = max(foreign)
        script = SCRIPTS[foreign.index(most)]
        if foreign[SCRIPTS.index("KANA")] > 0 and script == "CJK":
            script = "KANA"
        found = OF_SCRIPT.get(script)
        if found is None:  # of a script that is not told apart, or a neighbour's letters
            others = (code for code in before if code not in self.codes)
            return next((code for code in others if code not in OF_SCRIPT.values()), None)
        sharing = SHARING.get(found, frozenset())
        if found in before:
            return found
        return next((code for code in before if code in sharing), found)

    def _by_words(self, row: list[float], before: Collection[str]) -> str | None:
        if (not before or ENGLISH in before) and _is_reaction(row):
            return ENGLISH
        votes = row[WIDTH:]
        second, best = sorted(votes)[-2:]
        code, letters = self.codes[votes.index(best)], sqrt(row[LETTERS])
        known = {each: votes[self.codes.index(each)] for each in before if each in self.codes}
        usual = max(known, key=lambda each: known[each], default=None)
        if usual is not None and best - known[usual] < SURE + SURER * letters:
            return usual
        # A language that has no votes here cannot be spoken for: who names one is believed.
        unheard = [each for each in before if each not in self.codes and each not in OF_A_SCRIPT]
        if unheard and usual is None:
            return unheard[0]
        is_told = row[LETTERS] > 0 and best - second >= MARGIN * letters
        return code if is_told else None

    def nearest(self, row: list[float], among: Collection[str], usual: str) -> str:
        """Return which of some languages a text in a neighbour of theirs is scored as.

        It is the one with most of the summed votes of Latin words, if its lead over the usual one
        is clear: short texts of the usual language are taken for all sorts of others.
        """
        votes = dict(zip(self.codes, row[WIDTH:], strict=True))
        lead = CLEAR * sqrt(row[LETTERS])
        known = [code for code in votes.keys() & among if votes[code] > votes[usual] + lead]
        return max(known, key=lambda code: votes[code], default=usual)

    def _grams_of(self, raw: bytes) -> list[int]:
        """Return the longest known n-gram that ends at each byte of a word."""
        get = self._grams.get
        found = []
        for end in range(1, len(raw) + 1):
            for begin in range(max(0, end - LONGEST), end):
                number = get(raw[begin:end])
                if number is not None:
                    found.append(number)
                    break
        return found


def _expected(prior: Prior) -> Collection[str]:
    """Return the languages that a text may be expected in: English where nothing is known."""
    return (prior.told,) if prior.told else prior.usual or (ENGLISH,)


def _is_reaction(row: Sequence[float]) -> bool:
    """Say whether a text is one that needs no votes: what everybody writes, or all of it English.

    "lol" is no language's, and "Great tutorial!" is too short for n-grams. A word besides that is
    not known to be harmless leaves it to them, and so does one of another script.
    """
    if row[SWORN_AT] >= 1 or any(row[_FIRST_SCRIPT:WIDTH]):
        return False
    if row[LATIN] <= 1:  # one letter is a sign, and no word
        return True
    if row[STRANGE_AT]:
        return False
    return row[REACTION_AT] > 0 or not row[LETTERS]


def _undrawn(word: str) -> str:
    """Return a word without the letters that draw it out, if it then is a usual one: `niiice`."""
    if not _DRAWN_OUT.search(word):
        return word
    plain = (_DRAWN_OUT.sub(kept, word) for kept in (r"\1", r"\1\1"))
    return next((each for each in plain if each in REACTS or each in BESIDE), word)


def _count(character: str, row: list[float]) -> str:
    """Count a letter by its script; return it if it is Latin, else a space."""
    if character.isascii():
        row[LATIN] += character.isalpha()
        return character if character.isalpha() else " "
    if not character.isalpha():
        return " "
    script, letters = script_of(character)
    if script == LATIN_SCRIPT:
        row[LATIN] += 1
        return character
    row[_FIRST_SCRIPT + SCRIPTS.index(script)] += letters
    return " "
