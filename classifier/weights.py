"""The numbers of a bundle: feature keys, quantised weights, calibration."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray


class Weights:
    """Looks features up. A row holds one column a label and group of languages, then the size.

    Size is the sum of squared inverse document frequencies; the square root of a text's size is
    what its sums are divided by, in place of the norm of its feature vector.
    """

    __slots__ = ("_keys", "_scales", "_sizes", "_weights", "calibration", "columns", "labels")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.labels: Final[tuple[str, ...]] = tuple(content["labels"])
        self._keys: Final[NDArray[np.uint32]] = content["keys"]
        self._weights: Final[NDArray[np.int16]] = content["weights"]
        self._scales: Final[NDArray[np.float64]] = content["scales"]
        self._sizes: Final[NDArray[np.float32]] = content["sizes"]
        self.columns: Final = self._weights.shape[1]
        self.calibration: Final[NDArray[np.float64]] = content["calibration"]

    def groups(self, groups: list[list[int]]) -> NDArray[np.float64]:
        """Return a row a group of keys: the sum of the rows of those that are known."""
        keys = np.array([key for group in groups for key in group], dtype=np.uint32)
        places, known = self.find(keys)
        sizes = np.array([len(group) for group in groups])
        of_group = np.repeat(np.arange(len(groups)), sizes)[known]
        found, rows = places[known], np.empty((len(groups), self.columns + 1))
        # Whole numbers add up exactly; their scale is applied once.
        rows[:, :-1] = sum_groups(self._weights.take(found, 0), of_group, len(groups), np.int64)
        rows[:, :-1] *= self._scales
        rows[:, -1:] = sum_groups(self._sizes.take(found)[:, None], of_group, len(groups))
        return rows

    def rows(self, places: Sequence[int]) -> NDArray[np.float64]:
        """Return a row each for the features at some places."""
        rows = np.empty((len(places), self.columns + 1))
        rows[:, :-1] = self._weights[places] * self._scales
        rows[:, -1] = self._sizes[places]
        return rows

    def each(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the columns of each key, a row of zeros for one that is not known."""
        places, known = self.find(keys)
        rows: NDArray[np.float64] = self._weights.take(places, 0) * self._scales
        rows[~known] = 0.0
        return rows

    def find(self, keys: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the places of keys among the features, and which are known at all."""
        places = self._keys.searchsorted(keys)
        places[places == len(self._keys)] = 0
        return places, self._keys[places] == keys


def sum_groups(
    rows: NDArray[Any],
    of_group: NDArray[np.intp],
    groups: int,
    kind: type[np.generic] = np.float64,
) -> NDArray[Any]:
    """Return the sums of `rows` by group; `of_group` is sorted, a group without rows is zero."""
    total = np.zeros((groups, rows.shape[1]), dtype=kind)
    if groups == 1:
        np.add.reduce(rows, 0, dtype=kind, out=total[0])
    elif len(rows):
        starts = np.concatenate(([0], np.flatnonzero(of_group[1:] != of_group[:-1]) + 1))
        total[of_group[starts]] = np.add.reduceat(rows, starts, dtype=kind)
    return total
