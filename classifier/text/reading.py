"""What the second opinion reads: the linear model's tokens as plain words, and their pieces.

It reads what is left when disguises are undone and people's addresses and numbers have become
classes, so it neither sees more of a person nor is fooled by more than the linear model.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from classifier.text.chunks import chunks
from classifier.text.tokens import is_class, tokens_of

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

UNKNOWN: Final = "[UNK]"
LONGEST_WORD: Final = 100
_PART: Final = re.compile(r"\w+|[^\w\s]")
_UNDERSCORE: Final = re.compile(r"_|[^_]+")


def reading(text: str) -> str:
    """Return what is read of a text: words in lower case with single spaces between them."""
    return " ".join(_words(text))


def _words(text: str) -> Iterator[str]:
    for chunk in chunks(text[:LONGEST]):
        for token in tokens_of(chunk):
            word = WORDS.get(token, "number") if is_class(token) else token
            if word:
                yield word


class Pieces:
    """WordPiece: words to the numbers of the longest pieces that the vocabulary has.

    The algorithm is BERT's (Devlin et al. 2019); `vocabulary` is its `vocab.txt`, one piece a
    line, pieces inside a word with `##` before them.
    """

    __slots__ = ("_first", "_inside", "_unknown")

    def __init__(self, vocabulary: str) -> None:
        pieces = {piece: number for number, piece in enumerate(vocabulary.split("\n"))}
        self._unknown: Final = pieces[UNKNOWN]
        self._first: Final = pieces
        self._inside: Final = {
            piece[2:]: number for piece, number in pieces.items() if piece.startswith("##")
        }

    def numbers(self, text: str) -> list[int]:
        """Return the pieces of a text that `reading` gave."""
        found: list[int] = []
        for word in _PART.findall(text):
            for part in _UNDERSCORE.findall(word) if "_" in word else (word,):
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
