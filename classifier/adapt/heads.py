"""Ridge logistic regressions around what the bundle says, which counts in full from the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, issparse

from classifier.adapt.inputs import Array

STEPS: Final = 50
"""Most steps of a fit: what is not learnt by then is noise."""

DIMENSIONS: Final = 256
"""Directions of an encoder's numbers that are learnt of, those in which comments differ most."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Problem:
    """Comments with what is true of them, what each counts for, and what is said already."""

    truth: Bools
    weight: Array
    offset: Array


def ridge(
    matrix: Any,
    problem: Problem,
    penalty: Array,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
    start: Array | None = None,
) -> Array:
    """Return the coefficients whose log-loss, with the penalty on their squares, is the least.

    They are looked for from `start` on, such as what a similar problem came to; else from nothing.
    """
    sparse: bool = issparse(matrix)
    # A column that no row has is 0 by its penalty alone: small parts of a site have few words.
    used = np.unique(matrix.indices) if sparse else np.arange(matrix.shape[1])
    own = matrix[:, used] if sparse else matrix
    turned = csr_matrix(own.T) if sparse else own.T
    sign, held = np.where(problem.truth, 1.0, -1.0), penalty[used]

    def loss(found: Array) -> tuple[float, Array]:
        margin = sign * (problem.offset + own @ found)
        value = problem.weight @ np.logaddexp(0.0, -margin) + 0.5 * held @ found**2
        slope = -sign * problem.weight / (1.0 + np.exp(np.clip(margin, -500, 500)))
        return float(value), turned @ slope + held * found

    begun = np.zeros(len(used)) if start is None else start[used]
    options = {"maxiter": STEPS, "maxcor": 8}
    solve: Any = minimize
    found: Array = np.zeros(matrix.shape[1])
    found[used] = solve(loss, begun, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return found


@dataclass(frozen=True, slots=True)
class Basis:
    """The directions in which an encoder's numbers differ among a site's comments."""

    mean: Array
    scale: float
    directions: Array

    def project(self, numbers: NDArray[np.float32]) -> Array:
        """Return coordinates of numbers, a row for each."""
        found: Array = ((numbers - self.mean) / self.scale) @ self.directions
        return found


def basis_of(numbers: NDArray[np.float32]) -> Basis:
    """Return the directions in which some numbers differ most, by randomised decomposition."""
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - a second of imports

    mean = numbers.mean(0, dtype=np.float64)
    centred = numbers - mean.astype(np.float32)
    scale = float(np.sqrt((centred**2).sum(1).mean())) or 1.0
    count = min(DIMENSIONS, *numbers.shape)
    _, _, turned = randomized_svd(centred / np.float32(scale), count, n_iter=2, random_state=0)
    return Basis(mean, scale, np.asarray(turned, dtype=np.float64).T)


def beside(*parts: Any) -> Any:
    """Return matrices side by side, sparse if one of them is."""
    if any(map(issparse, parts)):
        return hstack(parts, format="csr")
    return np.hstack(parts)
