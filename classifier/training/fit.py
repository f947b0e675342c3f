"""One linear model a label: logistic regression over normalised counts of hashed features."""

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

STEPS: Final = 250
"""Most steps of the solver."""

SOURCE_SCALE: Final = 3.0
"""Scale of the one-hot source columns: an intercept a source, that the features need not learn."""


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


def fit(
    rows: sparse.csr_matrix,
    truth: NDArray[np.bool_] | NDArray[np.int64],
    weight: NDArray[np.float64],
    source: "pd.Series[str]",
    strength: float,
) -> NDArray[np.float64]:
    """Return the coefficients of a logistic regression, the sources' intercepts left out."""
    intercepts = sparse.csr_matrix(pd.get_dummies(source).to_numpy(np.float32) * SOURCE_SCALE)
    both = sparse.hstack([rows, intercepts], format="csr", dtype=np.float32)
    model = LogisticRegression(C=strength, max_iter=STEPS, tol=1e-5)
    with warnings.catch_warnings():
        # The limit is part of the recipe: later steps no longer move held-out figures.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(both, truth, sample_weight=weight)
    kept: NDArray[np.float64] = model.coef_[0][: rows.shape[1]].astype(np.float64)
    return kept
