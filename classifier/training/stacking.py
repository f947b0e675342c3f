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
from classifier.payload import without_payload
from classifier.second import INPUTS, SecondOpinion, features, stacked, words_of
from classifier.training import leftout, mix, promises
from classifier.training.progress import Counter
from classifier.types import LABELS

LEAST_TO_STACK: Final = 20
"""Comments with a label, and without it, that a stack is fitted on; with fewer it is neutral."""

NEUTRAL: Final = np.eye(len(LABELS), INPUTS)
"""A stack that leaves the linear model's scores as they are."""

Stacks = Mapping[str, NDArray[np.float64]]
"""The stack of each language, shape (labels, `INPUTS`)."""

SPAM: Final = LABELS.index("spam")

STRENGTH: Final = 0.1
"""scikit-learn's C: sixteen inputs of which most say much the same travel better with little."""

UNPROMISED: Final = 0.3
"""Weight of a source that no site is like beside one that counts."""

ASSUMED: Final = 0.1
"""Weight of a source that did not judge spam."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of one part as both models see them; `raw` is NaN where a text is too long.

    `linear` are probabilities and `raw` log-odds, both of shape (rows, labels); `signed` are the
    log-odds of spam that names and websites add, where they are known.
    """

    rows: pd.DataFrame
    linear: NDArray[np.float64]
    raw: NDArray[np.float32]
    signed: NDArray[np.float64] | None = None

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
        return self._with_signatures(self.linear)

    def scores(self, stacks: Stacks) -> pd.DataFrame:
        """Return stacked probabilities, the linear model's where the encoder read no whole text."""
        each = np.array([stacks[language] for language in self.rows["language"]])
        chances = 1 / (1 + np.exp(-stacked(each.reshape(-1, len(LABELS), INPUTS), self.features())))
        spam = chances[:, SPAM].tolist()
        chances[:, SPAM] = list(map(without_payload, self.rows["text"], spam))
        chosen = np.where(self.read[:, None], chances, self.linear)
        return self._with_signatures(chosen)

    def _with_signatures(self, values: NDArray[np.float64]) -> pd.DataFrame:
        found = pd.DataFrame(values, columns=list(LABELS), index=self.rows.index)
        return found if self.signed is None else leftout.with_signatures(found, self.signed)


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


def fit(seen: Seen) -> NDArray[np.float64]:
    """Return the stack of one language, shape (labels, `INPUTS`).

    Every source weighs the same, with violations as rare in it as is promised for, so that what
    the stack leans on is what holds across sources and not what the largest of them likes.
    """
    found = seen.features()
    stack = NEUTRAL.copy()
    for number, label in enumerate(LABELS):
        truth, weight = truth_of(seen.rows, label)
        used = seen.read & (weight > 0)
        few = min(truth[used].sum(), (~truth[used]).sum())
        if few >= LEAST_TO_STACK:
            even = weight[used] * used.sum() / weight[used].sum()
            stack[number] = _fitted(found[used], truth[used], even)
    return stack


def truth_of(rows: pd.DataFrame, label: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say which rows have a label, and how much each weighs when all sources weigh the same.

    Rows that do not judge it weigh nothing, but that comments collected for toxicity are no spam
    is assumed at a low weight where hardly any is: else nothing would say that of talk pages.
    """
    known = rows[label].to_numpy(np.float64)
    truth = np.nan_to_num(known) >= mix.MAJORITY
    weight = np.zeros(len(rows))
    for source, places in rows.groupby("source").indices.items():
        share = UNPROMISED if promises.origin(str(source), label) is None else 1.0
        judged = places[~np.isnan(known[places])]
        if label == "spam" and not len(judged):
            weight[places] = ASSUMED / len(places) if source in mix.NOT_SPAM else 0.0
            continue
        bad = judged[truth[judged]]
        good = judged[~truth[judged]]
        for some, part in ((bad, promises.RATE), (good, 1 - promises.RATE)):
            weight[some] = share * part / max(len(some), 1)
    return truth, weight


def _fitted(
    found: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit one label; the columns are scaled for the penalty, and the scale is taken back."""
    inputs = found[:, :-1]
    mean, spread = np.average(inputs, axis=0, weights=weight), inputs.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit((inputs - mean) / spread, truth, sample_weight=weight)
    slopes = model.coef_[0] / spread
    return np.append(slopes, model.intercept_[0] - slopes @ mean)


def stacks_of(opinion: SecondOpinion) -> Stacks:
    """Return the stack of each language of a second opinion."""
    return {language: opinion.stack_of(language) for language in opinion.languages}
