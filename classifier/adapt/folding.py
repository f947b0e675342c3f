"""What was learnt, folded into the one sum that an adaptation is when it serves."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

import joblib
import numpy as np

from classifier.adapt.fit import SPREAD, STAGES, Design, Learned
from classifier.adapt.inputs import Array
from classifier.types import LABELS

STEPS: Final = 32_767
"""Steps from 0 to the greatest weight of a word."""


def content_of(made: Design, learned: Sequence[Learned]) -> dict[str, Any]:
    """Return arrays and plain values that hold what was learnt."""
    count = len(learned)
    odds = np.zeros((len(STAGES), count, 2 * len(LABELS)))
    intercepts = np.zeros((len(STAGES), count))
    words = np.zeros((len(made.vocabulary.keys), len(STAGES) * count))
    for stage, name in enumerate(STAGES):
        for row, each in enumerate(learned):
            odds[stage, row], intercepts[stage, row] = _of_stage(made, each, name)
            _, _, _, by_words = each.stacks[name]
            words[:, stage * count + row] = by_words * each.words[: len(words)]
    return {
        "labels": [each.label for each in learned],
        "odds": odds,
        "intercepts": intercepts,
        "words": _words(made, words),
        "numbers": _numbers(made, learned),
    }


def packed(content: dict[str, Any]) -> bytes:
    """Return the bytes of a content; the same content gives the same bytes."""
    stream = BytesIO()
    joblib.dump(content, stream, compress=3)
    return stream.getvalue()


def _of_stage(made: Design, learned: Learned, stage: str) -> tuple[Array, float]:
    """Return the coefficients of both stages' log-odds, and the intercept."""
    slope, intercept, by_head, by_words = learned.stacks[stage]
    count, at = len(LABELS), LABELS.index(learned.label)
    head, words = learned.head[made.coordinates.shape[1] :], learned.words[made.words.shape[1] :]
    odds = by_head * head[: 2 * count] / SPREAD
    odds[:count] += by_words * words[:count] / SPREAD
    odds[count + at] += by_head * head[-2] / SPREAD
    odds[at] += by_words * words[-2] / SPREAD
    odds[at if stage == "linear" else count + at] += slope
    return odds, float(intercept + by_head * head[-1] + by_words * words[-1])


def _words(made: Design, words: Array) -> dict[str, Any]:
    """Return what `Weights` reads: each feature's weight by its rarity, in whole numbers."""
    weighed = words * made.vocabulary.rarity[:, None]
    scales = np.abs(weighed).max(axis=0, initial=0.0) / STEPS
    scales = np.where(scales == 0, 1.0, scales)
    return {
        "labels": [],
        "keys": made.vocabulary.keys,
        "weights": np.rint(weighed / scales).astype(np.int16),
        "scales": scales,
        "sizes": (made.vocabulary.rarity**2).astype(np.float32),
        "calibration": np.zeros((3, words.shape[1])),
    }


def _numbers(made: Design, learned: Sequence[Learned]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    begin = 0
    if not learned:
        return found
    for digest, basis in made.bases.items():
        end = begin + basis.directions.shape[1]
        heads = np.array([each.stacks["encoder"][2] * each.head[begin:end] for each in learned])
        weights = heads @ basis.directions.T / basis.scale
        bias = -weights @ basis.mean
        found.append({"digest": digest, "weights": weights.astype(np.float32), "bias": bias})
        begin = end
    return found
