"""The serving scorer: each distinct chunk of text is looked up once, then only summed.

A linear model's score is a sum over features, so what a chunk adds to every label is one row of
numbers. Rows live in a table that is filled as chunks are met and started anew when full.
"""

from collections.abc import Mapping
from math import exp, log1p, sqrt
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.features import pair_keys, pairs_up, word_key
from classifier.languages import Languages
from classifier.text.chunks import RUN, is_single, join_spaced
from classifier.text.tokens import tokens_of
from classifier.types import Scored
from classifier.weights import Weights

CAPACITY: Final = 40_000
"""Chunks remembered; a chunk costs about 0.5 kB."""


class _Table:
    """Rows of the chunks met so far. Filled under a lock, read without one, never emptied."""

    __slots__ = ("first", "index", "last", "rows")

    def __init__(self, width: int, capacity: int = CAPACITY) -> None:
        self.index: Final[dict[str, int]] = {}
        self.rows: Final = np.zeros((capacity, width))
        self.first: Final = np.zeros(capacity, dtype=np.uint64)
        self.last: Final = np.zeros(capacity, dtype=np.uint64)


class Scorer:
    """Scores texts by summing rows. Safe to use from many threads."""

    __slots__ = ("_languages", "_lock", "_singles", "_table", "_weights", "_width", "labels")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._weights: Final = Weights(content)
        self._languages: Final = Languages(content["language"])
        self.labels: Final = self._weights.labels
        self._singles: Final = len(self.labels) + 2
        self._width: Final = len(self.labels) + 3 + self._languages.width
        self._table = _Table(self._width)
        self._lock: Final = Lock()

    def score(self, text: str, language: str | None = None) -> Scored:
        """Score one text; a given `language` is believed."""
        total = self.total(text)
        decision = self.log_odds(total).tolist()
        scores = {
            label: _sigmoid(value) for label, value in zip(self.labels, decision, strict=True)
        }
        found = language or self._languages.decide(total[self._singles + 1 :])
        return Scored(scores, found)

    def total(self, text: str) -> NDArray[np.float64]:
        """Return the sums of a text: labels, size, words, lone letters, votes on the language."""
        found = text.lower().split() if text.isascii() else text.split()
        total = self._sum(found)
        if total[self._singles] >= RUN:
            joined = join_spaced(found)
            if len(joined) != len(found):
                return self._sum(joined)
        return total

    def log_odds(self, total: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated log-odds of each label."""
        count = len(self.labels)
        slope, intercept, length = self._weights.calibration
        raw = total[:count] / sqrt(total[count] + 1.0)
        decided: NDArray[np.float64] = slope * raw + intercept + length * log1p(total[count + 1])
        return decided

    def slope(self, text: str) -> NDArray[np.float64]:
        """Return what one unit of raw sum is worth in a text's log-odds, per label."""
        slope: NDArray[np.float64] = self._weights.calibration[0]
        return slope / sqrt(self.total(text)[len(self.labels)] + 1.0)

    def base(self, text: str) -> NDArray[np.float64]:
        """Return the part of a text's log-odds that no stretch of it is responsible for."""
        _, intercept, length = self._weights.calibration
        base: NDArray[np.float64] = intercept + length * log1p(
            self.total(text)[len(self.labels) + 1]
        )
        return base

    def pair(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the raw sums of pairs of words, without their size."""
        return self._weights.total(keys)[:-1]

    def _sum(self, found: list[str]) -> NDArray[np.float64]:
        if not found:
            return np.zeros(self._width)
        table = self._table
        get = table.index.get
        numbers = [get(chunk, -1) for chunk in found]
        if -1 in numbers:
            table, numbers = self._learn(found)
        at = np.array(numbers)
        total: NDArray[np.float64] = table.rows.take(at, 0).sum(0)
        first, last = table.first.take(at), table.last.take(at)
        words = first != 0
        if not words.all():
            first, last = first[words], last[words]
        total[: len(self.labels) + 1] += self._weights.total(pair_keys(last[:-1], first[1:]))
        return total

    def _learn(self, found: list[str]) -> tuple[_Table, list[int]]:
        """Look up the chunks that are not in the table; start a new table when it is full."""
        with self._lock:
            table = self._table
            missing = [chunk for chunk in dict.fromkeys(found) if chunk not in table.index]
            if len(table.index) + len(missing) > CAPACITY:
                missing = list(dict.fromkeys(found))
                table = _Table(self._width, max(CAPACITY, len(missing)))
            for chunk in missing:
                self._add(table, chunk)
            self._table = table
        return table, [table.index[chunk] for chunk in found]

    def _add(self, table: _Table, chunk: str) -> None:
        """Write a chunk's row; its number is published last, when the row is complete."""
        at = len(table.index)
        row, words = self.chunk(chunk)
        table.rows[at] = row
        if words:
            table.first[at], table.last[at] = words[0], words[-1]
        table.index[chunk] = at

    def chunk(self, chunk: str) -> tuple[NDArray[np.float64], list[int]]:
        """Return what one chunk adds, and the keys of its words."""
        count = len(self.labels)
        tokens = tokens_of(chunk)
        row = np.zeros(self._width)
        for token in tokens:
            row[: count + 1] += self._weights.token(token)
        words = [word_key(token) for token in tokens if pairs_up(token)]
        if len(words) > 1:
            keys = np.array(words, dtype=np.uint64)
            row[: count + 1] += self._weights.total(pair_keys(keys[:-1], keys[1:]))
        row[count + 1] = len(words)
        row[self._singles] = is_single(chunk)
        row[self._singles + 1 :] = self._languages.votes(chunk)
        return row, words


def _sigmoid(value: float) -> float:
    if value >= 0:
        return 1.0 / (1.0 + exp(-value))
    power = exp(max(value, -700.0))
    return power / (1.0 + power)
