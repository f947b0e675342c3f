"""Rows of the corpora as the fine-tuning sees them: token numbers, targets, weights, batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.policy import ENGLISH
from classifier.second import WINDOW
from classifier.text.reading import Reader, reader
from classifier.training.mix import MAJORITY
from classifier.types import LABELS
from training_data.cluster import Crew

TOKENS: Final = 2_600
"""Tokens of a batch, padding included."""

MOST: Final = 64
TOGETHER: Final = 4_096
"""Rows that are sorted by length together, so that batches need little padding."""

LEAST_CHANCE: Final = 0.05
HEAVIEST: Final = 3.0

MOST_OF_LANGUAGE: Final = 12_000
"""Rows that an epoch of several languages has of one of them, so that none drowns the others."""

REFERENCE: Final = "jigsaw_pool"
"""The source whose notion of the labels the encoder learns; others may differ by an offset."""

BOTH_KINDS: Final = 0.05
"""A source needs so large a share of each answer to have an offset: one that holds honest comments
only must teach what they look like, not that it never has others."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows: token numbers of each, targets and weights of shape (rows, labels).

    `sources` numbers the source of each row, `offsets` says as 0 and 1, shape (sources, labels),
    which source may have an offset for which label.

    `chance` is a row's chance to be in an epoch: rows of little weight come up less often, which
    costs less than giving each of them a small weight. `taught` are a teacher's log-odds of every
    label, shape (rows, labels), if there is one.
    """

    tokens: list[NDArray[np.int64]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    chance: NDArray[np.float64]
    sources: NDArray[np.int64]
    offsets: NDArray[np.float32]
    taught: NDArray[np.float32] | None = None

    def batches(self, seed: int, larger: int = 1) -> Iterator[NDArray[np.intp]]:
        """Yield the row numbers of an epoch's batches, the same for the same seed.

        With `larger` they have so many times as many tokens and rows.
        """
        random = np.random.default_rng(seed)
        chosen = np.flatnonzero(random.random(len(self.chance)) < self.chance)
        random.shuffle(chosen)
        found = [batch for each in _pieces(chosen) for batch in self._sorted(each, larger)]
        for number in random.permutation(len(found)):
            yield found[number]

    def _sorted(self, rows: NDArray[np.intp], larger: int) -> Iterator[NDArray[np.intp]]:
        sizes = np.array([len(self.tokens[row]) for row in rows])
        order = np.argsort(sizes, kind="stable")
        begin = 0
        for at, number in enumerate(order):
            count = at - begin
            full = (count + 1) * sizes[number] > TOKENS * larger or count == MOST * larger
            if count and full:
                yield rows[order[begin:at]]
                begin = at
        yield rows[order[begin:]]

    def padded(self, batch: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return token numbers and mask of a batch, shape (rows, longest)."""
        return padded([self.tokens[row] for row in batch])

    def some(self, used: NDArray[np.bool_]) -> "Rows":
        """Return those rows only; sources keep their numbers."""
        return replace(
            self,
            tokens=[self.tokens[row] for row in np.flatnonzero(used)],
            targets=self.targets[used],
            weights=self.weights[used],
            chance=self.chance[used],
            sources=self.sources[used],
            taught=None if self.taught is None else self.taught[used],
        )


def padded(found: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token numbers and mask of texts or windows of them, shape (texts, longest)."""
    ids = np.zeros((len(found), max(len(each) for each in found)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, each in enumerate(found):
        ids[at, : len(each)], mask[at, : len(each)] = each, 1
    return ids, mask


def training_frame(frame: pd.DataFrame, languages: Sequence[str]) -> pd.DataFrame:
    """Return the training rows for an encoder of these languages, of what `corpus.read` gave.

    English is always among them: what is rude in one language helps to see it in another.
    """
    return frame[frame["language"].isin([*languages, ENGLISH]) & (frame["part"] == "train")]


def numbered(vocabulary: str, texts: Sequence[str]) -> list[NDArray[np.int64]]:
    """Return the token numbers of each text's first window, with marks around them."""
    reads = _reader(vocabulary)
    begin, end = reads.marks
    return [np.array([begin, *reads.numbers(text)[:WINDOW], end], dtype=np.int64) for text in texts]


@lru_cache(maxsize=1)
def _reader(vocabulary: str) -> Reader:
    return reader(vocabulary)


def training_rows(used: pd.DataFrame, vocabulary: str, crew: Crew) -> Rows:
    """Return rows that `training_frame` gave as the fine-tuning sees them.

    Of a text the first window is read. A label that a row does not judge has no weight in it.
    """
    texts = used["text"].tolist()
    pieces = [texts[at : at + TOGETHER] for at in range(0, len(texts), TOGETHER)]
    tokens = list(chain.from_iterable(crew.map(numbered, vocabulary, pieces, here=1)))
    known = used[list(LABELS)].to_numpy(np.float64)
    plain, spam = used["weight"].to_numpy(float), used["weight_spam"].to_numpy(float)
    chance = np.clip(np.maximum(plain, spam), LEAST_CHANCE, 1.0)
    weights = np.stack([spam if label == "spam" else plain for label in LABELS], axis=1)
    weights = np.where(np.isnan(known), 0.0, weights / chance[:, None]).clip(0, HEAVIEST)
    sources, names = pd.factorize(used["source"], sort=True)
    offsets = np.array([_may_differ(known[sources == at], each) for at, each in enumerate(names)])
    targets, weights = np.nan_to_num(known).astype(np.float32), weights.astype(np.float32)
    chance = chance * _evened(used["language"])
    return Rows(tokens, targets, weights, chance, sources, offsets.astype(np.float32))


def _evened(languages: "pd.Series[str]") -> NDArray[np.float64]:
    """Return the share of each row's language that an epoch has; all of it if there is one only."""
    rows = languages.map(languages.value_counts()).to_numpy(np.float64)
    if (rows == len(languages)).all():
        return np.ones(len(languages))
    return np.minimum(1.0, MOST_OF_LANGUAGE / rows)


def _may_differ(known: NDArray[np.float64], source: str) -> list[bool]:
    """Say for each label whether a source with these answers, NaN for none, may have an offset."""
    answers = [each[~np.isnan(each)] >= MAJORITY for each in known.T]
    shares = [each.mean() if each.size else 0.0 for each in answers]
    return [
        source != REFERENCE and label != "spam" and BOTH_KINDS <= share <= 1 - BOTH_KINDS
        for label, share in zip(LABELS, shares, strict=True)
    ]


def _pieces(rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    return [rows[at : at + TOGETHER] for at in range(0, len(rows), TOGETHER)]
