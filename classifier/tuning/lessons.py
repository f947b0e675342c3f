"""What a teacher is asked about: pieces by its own numbers, and parts and pairs of rows."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.second import WINDOW
from classifier.text.reading import UNIGRAM_MARKS
from classifier.tuning.rows import Rows
from training_data.problems import DataError

MARKS: Final = dict(zip(("[CLS]", "[SEP]", "[UNK]", "[PAD]"), UNIGRAM_MARKS, strict=True))
"""BERT's marks and what MPNet calls them."""

LEAST_SHARED: Final = 0.99
"""Share of pieces that a teacher has to know: one of other pieces would read other words."""

PARTS: Final = 50_000
PAIRS: Final = 40_000
"""Parts of longer rows, and rows one behind the other, that a teacher judges besides: neither has
a label of its own."""

SPLIT_FROM: Final = 21
"""Numbers of a row, marks counted, from which parts are taken of it."""

PAIRED_BELOW: Final = 60
ENDS: Final = (".", "!", "?", ";")

SEED: Final = 5


def translated(vocabulary: str, theirs: str) -> NDArray[np.int64]:
    """Return the number that another vocabulary gives to each piece of one.

    Raises:
        DataError: too few pieces are in both.
    """
    known = {piece: number for number, piece in enumerate(theirs.split("\n"))}
    pieces = vocabulary.split("\n")
    marks = MARKS if MARKS["[CLS]"] in known else {}
    found = [known.get(marks.get(piece, piece), -1) for piece in pieces]
    if sum(each >= 0 for each in found) < LEAST_SHARED * len(pieces):
        raise DataError("the teacher reads other pieces than the encoder that is tuned")
    unknown = known[marks.get("[UNK]", "[UNK]")]
    return np.array([unknown if each < 0 else each for each in found], np.int64)


def with_parts(rows: Rows, vocabulary: str) -> Rows:
    """Return rows with parts and pairs of them behind them, which have no label and so no weight.

    A part is a sentence or two where a row has several, else half of it.
    """
    random = np.random.default_rng(SEED)
    numbers = {piece: number for number, piece in enumerate(vocabulary.split("\n"))}
    ends = np.array([numbers[end] for end in ENDS if end in numbers])
    sizes = np.array([len(each) for each in rows.tokens])
    long, short = np.flatnonzero(sizes >= SPLIT_FROM), np.flatnonzero(sizes < PAIRED_BELOW)
    split = random.permutation(long)[:PARTS]
    pairs = random.choice(short, (min(PAIRS, len(short)), 2)) if len(short) else ()
    made = [_part(rows.tokens[row], ends, random) for row in split]
    made += [_together(rows.tokens[one], rows.tokens[other]) for one, other in pairs]
    behind = len(made)

    def longer(values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([values, np.zeros((behind, *values.shape[1:]), values.dtype)])

    return replace(
        rows,
        tokens=[*rows.tokens, *made],
        targets=longer(rows.targets),
        weights=longer(rows.weights),
        chance=np.concatenate([rows.chance, np.ones(behind)]),
        sources=longer(rows.sources),
    )


def _part(
    row: NDArray[np.int64], ends: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    inner = row[1:-1]
    cuts = np.unique(np.concatenate([[0], np.flatnonzero(np.isin(inner, ends)) + 1, [len(inner)]]))
    whole = 2
    if len(cuts) > whole:
        begin = int(random.integers(0, len(cuts) - 1))
        end = min(len(cuts) - 1, begin + int(random.integers(1, whole + 1)))
        part = inner[cuts[begin] : cuts[end]]
    else:
        at = int(random.integers(0, len(inner) // 2))
        part = inner[at : at + len(inner) // 2]
    return np.concatenate([row[:1], part, row[-1:]])


def _together(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    inner = np.concatenate([one[1:-1], other[1:-1]])[:WINDOW]
    return np.concatenate([one[:1], inner, one[-1:]])
