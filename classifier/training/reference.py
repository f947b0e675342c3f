"""The bundle's model as scikit-learn computes it: what the serving scorer is held equal to."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from classifier.training.matrix import counts, tokenise


class HashedFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Counts of hashed features over the root of the text's size; last, the log of its words."""

    def __init__(self, keys: NDArray[np.uint32], sizes: NDArray[np.float32]) -> None:
        self.keys = keys
        self.sizes = sizes

    def fit(self, texts: Sequence[str], truth: object = None) -> Self:
        """Learn nothing: the features were chosen in training."""
        del texts, truth
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return one row a text."""
        tokenised = tokenise(texts)
        rows = counts(tokenised, self.keys).astype(np.float64)
        size = np.asarray(rows @ self.sizes.astype(np.float64)).ravel() + 1.0
        scaled = sparse.diags(1.0 / np.sqrt(size)) @ rows
        length = sparse.csr_matrix(np.log1p(tokenised.words)[:, None])
        return sparse.csr_matrix(sparse.hstack([scaled, length]))


def reference(content: dict[str, Any], number: int) -> Pipeline:
    """Return a scikit-learn pipeline of one column: texts in, `predict_proba` out."""
    slope, intercept, length = content["calibration"][:, number]
    weights = content["weights"][:, number].astype(np.float64) * content["scales"][number]
    model = LogisticRegression()
    model.classes_ = np.array([0, 1])
    model.coef_ = np.append(weights * slope, length)[None, :]
    model.intercept_ = np.array([intercept])
    return make_pipeline(HashedFeatures(content["keys"], content["sizes"]), model)
