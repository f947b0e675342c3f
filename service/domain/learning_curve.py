"""What a site has learnt by the number of annotations, and what more are likely to bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Ranked:
    """How often a violation has the higher score of it and an honest comment, with 95 %."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What so many annotations teach: the ranking by label, and the share that would wait.

    `queue` is None where nobody looked at a comment.
    """

    annotations: int
    ranked: Mapping[str, Ranked]
    queue: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """What was found when a site's newest adaptation was fitted; the first point is of none.

    `more` is the likely ranking with so many annotations more; None where that cannot be said.
    """

    site: str
    made_at: datetime
    points: Sequence[CurvePoint]
    more: CurvePoint | None

    @property
    def labels(self) -> Sequence[str]:
        """The labels that were judged."""
        return tuple(self.points[-1].ranked) if self.points else ()


def curve_of(site: str, made_at: datetime, told: Mapping[str, Any]) -> Curve:
    """Read a curve as the card of an adaptation has it."""
    more = told["more"]
    points = [_point(each) for each in told["points"]]
    return Curve(site, made_at, points, _point(more) if more else None)


def _point(told: Mapping[str, Any]) -> CurvePoint:
    ranked = {label: Ranked(*figures) for label, figures in told["auc"].items()}
    return CurvePoint(told["annotations"], ranked, told.get("queue"))
