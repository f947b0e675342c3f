"""A candidate beside another bundle, on rows that neither was trained on."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.adapt.judging import compared_by, slices_of
from classifier.bundle import Bundle
from classifier.evaluation import groups, metrics
from classifier.evaluation.evaluate import auc_of, held_out
from classifier.text.tags import UNKNOWN
from classifier.training import decisions, evidence, mix
from classifier.training.progress import Counter
from classifier.types import DECIDING, LABELS
from training_data.console import printable
from training_data.problems import DataError

LEAST: Final = 100
"""Kept-out decisions under which a comparison tells nothing; a fifth of them is kept out."""

LEAST_OF_EACH: Final = 10
"""Of these, approvals and rejections."""

BY_PEOPLE: Final = "the newest fifth of what people said"
LEFT: Final = "moderators mostly see what the model in force left to them"
HELD_OUT: Final = "held-out rows of the corpora, English ones at their natural rates"
"""How the rows came to be looked at."""

WHOSE: Final[Mapping[str, str]] = {
    "moderator": "by moderators, one at a time",
    "bulk": "by moderators, many at a time",
    "audit": "by audits",
    "client": "by clients",
    "import": "from another system",
    "silence": "by silence",
}

ERRORS: Final = ("wrong_rejections", "missed_violations")

TOLERANCE: Final = 0.005
"""Differences below this are chance on sets of this size."""

CLEARLY: Final = 0.02
"""From this difference on a share decided automatically is another."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a bundle makes of rows: the scores that decide, the language of each, and verdicts."""

    scores: pd.DataFrame
    languages: list[str]
    made: evidence.Decisions


def compare(
    candidate: Bundle, other: Bundle, corpora: Path | None, export: Path | None
) -> dict[str, Any]:
    """Return both bundles' figures on what people said last, or on the held-out corpora.

    With an export the rows are its newest fifth, by time, as `train --annotations` leaves it out.
    Both decide by their own bands and rights, with their second opinions; differences have 95 %
    intervals from resampling rows in pairs.

    Raises:
        DataError: there are no corpora, or people said too little to tell anything by.
    """
    frame = (newest(export) if export else held_out(corpora)).reset_index(drop=True)
    weight = frame["weight"].to_numpy(np.float64) if export else mix.natural_weights(frame)
    ours, theirs = (_judged(bundle, frame) for bundle in (candidate, other))
    found = {
        "rows": len(frame),
        "selection": selection(frame) if export else HELD_OUT,
        "candidate": _figures(candidate, ours, frame, weight),
        "other": _figures(other, theirs, frame, weight),
        "ranked": list(_ranked(frame, weight if export else np.ones(len(frame)), ours, theirs)),
        "errors": _errors(frame, weight, ours.made, theirs.made),
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


def selection(frame: pd.DataFrame) -> str:
    """Say whose words the rows are, the most first, and what that means for a comparison."""
    counts = frame[decisions.WHOSE].value_counts()
    said = ", ".join(f"{count:,} {WHOSE[str(whose)]}" for whose, count in counts.items())
    asked = counts.index.isin(["moderator", "bulk"]).any()
    return f"{BY_PEOPLE}: {said}{f'; {LEFT}' if asked else ''}"


def _judged(bundle: Bundle, frame: pd.DataFrame) -> Judged:
    """Decide about every row, each put to the encoder too where one reads its language."""
    say = Counter(f"reading with {bundle.version}", len(frame))
    scores, languages, verdicts = [], [], []
    for text, scored in zip(frame["text"], bundle.score_many(frame["text"].tolist()), strict=True):
        verdict, opinion = bundle.decide(text, scored, always=True)
        scores.append((opinion or scored).scores)
        languages.append(scored.language or UNKNOWN)
        verdicts.append(verdict)
        say()
    found = pd.DataFrame(scores, columns=list(LABELS), index=frame.index)
    return Judged(found, languages, evidence.decisions_of(verdicts))


def _figures(
    bundle: Bundle, judged: Judged, frame: pd.DataFrame, weight: NDArray[np.float64]
) -> dict[str, Any]:
    everything = np.ones(len(frame), dtype=bool)
    return {
        "version": bundle.version,
        "auc": {label: auc_of(frame, judged.scores, everything, label) for label in LABELS},
        "outcome": evidence.decided(frame, weight, judged.made),
        "group_spread": groups.measure(bundle)["spread"],
    }


def _ranked(
    frame: pd.DataFrame, weight: NDArray[np.float64], ours: Judged, theirs: Judged
) -> Iterator[dict[str, Any]]:
    """Yield how both rank what was judged for spam and toxicity, as a whole and by slice."""
    known = decisions.FIRST in frame
    first = frame[decisions.FIRST].tolist() if known else [None] * len(frame)
    for label in DECIDING:
        truth = (frame[label] >= mix.MAJORITY).to_numpy()
        said = truth, frame[label].notna().to_numpy() & (weight > 0)
        slices = slices_of(frame["text"].tolist(), theirs.languages, first)
        scores = theirs.scores[label].to_numpy(), ours.scores[label].to_numpy()
        for each in compared_by(label, said, slices, weight, scores, enough=LEAST_OF_EACH):
            yield each.as_dict()


def _errors(
    frame: pd.DataFrame,
    weight: NDArray[np.float64],
    ours: evidence.Decisions,
    theirs: evidence.Decisions,
) -> dict[str, list[float]]:
    """Return by how much the candidate errs more, each with its interval."""

    def more(drawn: NDArray[np.float64]) -> list[float]:
        mine, other = (evidence.decided(frame, drawn, each) for each in (ours, theirs))
        return [(mine[name] or 0.0) - (other[name] or 0.0) for name in ERRORS]

    values = more(weight)
    drawn = np.array([more(weight * times) for times in metrics.resamples(len(frame))])
    return {
        name: metrics.interval(value, column.tolist()).as_list()
        for name, value, column in zip(ERRORS, values, drawn.T, strict=True)
    }


def worse(found: Mapping[str, Any]) -> list[str]:
    """Say in what the candidate is worse; nothing is said of one that may take the other's place.

    Beyond chance, it must rank spam and toxicity no worse, neither as a whole nor in a language or
    with links or without, and err no more; nor leave clearly more to people unless it errs less for
    that, and speak of groups of people alike, or no less so than the other.
    """
    ours, theirs = found["candidate"], found["other"]
    said = [] if found["ranked"] else ["no label has rows of both kinds to rank by"]
    for each in found["ranked"]:
        if each["gain"][2] < 0:
            where = "" if each["slice"] == "all" else f" ({each['slice']})"
            said.append(f"ranks {each['label']} worse{where}")
    errors = found["errors"]
    said += [f"more {name.replace('_', ' ')}" for name in ERRORS if errors[name][1] > 0]
    spread = ours.get("group_spread", 0.0)
    if spread > max(groups.MOST, theirs.get("group_spread", 0.0) + TOLERANCE):
        said.append("tells groups of people further apart")
    fewer = _automatic(ours) < _automatic(theirs) - CLEARLY
    if fewer and min(errors[name][0] for name in ERRORS) >= -TOLERANCE:
        said.append("decides fewer comments at no lower error")
    return said


def _automatic(figures: Mapping[str, Any]) -> float:
    """The share of the comments that is decided without a person."""
    outcome = figures["outcome"]
    return float((outcome["approved"] or 0.0) + (outcome["rejected"] or 0.0))
