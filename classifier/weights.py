"""The numbers of a bundle: feature keys, quantised weights, calibration."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.features import keys_of
from classifier.text.tokens import is_class


class Weights:
    """Looks features up. A row holds one column a label, then the size of what was found.

    Size is the sum of squared inverse document frequencies; the square root of a text's size is
    what its sums are divided by, in place of the norm of its feature vector.
    """

    __slots__ = ("_keys", "_scales", "_sizes", "_weights", "calibration", "labels")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.labels: Final[tuple[str, ...]] = tuple(content["labels"])
        self._keys: Final[NDArray[np.uint32]] = content["keys"]
        self._weights: Final[NDArray[np.int16]] = content["weights"]
        self._scales: Final[NDArray[np.float64]] = content["scales"]
        self._sizes: Final[NDArray[np.float32]] = content["sizes"]
        self.calibration: Final[NDArray[np.float64]] = content["calibration"]

    def token(self, token: str) -> NDArray[np.float64]:
        """Return the row of a word or class, its n-grams included."""
        return self.total(np.array(keys_of(token), dtype=np.uint32))

    def total(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the sum of the rows of those `keys` that are known."""
        places = self._keys.searchsorted(keys)
        places[places == len(self._keys)] = 0
        found = places[self._keys[places] == keys]
        row = np.empty(len(self.labels) + 1)
        # Whole numbers add up exactly; their scale is applied once.
        row[:-1] = self._weights[found].sum(0, dtype=np.int64) * self._scales
        row[-1] = self._sizes[found].sum(dtype=np.float64)
        return row

    def knows(self, token: str) -> bool:
        """Say whether a word is one of the features; classes and signs always are."""
        if is_class(token) or not token[0].isalpha():
            return True
        key = np.uint32(keys_of(token)[0])
        place = int(self._keys.searchsorted(key))
        return place < len(self._keys) and self._keys[place] == key
