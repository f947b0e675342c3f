"""Held-out figures of a run: per set, on the natural mix, per language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.policy import ALL_RIGHTS, bands_of, judge
from classifier.training import mix
from classifier.training.bands import REJECTING
from classifier.training.train import Trained
from classifier.types import DECIDING, LABELS, Assessment, Verdict

LEAST_VIOLATIONS: Final = 200
"""Test rows of each kind that a language needs before anything in it is decided automatically."""

PROMISED_WRONG, PROMISED_MISSED = 0.05, 0.02


def figures(trained: Trained) -> dict[str, Any]:
    """Return AUC and average precision per set and label, and what the bands do on the mix."""
    frame, scores = trained.frame, trained.scores
    test = (frame["part"] == "test").to_numpy()
    sets: dict[str, Any] = {}
    for source, rows in frame[test].groupby("source"):
        for label in LABELS:
            known = rows[rows[label].notna()]
            truth = (known[label] >= mix.MAJORITY).to_numpy()
            if 0 < truth.sum() < len(truth):
                own = scores.loc[known.index, label]
                sets.setdefault(str(source), {})[label] = {
                    "rows": len(truth),
                    "positive": int(truth.sum()),
                    "auc": round(float(roc_auc_score(truth, own)), 4),
                    "average_precision": round(float(average_precision_score(truth, own)), 4),
                }
    part = frame[test]
    weight = mix.natural_weights(part)
    return {"sets": sets, "natural_mix": outcome(part, scores[test], trained.bands, weight)}


def outcome(
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    bands: Mapping[str, Mapping[str, float]],
    weight: NDArray[np.float64],
) -> dict[str, Any]:
    """Return shares decided automatically and their errors, for rows of given weights.

    Wrong rejections are counted where a row can tell (`mix.witnesses`); `wrong_by_any_label`
    counts them on all rows.
    """
    return decided(frame, weight, *verdicts(scores, bands))


def verdicts(
    scores: pd.DataFrame, bands: Mapping[str, Mapping[str, float]]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows the bands reject, and which they approve, as far as they may be decided.

    Rights follow from these figures, so a model has them all here.
    """
    return decisions_of(judge(each) for each in assessments(scores, bands))


def assessments(
    scores: pd.DataFrame,
    bands: Mapping[str, Mapping[str, float]],
    asked_from: Mapping[str, float] | None = None,
) -> Iterator[Assessment]:
    """Yield what one stage says of each row, with every right."""
    read = bands_of({"bands": bands})
    for row in scores[list(LABELS)].to_numpy().tolist():
        yield Assessment(dict(zip(LABELS, row, strict=True)), read, ALL_RIGHTS, asked_from)


def decisions_of(found: Iterable[Verdict]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of the verdicts reject, and which approve."""
    statuses = [each.status for each in found]
    rejected = np.array([each == "rejected" for each in statuses], dtype=np.bool_)
    return rejected, np.array([each == "approved" for each in statuses], dtype=np.bool_)


def decided(
    frame: pd.DataFrame,
    weight: NDArray[np.float64],
    rejected: NDArray[np.bool_],
    approved: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return shares decided automatically and their errors, as `outcome` does."""
    bad, able = mix.violation(frame), mix.witnesses(frame)
    total = weight.sum()
    return {
        "rows": int((weight > 0).sum()),
        "rejected": _share(weight[rejected].sum(), total),
        "wrong_rejections": _share(
            weight[rejected & able & ~bad].sum(), weight[rejected & able].sum()
        ),
        "wrong_by_any_label": _share(weight[rejected & ~bad].sum(), weight[rejected].sum()),
        "approved": _share(weight[approved].sum(), total),
        "missed_violations": _share(weight[approved & bad].sum(), weight[approved].sum()),
    }


def by_language(trained: Trained) -> dict[str, Any]:
    """Say per language how much evidence there is, and what it allows to be automatic."""
    frame = trained.frame
    test = frame["part"] == "test"
    languages: dict[str, Any] = {}
    for language, rows in frame[test].groupby("language"):
        weight = mix.natural_weights(rows) if language == "en" else at_rate(mix.violation(rows))
        found = outcome(rows, trained.scores.loc[rows.index], trained.bands, weight)
        counts = {name: int((rows[name] >= mix.MAJORITY).sum()) for name in DECIDING}
        languages[str(language)] = found | {
            "violations": counts,
            "automatic": _allowed(found, counts, str(language)),
        }
    languages["und"] = {"automatic": {"approve": False, "reject": []}}
    return languages


def _allowed(found: dict[str, Any], counts: dict[str, int], language: str) -> dict[str, Any]:
    """Allow what met its promise on enough rows; approving needs evidence of both labels."""
    enough = {name: counts[name] >= LEAST_VIOLATIONS for name in DECIDING}
    missed, wrong = found["missed_violations"], found["wrong_rejections"]
    approve = all(enough.values()) and missed is not None and missed <= PROMISED_MISSED
    reject = wrong is not None and wrong <= PROMISED_WRONG
    labels = list(REJECTING) if reject and enough["toxicity"] and language == "en" else []
    return {"approve": approve, "reject": labels}


def at_rate(bad: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights of rows of a language that make `bad` ones as frequent as is assumed."""
    share = max(bad.mean(), 1e-9)
    weights: NDArray[np.float64] = np.where(
        bad, mix.OTHER_RATE / share, (1 - mix.OTHER_RATE) / max(1 - share, 1e-9)
    )
    return weights


def _share(part: float, whole: float) -> float | None:
    return round(float(part / whole), 4) if whole > 0 else None
