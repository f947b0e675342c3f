"""Finds a part of an English text that is in another language: a few words in a row that say so.

Summed over a text they are outvoted by the English words around them: a threat of five words
behind a sentence of praise is English by its sums, and the scores are of the praise.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

APART: Final = 20.0
_MOST_OF_WORD, _OF_CHANCE = 10.0, 2.0
"""Log-odds by which words in a row, of which none has more than ten and each is two behind, are in
another language than the English around them.

So four in a thousand comments of an English blog are, and one of a newspaper; and two thirds of the
threats of a few words in nineteen languages in tests/classifier/test_languages.py.
"""


def leads(votes: NDArray[np.float64], english: int) -> NDArray[np.float64]:
    """Return by how much each chunk, a row, tells each language, a column, more than English."""
    return np.minimum(votes - votes[:, [english]] - _OF_CHANCE, _MOST_OF_WORD)


def most_in_a_row(leads: NDArray[np.float64]) -> float:
    """Return what chunks in a row tell at most of one language; `leads` are a text's, in order."""
    until = np.vstack((np.zeros_like(leads[:1]), np.cumsum(leads, axis=0)))
    return float((until - np.minimum.accumulate(until)).max())
