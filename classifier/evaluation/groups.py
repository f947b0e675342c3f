"""How a bundle speaks of groups: the same sentences about each, kind ones and hateful ones.

The figures are those of Borkan et al., "Nuanced Metrics for Measuring Unintended Bias" (2019):
`subgroup` ranks within a group; `bpsn` sets its kind sentences against the others' hateful ones
and is low where a group's name alone is taken for hate; `bnsp` the other way about.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifier.bundle import Bundle
from training_data import groups

MOST: Final = 0.10
"""Greatest difference of mean toxicity between two groups' kind sentences that may take over."""


def measure(bundle: Bundle) -> dict[str, Any]:
    """Return the figures of a bundle, by what its stages that can be asked say together."""
    rows = groups.rows()
    scored = bundle.score_many(rows["text"].tolist(), ["en"] * len(rows))
    second = bundle.second if bundle.second and bundle.second.installed() else None
    seen = [
        (second.score(text, one) if second else None) or one
        for text, one in zip(rows["text"], scored, strict=True)
    ]
    return figures(rows, np.array([each.scores["toxicity"] for each in seen]))


def figures(rows: pd.DataFrame, scores: NDArray[np.float64]) -> dict[str, Any]:
    """Return figures by group, and the spread of the kind sentences' means.

    Args:
        rows: columns group and toxicity.
        scores: a probability of toxicity for each.
    """
    hateful = (rows["toxicity"] == 1.0).to_numpy()
    by_group = {
        str(group): _of_group((rows["group"] == group).to_numpy(), hateful, scores)
        for group in rows["group"].unique()
    }
    means = {group: each["benign_mean"] for group, each in by_group.items()}
    highest, lowest = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    return {
        "groups": by_group,
        "spread": round(means[highest] - means[lowest], 4),
        "highest": highest,
        "lowest": lowest,
    }


def _of_group(
    here: NDArray[np.bool_], hateful: NDArray[np.bool_], scores: NDArray[np.float64]
) -> dict[str, float]:
    return {
        "benign_mean": round(float(scores[here & ~hateful].mean()), 4),
        "subgroup_auc": _auc(here, hateful, scores),
        "bpsn_auc": _auc((here & ~hateful) | (~here & hateful), hateful, scores),
        "bnsp_auc": _auc((here & hateful) | (~here & ~hateful), hateful, scores),
    }


def _auc(used: NDArray[np.bool_], hateful: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return round(float(roc_auc_score(hateful[used], scores[used])), 4)
