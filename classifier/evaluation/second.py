"""The linear model alone beside both: how they rank each set, and how much is left to people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle
from classifier.evaluation import metrics
from classifier.training import evidence, mix
from classifier.training.stacking import see, stacks_of
from classifier.training.stages import Stages, linear_bands, outcome
from classifier.types import LABELS

SHIFTS: Final = np.linspace(-4, 4, 321)
"""Log-odds by which all bands of the linear model are moved to meet an error."""

Decided = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def stages_of(bundle: Bundle, frame: pd.DataFrame) -> Stages | None:
    """Have both stages read the rows in its languages; None where there is no second opinion."""
    opinion = bundle.second
    if opinion is None or not opinion.installed():
        return None
    rows = frame[frame["language"].isin(opinion.languages)]
    seen = see(bundle, opinion, rows, "held-out rows")
    return Stages(linear_bands(bundle), seen, seen.scores(stacks_of(opinion)), opinion.card)


def measure(stages: Stages) -> dict[str, Any]:
    """Return what the second opinion adds to the linear model on the same rows."""
    rows, linear = stages.seen.rows, stages.seen.linear_scores()
    weight = mix.natural_weights(rows)
    return {
        "rows": len(rows),
        "read_to_the_end": round(float(stages.seen.read.mean()), 4),
        "natural_mix": {
            "linear": evidence.decided(rows, weight, stages.first()),
            "both": outcome(stages),
        },
        "queued": queued(stages),
        "sets": sets(rows, linear, stages.scores),
    }


def sets(rows: pd.DataFrame, linear: pd.DataFrame, both: pd.DataFrame) -> dict[str, Any]:
    """Return AUC and average precision of both on the same rows, with paired intervals."""
    found: dict[str, Any] = {}
    for source, own in rows.groupby("source"):
        for label in LABELS:
            known = own.index[own[label].notna()]
            truth = (own.loc[known, label] >= mix.MAJORITY).to_numpy()
            if 0 < truth.sum() < len(truth):
                pair = both.loc[known, label].to_numpy(), linear.loc[known, label].to_numpy()
                found.setdefault(str(source), {})[label] = _pair(truth, *pair)
    return found


def _pair(
    truth: NDArray[np.bool_], both: NDArray[np.float64], linear: NDArray[np.float64]
) -> dict[str, Any]:
    precision = metrics.average_precision_difference(truth, both, linear)
    return {
        "rows": len(truth),
        "positive": int(truth.sum()),
        "linear": metrics.auc(truth, linear).as_list(),
        "both": metrics.auc(truth, both).as_list(),
        "difference": metrics.auc_difference(truth, both, linear).as_list(),
        "average_precision_difference": precision.as_list(),
    }


def queued(stages: Stages) -> dict[str, Any]:
    """Return the share left to people by both, and by the linear model alone at the same errors.

    Two errors are held equal in turn, by moving all bands of the linear model by the same
    log-odds: violations among what is approved, and the share of all toxicity that is approved.
    """
    seen, linear = stages.seen, stages.seen.linear_scores()
    weight = mix.natural_weights(seen.rows)
    used = weight > 0
    rejected = stages.first().rejected
    family = [(_shifted(stages.linear, linear, shift) & ~rejected)[used] for shift in SHIFTS]
    both = stages.verdicts()
    decided = both.rejected[used], both.approved[used]
    ways = _Ways(np.array(family, np.float32), rejected[used], decided)
    toxic = (seen.rows["toxicity"].fillna(0.0) >= mix.MAJORITY).to_numpy()[used]
    violations = mix.violation(seen.rows)[used]
    kinds = {
        "violations_among_approved": Error(violations, of_all=False),
        "toxicity_approved": Error(toxic, of_all=True),
    }
    return {name: _compared(ways, error, weight[used]) for name, error in kinds.items()}


@dataclass(frozen=True, slots=True)
class Error:
    """What goes wrong: `bad` rows among those approved, or `of_all` bad rows the approved ones."""

    bad: NDArray[np.bool_]
    of_all: bool


@dataclass(frozen=True, slots=True)
class _Ways:
    """What each shift of the linear bands approves, what they reject, and what both decide."""

    approved: NDArray[np.float32]
    rejected: NDArray[np.bool_]
    both: Decided

    def queues(self, error: Error, weight: NDArray[np.float64]) -> tuple[float, float, float]:
        """Return the error of both, what both leave to people, and what the linear model leaves."""
        wrong = weight * error.bad
        let, approved = self.approved @ wrong, self.approved @ weight
        mine = float(weight[self.both[1]].sum())
        made = float(wrong[self.both[1]].sum()) / (wrong.sum() if error.of_all else mine)
        good = let <= made * (wrong.sum() if error.of_all else approved)
        most = float(approved[good].max()) if good.any() else 0.0
        total = weight.sum()
        ours = 1 - float(weight[self.both[0]].sum() + mine) / total
        return made, ours, 1 - (most + float(weight[self.rejected].sum())) / total


def _compared(ways: _Ways, error: Error, weight: NDArray[np.float64]) -> dict[str, Any]:
    made, ours, linear = ways.queues(error, weight)
    drawn = [ways.queues(error, weight * times)[1:] for times in metrics.resamples(len(weight))]
    fewer = metrics.interval(1 - ours / linear, [1 - one / other for one, other in drawn])
    return {
        "error": round(made, 4),
        "both": round(ours, 4),
        "linear": round(linear, 4),
        "fewer": fewer.as_list(),
    }


def _shifted(
    bands: Mapping[str, Mapping[str, float]], linear: pd.DataFrame, shift: float
) -> NDArray[np.bool_]:
    below = []
    for label, band in bands.items():
        low = np.clip(band["approve_below"], 1e-9, 1 - 1e-9)
        limit = 1 / (1 + np.exp(-(np.log(low / (1 - low)) + shift)))
        below.append((linear[label] < limit).to_numpy())
    return np.asarray(np.all(below, axis=0))
