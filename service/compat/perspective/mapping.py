"""Fits a monotone map from our scores of an attribute to Perspective's, and says how good it is.

The map is isotonic regression, drawn through the middle of each of its steps: it rises strictly
between them, so two texts keep their order and a threshold has one meaning. Its figures come
from folds: every text is mapped by what the other folds gave. The serving process does not import
this: it applies maps by `service.domain.monotone`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.isotonic import IsotonicRegression

from classifier import Bundle, Scored, load_bundle
from classifier.second import SecondOpinion
from service.compat.perspective.monotone import Knots
from service.compat.perspective.pairs import Pair
from service.compat.perspective.words import LABEL_OF, score_of
from service.db import compat as db
from service.db import models
from service.db.models import Connection
from service.errors import Conflict
from service.models.card_evidence import language_for

LEAST: Final = 100
"""Fewer pairs than this fit no map."""
THRESHOLDS: Final = (0.7, 0.8, 0.9)
FOLDS: Final = 5
_TOGETHER: Final = 64
_SEED: Final = 20261231

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Compared:
    """One text that both have scored; `mapped` is what the map makes of ours, unseen by it."""

    line: int
    text: str
    theirs: float
    ours: float
    mapped: float = 0.0

    @property
    def gap(self) -> float:
        """Return how far the mapped score is above theirs."""
        return self.mapped - self.theirs


@dataclass(frozen=True, slots=True)
class Fitted:
    """An attribute's map, its figures as plain values, and the texts that it was fitted on."""

    attribute: str
    knots: Knots
    figures: Mapping[str, Any]
    rows: Sequence[Compared]


async def active_bundle(connection: Connection) -> Bundle:
    """Open the model version that decides.

    Raises:
        Conflict: there is none.
    """
    for serving in await models.serving(connection):
        files = await models.bundle(connection, serving.version)
        if serving.state == "active" and files is not None:
            return load_bundle(*files)
    raise Conflict("No model version is active; `models list` shows what there is.")


def compare(
    bundle: Bundle,
    pairs: Sequence[Pair],
    advance: Callable[[int], None],
    second: SecondOpinion | None = None,
) -> tuple[dict[str, list[Compared]], int]:
    """Score texts as the API does; rows by attribute, and how many scores were left out.

    Left out is what the API answers with a language error. `second` is the bundle's second
    opinion where the site wants one for all.
    """
    rows: dict[str, list[Compared]] = {}
    left_out = 0
    for pair, scored in _scored(bundle, pairs, advance):
        told: dict[str, Mapping[str, float]] = {}
        for attribute, theirs in pair.scores.items():
            labels = [LABEL_OF[attribute]]
            language = language_for(bundle, labels, scored.language, pair.text)
            if language is None:
                left_out += 1
                continue
            if language not in told:
                told[language] = _told(bundle, second, pair.text, scored, language)
            ours = score_of(attribute, told[language])
            rows.setdefault(attribute, []).append(Compared(pair.line, pair.text, theirs, ours))
    return rows, left_out


def _told(
    bundle: Bundle, second: SecondOpinion | None, text: str, scored: Scored, language: str
) -> Mapping[str, float]:
    if language != scored.language:
        scored = bundle.score(text, language)
    return ((second.score(text, scored) if second else None) or scored).scores


def _scored(
    bundle: Bundle, pairs: Sequence[Pair], advance: Callable[[int], None]
) -> Iterator[tuple[Pair, Scored]]:
    for at in range(0, len(pairs), _TOGETHER):
        together = pairs[at : at + _TOGETHER]
        scored = bundle.score_many([pair.text for pair in together])
        yield from zip(together, scored, strict=True)
        advance(len(together))


def second_of(bundle: Bundle) -> SecondOpinion | None:
    """Return whom the API asks about the texts of a site that wants it for all, if anybody.

    Raises:
        Conflict: the bundle has a second opinion, and it cannot run here.
    """
    if bundle.second is not None and not bundle.second.installed():
        raise Conflict("The site wants second opinions, and onnxruntime is not installed here.")
    return bundle.second


def fit(
    attribute: str,
    rows: Sequence[Compared],
    model_version: str,
    folds: int = FOLDS,
    *,
    twice: bool = False,
) -> Fitted | None:
    """Fit a map and measure it; None where there are too few pairs, or their scores are all one.

    `twice`, whether the site wants second opinions for all, goes into the figures.
    """
    ours = np.array([row.ours for row in rows])
    theirs = np.array([row.theirs for row in rows])
    if len(rows) < LEAST or np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return None
    fold = np.random.default_rng(_SEED).permutation(len(ours)) % folds
    mapped = _unseen(ours, theirs, fold)
    figures = {
        "pairs": len(rows),
        "model_version": model_version,
        "second_opinion": twice,
        "folds": folds,
        "error": {"before": _error(ours, theirs), "after": _error(mapped, theirs)},
        "rank": {"before": _rank(ours, theirs, fold), "after": _rank(mapped, theirs, fold)},
        "thresholds": {
            str(at): {
                "theirs": int((theirs >= at).sum()),
                "before": _decisions(ours, theirs, at),
                "after": _decisions(mapped, theirs, at),
            }
            for at in THRESHOLDS
        },
    }
    compared = [
        Compared(row.line, row.text, row.theirs, row.ours, float(value))
        for row, value in zip(rows, mapped, strict=True)
    ]
    return Fitted(attribute, knots_of(ours, theirs), figures, compared)


def knots_of(ours: Values, theirs: Values) -> Knots:
    """Return the middle of each step of the isotonic regression, both coordinates rising."""
    steps = IsotonicRegression(y_min=0, y_max=1).fit(ours, theirs).predict(ours)
    heights, step = np.unique(steps.round(12), return_inverse=True)
    middles = np.bincount(step, weights=ours) / np.bincount(step)
    return middles.tolist(), heights.tolist()


async def keep(connection: Connection, site_id: UUID, fits: Sequence[Fitted]) -> None:
    """Store maps in place of those before, all or none; the API applies them within seconds."""
    async with connection.transaction():
        for each in fits:
            await db.set_map(connection, site_id, each.attribute, each.knots, each.figures)


def _unseen(ours: Values, theirs: Values, fold: NDArray[np.intp]) -> Values:
    """Map each score by what was fitted without its own fold."""
    mapped = np.empty_like(ours)
    for number in range(fold.max() + 1):
        own = fold == number
        mapped[own] = np.interp(ours[own], *knots_of(ours[~own], theirs[~own]))
    return mapped


def _error(ours: Values, theirs: Values) -> float:
    """Return the mean absolute error."""
    return round(float(np.abs(ours - theirs).mean()), 4)


def _rank(ours: Values, theirs: Values, fold: NDArray[np.intp]) -> float | None:
    """Return Spearman's correlation, the mean of the folds, which one map each has mapped."""
    found = [
        float(spearmanr(ours[fold == number], theirs[fold == number]).statistic)
        for number in range(fold.max() + 1)
        if np.ptp(ours[fold == number]) > 0 and np.ptp(theirs[fold == number]) > 0
    ]
    return round(sum(found) / len(found), 4) if found else None


def _decisions(ours: Values, theirs: Values, at: float) -> dict[str, Any]:
    """Count who is at or above a threshold; `same` is the share of texts on one side of it."""
    high, high_theirs = ours >= at, theirs >= at
    return {
        "ours": int(high.sum()),
        "both": int((high & high_theirs).sum()),
        "same": round(float((high == high_theirs).mean()), 4),
    }
