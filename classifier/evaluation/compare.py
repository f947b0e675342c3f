"""A candidate beside another bundle, on rows that neither was trained on."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle
from classifier.evaluation.evaluate import auc_of, held_out, scored
from classifier.training import decisions, evidence, mix
from classifier.training.second import LANGUAGE, Stages, linear_bands, see
from classifier.types import LABELS

RATES: Final = ("rejected", "wrong_rejections", "approved", "missed_violations")


def compare(
    candidate: Bundle, other: Bundle, corpora: Path | None, export: Path | None
) -> dict[str, Any]:
    """Return both bundles' figures on the newest decisions, or on the held-out corpora.

    With an export the rows are its newest fifth, by time, as `train --decisions` leaves it out.
    Where a bundle has a second opinion, what both stages say together is measured.
    """
    frame = _newest(export) if export else held_out(corpora)
    weight = np.ones(len(frame)) if export else mix.natural_weights(frame)
    return {
        "rows": len(frame),
        "candidate": _figures(candidate, frame, weight),
        "other": _figures(other, frame, weight),
    }


def _newest(export: Path) -> pd.DataFrame:
    return decisions.read(export).kept_out.reset_index(drop=True)


def _figures(bundle: Bundle, frame: pd.DataFrame, weight: NDArray[np.float64]) -> Any:
    scores = scored(bundle, frame["text"])
    rejected, approved = evidence.verdicts(scores[list(LABELS)], linear_bands(bundle))
    english = (scores["language"] == LANGUAGE).to_numpy()
    if english.any() and bundle.second is not None and bundle.second.installed():
        seen = see(bundle, bundle.second, frame[english], f"with {bundle.version}")
        stages = Stages(bundle, seen, seen.scores(bundle.second.stack), bundle.second.card)
        rejected[english], approved[english] = stages.verdicts()
        scores.loc[english, list(LABELS)] = stages.scores
    everything = np.ones(len(frame), dtype=bool)
    return {
        "version": bundle.version,
        "auc": {label: auc_of(frame, scores, everything, label) for label in LABELS},
        "outcome": evidence.decided(frame, weight, rejected, approved),
    }


def better(found: dict[str, Any]) -> bool:
    """Say whether the candidate ranks no label of decisions worse and errs no more."""
    ours, theirs = found["candidate"], found["other"]
    ranks = all(
        ours["auc"][label] >= theirs["auc"][label] - TOLERANCE
        for label in ("spam", "toxicity")
        if ours["auc"][label] is not None and theirs["auc"][label] is not None
    )
    errors = all(
        (ours["outcome"][name] or 0) <= (theirs["outcome"][name] or 0) + TOLERANCE
        for name in ("wrong_rejections", "missed_violations")
    )
    return ranks and errors


TOLERANCE: Final = 0.005
"""Differences below this are chance on sets of this size."""
