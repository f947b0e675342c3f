"""What a second opinion reads: a text's words without disguise, and the pieces of those words.

It reads what is left when people's addresses and numbers have become classes, so it sees no more of
a person than the linear model. An encoder of English reads the linear model's tokens, one of many
languages reads words as they are spelt: accents and capitals are part of how it knows them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from classifier.text.chunks import chunks
from classifier.text.emoji import SIGN, SPOKEN
from classifier.text.fold import undressed
from classifier.text.tokens import PHONE_DIGITS, is_class, tokens_of, with_classes

LONGEST: Final = 4_000
"""Characters that are read; what is longer is beyond the encoder anyway."""

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "<email>": "email",
        "<handle>": "@",
        "<url>": "link",
        "<url:short>": "short",
        "<url:messenger>": "messenger",
        "<url:known>": "known",
        "<url:other>": "",
        "<tld:plain>": "",
        "<tld:cheap>": "cheap",
        "<tld:land>": "",
        "<url:bare>": "",
        "<url:path>": "",
        "<url:query>": "",
        "<money>": "$",
        "<percent>": "percent",
        "<unit>": "number",
        "<phone>": "phone number",
    }
)
"""Classes as an encoder that was trained on plain English knows them; any other is a number."""

EDITION: Final = 2
"""Which way of reading this is: what an encoder said of a text that was read otherwise is not what
it says of it now."""

UNKNOWN: Final = "[UNK]"
LONGEST_WORD: Final = 100
WORD_BEGINS: Final = "\u2581"
"""What a unigram model's pieces have before them where a word begins."""

UNIGRAM_MARKS: Final = ("<s>", "</s>", "<unk>", "<pad>")
FAR: Final = 10.0
"""A letter that no piece has costs so much more than the rarest piece, as in SentencePiece."""

KNOWN_WORDS: Final = 16_384
_PART: Final = re.compile(r"\w+|[^\w\s]")
_UNDERSCORE: Final = re.compile(r"_|[^_]+")
_PHONE: Final = re.compile(r"[+(]*\d[\d\-().]{5,}\d")
_DIGITS: Final = re.compile(r"\d+")
_REPEATED: Final = re.compile(r"(.)\1\1+")


def reading(text: str) -> str:
    """Return what is read of a text: words in lower case with single spaces between them."""
    return " ".join(_words(text))


def _words(text: str) -> Iterator[str]:
    for chunk in chunks(text[:LONGEST]):
        for token in tokens_of(chunk):
            word = WORDS.get(token, "number") if is_class(token) else token
            if word:
                yield word


def plain(text: str) -> str:
    """Return what an encoder of many languages reads: words as they are spelt, in plain letters."""
    return " ".join(word for chunk in text[:LONGEST].split() for word in _plain_words(chunk))


def _plain_words(chunk: str) -> Iterator[str]:
    for part in with_classes(chunk).split():
        yield from (WORDS[part] if part in WORDS else _plain_word(part)).split()


def _plain_word(word: str) -> str:
    if not word.isascii():
        word = undressed(word)
    word = _DIGITS.sub("0", _PHONE.sub(_phone, word))
    word = _REPEATED.sub(r"\1\1", word)
    return word.lower() if len(word) > 1 and word.isupper() else word


def _phone(match: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in match[0])
    return f" {WORDS['<phone>']} " if digits >= PHONE_DIGITS else match[0]


class Reader(Protocol):
    """What turns a text into the numbers of an encoder's pieces; `marks` begin and end a text."""

    marks: tuple[int, int]

    def numbers(self, text: str) -> list[int]:
        """Return the pieces of a comment."""
        ...


def reader(vocabulary: str) -> Reader:
    """Return what reads for an encoder with this vocabulary, one piece a line.

    Where each piece has its log-probability after a tab it is a unigram model's, else BERT's.

    Raises:
        KeyError: it lacks one of the pieces that begin, end or stand for what is unknown.
        ValueError: what follows a tab is no number.
    """
    is_unigram = "\t" in vocabulary.partition("\n")[0]
    return Unigram(vocabulary) if is_unigram else Pieces(vocabulary)


class Pieces:
    """WordPiece: words to the numbers of the longest pieces that the vocabulary has.

    The algorithm is BERT's (Devlin et al. 2019); `vocabulary` is its `vocab.txt`, one piece a
    line, pieces inside a word with `##` before them.
    """

    __slots__ = ("_first", "_inside", "_unknown", "marks")

    def __init__(self, vocabulary: str) -> None:
        pieces = {piece: number for number, piece in enumerate(vocabulary.split("\n"))}
        self.marks = pieces["[CLS]"], pieces["[SEP]"]
        self._unknown: Final = pieces[UNKNOWN]
        self._first: Final = pieces
        self._inside: Final = {
            piece[2:]: number for piece, number in pieces.items() if piece.startswith("##")
        }

    def numbers(self, text: str) -> list[int]:
        """Return the pieces of a comment, by way of `reading`; emoji that it lacks as words."""
        found: list[int] = []
        spoken: set[str] = set()
        for word in _PART.findall(reading(text)):
            parts: Iterable[str] = _UNDERSCORE.findall(word) if "_" in word else (word,)
            if word not in self._first and SIGN.fullmatch(word):
                parts = () if word in spoken else SPOKEN.get(word, ())
                spoken.add(word)  # three of the same say no more than one
            for part in parts:
                found += self._pieces(part)
        return found

    def _pieces(self, word: str) -> list[int]:
        if (whole := self._first.get(word)) is not None:
            return [whole]
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        at = 0
        while at < len(word):
            known = self._inside if at else self._first
            for end in range(len(word), at, -1):
                if (number := known.get(word[at:end])) is not None:
                    found.append(number)
                    at = end
                    break
            else:
                return [self._unknown]
        return found


class Unigram:
    """Words to the numbers of their likeliest pieces under a unigram language model.

    Kudo, "Subword Regularization" (2018), section 3.2: the pieces of a word whose log-probabilities
    have the greatest sum, found by Viterbi's algorithm. Such models are XLM-R's and its heirs'.
    """

    __slots__ = ("_costly", "_cut", "_longest", "_pieces", "_scores", "_unknown", "marks")

    def __init__(self, vocabulary: str) -> None:
        lines = [line.partition("\t") for line in vocabulary.split("\n")]
        pieces = {piece: number for number, (piece, _, _) in enumerate(lines)}
        self._scores: Final = [float(score) for _, _, score in lines]
        # Marks are taken out: a text that spells one is cut like any other.
        begin, end, self._unknown, _ = (pieces.pop(mark) for mark in UNIGRAM_MARKS)
        self.marks = begin, end
        self._pieces: Final = pieces
        self._costly: Final = min(self._scores) - FAR
        self._longest: Final = max(map(len, self._pieces))
        self._cut: Final = lru_cache(KNOWN_WORDS)(self._likeliest)

    def numbers(self, text: str) -> list[int]:
        """Return the pieces of a comment, by way of `plain`."""
        found: list[int] = []
        for word in plain(text).split(" "):
            for at in range(0, len(word), LONGEST_WORD):
                found += self._cut((WORD_BEGINS if at == 0 else "") + word[at : at + LONGEST_WORD])
        return found

    def _likeliest(self, word: str) -> tuple[int, ...]:
        size = len(word)
        best = [0.0, *([-1e30] * size)]
        last = [(0, 0)] * (size + 1)  # the piece that ends here, and where it begins
        for begin in range(size):
            sure = best[begin]
            for end in range(begin + 1, min(size, begin + self._longest) + 1):
                number = self._pieces.get(word[begin:end])
                if number is not None and sure + self._scores[number] > best[end]:
                    best[end], last[end] = sure + self._scores[number], (number, begin)
            if sure + self._costly > best[begin + 1]:
                best[begin + 1], last[begin + 1] = sure + self._costly, (self._unknown, begin)
        found = []
        while size:
            number, size = last[size]
            found.append(number)
        return tuple(reversed(found))
