"""Fits an adaptation: a head on an encoder's numbers and one on the site's words, weighed together.

Both are ridge regressions around the bundle's log-odds. How strongly they are held, and what each
then counts for, is chosen by cross-validation in log-loss; where neither helps, nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.adapt.annotations import Annotation
from classifier.adapt.heads import Basis, Bools, Problem, basis_of, beside, ridge
from classifier.adapt.inputs import Array, Inputs, Vocabulary, part_of, vocabulary
from classifier.types import DECIDING, LABELS

FEWEST: Final = 5
"""Violations, and comments that are none, without which nothing is learnt of a label."""

FOLDS: Final = 5
FEW_FOLDS: Final = 3
MANY: Final = 2_000
"""Comments from which fewer folds tell as much."""

HEAD: Final = (0.3, 1.0, 3.0, 10.0)
WORDS: Final = (0.3, 1.0, 4.0)
"""Penalties among which cross-validation chooses; numbers and words have rows of unit length."""

ODDS: Final = 2.0
"""Penalty on what the labels say beside each other, in log-odds by `SPREAD`."""

SPREAD: Final = 4.0
SLOPE: Final = 8.0
"""Penalty on leaving the bundle's log-odds as steep as they are."""

DOUBT: Final = 4.0
"""Penalty on what head and words count for: with few comments what they say is mostly chance."""

BEYOND: Final = 0.5
"""Standard errors by which head and words must make the log-loss less: by less it is chance, and of
fifty annotations with some wrong ones, chance has cost a fifth of the ranking."""

STAGES: Final = ("linear", "encoder")
BOUNDS: Final = ((-0.7, 1.0), (None, None), (0.0, 1.5), (0.0, 1.5))
"""Of slope beyond 1, intercept, head and words: nothing turns the bundle's order around."""


@dataclass(frozen=True, slots=True)
class Design:
    """What the regressions read of each comment; the same for all labels."""

    inputs: Inputs
    bases: dict[str, Basis]
    coordinates: Array
    vocabulary: Vocabulary
    words: Any

    def head(self, at: int) -> Any:
        """Return the inputs of the head on numbers for one label."""
        both = np.hstack([self.inputs.linear, self.inputs.encoder]) / SPREAD
        anchor = self.inputs.encoder[:, at : at + 1] / SPREAD
        return beside(self.coordinates, both, anchor, np.ones_like(anchor))

    def own_words(self, at: int) -> Any:
        """Return the inputs of the head on words for one label."""
        anchor = self.inputs.linear[:, at : at + 1] / SPREAD
        return beside(self.words, self.inputs.linear / SPREAD, anchor, np.ones_like(anchor))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What cross-validation chose for a label: penalties of head and words."""

    head: float
    words: float


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learnt of one label.

    `stacks` are slope, intercept, and what head and words count for, by stage; `out_of_fold` are
    log-odds by stage of each comment by fits that did not see it.
    """

    label: str
    chosen: Chosen
    head: Array
    words: Array
    stacks: dict[str, Array]
    out_of_fold: dict[str, Array]


def design(inputs: Inputs) -> Design:
    """Return the inputs of all regressions."""
    bases, parts = {}, []
    for digest in sorted({each for each in inputs.read_by if each}):
        rows = [
            row
            for row, numbers in enumerate(inputs.numbers)
            if numbers is not None and inputs.read_by[row] == digest
        ]
        if len(rows) < 2 * FEWEST:
            continue
        numbers = np.array([inputs.numbers[row] for row in rows], dtype=np.float32)
        bases[digest] = basis_of(numbers)
        found = np.zeros((len(inputs.words), bases[digest].directions.shape[1]))
        found[rows] = bases[digest].project(numbers)
        parts.append(found)
    coordinates = np.hstack(parts) if parts else np.zeros((len(inputs.words), 0))
    known = vocabulary(inputs.words)
    return Design(inputs, bases, coordinates, known, known.matrix(inputs.words))


def of_first(made: Design, count: int) -> Design:
    """Return the inputs of the first comments alone, in the words and directions of all."""
    return replace(
        made,
        inputs=part_of(made.inputs, range(count)),
        coordinates=made.coordinates[:count],
        words=made.words[:count],
    )


def learnable(rows: Sequence[Annotation], weight: Array) -> list[str]:
    """Return the labels of which enough is known; kinds of toxicity only where it is not itself."""

    def count(label: str, *, value: bool) -> int:
        pairs = zip(rows, weight, strict=True)
        return sum(row.labels.get(label) is value and heavy > 0 for row, heavy in pairs)

    known = [
        label
        for label in LABELS
        if min(count(label, value=value) for value in (False, True)) >= FEWEST
    ]
    return [label for label in known if label in DECIDING or "toxicity" not in known]


def learn(
    made: Design,
    rows: Sequence[Annotation],
    weight: Array,
    label: str,
    known: Learned | None = None,
    *,
    penalties: Chosen | None = None,
) -> Learned:
    """Learn one label; by the penalties and counts of a fit before, or by penalties, if given."""
    at = LABELS.index(label)
    judged = np.array([label in row.labels for row in rows]) & (weight > 0)
    truth = np.array([row.labels.get(label, False) for row in rows], dtype=np.bool_)
    fold = folds(truth, judged)
    counts = np.where(judged, weight, 0.0)
    problem = {
        "encoder": Problem(truth, counts * made.inputs.spoken, made.inputs.encoder[:, at]),
        "linear": Problem(truth, counts, made.inputs.linear[:, at]),
    }
    head, words = made.head(at), made.own_words(at)
    sizes = made.coordinates.shape[1], made.words.shape[1]
    if known is not None:
        return replace(
            known,
            head=_fitted(head, problem["encoder"], sizes[0], known.chosen.head),
            words=_fitted(words, problem["linear"], sizes[1], known.chosen.words),
            out_of_fold={},
        )
    among = ((penalties.head,), (penalties.words,)) if penalties else (HEAD, WORDS)
    by_head = _best(head, problem["encoder"], fold, sizes[0], among[0])
    by_words = _best(words, problem["linear"], fold, sizes[1], among[1])
    said = np.column_stack([by_head[1], by_words[1]])
    stacks, out_of_fold = {}, {}
    for stage in STAGES:
        own = said * (1.0 if stage == "encoder" else np.array([0.0, 1.0]))
        stacks[stage], out_of_fold[stage] = weighed(problem[stage], own, fold)
    return Learned(
        label,
        Chosen(by_head[0], by_words[0]),
        _fitted(head, problem["encoder"], sizes[0], by_head[0]),
        _fitted(words, problem["linear"], sizes[1], by_words[0]),
        stacks,
        out_of_fold,
    )


def folds(truth: Bools, judged: Bools) -> NDArray[np.intp]:
    """Deal the comments out, violations and others each in turn, in an order that is drawn."""
    fold = np.zeros(len(truth), dtype=np.intp)
    count = FOLDS if judged.sum() < MANY else FEW_FOLDS
    draw = np.random.default_rng(0)
    for rows in (np.flatnonzero(truth & judged), np.flatnonzero(~truth & judged)):
        fold[draw.permutation(rows)] = np.arange(len(rows)) % count
    return fold


def _penalty(size: int, columns: int, value: float) -> Array:
    """Return the penalty of each column: learnt features, labels' log-odds, slope, intercept."""
    found = np.full(columns, ODDS)
    found[:size] = value
    found[-2:] = SLOPE, 1e-3
    return found


def _fitted(matrix: Any, problem: Problem, size: int, value: float) -> Array:
    used = np.flatnonzero(problem.weight)
    own = Problem(problem.truth[used], problem.weight[used], problem.offset[used])
    return ridge(matrix[used], own, _penalty(size, matrix.shape[1], value))


def _best(
    matrix: Any, problem: Problem, fold: NDArray[np.intp], size: int, penalties: Sequence[float]
) -> tuple[float, Array]:
    """Return the penalty of the least log-loss out of fold, and what is added to the offset so."""
    apart = [_Apart(matrix, problem, fold, own) for own in range(fold.max() + 1)]
    found = []
    for value in penalties:
        penalty = _penalty(size, matrix.shape[1], value)
        said = np.zeros(len(fold))
        for each in apart:
            said[each.here] = each.added(penalty)
        found.append((_loss(problem, said), value, said))
    _, value, said = min(found, key=lambda each: each[0])
    return value, said


class _Apart:
    """A fold and fits that do not see it: each begins where the one by the last penalty ended."""

    def __init__(self, matrix: Any, problem: Problem, fold: NDArray[np.intp], own: int) -> None:
        others = np.flatnonzero((fold != own) & (problem.weight > 0))
        self.here: Final = np.flatnonzero(fold == own)
        self._within: Final = matrix[self.here]
        self._beyond: Final = matrix[others]
        self._problem: Final = Problem(
            problem.truth[others], problem.weight[others], problem.offset[others]
        )
        self._found: Array | None = None

    def added(self, penalty: Array) -> Array:
        """Return what is added to the offset of each comment of the fold."""
        self._found = ridge(self._beyond, self._problem, penalty, start=self._found)
        said: Array = self._within @ self._found
        return said


def _loss(problem: Problem, added: Array) -> float:
    return float(problem.weight @ _losses(problem, added) / problem.weight.sum())


def _losses(problem: Problem, added: Array) -> Array:
    margin = np.where(problem.truth, 1.0, -1.0) * (problem.offset + added)
    found: Array = np.logaddexp(0.0, -margin)
    return found


def _gain(problem: Problem, added: Array, without: Array) -> float:
    """Return by how many standard errors one addition makes the log-loss less than another."""
    gains = _losses(problem, without) - _losses(problem, added)
    total = problem.weight.sum()
    mean = float(problem.weight @ gains / total)
    error = float(np.sqrt(problem.weight**2 @ (gains - mean) ** 2) / total)
    return mean / error if error else 0.0


def weighed(problem: Problem, said: Array, fold: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return what slope, intercept, head and words count for, and log-odds out of fold.

    Where head and words do not make the log-loss out of fold less beyond chance, they count for
    nothing.
    """
    anchor = problem.offset[:, None]
    matrix = np.hstack([anchor, np.ones_like(anchor), said])
    plain = np.hstack([matrix[:, :2], np.zeros_like(said)])
    with_both, without = (_stacked_apart(each, problem, fold) for each in (matrix, plain))
    better = _gain(problem, with_both, without) > BEYOND
    kept = matrix if better else plain
    found = _stack(kept, problem)
    return found + np.array([1.0, 0, 0, 0]), problem.offset + (with_both if better else without)


def _stacked_apart(matrix: Array, problem: Problem, fold: NDArray[np.intp]) -> Array:
    added = np.zeros(len(fold))
    for own in range(fold.max() + 1):
        here, others = fold == own, fold != own
        part = Problem(problem.truth[others], problem.weight[others], problem.offset[others])
        added[here] = matrix[here] @ _stack(matrix[others], part)
    return added


def _stack(matrix: Array, problem: Problem) -> Array:
    penalty = np.array([SLOPE * SPREAD**2 / 8, 1e-3, DOUBT, DOUBT])
    return ridge(matrix, problem, penalty, BOUNDS)
