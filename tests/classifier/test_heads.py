"""Ridge regressions of an adaptation: where they begin and what a row lacks changes no answer."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier.adapt.heads import Problem, ridge

ROWS, COLUMNS, UNUSED = 200, 30, (4, 17, 29)


def made() -> tuple[np.ndarray, Problem, np.ndarray]:
    """Return inputs of which some columns are empty, with what is true of their rows."""
    draw = np.random.default_rng(7)
    matrix = draw.normal(size=(ROWS, COLUMNS)) * (draw.random((ROWS, COLUMNS)) < 0.2)
    matrix[:, UNUSED] = 0
    truth = matrix[:, 0] + draw.normal(size=ROWS) > 0
    problem = Problem(truth, draw.random(ROWS), draw.normal(size=ROWS) / 4)
    return matrix, problem, np.linspace(0.5, 3.0, COLUMNS)


def test_a_sparse_matrix_gives_what_a_dense_one_gives_and_empty_columns_nothing() -> None:
    matrix, problem, penalty = made()
    dense, sparse = (ridge(each, problem, penalty) for each in (matrix, csr_matrix(matrix)))
    assert np.flatnonzero(sparse == 0).tolist() == list(UNUSED)
    assert sparse == pytest.approx(dense, abs=1e-4)
    assert abs(dense).max() > 0.1


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix])
def test_where_it_begins_does_not_change_where_it_ends(kind: type[np.ndarray]) -> None:
    matrix, problem, penalty = made()
    known = ridge(kind(matrix), problem, penalty * 4)
    begun = known.copy()
    warm = ridge(kind(matrix), problem, penalty, start=known)
    assert warm == pytest.approx(ridge(kind(matrix), problem, penalty), abs=1e-4)
    assert abs(warm - begun).max() > 0.01
    assert (known == begun).all()
