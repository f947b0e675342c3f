"""A candidate beside another bundle, on rows that neither was trained on."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle
from classifier.evaluation import groups
from classifier.evaluation.evaluate import auc_of, held_out, scored
from classifier.training import decisions, evidence, mix
from classifier.training.stacking import see, stacks_of
from classifier.training.stages import Stages, linear_bands
from classifier.types import DECIDING, LABELS
from training_data.console import printable
from training_data.problems import DataError

LEAST: Final = 100
"""Kept-out decisions under which a comparison tells nothing; a fifth of them is kept out."""

LEAST_OF_EACH: Final = 10
"""Of these, approvals and rejections."""

ERRORS: Final = ("wrong_rejections", "missed_violations")

TOLERANCE: Final = 0.005
"""Differences below this are chance on sets of this size."""

CLEARLY: Final = 0.02
"""From this difference on a share decided automatically is another."""


def compare(
    candidate: Bundle, other: Bundle, corpora: Path | None, export: Path | None
) -> dict[str, Any]:
    """Return both bundles' figures on the newest decisions, or on the held-out corpora.

    With an export the rows are its newest fifth, by time, as `train --annotations` leaves it out.
    Where a bundle has a second opinion, what both stages say together is measured.

    Raises:
        DataError: there are no corpora, or too few decisions to tell anything by.
    """
    frame = newest(export) if export else held_out(corpora)
    weight = frame["weight"].to_numpy() if export else mix.natural_weights(frame)
    found = {
        "rows": len(frame),
        "candidate": _figures(candidate, frame, weight),
        "other": _figures(other, frame, weight),
    }
    return {**found, "worse": worse(found)}


def newest(export: Path) -> pd.DataFrame:
    """Return the newest fifth of what people said, and name on stderr the lines that say nothing.

    Raises:
        DataError: there are too few of them to compare by.
    """
    found = decisions.read(export)
    for sentence in found.complaints(export):
        sys.stderr.write(f"{printable(sentence)}\n")
    rows = found.kept_out.reset_index(drop=True)
    bad = int(mix.violation(rows).sum())
    if len(rows) < LEAST or min(bad, len(rows) - bad) < LEAST_OF_EACH:
        raise DataError(
            f"too few decisions to compare: the newest fifth of moderators' decisions has"
            f" {len(rows) - bad} approvals and {bad} rejections; it needs {LEAST},"
            f" at least {LEAST_OF_EACH} of each: about {LEAST / decisions.KEPT_OUT:.0f} in all"
        )
    return rows


def _figures(bundle: Bundle, frame: pd.DataFrame, weight: NDArray[np.float64]) -> Any:
    scores = scored(bundle, frame["text"])
    made = evidence.verdicts(scores[list(LABELS)], linear_bands(bundle))
    opinion = bundle.second
    if opinion is not None and opinion.installed():
        read = scores["language"].isin(opinion.languages).to_numpy()
        rows = frame[read].assign(language=scores.loc[read, "language"])
        seen = see(bundle, opinion, rows, f"with {bundle.version}")
        stages = Stages(linear_bands(bundle), seen, seen.scores(stacks_of(opinion)), opinion.card)
        both = stages.verdicts()
        made.rejected[read], made.approved[read] = both.rejected, both.approved
        made.for_spam[read] = both.for_spam
        scores.loc[read, list(LABELS)] = stages.scores
    everything = np.ones(len(frame), dtype=bool)
    return {
        "version": bundle.version,
        "auc": {label: auc_of(frame, scores, everything, label) for label in LABELS},
        "outcome": evidence.decided(frame, weight, made),
        "group_spread": groups.measure(bundle)["spread"],
    }


def worse(found: Mapping[str, Any]) -> list[str]:
    """Say in what the candidate is worse; nothing is said of one that may take the other's place.

    It must rank spam and toxicity no worse, err no more, not leave clearly more to people unless
    it errs less for that, and speak of groups of people alike, or no less so than the other.
    """
    ours, theirs = found["candidate"], found["other"]
    ranks = [
        (label, ours["auc"][label], theirs["auc"][label])
        for label in DECIDING
        if ours["auc"][label] is not None and theirs["auc"][label] is not None
    ]
    said = [] if ranks else ["no label has rows of both kinds to rank by"]
    said += [f"ranks {label} worse" for label, mine, other in ranks if mine < other - TOLERANCE]
    more = {
        name: (ours["outcome"][name] or 0.0) - (theirs["outcome"][name] or 0.0) for name in ERRORS
    }
    said += [f"more {name.replace('_', ' ')}" for name in ERRORS if more[name] > TOLERANCE]
    spread = ours.get("group_spread", 0.0)
    if spread > max(groups.MOST, theirs.get("group_spread", 0.0) + TOLERANCE):
        said.append("tells groups of people further apart")
    fewer = _automatic(ours) < _automatic(theirs) - CLEARLY
    if fewer and min(more.values()) >= -TOLERANCE:
        said.append("decides fewer comments at no lower error")
    return said


def _automatic(figures: Mapping[str, Any]) -> float:
    """The share of the comments that is decided without a person."""
    outcome = figures["outcome"]
    return float((outcome["approved"] or 0.0) + (outcome["rejected"] or 0.0))
