"""Chooses the thresholds of every label on rows that neither training nor calibration saw."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.training import calibrate, mix
from classifier.types import DECIDING, LABELS

MISSED: Final = 0.02
"""Violations allowed among what all labels together let through."""

AIMS: Final = tuple(round(0.02 - 0.0005 * step, 4) for step in range(36))
"""Violations that one label may let through, the most generous first."""

MOST_OF_ALL: Final = 0.1
"""Share of all spam, and of all that is toxic, that may be let through, however rare both are in
the mix: what another website's people write scores lower than what the corpora hold."""

REJECTING: Final = ("severe_toxicity", "threat", "insult", "identity_attack")
"""Kinds that are aimed at somebody. Toxicity and obscenity rise with swearing at a thing as well,
and spam has too few rows: these three hold a comment for people and never reject it."""

NEVER: Final = 1.01
"""A threshold that no probability reaches."""


def choose(part: pd.DataFrame, scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the bands of each label, from the threshold part's rows and their probabilities."""
    natural = mix.natural_weights(part)
    clear = next(
        (
            found
            for aim in AIMS
            if missed(part, scores, found := _clear(part, scores, aim)) <= MISSED
        ),
        dict.fromkeys(LABELS, 0.0),
    )
    able = (natural > 0) & mix.witnesses(part)
    bad = mix.violation(part)[able]
    rejecting = {
        label: calibrate.reject_at(scores[label].to_numpy()[able], bad, natural[able])
        for label in REJECTING
    }
    return {
        label: {
            "approve_below": min(clear[label], rejecting.get(label, NEVER)),
            "reject_at": rejecting.get(label, NEVER),
        }
        for label in LABELS
    }


def clear_at(part: pd.DataFrame, scores: pd.DataFrame, error: float) -> dict[str, float]:
    """Return the scores below which all labels together let through at most the share `error`."""
    natural = mix.natural_weights(part)
    used = natural > 0
    for aim in AIMS:
        found = {
            label: calibrate.approve_below(
                scores[label].to_numpy()[used],
                np.asarray(part[label].fillna(0.0) >= mix.MAJORITY)[used],
                natural[used],
                aim,
            )
            for label in LABELS
        }
        if missed(part, scores, found) <= error:
            return found
    return dict.fromkeys(LABELS, 0.0)


def missed(part: pd.DataFrame, scores: pd.DataFrame, clear: Mapping[str, float]) -> float:
    """Return the share of violations in the natural mix of what all labels let through."""
    weight = mix.natural_weights(part)
    through = np.all([scores[label] < clear[label] for label in LABELS], axis=0)
    total = float(weight[through].sum())
    return float(weight[through & mix.violation(part)].sum()) / total if total else 0.0


def _clear(part: pd.DataFrame, scores: pd.DataFrame, aim: float) -> dict[str, float]:
    weight = mix.natural_weights(part)
    used = weight > 0

    def below(label: str) -> float:
        own: NDArray[np.bool_] = np.asarray(part[label].fillna(0.0) >= mix.MAJORITY)
        score = scores[label].to_numpy()
        found = calibrate.approve_below(score[used], own[used], weight[used], aim)
        if label not in DECIDING:
            return found
        return min(found, calibrate.lowest(score[used & own], weight[used & own], MOST_OF_ALL))

    return {label: below(label) for label in LABELS}
