"""Chooses the thresholds of every label on sources that training never saw.

A comment is approved if every label is below its band, so the bands of all labels are one choice: a
label that finds what the others miss holds it, one that finds nothing new holds nothing back. They
are found by moving one band after another to where most clean comments pass while every promise is
kept, until none moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.training.promises import FEW, MIDDLE, RATE, WORST, WRONG, Source, missed
from classifier.types import DECIDING, LABELS, NEVER

STEPS: Final = 80
"""Places at which the band of a label may stand."""

ROUNDS: Final = 12
"""Most times that each band is moved; some four are enough."""

BROKEN: Final = 60.0
"""What a promise costs by how much it is broken, in shares of clean comments that pass."""

SOME: Final = 0.05
"""Clean comments of each source that must pass: nothing is promised by approving nothing."""

SAME: Final = 1e-6
"""Shares that differ by less are the same."""

STARTS: Final = (0.3, 0.5, 0.7, 0.9)
"""Shares of the way from which the deciding bands are moved, while those of kinds hold nothing at
first; the best of what they lead to is taken."""

REJECTING: Final = ("spam", "severe_toxicity", "threat", "insult", "identity_attack")
"""Labels that may reject. Toxicity and obscenity rise with swearing at a thing as well: these two
hold a comment for people and never reject it."""

SURE: Final = 0.95
"""Least share of violations among what a label rejects, at the rate that is promised for."""

WORTH: Final = 0.03
"""Violations that a label must catch, of its sources together, to be given the right to reject."""


RARE: Final = ("threat", "identity_attack")
"""Kinds that sources of ordinary comments hardly have, so that no promise made of them needs them;
insult, obscenity and what is severe are what toxicity itself finds, and of the last only one origin
tells how sure a label of it is."""

COST: Final = 0.004
"""Clean comments that a label may hold which no promise needs."""

LIFT: Final = 1.5
"""So many times likelier must such a label hold a violation than a clean comment."""


ROUNDS_OF_ALL: Final = 2
"""Times that the bands of spam and those of toxicity are each found beside the others."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be kept: `worst` on each source, `middle` on the one in the middle of all."""

    sources: Sequence[Source]
    worst: float = WORST
    middle: float = MIDDLE


def approve_below(
    scores: pd.DataFrame, aim: Aim, passed: NDArray[np.bool_] | None = None
) -> dict[str, float]:
    """Return the scores below which all labels together approve.

    Spam has its band by sources that judge spam, toxicity and its kinds theirs by the others: a
    kind that happens to find spam on one source would find honest comments elsewhere. What each
    holds of honest comments counts on every source, and so does what the others hold.

    Args:
        scores: probabilities, one column a label, of the rows that the sources have places of.
        aim: what is to be kept.
        passed: rows that are approved in any case.
    """
    free = np.zeros(len(scores), dtype=np.bool_) if passed is None else passed
    chosen = dict.fromkeys(LABELS, NEVER)
    judged = {each.label for each in aim.sources}
    for number in range(ROUNDS_OF_ALL):
        for promised in (label for label in DECIDING if label in judged):
            search = _Search(scores, aim, free, promised, chosen)
            search.whole = number > 0 or promised != DECIDING[0]
            best = max((search.climb(start) for start in STARTS), key=lambda pair: pair[0])[1]
            chosen |= {
                label: float(search.grids[at][best[at]])
                for at, label in enumerate(LABELS)
                if search.moves[at]
            }
    return chosen


def held_besides(
    scores: pd.DataFrame,
    aim: Aim,
    free: NDArray[np.bool_],
    below: Mapping[str, float],
    labels: Sequence[str] = RARE,
) -> dict[str, float]:
    """Return thresholds with those that hold nothing lowered to where it costs next to nothing.

    What sources of ordinary comments hardly ever have, such as threats, moves no promise that is
    made of them; that is no reason to let it through when a label is sure of it. Each of `labels`
    may hold `COST` of the clean comments that pass, on the mean of the sources, if it is `LIFT`
    times likelier to hold a violation that passes.

    Args:
        scores: as `approve_below` takes them.
        aim: whose clean comments count.
        free: rows that these thresholds do not decide about.
        below: thresholds found so far.
        labels: those that may hold something.
    """
    passed = ~free & np.all([scores[label] < below[label] for label in LABELS], axis=0)
    clean = _Passing.of([each.clean for each in aim.sources], passed)
    bad = _Passing.of([each.bad for each in aim.sources], passed)
    found = dict(below)
    for label in labels:
        score = scores[label].to_numpy()
        least = clean.least(score, COST)
        if below[label] >= NEVER and bad.held(score, least) >= LIFT * clean.held(score, least) > 0:
            found[label] = least
    return found


@dataclass(frozen=True, slots=True)
class _Passing:
    """Rows that pass, and how much each weighs where every source weighs the same, in all 1."""

    rows: NDArray[np.intp]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[NDArray[np.intp]], passed: NDArray[np.bool_]) -> "_Passing":
        inside = [each[passed[each]] for each in rows]
        weights = [np.full(len(each), 1 / len(each)) for each in inside if len(each)]
        return cls(np.concatenate(inside), np.concatenate([*weights, []]) / max(len(weights), 1))

    def least(self, score: NDArray[np.float64], most: float) -> float:
        """Return the least threshold that holds at most this share."""
        own = score[self.rows]
        order = np.argsort(-own)
        past = np.flatnonzero(np.cumsum(self.weights[order]) > most)
        return float(np.nextafter(own[order[past[0]]], 2.0)) if len(past) else NEVER

    def held(self, score: NDArray[np.float64], threshold: float) -> float:
        """Return the share that a threshold holds."""
        return float(self.weights[score[self.rows] >= threshold].sum())


def keeps(aim: Aim, passed: NDArray[np.bool_]) -> bool:
    """Say whether the promise is kept on every source by what passes."""
    shares = [(passed[each.bad].mean(), passed[each.clean].mean()) for each in aim.sources]
    return all(missed(bad, clean) <= aim.worst + SAME for bad, clean in shares)


def caught(label: str, aim: Aim, hit: NDArray[np.bool_]) -> float:
    """Return the share of violations that is hit, on the mean of the sources that judge a label."""
    kind = "spam" if label == "spam" else "toxicity"
    own = [each for each in aim.sources if each.label == kind]
    return float(np.mean([hit[each.bad].mean() for each in own])) if own else 0.0


def reject_at(
    label: str, score: NDArray[np.float64], aim: Aim, able: NDArray[np.bool_] | None = None
) -> float:
    """Return the score from which a label rejects; `NEVER` where that is not worth its errors.

    On no source may more honest comments go than is promised, and that includes those that were
    collected for another label: news comments are hardly ever spam, blogs' own are seldom insults.
    Where a set was not judged for spam and holds some, nothing is known of what goes.

    Args:
        label: one of `REJECTING`.
        score: its probability for each row.
        aim: sources that are judged.
        able: rows that may be rejected at all, since another witness agrees.
    """
    able = np.ones(len(score), dtype=np.bool_) if able is None else able
    kind = "spam" if label == "spam" else "toxicity"
    own = [each for each in aim.sources if each.label == kind]
    honest = [
        each.clean if each.label == kind or kind != "spam" else np.append(each.clean, each.bad)
        for each in aim.sources
        if kind != "spam" or each.tells_spam
    ]
    for threshold in _from_below(score[able]):
        hit = able & (score >= threshold)
        found = caught(label, aim, hit)
        wrong = [hit[rows].mean() for rows in honest]
        mean = float(np.mean([hit[each.clean].mean() for each in own])) if own else 1.0
        sure = RATE * found >= SURE * (RATE * found + (1 - RATE) * mean)
        if found >= WORTH and sure and max(wrong) <= WRONG[kind]:
            return float(threshold)
    return NEVER


def _from_below(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places for a threshold that rejects, the least first, close together at the top."""
    share = 1 - np.geomspace(0.5, 2e-4, 60)
    return np.unique(np.quantile(score, share)) if len(score) else np.array([])


class _Search:
    """Bands of the labels of one promise, while those of the others stay.

    `whole` is false where those of the others are still to be found: then what the source in the
    middle misses says nothing.
    """

    def __init__(
        self,
        scores: pd.DataFrame,
        aim: Aim,
        free: NDArray[np.bool_],
        promised: str,
        below: Mapping[str, float],
    ) -> None:
        self.aim, self.whole = aim, True
        self.moves = [(label == "spam") == (promised == "spam") for label in LABELS]
        others = [label for label, own in zip(LABELS, self.moves, strict=True) if not own]
        self.held = np.any([scores[label] >= below[label] for label in others], axis=0) & ~free
        self.own = np.array(
            [each.label == promised and len(each.bad) >= FEW for each in aim.sources]
        )
        values = scores[list(LABELS)].to_numpy()
        places = [np.append(s.bad, s.clean) for s in aim.sources if s.label == promised]
        counted = np.unique(np.concatenate(places))
        self.grids = [_grid(values[counted, at]) for at in range(len(LABELS))]
        self.places = np.stack(
            [np.searchsorted(self.grids[at], values[:, at], "right") for at in range(len(LABELS))]
        )
        self.places[:, free] = 0

    def climb(self, start: float) -> tuple[float, list[int]]:
        """Return the best bands that moving one at a time leads to, with how good they are."""
        last = [len(grid) - 1 for grid in self.grids]
        deciding = [
            label in DECIDING and moves for label, moves in zip(LABELS, self.moves, strict=True)
        ]
        bands = [
            max(1, round(start * n)) if own else n for n, own in zip(last, deciding, strict=True)
        ]
        best = -np.inf
        for _ in range(ROUNDS):
            before = best
            for at in reversed(np.flatnonzero(self.moves).tolist()):  # the deciding one last
                good = self.along(bands, at)
                if good.max() > good[bands[at]] + SAME:
                    bands[at] = int(good.argmax())
                best = float(good[bands[at]])
            if best <= before + SAME:
                break
        for at in np.flatnonzero(self.moves).tolist():  # what holds nothing back shall say so
            good = self.along(bands, at)
            bands[at] = int(np.flatnonzero(good >= good[bands[at]] - SAME)[-1])
        return best, bands

    def along(self, bands: Sequence[int], at: int) -> NDArray[np.float64]:
        """Return how good the bands are with that of one label at each of its places."""
        rest = [label for label in range(len(LABELS)) if label != at]
        through = np.all([self.places[label] <= bands[label] for label in rest], axis=0)
        through &= ~self.held
        size = len(self.grids[at])

        def shares(rows: NDArray[np.intp]) -> NDArray[np.float64]:
            inside = rows[through[rows]]
            counts = np.bincount(self.places[at][inside], minlength=size + 1)[:size]
            share: NDArray[np.float64] = np.cumsum(counts) / len(rows)
            return share

        clean = np.array([shares(each.clean) for each in self.aim.sources])
        bad = np.array([shares(each.bad) for each in self.aim.sources])
        through = RATE * bad / np.maximum(RATE * bad + (1 - RATE) * clean, 1e-12)
        broken = np.maximum(through - self.aim.worst, 0)[self.own].sum(0)
        if self.whole:
            broken += np.maximum(np.median(through, axis=0) - self.aim.middle, 0)
        useless = clean.min(0) < SOME
        good: NDArray[np.float64] = clean.mean(0) - BROKEN * np.where(useless, 1.0, broken)
        return good


def _grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places at which a band may stand, the last above every score."""
    places = np.quantile(values, np.linspace(0.02, 1, STEPS))
    return np.append(np.unique(places), NEVER)
