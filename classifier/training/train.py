"""The whole training run: corpora in, a bundle's content and card out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from classifier.training import calibrate, fit, matrix, mix
from classifier.types import DECIDING, LABELS, OTHER_COLUMNS
from training_data.cluster import Crew

LEAST_TEXTS: Final = 5
"""Distinct comments that must share a feature; three would satisfy privacy, five also space."""

RATIOS: Final = (fit.Member(ratios=True, strength=0.1),)
SPAM: Final = (
    fit.Member(ratios=False, strength=0.2),
    fit.Member(ratios=False, strength=0.2, sources=0.0),
)
BOTH: Final = (fit.Member(ratios=False, strength=0.2), fit.Member(ratios=True, strength=0.2))
"""Ratios help where labels lie in words (toxicity), not where they lie in a few templates (spam);
for several languages in one model, the two together are best. Spam comes from places that have
little else: with an intercept a source its words count for less than they should, without one those
of the place count for more; the two together are better than each on places that neither saw."""

COLUMNS: Final = tuple((label, True) for label in LABELS) + tuple(
    (label, False) for label in DECIDING
)
"""Columns of the weights: label, and whether for English; the kinds are known in English only."""
STEPS: Final = 2**15 - 1
TEXTS: Final = ["text", "detail"]
"""Columns of rows that nothing is fitted to: they need not go to whoever fits."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows that are fitted to: what was judged of each, without its text, and its features."""

    judged: pd.DataFrame
    features: sparse.csr_matrix


def train(frame: pd.DataFrame, language: dict[str, Any], say: Say, crew: Crew) -> dict[str, Any]:
    """Train every label and calibrate it; return what a linear part holds."""
    say("splitting texts into tokens")
    kept = _vocabulary(frame[frame["part"] == "train"], say)
    texts = matrix.tokenise(frame["text"])
    say("counting features")
    counted = matrix.counts(texts, kept.keys)
    examples = Examples(frame.drop(columns=TEXTS), fit.normalise(counted, kept.sizes))
    fitted = crew.map(_fitted, examples, COLUMNS, here=1)  # two at once take twice the memory
    coefficients = []
    for label, english in COLUMNS:
        say(fitting(label, english=english))
        coefficients.append(next(fitted))
    idf = np.sqrt(kept.sizes.astype(np.float64))
    weights, scales = quantise(np.column_stack(coefficients) * idf[:, None])
    content: dict[str, Any] = {
        "labels": LABELS,
        "keys": kept.keys,
        "weights": weights,
        "scales": scales,
        "sizes": kept.sizes,
        "language": language,
    }
    say("calibrating")
    lengths = texts.words.astype(np.float64)
    content["calibration"] = calibrate_all(frame, raw_scores(counted, content), lengths)
    return content


def fitting(label: str, *, english: bool) -> str:
    """Return the words for the step that fits one of `COLUMNS`."""
    return f"fitting {label}{'' if english else ' of other languages'}"


def _fitted(examples: Examples, column: tuple[str, bool]) -> NDArray[np.float64]:
    """Fit one of `COLUMNS` to the training rows of its languages."""
    rows = examples.judged
    used = (rows["part"] == "train") & ((rows["language"] == "en") == column[1])
    return fit_column(column, rows, used.to_numpy(), examples.features)


def _vocabulary(training: pd.DataFrame, say: Say) -> fit.Features:
    distinct = training.drop_duplicates("key")
    found, texts = matrix.document_counts(matrix.tokenise(distinct["text"]))
    say(f"{len(found)} features seen")
    return fit.features(found, texts, len(distinct), LEAST_TEXTS)


def fit_column(
    column: tuple[str, bool],
    frame: pd.DataFrame,
    training: NDArray[np.bool_],
    features: sparse.csr_matrix,
    steps: int = fit.STEPS,
) -> NDArray[np.float64]:
    """Fit one of `COLUMNS` to those of the `training` rows that judge its label."""
    label, english = column
    members = SPAM if label == "spam" else RATIOS if english else BOTH
    weight = frame["weight_spam" if label == "spam" else "weight"].to_numpy(np.float64)
    used = training & frame[label].notna().to_numpy() & (weight > 0)
    truth = np.asarray(frame.loc[used, label] >= mix.MAJORITY, dtype=np.int64)
    source = frame.loc[used, "source"]
    return fit.fit(features[used], truth, weight[used], source, members, steps)


def quantise(weights: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Round weights to 16 bits, with one scale a label."""
    scales = np.abs(weights).max(axis=0) / STEPS
    scales[scales == 0] = 1.0
    return np.round(weights / scales).astype(np.int16), scales


def raw_scores(counted: sparse.csr_matrix, content: dict[str, Any]) -> NDArray[np.float64]:
    """Return the sums of weights over the root of the size, as the bundle has them."""
    weights = content["weights"].astype(np.float64) * content["scales"]
    size = np.asarray(counted @ content["sizes"].astype(np.float64)).ravel() + 1.0
    sums: NDArray[np.float64] = np.asarray(counted.astype(np.float64) @ weights)
    return sums / np.sqrt(size)[:, None]


def probabilities(
    frame: pd.DataFrame,
    raw: NDArray[np.float64],
    lengths: NDArray[np.float64],
    calibration: NDArray[np.float64],
) -> pd.DataFrame:
    """Return calibrated scores, one column a label, by the columns of each row's language."""
    slope, intercept, length = calibration
    odds = raw * slope + intercept + np.log1p(lengths)[:, None] * length
    english = (frame["language"] == "en").to_numpy()[:, None]
    chosen = np.where(english, odds[:, : len(LABELS)], odds[:, list(OTHER_COLUMNS)])
    return pd.DataFrame(1.0 / (1.0 + np.exp(-chosen)), columns=list(LABELS))


def calibrate_all(
    frame: pd.DataFrame, raw: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return slope, intercept and length of each of `COLUMNS`, fitted on the calibration part."""
    found = [
        calibrate_column(number, frame, raw[:, number], lengths) for number in range(len(COLUMNS))
    ]
    return np.array(found).T


def calibrating(frame: pd.DataFrame, column: tuple[str, bool]) -> NDArray[np.bool_]:
    """Say which rows one of `COLUMNS` is calibrated on."""
    label, english = column
    natural = mix.natural_weights(frame) if english else mix.other_weights(frame, label)
    known = frame[label].notna().to_numpy() | (label in mix.ASSUMED)
    return np.asarray((frame["part"] == "calibration").to_numpy() & known & (natural > 0))


def calibrate_column(
    number: int, frame: pd.DataFrame, raw: NDArray[np.float64], lengths: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return slope, intercept and length of one of `COLUMNS`, fitted on the calibration part."""
    label, english = COLUMNS[number]
    part = frame[frame["part"] == "calibration"]
    here = np.flatnonzero(frame["part"] == "calibration")
    natural = mix.natural_weights(part) if english else mix.other_weights(part, label)
    truth = part[label].to_numpy(np.float64)
    truth = np.where(np.isnan(truth) & (label in mix.ASSUMED), 0.0, truth)
    used = ~np.isnan(truth) & (natural > 0)
    return calibrate.calibration(
        raw[here][used], lengths[here][used], truth[used] >= mix.MAJORITY, natural[used]
    )
