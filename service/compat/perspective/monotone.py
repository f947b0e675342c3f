"""A monotone map of scores, linear between its knots: how an old threshold keeps its meaning."""

from bisect import bisect_right
from collections.abc import Sequence

Knots = tuple[Sequence[float], Sequence[float]]


def mapped(value: float, knots: Knots) -> float:
    """Return the map's value, constant beyond the first and last knot, kept within 0 and 1."""
    ours, theirs = knots
    at = bisect_right(ours, value)
    if at == 0:
        return _clipped(theirs[0])
    if at == len(ours):
        return _clipped(theirs[-1])
    left, right = ours[at - 1], ours[at]
    share = (value - left) / (right - left)
    return _clipped(theirs[at - 1] + share * (theirs[at] - theirs[at - 1]))


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))
