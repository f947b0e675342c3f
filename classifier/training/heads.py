"""Heads of an encoder for labels that it was not tuned on: new weights on the numbers it has.

An encoder was tuned on the spam of videos and chats; what advertises in blogs it reads well and
judges badly. A ridge logistic regression on its numbers before the last layers (Hoerl and Kennard
1970) is fitted in seconds and takes the place of its own output for the label. For the rows that
stacks and bands are chosen on, heads are fitted without the row's source, as the linear model is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from classifier.policy import ENGLISH
from classifier.training.mix import MAJORITY

HEADED: Final = "spam"
"""The label with a head; toxicity and its kinds lost by one (0.005 on talk pages)."""

STRENGTH: Final = 30.0
"""The ridge's C on the mean loss of scaled numbers; 10 and 100 are within 0.006 on unseen blogs."""

MOST: Final = 1_500
"""Rows of a source that was not collected for spam that a head is fitted on."""

PASSES: Final = 120
FAIR: Final = 150
"""Rows from which a group of a source, such as one blog, counts by the root of its number only."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What heads are fitted on: numbers of the encoder, shape (rows, numbers), and the rows."""

    rows: pd.DataFrame
    numbers: NDArray[np.float16]


def rows_for(frame: pd.DataFrame, sources: Sequence[str]) -> pd.DataFrame:
    """Return rows of training that judge the label, of sources that were not collected for it few.

    Args:
        frame: all rows of a run.
        sources: those that were collected for the label.
    """
    usable = (frame["part"] == "train") & frame[HEADED].notna() & (frame["language"] == ENGLISH)
    usable &= frame["weight_spam"] > 0
    drawn = frame[usable].sample(frac=1.0, random_state=0)
    place = drawn.groupby("source").cumcount()
    return drawn[drawn["source"].isin(sources) | (place < MOST)].reset_index(drop=True)


def fit(given: Rows, used: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Return a head: the weight of each number, and at the end that of one.

    Args:
        given: what is learnt from.
        used: rows of it that are; all if None.
    """
    chosen = np.ones(len(given.rows), dtype=np.bool_) if used is None else used
    rows, numbers = given.rows[chosen], given.numbers[chosen].astype(np.float32)
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-3
    scaled = (numbers - mean) / spread
    truth = (rows[HEADED].to_numpy() >= MAJORITY).astype(np.float32)
    found = _logistic(scaled, truth, _weights(rows))
    slopes = found[:-1] / spread
    return np.append(slopes, found[-1] - slopes @ mean)


def odds(head: NDArray[np.float64], numbers: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the log-odds that a head gives to rows of numbers."""
    found: NDArray[np.float32] = numbers.astype(np.float32) @ head[:-1].astype(
        np.float32
    ) + np.float32(head[-1])
    return found


def _weights(rows: pd.DataFrame) -> NDArray[np.float32]:
    """Return weights of rows, with no site louder than the root of what it wrote."""
    size = rows.groupby(["source", "group"])["key"].transform("size").to_numpy(np.float64)
    fair = np.where(rows["group"] == "", 1.0, np.minimum(1.0, np.sqrt(FAIR / size)))
    weight = rows["weight_spam"].to_numpy(np.float64) * fair
    found: NDArray[np.float32] = (weight / weight.sum()).astype(np.float32)
    return found


def _logistic(
    scaled: NDArray[np.float32], truth: NDArray[np.float32], weight: NDArray[np.float32]
) -> NDArray[np.float64]:
    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value = scaled @ at[:-1].astype(np.float32) + np.float32(at[-1])
        missed = weight * (1 / (1 + np.exp(-value)) - truth)
        total = float(np.sum(weight * (np.logaddexp(0, value) - truth * value)))
        slope = (scaled.T @ missed).astype(np.float64) + at[:-1] / STRENGTH
        ridge = float(at[:-1] @ at[:-1]) / (2 * STRENGTH)
        return total + ridge, np.append(slope, missed.sum())

    start = np.zeros(scaled.shape[1] + 1)
    found: NDArray[np.float64] = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": PASSES}
    ).x
    return found
