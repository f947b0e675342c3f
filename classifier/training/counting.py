"""What people's words count for beside rows of the corpora, found by what they decided.

For each of some weights a label is fitted with most of what people decided and scores the rest of
it, in turns. The weight counts by which the log-loss on these is least, or one nearer to a row of
the corpora that is no worse by more than a standard error (the rule of Breiman and others 1984):
what cannot be told by this evidence moves nothing. None counts by which a source of the corpora
would be ranked worse than its own interval. The corpora are drawn down for that, each row of a
source in the place of those that were not drawn, so that the balance is that of the whole run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import roc_auc_score

from classifier.evaluation import metrics
from classifier.policy import ENGLISH
from classifier.training import calibrate, fit, matrix, mix
from classifier.training.decisions import LOOKED, SOURCE
from classifier.training.train import LEAST_TEXTS, fit_column
from classifier.types import DECIDING
from training_data.cluster import Crew

STEP: Final = "finding what people's words count for"

NONE: Final = 0.0
PRIOR: Final = 1.0
"""What a person's word counts for until there is evidence: one row of the corpora."""

WEIGHTS: Final = (0.3, PRIOR, 3.0, 10.0, 30.0)
FEWEST: Final = 30
"""Violations that people found, and comments that they found to be none, which tell weights apart.

With fewer each fold has not ten."""

FOLDS: Final = 3
STEPS: Final = 12
"""Passes of the solver, as in runs that leave sources out."""

MOST: Final = 1_500
"""Rows of a source that are trained on, and that it is ranked by."""

ENOUGH: Final = 50
"""Violations, and others, that a source needs to say whether it is ranked worse."""

Column = tuple[str, bool]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tried:
    """A weight: the log-loss of what people decided, what it is above the least, and its error.

    `worse` are the sources of the corpora that would be ranked worse than their intervals.
    """

    weight: float
    loss: float
    more: float
    error: float
    worse: Sequence[str]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        told = {name: round(getattr(self, name), 4) for name in ("loss", "more", "error")}
        return {"weight": self.weight, **told, "worse": list(self.worse)}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a person's word about a label counts for, in rows of the corpora, and why."""

    label: str
    english: bool
    weight: float
    rows: int
    violations: int
    why: str
    tried: Sequence[Tried] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        return {
            "label": self.label,
            "language": ENGLISH if self.english else "others",
            "weight": self.weight,
            "rows": self.rows,
            "violations": self.violations,
            "why": self.why,
            "tried": [each.as_dict() for each in self.tried],
        }


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that weights are tried on, their features and words, and the fold of each decision."""

    rows: pd.DataFrame
    features: sparse.csr_matrix
    lengths: Floats
    folds: Mapping[Column, NDArray[np.intp]]


def counted(
    frame: pd.DataFrame, labels: Sequence[str], say: Callable[[str], None], crew: Crew
) -> list[Counted]:
    """Return what people's words count for, of each promised label in English and in the others.

    Args:
        frame: the rows of a run, with those of `SOURCE` and how each came to be looked at.
        labels: those that are fitted; kinds of toxicity go by what is found of that.
        say: told of the step.
        crew: whoever fits.
    """
    wanted = {"spam" if label == "spam" else "toxicity" for label in labels}
    columns = [
        (label, english) for label in DECIDING if label in wanted for english in (True, False)
    ]
    few = [_prior(column, frame) for column in columns]
    enough = [each for each in few if min(each.violations, each.rows - each.violations) >= FEWEST]
    say(STEP)
    if not enough:
        return few
    told = {(each.label, each.english): each for each in few}
    run = prepared(frame, [(each.label, each.english) for each in enough])
    for column in run.folds:
        told[column] = chosen(told[column], list(tried(run, column, crew)))
    return list(told.values())


def weighed(frame: pd.DataFrame, found: Sequence[Counted]) -> pd.DataFrame:
    """Return the rows of a run, those of people by what they count for."""
    frame = frame.copy()
    for each in found:
        here = _said(frame, each.english)
        name = "weight_spam" if each.label == "spam" else "weight"
        frame.loc[here, name] *= each.weight
    return frame


def chosen(known: Counted, tried: Sequence[Tried]) -> Counted:
    """Return what is chosen of the weights that were tried.

    What is nearest to `PRIOR` of those that are no worse than the least log-loss by more than a
    standard error, among weights by which no source is ranked worse; `PRIOR` where all do.
    """
    able = [each for each in tried if not each.worse]
    if not able:
        why = f"every weight ranks a source worse than its interval: {', '.join(tried[0].worse)}"
        return replace(known, tried=tuple(tried), why=why)
    least = min(able, key=lambda each: each.loss)
    alike = [each for each in able if each is least or each.more - least.more <= each.error]
    found = min(alike, key=lambda each: abs(np.log(each.weight / PRIOR)))
    why = "the least log-loss on what people decided, out of fold"
    if found is not least:
        why = f"within a standard error of {least.weight:g}, which has {why}"
    return replace(known, weight=found.weight, tried=tuple(tried), why=why)


def _said(frame: pd.DataFrame, english: bool) -> Bools:  # noqa: FBT001 - part of a column's name
    return np.asarray((frame["source"] == SOURCE) & ((frame["language"] == ENGLISH) == english))


def _prior(column: Column, frame: pd.DataFrame) -> Counted:
    """Return what counts without evidence, and how much there is of that."""
    label, english = column
    judged = _said(frame, english) & (frame[LOOKED] > 0) & frame[label].notna()
    bad = int((frame.loc[judged, label] >= mix.MAJORITY).sum())
    why = f"fewer than {FEWEST} violations, or other comments, that people decided"
    return Counted(label, english, PRIOR, int(judged.sum()), bad, why)


def prepared(frame: pd.DataFrame, columns: Sequence[Column]) -> Run:
    """Return what people said and some rows of the corpora that judge one of the labels."""
    drawn = frame.sample(frac=1.0, random_state=0)
    english = drawn["language"] == ENGLISH
    judged = np.zeros(len(drawn), dtype=np.bool_)
    for label, own in columns:
        judged |= (drawn[label].notna() & (english == own)).to_numpy()
    judged &= (drawn["part"] != "test").to_numpy()
    rows = drawn[judged]
    is_said = (rows["source"] == SOURCE).to_numpy()
    kind = [rows["source"], rows["language"] == ENGLISH, rows["part"] == "train"]
    groups = rows.groupby(kind)["key"]
    rows = rows.assign(stands_for=np.maximum(1.0, groups.transform("size") / MOST))
    kept = rows[(groups.cumcount() < MOST) | is_said].reset_index(drop=True)
    for name in ("weight", "weight_spam"):
        kept[name] *= np.where(kept["source"] == SOURCE, 1.0, kept["stands_for"])
    training = kept["part"] == "train"
    seen, texts = matrix.document_counts(matrix.tokenise(kept.loc[training, "text"]))
    known = fit.features(seen, texts, int(training.sum()), LEAST_TEXTS)
    read = matrix.tokenise(kept["text"])
    features = fit.normalise(matrix.counts(read, known.keys), known.sizes)
    folds = {column: _folds(kept, column) for column in columns}
    return Run(kept, features, read.words.astype(np.float64), folds)


def _folds(rows: pd.DataFrame, column: Column) -> NDArray[np.intp]:
    """Deal what people decided out, violations and others in turn; -1 for all else."""
    label, english = column
    here = _said(rows, english) & rows[label].notna().to_numpy()
    found = np.full(len(rows), -1, dtype=np.intp)
    bad = (rows[label] >= mix.MAJORITY).to_numpy()
    for own in (here & bad, here & ~bad):
        found[own] = np.arange(own.sum()) % FOLDS  # the rows' order is drawn
    return found


def scored(run: Run, item: tuple[Column, float, int]) -> NDArray[np.float32]:
    """Return the raw scores of all rows by a fit without a fold of what people decided."""
    column, weight, fold = item
    is_said = run.folds[column] >= 0
    rows = run.rows.drop(columns="text")
    for name in ("weight", "weight_spam"):
        rows[name] = np.where(rows["source"] == SOURCE, rows[name] * weight, rows[name])
    training = (rows["part"] == "train").to_numpy() & (run.folds[column] != fold)
    training &= (rows["language"] == ENGLISH).to_numpy() == column[1]
    training &= is_said | (rows["source"] != SOURCE).to_numpy()
    found = fit_column(column, rows, training, run.features, STEPS)
    scores: NDArray[np.float32] = np.asarray(run.features @ found, dtype=np.float32)
    return scores


def tried(run: Run, column: Column, crew: Crew) -> Iterator[Tried]:
    """Yield each weight with what it makes of what people decided, and of the sources."""
    items = [
        (column, NONE, 0),
        *((column, each, fold) for each in WEIGHTS for fold in range(FOLDS)),
    ]
    found = zip(items, crew.map(scored, run, items), strict=True)
    scores = {item[1:]: each for item, each in found}
    folds = run.folds[column]
    looked = run.rows[LOOKED].fillna(0.0).to_numpy() * (folds >= 0)
    here = np.flatnonzero(looked)
    losses = {}
    for weight in WEIGHTS:
        apart = np.choose(folds[here], [scores[weight, fold][here] for fold in range(FOLDS)])
        losses[weight] = _losses(run, column[0], here, apart.astype(np.float64), looked[here])
    means = {
        weight: float(np.average(each, weights=looked[here])) for weight, each in losses.items()
    }
    least = min(means, key=means.__getitem__)
    least_of = {
        name: _least(run, column[0], at, scores[NONE, 0]) for name, at in sources(run, column)
    }
    for weight in WEIGHTS:
        more = losses[weight] - losses[least]
        mean = means[weight] - means[least]
        error = np.sqrt(looked[here] ** 2 @ (more - mean) ** 2) / looked[here].sum()
        folded = [scores[weight, fold] for fold in range(FOLDS)]
        worse = [
            name
            for name, at in sources(run, column)
            if np.mean([ranked(run, column[0], at, each) for each in folded]) < least_of[name]
        ]
        yield Tried(weight, means[weight], mean, float(error), worse)


def _losses(run: Run, label: str, here: NDArray[np.intp], raw: Floats, weight: Floats) -> Floats:
    """Return the log-loss of each row by the best calibration of raw scores."""
    truth = (run.rows[label].to_numpy()[here] >= mix.MAJORITY).astype(np.bool_)
    lengths = run.lengths[here]
    slope, intercept, length = calibrate.calibration(raw, lengths, truth, weight)
    odds = slope * raw + intercept + length * np.log1p(lengths)
    found: Floats = np.logaddexp(0.0, -np.where(truth, odds, -odds))
    return found


def sources(run: Run, column: Column) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield the sources that can be ranked, and which of their rows nothing is trained on."""
    label, english = column
    rows = run.rows
    apart = (rows["part"] != "train") & ((rows["language"] == ENGLISH) == english)
    for name, own in rows[apart & rows[label].notna()].groupby("source"):
        bad = int((own[label] >= mix.MAJORITY).sum())
        if min(bad, len(own) - bad) >= ENOUGH:
            yield str(name), own.index.to_numpy()


def ranked(run: Run, label: str, at: NDArray[np.intp], scores: NDArray[np.float32]) -> float:
    """Return how some rows are ranked: the area under the curve."""
    return float(roc_auc_score(run.rows[label].to_numpy()[at] >= mix.MAJORITY, scores[at]))


def _least(run: Run, label: str, at: NDArray[np.intp], scores: NDArray[np.float32]) -> float:
    """Return the low end of how some rows are ranked."""
    truth = np.asarray(run.rows[label].to_numpy()[at] >= mix.MAJORITY)
    return metrics.auc(truth, scores[at].astype(np.float64)).low
