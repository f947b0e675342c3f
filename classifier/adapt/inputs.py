"""What an adaptation is fitted on: what a bundle's stages say of each comment, and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.adapt.annotations import Annotation
from classifier.adapt.readings import Readings
from classifier.adapt.surroundings import Comment, keys
from classifier.bundle import Bundle
from classifier.policy import judge_both
from classifier.types import LABELS, Scored

Array = NDArray[np.float64]

AT_LEAST: Final = 2
"""Comments that must have a feature before anything is learnt of it."""

MOST_FEATURES: Final = 20_000
"""Features that are kept, those that the most comments have."""

MOST_READ: Final = 400_000
"""Characters that encoders read for one fit beside what they know: ten seconds of work."""

BEGUN: Final = 40
"""Characters that a text costs beside its own."""

SURE: Final = 1e-6
"""Probabilities nearer to 0 or 1 are as good as certain."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of each of some comments, a row for each.

    `linear` and `encoder` are log-odds of every label by each stage, `encoder` those of `linear`
    where no encoder was asked. `spoken` is for how many comments a row speaks where encoders are
    asked, 0 for what they were not given to read. `numbers` are an encoder's for the rows in
    `read_by`'s place of it, `status` is what the bundle makes of them, `words` are the features
    that each has.
    """

    linear: Array
    encoder: Array
    spoken: Array
    numbers: list[NDArray[np.float32] | None]
    read_by: list[str]
    words: list[list[int]]
    languages: list[str]
    status: list[str]
    scored: list[tuple[Scored, Scored | None]]


def gather(
    rows: Sequence[Annotation],
    bundle: Bundle,
    readings: Readings | None = None,
    most: float = MOST_READ,
) -> Inputs:
    """Ask both stages of a bundle about the comments of annotations.

    Encoders read at `most` so many characters beside what `readings` knows.
    """
    comments = [row.comment for row in rows]
    scored = bundle.score_many(
        [each.text for each in comments],
        [row.language for row in rows],
        [(each.name, each.website) for each in comments],
    )
    known = readings or Readings()
    spoken = _spoken(rows, scored, bundle, known, most)
    asked = _asked(comments, scored, bundle, known, spoken > 0)
    both = list(zip(scored, asked, strict=True))
    return Inputs(
        odds_of(scored),
        odds_of([second or first for first, second in both]),
        spoken,
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
        inputs.spoken[at],
        [inputs.numbers[row] for row in at],
        [inputs.read_by[row] for row in at],
        [inputs.words[row] for row in at],
        [inputs.languages[row] for row in at],
        [inputs.status[row] for row in at],
        [inputs.scored[row] for row in at],
    )


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Return what is known of the comments of several sites, one site after the other."""

    def every(name: str) -> list[Any]:
        return [each for part in parts for each in getattr(part, name)]

    return Inputs(
        np.vstack([each.linear for each in parts]),
        np.vstack([each.encoder for each in parts]),
        np.concatenate([each.spoken for each in parts]),
        every("numbers"),
        every("read_by"),
        every("words"),
        every("languages"),
        every("status"),
        every("scored"),
    )


def _spoken(
    rows: Sequence[Annotation],
    scored: Sequence[Scored],
    bundle: Bundle,
    readings: Readings,
    most: float,
) -> Array:
    """Return for how many comments each speaks that encoders are given; 0 for the others."""
    second = bundle.second
    if second is None or not second.encoders:
        return np.ones(len(rows))
    texts = [row.comment.text for row in rows]
    new = [
        not readings.knows(second.reader(each.language), text)
        for each, text in zip(scored, texts, strict=True)
    ]
    costs = np.array([len(text) + BEGUN for text in texts], dtype=np.float64) * new
    kinds = np.array([2 * row.is_violation + (row.provenance == "silence") for row in rows])
    order = np.argsort([crc32(text.encode("utf-8", "surrogatepass")) for text in texts])
    return drawn(costs, kinds, order, most)


def drawn(costs: Array, kinds: NDArray[np.int64], order: NDArray[np.intp], most: float) -> Array:
    """Return how many of its kind each stands for, where all together may not cost too much.

    Each kind may cost an equal part, and what one leaves the others have; of a kind that costs more
    the first in an order are taken, and stand for the rest.
    """
    found = np.zeros(len(costs))
    wanted = sorted(set(kinds.tolist()), key=lambda kind: float(costs[kinds == kind].sum()))
    for place, kind in enumerate(wanted):
        own = order[kinds[order] == kind]
        spent = np.cumsum(costs[own])
        taken = max(1, int(spent.searchsorted(most / (len(wanted) - place), side="right")))
        found[own[:taken]] = len(own) / taken
        most -= float(spent[taken - 1])
    return found


def _asked(
    comments: Sequence[Comment],
    scored: Sequence[Scored],
    bundle: Bundle,
    readings: Readings,
    chosen: NDArray[np.bool_],
) -> list[Scored | None]:
    second = bundle.second
    if second is None or not second.installed():
        return [None] * len(scored)
    second.open()
    return [
        second.wide(comment.text, each, readings.read) if wanted else None
        for comment, each, wanted in zip(comments, scored, chosen, strict=True)
    ]


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
