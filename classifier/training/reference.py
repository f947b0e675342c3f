"""The bundle's model as scikit-learn computes it: what the serving scorer is held equal to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from classifier.training.matrix import counts, tokenise


def hashed_features(
    texts: Sequence[str], keys: NDArray[np.uint32], sizes: NDArray[np.float32]
) -> sparse.csr_matrix:
    """Return counts of hashed features over the root of a text's size; last, the log of its words.

    One row a text.
    """
    tokenised = tokenise(texts)
    rows = counts(tokenised, keys).astype(np.float64)
    size = np.asarray(rows @ sizes.astype(np.float64)).ravel() + 1.0
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
    chosen = {"keys": content["keys"], "sizes": content["sizes"]}
    return make_pipeline(FunctionTransformer(hashed_features, kw_args=chosen), model)
