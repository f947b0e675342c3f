"""Who signs a comment, judged beside what it says: the name and the website's words.

A linear model of its own, over the same hashed features as the body's, because a name of two words
would be nothing beside a body of two hundred. It knows two things of a signature: whether it
advertises (`spam`) and whether it is rude (`toxicity`). Its log-odds are those at even chances, so
they add to the body's as evidence; a signature can raise a score and never lowers it, since
whoever spams can sign as anybody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.features import keys_of, pair_keys, pairs_up, word_key
from classifier.text.chunks import chunks_with_places
from classifier.text.fold import undressed
from classifier.text.remembered import remembered
from classifier.text.signing import said_by
from classifier.text.tokens import is_class, tokens_of
from classifier.types import Field, Scored, Signed, Span
from classifier.weights import Weights

CONTENT: Final = "signature"
"""Key of this model in a linear part; a bundle without it judges bodies only."""

JUDGED: Final = ("spam", "toxicity")
"""What a signature is judged for, in the order of its model's columns."""

RARE: Final = log(0.05 / 0.95)
"""Log-odds of a bad signature before it is read, where only the signature tells."""

ALONE: Final = log(0.9 / 0.1)
"""Log-odds that a signature alone leads to at most: it holds a comment, and rejects none."""

SAID: Final = 3.0
"""Log-odds of a name with a word that nobody is called, or that leads somewhere: even, alone."""

NUMBER: Final = "<phone>"
LONG_NUMBER: Final = 9
"""Digits of a number that people call, with signs before or between them: a date has 8."""

LEADS: Final = frozenset({"<url>", NUMBER})
"""Classes of what a name leads to that is an address or a number: it advertises."""

LEAST: Final = 0.05
"""Log-odds under which a stretch is not worth a person's look, as for bodies."""

LONGEST: Final = 400
"""Characters of a name, and of a website, that are read."""

LETTERS: Final = 3
"""Letters of a stretch of a name, if they are Latin ones, under which it tells nothing."""

COUNTS: Final = ("one", "two", "three", "many")
"""What a name's number of words is called among its features."""

KNOWN_TOKENS: Final = 16_384
KNOWN_SIGNATURES: Final = 4_096
"""Signatures remembered with what they say, since most comments are of people who write often."""

NOTHING: Final[Mapping[str, float]] = {}
_SCHEME: Final = re.compile(r"^\s*h(?:tt|xx)ps?:/*(?:www\.)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:\+|\(|(?<!\d)\d{1,4}[ ().-])[\d ().-]{6,20}\d")
_APART: Final = re.compile(r"[\W_]+")
_ADDRESS: Final = re.compile(r"h(?:tt|xx)ps?:|www\.|[^\W_]\.[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a signature with its tokens; places count code points of the field."""

    field: Field
    begin: int
    end: int
    tokens: tuple[str, ...]


def parts(signed: Signed) -> list[Part]:
    """Return the stretches of a signature: each chunk of the name, and the website as one.

    Initials, numbers and signs say nothing: what else they stand in does not make a reader so.
    """
    name, website = (each[:LONGEST] for each in signed)
    found = [
        Part("name", begin, end, _tokens_of(chunk) + _words_of(chunk))
        for chunk, begin, end in chunks_with_places(name)
        if _tells(undressed(chunk))
    ]
    found += [
        Part("name", *each.span(), (NUMBER,))
        for each in _NUMBER.finditer(name)
        if sum(map(str.isdigit, each[0])) >= LONG_NUMBER
    ]
    if found:
        found.append(Part("name", 0, len(name), _shape(name, website)))
    if website.strip():
        end = len(website)
        address = _SCHEME.sub("http://", website.strip())
        found.append(Part("website", 0, end, tokens_of(address) + _words(address)))
    return found


def _tells(chunk: str) -> bool:
    """Say whether a chunk of a name is more than initials, a number or signs."""
    letters = sum(map(str.isalpha, chunk))
    return letters >= LETTERS or (letters > 0 and not chunk.isascii())


def _shape(name: str, website: str) -> tuple[str, ...]:
    """Return classes of how a name is written, and of whether the website is called after it.

    Three words in small letters are seldom a person, whatever they are.
    """
    words = [undressed(chunk) for chunk in name.split() if any(map(str.isalpha, chunk))]
    count = COUNTS[min(len(words), len(COUNTS)) - 1] if words else "none"
    case = "low" if name.islower() else "up" if name.isupper() else "title"
    if case == "title" and not all(word[:1].isupper() for word in words):
        case = "mixed"
    host = _APART.sub("", _SCHEME.sub("", website).partition("/")[0].lower())
    long = [word.lower() for word in words if len(word) > LETTERS]
    inside = sum(word in host for word in long)
    called = "own" if long and inside == len(long) else "part" if inside else "other"
    found = (f"<name:{count}>", f"<name:{case}>", f"<name:{count}:{case}>")
    return (*found, f"<name:{called}:{count}>") if website.strip() else found


def _words_of(chunk: str) -> tuple[str, ...]:
    """Return the words of a chunk that is an address: as a class alone it would say little."""
    return _words(chunk) if _ADDRESS.search(chunk) else ()


def _words(address: str) -> tuple[str, ...]:
    """Return host and path of an address as words, its disguises undone."""
    spread = _APART.sub(" ", _SCHEME.sub("", address))
    return tuple(token for word in spread.split() for token in _tokens_of(word))


def keys(found: Sequence[Part]) -> list[int]:
    """Return the keys of a signature's features, each once."""
    keys = {key for part in found for token in part.tokens for key in _keys_of(token)}
    for field in ("name", "website"):
        keys.update(_pairs([part for part in found if part.field == field]))
    return sorted(keys)


def _pairs(found: Sequence[Part]) -> list[int]:
    words = [word_key(token) for part in found for token in part.tokens if pairs_up(token)]
    if len(words) < 2:  # noqa: PLR2004 - a pair
        return []
    row = np.array(words, dtype=np.uint64)
    pairs: list[int] = pair_keys(row[:-1], row[1:]).tolist()
    return pairs


@remembered(KNOWN_TOKENS)
def _tokens_of(chunk: str) -> tuple[str, ...]:
    return tokens_of(chunk)


@remembered(KNOWN_TOKENS)
def _keys_of(token: str) -> tuple[int, ...]:
    return tuple(keys_of(token))


def words_of(found: Sequence[Part]) -> int:
    """Return how many words a signature has, classes of addresses left out."""
    return sum(pairs_up(token) and not is_class(token) for part in found for token in part.tokens)


class Signatures:
    """Judges signatures. Safe to use from many threads."""

    __slots__ = ("_calibration", "_known", "_weights")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._weights: Final = Weights(content)
        self._calibration: Final[NDArray[np.float64]] = self._weights.calibration
        self._known: dict[Signed, Mapping[str, float]] = {}

    def evidence(self, signed: Sequence[Signed]) -> list[Mapping[str, float]]:
        """Return what each signature says: log-odds at even chances by label; nothing if none."""
        known = self._known
        if missing := [each for each in dict.fromkeys(signed) if each not in known]:
            # A fresh table once it is full: who writes often is soon in it again.
            if len(known) + len(missing) > KNOWN_SIGNATURES:
                missing, known = list(dict.fromkeys(signed)), {}
                self._known = known
            known.update(zip(missing, self._read(missing), strict=True))
        return [known[each] for each in signed]

    def _read(self, signed: Sequence[Signed]) -> list[Mapping[str, float]]:
        found = [parts(each) for each in signed]
        rows = self._weights.groups([keys(each) for each in found])
        return [
            _with_said(
                dict(zip(JUDGED, self._odds(row, words_of(each)), strict=True)), who[0], each
            )
            if each
            else NOTHING
            for who, each, row in zip(signed, found, rows, strict=True)
        ]

    def _odds(self, row: NDArray[np.float64], words: int) -> list[float]:
        slope, intercept, length = self._calibration
        odds: NDArray[np.float64] = slope * row[:-1] / sqrt(row[-1] + 1.0)
        told: list[float] = (odds + intercept + length * log1p(words)).tolist()
        return told

    def spans(self, signed: Signed) -> list[Span]:
        """Return the stretches of a signature that raise a label, each by its own features.

        A feature that several stretches share counts for the first.
        """
        found = parts(signed)
        size = self._weights.groups([keys(found)])[0, -1]
        seen: set[int] = set()
        spans = []
        for part in found:
            own = set(keys([part])) - seen
            seen |= own
            raised = self._weights.groups([sorted(own)])[0, :-1]
            raised = raised * self._calibration[0] / sqrt(size + 1.0)
            said = _said(signed[0][part.begin : part.end], part)
            spans += [
                Span(part.begin, part.end, label, max(weight, SAID * (label in said)), part.field)
                for label, weight in zip(JUDGED, raised.tolist(), strict=True)
                if weight > LEAST or label in said
            ]
        return spans


def _with_said(odds: dict[str, float], name: str, found: Sequence[Part]) -> Mapping[str, float]:
    """Return odds, at least `SAID` where the words of a name say so, whatever the model knows.

    What is rude is no certain advertising: `Fuck this site` and `Idiots run this website` have
    words that sell, and would have an honest text rejected, where a rude name only holds it.
    """
    said = {label for part in found for label in _said(name[part.begin : part.end], part)}
    told = {label: max(each, SAID) if label in said else each for label, each in odds.items()}
    if told["toxicity"] > 0:
        told["spam"] = min(told["spam"], SAID)
    return told


def _said(stretch: str, part: Part) -> Sequence[str]:
    """Return the labels of which a stretch of a name has words, `spam` if it leads somewhere."""
    if part.field != "name":
        return ()
    leads = not LEADS.isdisjoint(part.tokens)
    return (*said_by(stretch), *(("spam",) if leads else ()))


def with_signature(scored: Scored, evidence: Mapping[str, float]) -> Scored:
    """Return what a comment scores when its signature is weighed with its body."""
    if not evidence:
        return scored
    scores = raised(scored.scores, evidence)
    return Scored(scores, scored.language, scored.scores, evidence)


def raised(scores: Mapping[str, float], evidence: Mapping[str, float]) -> dict[str, float]:
    """Return a body's probabilities raised by the evidence of its signature.

    Advertising adds to what the body says: praise alone is nothing, praise signed by a casino is
    spam. A rude name is no worse under a rude text, so there the stronger of the two counts.
    """
    found = dict(scores)
    for label, odds in evidence.items():
        body = _odds_of(found[label])
        both = body + max(0.0, odds) if label == "spam" else body
        found[label] = _chance(max(both, min(odds + RARE, ALONE), body))
    return found


def _odds_of(chance: float) -> float:
    kept = min(max(chance, 1e-12), 1 - 1e-12)
    return log(kept / (1 - kept))


def _chance(odds: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(odds, -700.0), 700.0)))
