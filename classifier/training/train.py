"""The whole training run: corpora in, a bundle's content and card out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from classifier.training import bands, calibrate, fit, matrix, mix
from classifier.training.corpus import Rows
from classifier.types import DECIDING, LABELS, OTHER_COLUMNS

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

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run gives: the joblib file's content, bands, and the frame with raw sums."""

    content: dict[str, Any]
    bands: dict[str, dict[str, float]]
    scores: pd.DataFrame
    frame: pd.DataFrame


def train(rows: Rows, language: dict[str, Any], say: Say) -> Trained:
    """Train every label, calibrate it, choose its thresholds."""
    frame = rows.frame
    training = (frame["part"] == "train").to_numpy()
    say("splitting texts into tokens")
    kept = _vocabulary(frame[training], say)
    texts = matrix.tokenise(frame["text"])
    say("counting features")
    counted = matrix.counts(texts, kept.keys)
    features = fit.normalise(counted, kept.sizes)
    coefficients = []
    for label, english in COLUMNS:
        say(f"fitting {label}{'' if english else ' of other languages'}")
        used = training & ((frame["language"] == "en").to_numpy() == english)
        members = SPAM if label == "spam" else RATIOS if english else BOTH
        coefficients.append(_fit(label, frame, used, features, members))
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
    raw = raw_scores(counted, content)
    lengths = texts.words.astype(np.float64)
    content["calibration"] = _calibrate(frame, raw, lengths)
    scores = probabilities(frame, raw, lengths, content["calibration"])
    here = frame["part"] == "threshold"
    return Trained(content, bands.choose(frame[here], scores[here]), scores, frame)


def _vocabulary(training: pd.DataFrame, say: Say) -> fit.Features:
    distinct = training.drop_duplicates("key")
    found, texts = matrix.document_counts(matrix.tokenise(distinct["text"]))
    say(f"{len(found)} features seen")
    return fit.features(found, texts, len(distinct), LEAST_TEXTS)


def _fit(
    label: str,
    frame: pd.DataFrame,
    training: NDArray[np.bool_],
    features: sparse.csr_matrix,
    members: Sequence[fit.Member],
) -> NDArray[np.float64]:
    weight = frame["weight_spam" if label == "spam" else "weight"].to_numpy(np.float64)
    used = training & frame[label].notna().to_numpy() & (weight > 0)
    truth = np.asarray(frame.loc[used, label] >= mix.MAJORITY, dtype=np.int64)
    return fit.fit(features[used], truth, weight[used], frame.loc[used, "source"], members)


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


def _calibrate(
    frame: pd.DataFrame, raw: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.float64]:
    part = frame[frame["part"] == "calibration"]
    here = np.flatnonzero(frame["part"] == "calibration")
    columns = []
    for number, (label, english) in enumerate(COLUMNS):
        natural = mix.natural_weights(part) if english else mix.other_weights(part, label)
        truth = frame[label].to_numpy(np.float64)[here]
        truth = np.where(np.isnan(truth) & (label in mix.ASSUMED), 0.0, truth)
        used = ~np.isnan(truth) & (natural > 0)
        columns.append(
            calibrate.calibration(
                raw[here, number][used],
                lengths[here][used],
                truth[used] >= mix.MAJORITY,
                natural[used],
            )
        )
    return np.array(columns).T
