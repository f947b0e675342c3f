"""What an adaptation gains by the number of annotations, on corpora that a bundle never saw."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from classifier.adapt.annotations import Annotation
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs, gather, joined, part_of
from classifier.adapt.making import Trial, tried
from classifier.adapt.surroundings import Comment
from classifier.bundle import Bundle
from classifier.training.mix import MAJORITY
from classifier.types import DECIDING, LABELS
from training_data import normal
from training_data.problems import DataError

COUNTS: Final = (50, 100, 250, 500, 1000, 5000)
REST: Final = 100
"""Comments that must be left to be measured on."""

MOST_REST: Final = 2000
"""Comments that are measured on at most."""

Order = Literal["random", "uncertain"]
"""Which comments are annotated first: any, or those whose violation is nearest to even odds."""

DRAWS: Final = 3
"""Times that annotations are drawn; figures are their mean."""

MOST_POOLED: Final = 1000
"""Comments of each source at most where all others are learnt of together."""

DRAWS_POOLED: Final = 2

Site = tuple[tuple[str, str], list[Annotation], Inputs]
"""A source's name and the label that it judges, its comments, and what the bundle says of them."""


@dataclass(frozen=True, slots=True)
class Point:
    """AUC on the rest of a source, before and after so many of its comments were annotated.

    `waited` and `waits` are the shares of the rest that are left to people, `missed` and `misses`
    those of violations among what is approved of it, None where nothing is, `is_better` is the
    share of the draws in which the gate, which does not see the rest, lets the adaptation serve;
    `worst_served` is the least gain of those, 0 where there are none.
    """

    source: str
    label: str
    annotations: int
    before: float
    after: float
    worst: float
    waited: float
    waits: float
    missed: float | None
    misses: float | None
    is_better: float
    worst_served: float

    @property
    def gain(self) -> float:
        """What was gained on the mean of all draws."""
        return self.after - self.before


def measure(
    sources: Sequence[str], corpora: Path | None, bundle: Bundle, most: int, order: Order
) -> list[Point]:
    """Adapt to each source by numbers of annotations that leave enough to measure on."""
    found = []
    with threadpool_limits(1):
        for name in sources:
            label, rows = _rows(name, corpora, most + MOST_REST)
            counts = [each for each in COUNTS if each <= min(most, len(rows) - REST)]
            if not counts:
                raise DataError(f"{name} has too few comments: {REST + COUNTS[0]} are needed")
            inputs = gather(rows, bundle, most=inf)
            site = (name, label), rows, inputs
            found += [_point(site, count, bundle, order) for count in counts]
    return found


def _rows(name: str, corpora: Path | None, most: int) -> tuple[str, list[Annotation]]:
    """Return the label that a source judges, and its comments in an order that is drawn."""
    frame = normal.load([name], corpora)
    label = "spam" if frame["spam"].notna().sum() > frame["toxicity"].notna().sum() else "toxicity"
    frame = frame[frame[label].notna() & (frame["text"].str.strip() != "")]
    if not len(frame):
        raise DataError(f"{name} judges neither spam nor toxicity")
    frame = frame.sample(frac=1, random_state=0).head(most)
    pairs = zip(frame["text"], frame[label] >= MAJORITY, strict=True)
    return label, [
        Annotation(Comment(text), {label: bool(bad)}, provenance="audit") for text, bad in pairs
    ]


def pooled(sources: Sequence[str], corpora: Path | None, bundle: Bundle, most: int) -> list[Point]:
    """Adapt to the annotations of all sources but one, at most so many of each, for each in turn.

    As one adaptation of all sites would serve a site that has said nothing yet.
    """
    with threadpool_limits(1):
        sites = []
        for name in sources:
            label, rows = _rows(name, corpora, MOST_POOLED)
            sites.append(((name, label), rows, gather(rows, bundle, most=inf)))
        return [_by_others(sites, at, most, bundle) for at in range(len(sites))]


def _by_others(sites: Sequence[Site], at: int, most: int, bundle: Bundle) -> Point:
    """Measure one source by what was said of the others."""
    source, rows, inputs = sites[at]
    outcomes, count = [], 0
    for draw in range(DRAWS_POOLED):
        said: list[Annotation] = []
        parts = []
        for _, others, known in (*sites[:at], *sites[at + 1 :]):
            order = np.random.default_rng(draw).permutation(len(others))
            chosen = np.sort(order[:most]).tolist()
            said += [others[place] for place in chosen]
            parts.append(part_of(known, chosen))
        trial = tried(source[1], (said, joined(parts)), (rows, inputs), bundle)
        outcomes.append(([row.is_violation for row in rows], trial))
        count = len(said)
    return _told_of(source, count, outcomes)


def _point(site: Site, count: int, bundle: Bundle, order: Order) -> Point:
    """Measure a source, by its name and its label, at one number of annotations."""
    (name, label), rows, inputs = site
    outcomes = []
    for draw in range(DRAWS):
        drawn = np.random.default_rng(draw).permutation(len(rows))
        apart = min(MOST_REST, max(REST, len(rows) // 3), len(rows) - count)
        pool, rest = drawn[apart:], drawn[:apart].tolist()
        mine = (uncertain_first(pool, inputs.encoder) if order == "uncertain" else pool)[
            :count
        ].tolist()
        trial = tried(
            label,
            ([rows[at] for at in mine], part_of(inputs, mine)),
            ([rows[at] for at in rest], part_of(inputs, rest)),
            bundle,
        )
        outcomes.append(([rows[at].is_violation for at in rest], trial))
    return _told_of((name, label), count, outcomes)


def _told_of(
    source: tuple[str, str], count: int, outcomes: Sequence[tuple[list[bool], Trial]]
) -> Point:
    """Sum up trials, each with what is true of the comments that it scored."""
    trials = [trial for _, trial in outcomes]
    wrong = [
        [_missed(truth, each) for each in (trial.passed, trial.passes)] for truth, trial in outcomes
    ]
    pairs = [
        [float(roc_auc_score(truth, each)) for each in (trial.before, trial.after)]
        for truth, trial in outcomes
    ]
    gains = [after - before for before, after in pairs]
    served = [gain for gain, trial in zip(gains, trials, strict=True) if trial.is_better]
    means = np.mean(pairs, axis=0)
    return Point(
        *source,
        count,
        before=float(means[0]),
        after=float(means[1]),
        worst=min(gains),
        waited=float(np.mean([each.waited.mean() for each in trials])),
        waits=float(np.mean([each.waits.mean() for each in trials])),
        missed=_mean([each[0] for each in wrong]),
        misses=_mean([each[1] for each in wrong]),
        is_better=len(served) / len(trials),
        worst_served=min(served, default=0.0),
    )


def _missed(truth: Sequence[bool], approved: Bools) -> float | None:
    return float(np.array(truth)[approved].mean()) if approved.any() else None


def _mean(shares: Sequence[float | None]) -> float | None:
    known = [each for each in shares if each is not None]
    return float(np.mean(known)) if known else None


def uncertain_first(pool: NDArray[np.intp], odds_of_labels: Array) -> NDArray[np.intp]:
    """Return comments, by their places, as the queue's order `uncertain` has them."""
    deciding = [LABELS.index(label) for label in DECIDING]
    odds = odds_of_labels[pool][:, deciding].max(axis=1)
    return pool[np.argsort(np.abs(odds), kind="stable")]


def write(points: Sequence[Point], out: Path) -> str:
    """Write adapt.json and adapt.svg into a directory; return the table."""
    out.mkdir(parents=True, exist_ok=True)
    told: list[dict[str, Any]] = [asdict(each) for each in points]
    (out / "adapt.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name in dict.fromkeys(each.source for each in points):
        own = [each for each in points if each.source == name]
        axes.plot([each.annotations for each in own], [each.gain for each in own], "o-", label=name)
    axes.axhline(0, color="#9aa5b1", linewidth=0.8)
    axes.set(xscale="log", xlabel="annotations", ylabel="AUC gained")
    axes.legend(frameon=False, fontsize=7)
    figure.savefig(out / "adapt.svg", metadata={"Date": None})
    return _table(points)


def _table(points: Sequence[Point]) -> str:
    names = (
        *("source", "label", "annotations", "AUC", "adapted", "gain", "worst draw"),
        *("waits", "adapted waits", "approved wrongly", "adapted", "switched on"),
        "worst of these",
    )
    lines = [
        f"| {' | '.join(names)} |",
        "|" + " --- |" * len(names),
        *(
            f"| {each.source} | {each.label} | {each.annotations:,} | {each.before:.3f} |"
            f" {each.after:.3f} | {each.gain:+.3f} | {each.worst:+.3f} |"
            f" {each.waited:.1%} | {each.waits:.1%} | {_told(each.missed)} |"
            f" {_told(each.misses)} | {each.is_better:.0%} | {each.worst_served:+.3f} |"
            for each in points
        ),
    ]
    for count in dict.fromkeys(each.annotations for each in points):
        gains = [each.gain for each in points if each.annotations == count]
        lines.append(
            f"| mean of {len(gains)} | | {count:,} | | | {np.mean(gains):+.3f} | | | | | | | |"
        )
    return "\n".join(lines)


def _told(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
