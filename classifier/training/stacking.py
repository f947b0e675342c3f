"""Both models over the same rows, and the stack that weighs what they say in one language."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.bundle import Bundle
from classifier.policy import ENGLISH
from classifier.second import SecondOpinion, features, stacked, words_of
from classifier.training import mix
from classifier.training.progress import Counter
from classifier.types import LABELS

LEAST_TO_STACK: Final = 20
"""Comments with a label, and without it, that a stack is fitted on; with fewer it is neutral."""

NEUTRAL: Final = np.tile([1.0, 0.0, 0.0, 0.0], (len(LABELS), 1))
"""A stack that leaves the linear model's scores as they are."""

Stacks = Mapping[str, NDArray[np.float64]]
"""The stack of each language, shape (labels, 4)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of one part as both models see them; `raw` is NaN where a text is too long.

    `linear` are probabilities and `raw` log-odds, both of shape (rows, labels).
    """

    rows: pd.DataFrame
    linear: NDArray[np.float64]
    raw: NDArray[np.float32]

    @property
    def read(self) -> NDArray[np.bool_]:
        """Which rows the encoder read to their end."""
        return np.asarray(~np.isnan(self.raw).any(axis=1))

    def features(self) -> NDArray[np.float64]:
        """Return what the stack weighs."""
        words = np.array([words_of(text) for text in self.rows["text"]], dtype=np.int64)
        return features(self.linear, self.raw, words)

    def linear_scores(self) -> pd.DataFrame:
        """Return the linear model's probabilities, one column a label."""
        return pd.DataFrame(self.linear, columns=list(LABELS), index=self.rows.index)

    def scores(self, stacks: Stacks) -> pd.DataFrame:
        """Return stacked probabilities, the linear model's where the encoder read no whole text."""
        each = np.array([stacks[language] for language in self.rows["language"]])
        chances = 1 / (1 + np.exp(-stacked(each.reshape(-1, len(LABELS), 4), self.features())))
        chosen = np.where(self.read[:, None], chances, self.linear)
        return pd.DataFrame(chosen, columns=list(LABELS), index=self.rows.index)


def see(bundle: Bundle, opinion: SecondOpinion, rows: pd.DataFrame, step: str) -> Seen:
    """Have both models read rows, each in its language."""
    texts, languages = rows["text"].tolist(), rows["language"].tolist()
    scored = bundle.score_many(texts, languages)
    linear = np.array([[each.scores[label] for label in LABELS] for each in scored])
    count = Counter(f"reading {step}", len(texts))
    raw = np.full((len(texts), len(LABELS)), np.nan, dtype=np.float32)
    opinion.open()
    with ThreadPoolExecutor(2) as threads:
        for number, found in enumerate(threads.map(opinion.raw, texts, languages)):
            if found is not None:
                raw[number] = found
            count()
    return Seen(rows, linear.reshape(len(texts), len(LABELS)), raw)


def truth_of(rows: pd.DataFrame, label: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say which rows of one language have a label, and how much each weighs in natural comments.

    English rows are weighed as its mix of sources, of whose sets some labels are assumed absent;
    rows of another language at the rate of violations that is assumed for it.
    """
    known = rows[label].to_numpy(np.float64)
    truth = np.nan_to_num(known) >= mix.MAJORITY
    if not (rows["language"] == ENGLISH).all():
        return truth, mix.other_weights(rows, label)
    assumed = ~np.isnan(known) | (label in mix.ASSUMED)
    return truth, np.where(assumed, mix.natural_weights(rows), 0.0)


def fit(seen: Seen) -> NDArray[np.float64]:
    """Return the stack of one language, shape (labels, 4), fitted at natural rates."""
    found = seen.features()
    stack = NEUTRAL.copy()
    for number, label in enumerate(LABELS):
        truth, natural = truth_of(seen.rows, label)
        used = seen.read & (natural > 0)
        few = min(truth[used].sum(), (~truth[used]).sum())
        if few >= LEAST_TO_STACK:
            weight = natural[used] * used.sum() / natural[used].sum()
            stack[number] = _fitted(found[used, number], truth[used], weight)
    return stack


def _fitted(
    found: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit one label; the columns are scaled for the penalty, and the scale is taken back."""
    inputs = found[:, :3]
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit((inputs - mean) / spread, truth, sample_weight=weight)
    slopes = model.coef_[0] / spread
    return np.append(slopes, model.intercept_[0] - slopes @ mean)


def stacks_of(opinion: SecondOpinion) -> Stacks:
    """Return the stack of each language of a second opinion."""
    return {language: opinion.stack_of(language) for language in opinion.languages}
