"""Held-out figures of a run: per set, on the natural mix, per language."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.policy import ALL_RIGHTS, ENGLISH, bands_of, judge, witness_of
from classifier.scorer import Scorer
from classifier.training import mix
from classifier.types import DECIDING, LABELS, Assessment, Verdict

TOGETHER: Final = 64
"""Texts scored at once."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Which of some rows are rejected, which approved, and which rejected for spam alone."""

    rejected: NDArray[np.bool_]
    approved: NDArray[np.bool_]
    for_spam: NDArray[np.bool_]


def scored(
    content: Mapping[str, Any], rows: pd.DataFrame, languages: Collection[str]
) -> pd.DataFrame:
    """Return the probabilities that a linear model serves, each row in its language."""
    scorer = Scorer(content, frozenset(languages) - {ENGLISH})
    texts, told = rows["text"].tolist(), rows["language"].tolist()
    found = [
        each.scores
        for at in range(0, len(texts), TOGETHER)
        for each in scorer.score_many(texts[at : at + TOGETHER], told[at : at + TOGETHER])
    ]
    return pd.DataFrame(found, columns=list(LABELS), index=rows.index)


def figures(
    test: pd.DataFrame, scores: pd.DataFrame, bands: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """Return AUC and average precision per set and label, and what the bands do on the mix."""
    sets: dict[str, Any] = {}
    for source, rows in test.groupby("source"):
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
    weight = mix.natural_weights(test)
    return {"sets": sets, "natural_mix": outcome(test, scores, bands, weight)}


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
    return decided(frame, weight, verdicts(scores, bands))


def verdicts(scores: pd.DataFrame, bands: Mapping[str, Mapping[str, float]]) -> Decisions:
    """Return which rows the bands reject, and which they approve, as far as they may be decided.

    Rights follow from these figures, so a model has them all here.
    """
    return decisions_of(judge(each) for each in assessments(scores, bands))


def assessments(
    scores: pd.DataFrame,
    bands: Mapping[str, Mapping[str, float]],
    asked_from: Mapping[str, float] | None = None,
    witness: Mapping[str, Mapping[str, float]] | None = None,
) -> Iterator[Assessment]:
    """Yield what one stage says of each row, with every right."""
    read, beside = bands_of({"bands": bands}), witness_of({"witness": witness})
    for row in scores[list(LABELS)].to_numpy().tolist():
        told = dict(zip(LABELS, row, strict=True))
        yield Assessment(told, read, ALL_RIGHTS, asked_from, witness=beside)


def decisions_of(found: Iterable[Verdict]) -> Decisions:
    """Return what verdicts decide, in their order."""
    told = [(each.status, each.violated == ("spam",)) for each in found]
    rejected = np.array([status == "rejected" for status, _ in told], dtype=np.bool_)
    approved = np.array([status == "approved" for status, _ in told], dtype=np.bool_)
    for_spam = np.array([spam for _, spam in told], dtype=np.bool_)
    return Decisions(rejected, approved, rejected & for_spam)


def decided(frame: pd.DataFrame, weight: NDArray[np.float64], made: Decisions) -> dict[str, Any]:
    """Return shares decided automatically and their errors, as `outcome` does."""
    rejected, approved = made.rejected, made.approved
    bad = mix.violation(frame)
    able = mix.witnesses(frame) & ~(made.for_spam & mix.unknown_spam(frame))
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


def by_language(
    test: pd.DataFrame, scores: pd.DataFrame, promised: Mapping[str, Any]
) -> dict[str, Any]:
    """Say per language what its bands do on held-out rows, and what may be automatic."""
    languages: dict[str, Any] = {"und": {"automatic": {"approve": False, "reject": []}}}
    for language, rows in test.groupby("language"):
        own = promised["languages"].get(language, languages["und"])
        weight = mix.natural_weights(rows)
        weight = weight if weight.any() else at_rate(mix.violation(rows))
        bands = own.get("bands", promised["bands"])
        counts = {name: int((rows[name] >= mix.MAJORITY).sum()) for name in DECIDING}
        found = outcome(rows, scores.loc[rows.index], bands, weight)
        languages[str(language)] = found | {"violations": counts} | own
    return languages


def at_rate(bad: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights of rows of a language that make `bad` ones as frequent as is assumed."""
    share = max(bad.mean(), 1e-9)
    weights: NDArray[np.float64] = np.where(
        bad, mix.OTHER_RATE / share, (1 - mix.OTHER_RATE) / max(1 - share, 1e-9)
    )
    return weights


def _share(part: float, whole: float) -> float | None:
    return round(float(part / whole), 4) if whole > 0 else None
