"""What both stages decide: whom the second is asked about, its bands, and what comes of both."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle
from classifier.policy import ENGLISH, asks_encoder, judge, judge_both
from classifier.training import bands, evidence, mix
from classifier.training.stacking import Seen, Stacks
from classifier.types import Assessment

UNASKED: Final = 0.008
"""Violations allowed among what the linear model approves unasked. Less asks for more comments and
gains nothing; more leaves the second opinion too little of what the linear model got wrong."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Both stages over the same rows: `told` has whom the second is asked about and its bands."""

    bundle: Bundle
    seen: Seen
    scores: pd.DataFrame
    told: Mapping[str, Any]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Rows that the second stage decides."""
        wanted = [asks_encoder(each, judge(each)) for each in self._linear()]
        return np.array(wanted, dtype=np.bool_) & self.seen.read

    def first(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return what the linear model rejects and approves."""
        return evidence.decisions_of(map(judge, self._linear()))

    def verdicts(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return what both stages reject and approve: the second decides what it is asked about."""
        encoder = evidence.assessments(self.scores, self.told["bands"])
        pairs = zip(self._linear(), encoder, self.seen.read.tolist(), strict=True)
        return evidence.decisions_of(
            judge_both(first, second if read else None) for first, second, read in pairs
        )

    def _linear(self) -> Iterator[Assessment]:
        linear, bands = self.seen.linear_scores(), linear_bands(self.bundle)
        return evidence.assessments(linear, bands, self.told["asked_from"])


def describe(
    bundle: Bundle, stacks: Stacks, seen: Mapping[str, Mapping[str, Seen]]
) -> dict[str, Any]:
    """Choose whom to ask and the bands, and say what both stages together do, for the card."""
    threshold = seen[ENGLISH]["threshold"]
    sure = bands.clear_at(threshold.rows, threshold.linear_scores(), UNASKED)
    low = {label: min(sure[label], band.approve_below) for label, band in bundle.bands.items()}
    chosen = bands.choose(threshold.rows, _settled(bundle, threshold, stacks, low))
    told = {"asked_from": low, "bands": chosen}
    languages = {}
    for language, parts in seen.items():
        test = parts["test"]
        stages = Stages(bundle, test, test.scores(stacks), told)
        together = outcome(stages)
        rights = _allowed(bundle, language, together)
        read = round(float(test.read.mean()), 4)
        languages[language] = {**together, "read_to_the_end": read, "automatic": rights}
    return {"languages": languages, **told, "natural_mix": languages[ENGLISH]}


def _settled(bundle: Bundle, seen: Seen, stacks: Stacks, low: Mapping[str, float]) -> pd.DataFrame:
    """Return stacked scores, but 0 and 1 where the first stage has approved, or has not."""
    scores = seen.scores(stacks)
    stages = Stages(bundle, seen, scores, {"asked_from": low})
    asked, approved = stages.asked, stages.first()[1]
    settled = np.where(approved[:, None], 0.0, 1.0)
    chosen = np.where(asked[:, None], scores.to_numpy(), settled)
    return pd.DataFrame(chosen, columns=scores.columns, index=scores.index)


def outcome(stages: Stages) -> dict[str, Any]:
    """Return what both stages decide at natural rates, and how much the second is asked."""
    rows = stages.seen.rows
    weight = mix.natural_weights(rows)
    if not weight.any():  # no English
        weight = evidence.at_rate(mix.violation(rows))
    told = evidence.decided(rows, weight, *stages.verdicts())
    return told | {"asked": round(float(weight[stages.asked].sum() / weight.sum()), 4)}


def linear_bands(bundle: Bundle) -> dict[str, dict[str, float]]:
    """Return the bands of the linear model as figures take them."""
    return {label: asdict(band) for label, band in bundle.bands.items()}


def _allowed(bundle: Bundle, language: str, together: Mapping[str, Any]) -> dict[str, Any]:
    """Allow what the linear model may do too, where both together keep the promises."""
    told = bundle.card["languages"].get(language, {})
    rights = told.get("automatic", {"approve": False, "reject": []})
    missed, wrong = together["missed_violations"], together["wrong_rejections"]
    approve = missed is not None and missed <= evidence.PROMISED_MISSED
    reject = wrong is not None and wrong <= evidence.PROMISED_WRONG
    return {
        "approve": bool(rights["approve"] and approve),
        "reject": list(rights["reject"]) if reject else [],
    }
