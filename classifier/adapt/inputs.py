"""What an adaptation is fitted on: what a bundle's stages say of each comment, and its words."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.adapt.annotations import Annotation
from classifier.adapt.surroundings import Comment, keys
from classifier.bundle import Bundle
from classifier.policy import judge_both
from classifier.types import LABELS, Scored

Array = NDArray[np.float64]

AT_LEAST: Final = 2
"""Comments that must have a feature before anything is learnt of it."""

MOST_FEATURES: Final = 20_000
"""Features that are kept, those that the most comments have."""

SURE: Final = 1e-6
"""Probabilities nearer to 0 or 1 are as good as certain."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of each of some comments, a row for each.

    `linear` and `encoder` are log-odds of every label by each stage, `encoder` those of `linear`
    where no encoder was asked. `numbers` are an encoder's for the rows in `read_by`'s place of it,
    `status` is what the bundle makes of them, `words` are the features that each has.
    """

    linear: Array
    encoder: Array
    numbers: list[NDArray[np.float32] | None]
    read_by: list[str]
    words: list[list[int]]
    languages: list[str]
    status: list[str]
    scored: list[tuple[Scored, Scored | None]]


def gather(rows: Sequence[Annotation], bundle: Bundle) -> Inputs:
    """Ask both stages of a bundle about the comments of annotations."""
    comments = [row.comment for row in rows]
    scored = bundle.score_many(
        [each.text for each in comments],
        [row.language for row in rows],
        [(each.name, each.website) for each in comments],
    )
    asked = _asked(comments, scored, bundle)
    both = list(zip(scored, asked, strict=True))
    return Inputs(
        odds_of(scored),
        odds_of([second or first for first, second in both]),
        [None if each is None else each.numbers for each in asked],
        [reader_of(bundle, each) for each in scored],
        [keys(each) for each in comments],
        [each.language or "und" for each in scored],
        [_status(bundle, first, second) for first, second in both],
        both,
    )


def part_of(inputs: Inputs, rows: Sequence[int]) -> Inputs:
    """Return what is known of some of the comments."""
    at = list(rows)
    return Inputs(
        inputs.linear[at],
        inputs.encoder[at],
        [inputs.numbers[row] for row in at],
        [inputs.read_by[row] for row in at],
        [inputs.words[row] for row in at],
        [inputs.languages[row] for row in at],
        [inputs.status[row] for row in at],
        [inputs.scored[row] for row in at],
    )


def _asked(
    comments: Sequence[Comment], scored: list[Scored], bundle: Bundle
) -> list[Scored | None]:
    second = bundle.second
    if second is None or not second.installed():
        return [None] * len(scored)
    second.open()
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return list(threads.map(second.wide, [each.text for each in comments], scored))


def _status(bundle: Bundle, first: Scored, second: Scored | None) -> str:
    """Return what the bundle alone makes of a comment."""
    reads = bundle.second.languages if bundle.second else frozenset()
    asked = second if first.language in reads else None
    return judge_both(bundle.assess(first), bundle.assess_by_encoder(asked)).status


def reader_of(bundle: Bundle, scored: Scored) -> str:
    """Return the digest of the encoder whose numbers a text in this language has; "" if none."""
    second = bundle.second
    return second.reader(scored.language).digest if second and second.encoders else ""


def odds_of(scored: Sequence[Scored]) -> Array:
    """Return log-odds of every label, a row for each."""
    chance = np.array([[each.scores[label] for label in LABELS] for each in scored])
    chance = np.clip(chance.reshape(-1, len(LABELS)), SURE, 1 - SURE)
    found: Array = np.log(chance / (1 - chance))
    return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that are learnt of: their keys in order, and how much each tells."""

    keys: NDArray[np.uint32]
    rarity: Array

    def matrix(self, words: Sequence[Sequence[int]]) -> csr_matrix:
        """Return a row for each comment: the rarity of what it has, by the root of their size."""
        counts = np.array([len(each) for each in words])
        flat = np.array([key for each in words for key in each], dtype=np.uint32)
        of_row = np.repeat(np.arange(len(words)), counts)
        at = np.minimum(self.keys.searchsorted(flat), max(len(self.keys) - 1, 0))
        known = self.keys[at] == flat if len(self.keys) else np.zeros(len(flat), np.bool_)
        of_row, at = of_row[known], at[known]
        size = np.bincount(of_row, self.rarity[at] ** 2, minlength=len(words))
        values = self.rarity[at] / np.sqrt(size[of_row] + 1.0)
        return csr_matrix((values, (of_row, at)), shape=(len(words), len(self.keys)))


def vocabulary(words: Sequence[Sequence[int]]) -> Vocabulary:
    """Return the features that enough comments have; what fewer share is rarer and tells more."""
    flat = np.array([key for each in words for key in each], dtype=np.uint32)
    found, counts = np.unique(flat, return_counts=True)
    kept = np.flatnonzero((counts >= AT_LEAST) & (counts < len(words)))
    if len(kept) > MOST_FEATURES:
        kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:MOST_FEATURES]])
    rarity = np.log((1 + len(words)) / (1 + counts[kept])) + 1.0
    return Vocabulary(found[kept], rarity)
