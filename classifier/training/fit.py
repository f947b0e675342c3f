"""Linear models of a label over normalised counts of hashed features."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

STEPS: Final = 60
"""Most passes of the solver over the rows."""

TOLERANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Features:
    """The kept features: sorted keys, squared inverse document frequencies."""

    keys: NDArray[np.uint32]
    sizes: NDArray[np.float32]


def features(
    keys: NDArray[np.uint32], texts: NDArray[np.int64], total: int, least: int
) -> Features:
    """Keep the features that at least `least` of `total` distinct texts hold."""
    kept = texts >= least
    idf = np.log((1 + total) / (1 + texts[kept])) + 1.0
    return Features(keys[kept], (idf**2).astype(np.float32))


def normalise(rows: sparse.csr_matrix, sizes: NDArray[np.float32]) -> sparse.csr_matrix:
    """Weigh counts by inverse document frequency and divide each row by the root of its size."""
    size = np.asarray(rows @ sizes.astype(np.float64)).ravel() + 1.0
    weighed = rows @ sparse.diags(np.sqrt(sizes.astype(np.float64)))
    return sparse.csr_matrix(sparse.diags(1.0 / np.sqrt(size)) @ weighed).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Member:
    """One linear model of a label.

    A label's weights are the sum of its members', each in units of the spread of its scores.

    Attributes:
        ratios: whether features are scaled by their naive Bayes ratios.
        strength: scikit-learn's C.
        sources: scale of the one-hot source columns: an intercept a source, that the features need
            not learn; 0 for none, so that the features also tell sources of spam from others.
    """

    ratios: bool
    strength: float
    sources: float = 3.0


def fit(  # noqa: PLR0917 - of rows, then how they are fitted
    rows: sparse.csr_matrix,
    truth: NDArray[np.int64],
    weight: NDArray[np.float64],
    source: "pd.Series[str]",
    members: Sequence[Member],
    steps: int = STEPS,
) -> NDArray[np.float64]:
    """Return the summed coefficients of support vector machines, sources' intercepts left out."""
    intercepts = sparse.csr_matrix(pd.get_dummies(source).to_numpy(np.float32))
    total = np.zeros(rows.shape[1])
    for member in members:
        scale = ratios(rows, truth, weight) if member.ratios else np.ones(rows.shape[1])
        scaled = rows @ sparse.diags(scale.astype(np.float32))
        whole = sparse.hstack([scaled, intercepts * member.sources], "csr")
        found = _coefficients(whole, truth, weight, member, steps)
        found = found[: rows.shape[1]] * scale
        total += found / (rows @ found).std()
    return total


def ratios(
    rows: sparse.csr_matrix, truth: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the size of each feature's naive Bayes log-count ratio, of presence in texts.

    Wang and Manning, "Baselines and Bigrams" (2012), equation 3 with alpha = 1.
    """
    present = rows.astype(bool)
    of_class = [np.asarray(present.T @ (weight * (truth == value))).ravel() + 1 for value in (1, 0)]
    share = [count / count.sum() for count in of_class]
    size: NDArray[np.float64] = np.abs(np.log(share[0] / share[1]))
    return size


def _coefficients(
    rows: sparse.csr_matrix,
    truth: NDArray[np.int64],
    weight: NDArray[np.float64],
    member: Member,
    steps: int,
) -> NDArray[np.float64]:
    model = LinearSVC(C=member.strength, max_iter=steps, tol=TOLERANCE, random_state=0)
    with warnings.catch_warnings():
        # The limit is part of the recipe: later steps no longer move held-out figures.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, truth, sample_weight=weight)
    found: NDArray[np.float64] = model.coef_[0].astype(np.float64)
    return found
