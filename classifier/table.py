"""The rows that texts are added up from, kept as they are met: of chunks, and of pairs of words.

A table is filled by one thread at a time and read by any, without a lock: a number is published
when its row is complete, and no row is ever changed.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

CAPACITY: Final = 60_000
"""Rows of a table, each of about 0.4 kB; there are two tables."""

PAIRS: Final = 120_000
"""Pairs of chunks that a table knows, most of which add nothing."""

LETTERS: Final = 2_000_000
"""Letters of a table's chunks, of at most 4 bytes: where writing has no blanks a chunk is long."""

NOTHING: Final = 0
"""Number of the row of zeros: that of a pair which the model does not know."""


class Table:
    """Rows by number; `numbers` has those of chunks, `pairs` those of pairs by their chunks'.

    `first` and `last` are the keys of a chunk's first and last word, 0 where it has none.
    """

    __slots__ = (
        "_capacity",
        "_features",
        "_letters",
        "_wordless",
        "first",
        "last",
        "numbers",
        "pairs",
        "rows",
    )

    def __init__(self, width: int, capacity: int = CAPACITY) -> None:
        self.numbers: dict[str, int] = {}
        self.pairs: dict[tuple[int, int], int] = {}
        self.rows: NDArray[np.float64] = np.zeros((capacity, width))
        self.first: NDArray[np.uint64] = np.zeros(capacity, dtype=np.uint64)
        self.last: NDArray[np.uint64] = np.zeros(capacity, dtype=np.uint64)
        self._capacity: Final = capacity
        self._features: dict[int, int] = {}  # of the model, those that pairs are, to their rows
        self._wordless: set[int] = set()
        self._letters = 0

    def without_pairs(self) -> "Table":
        """Return what is worth keeping when a new table begins: the same chunks and rows."""
        kept = Table(self.rows.shape[1], 0)
        kept.numbers, kept.rows = self.numbers, self.rows
        kept.first, kept.last = self.first, self.last
        return kept

    def has_room(self, chunks: Collection[str], pairs: int) -> bool:
        """Say whether these chunks and so many more pairs fit in."""
        rows = 1 + len(self.numbers) + len(self._features) + len(chunks) + pairs
        fit = rows <= self._capacity and len(self.pairs) + pairs <= PAIRS
        return fit and self._letters + sum(map(len, chunks)) <= LETTERS

    def added_up(self, chunks: Sequence[str]) -> set[int] | None:
        """Return the numbers of the rows that a text of these chunks adds up, each once.

        None: something of it is not in the table yet.
        """
        try:
            numbers = list(map(self.numbers.__getitem__, chunks))
            pairs = list(map(self.pairs.__getitem__, pairwise(self._with_words(numbers))))
        except KeyError:
            return None
        return {*numbers, *pairs}

    def unknown_pairs(self, chunks: Sequence[str]) -> set[tuple[int, int]]:
        """Return the pairs of a text's known chunks that are not in the table yet."""
        words = self._with_words(list(map(self.numbers.__getitem__, chunks)))
        return {*pairwise(words)}.difference(self.pairs)

    def add_chunks(
        self,
        chunks: Collection[str],
        rows: NDArray[np.float64],
        first: NDArray[np.uint64],
        last: NDArray[np.uint64],
    ) -> None:
        """Add chunks, with a row and the keys of the first and last word of each."""
        at = self._next()
        end = at + len(chunks)
        self.rows[at:end], self.first[at:end], self.last[at:end] = rows, first, last
        self._wordless.update((np.flatnonzero(first == 0) + at).tolist())
        self.numbers.update(zip(chunks, range(at, end), strict=True))
        self._letters += sum(map(len, chunks))

    def take(self, other: "Table", chunks: Collection[str]) -> None:
        """Add chunks as another table has them."""
        there = [other.numbers[chunk] for chunk in chunks]
        self.add_chunks(chunks, other.rows[there], other.first[there], other.last[there])

    def new_features(self, features: Collection[int]) -> list[int]:
        """Return which features of the model have no row here, each once."""
        return [each for each in dict.fromkeys(features) if each not in self._features]

    def add_features(self, features: Sequence[int], rows: NDArray[np.float64]) -> None:
        """Add features that pairs are, with a row each that may lack the last columns."""
        at = self._next()
        self.rows[at : at + len(features), : rows.shape[1]] = rows
        self._features.update(zip(features, range(at, at + len(features)), strict=True))

    def add_pairs(self, pairs: Sequence[tuple[int, int]], features: Sequence[int | None]) -> None:
        """Add pairs, with the feature that each is, or None; those have rows by now."""
        rows = (NOTHING if each is None else self._features[each] for each in features)
        self.pairs.update(zip(pairs, rows, strict=True))

    def _next(self) -> int:
        return 1 + len(self.numbers) + len(self._features)

    def _with_words(self, numbers: list[int]) -> list[int]:
        """Leave out the chunks that have no words: pairs reach over them."""
        if self._wordless.isdisjoint(numbers):
            return numbers
        return [number for number in numbers if number not in self._wordless]
