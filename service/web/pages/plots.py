"""Plots by day as inline SVG, stretched by the page; their words and numbers stand around them.

Every plot is 1 wide a day and 100 high. Colours come from classes, since the page's policy allows
no style attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

from markupsafe import Markup

_HIGH: Final = 100.0
_GAP: Final = 0.16  # of a day, on both sides of a bar
_STEPS: Final = (1, 2, 4, 6, 8, 10)  # times a power of ten, and so half of it is whole


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of figures: its name, its CSS class, and a value a day; None has no mark."""

    name: str
    kind: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn plot with what the page writes around it."""

    id: str
    title: str
    series: Sequence[Series]
    top: float
    svg: Markup


def ceiling(most: float) -> float:
    """Return a round number at or above the largest value, for the axis."""
    if most <= _STEPS[1]:
        return float(_STEPS[1])
    ten = 10.0 ** int(log10(most))
    return next(step * ten for step in _STEPS if step * ten >= most)


def bars(id_: str, title: str, about: str, series: Sequence[Series]) -> Plot:
    """Stacked bars, the first series at the bottom."""
    days = len(series[0].values)
    sums = [sum(each.values[at] or 0 for each in series) for at in range(days)]
    top = ceiling(max(sums, default=0))
    parts: list[Markup] = []
    for at in range(days):
        floor = 0.0
        for each in series:
            value = each.values[at] or 0
            if value:
                parts.append(_bar(at, floor, value, top, each.kind))
            floor += value
    return Plot(id_, title, series, top, _svg(id_, title, about, days, parts))


def lines(id_: str, title: str, about: str, series: Sequence[Series], *, unit: float = 1.0) -> Plot:
    """A line a series, broken where a day has no value; the axis counts in units.

    A day whose neighbours have no value is a dot.
    """
    days = len(series[0].values)
    most = max((value or 0 for each in series for value in each.values), default=0)
    top = ceiling(ceil(most / unit)) * unit
    parts = [
        Markup('<path class="line {}" d="{}"/>').format(f"{each.kind}{more}", path)
        for each in series
        for more, path in (("", _path(each.values, top)), (" lone", _dots(each.values, top)))
        if path or not more
    ]
    return Plot(id_, title, series, top, _svg(id_, title, about, days, parts))


def _bar(at: int, floor: float, value: float, top: float, kind: str) -> Markup:
    high = _HIGH * value / top
    y = _HIGH - _HIGH * floor / top - high
    return Markup('<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
        kind, at + _GAP, y, 1 - 2 * _GAP, high
    )


def _path(values: Sequence[float | None], top: float) -> str:
    steps: list[str] = []
    pen_down = False
    for at, value in enumerate(values):
        if value is not None:
            steps.append(f"{'L' if pen_down else 'M'}{_point(at, value, top)}")
        pen_down = value is not None
    return "".join(steps)


def _dots(values: Sequence[float | None], top: float) -> str:
    around = [None, *values, None]
    return "".join(
        f"M{_point(at, value, top)}h0"
        for at, value in enumerate(values)
        if value is not None and around[at] is None and around[at + 2] is None
    )


def _point(at: int, value: float, top: float) -> str:
    return f"{at + 0.5:.2f} {_HIGH - _HIGH * value / top:.2f}"


def _svg(id_: str, title: str, about: str, days: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="plot" role="img" aria-labelledby="{id}-title {id}-about" '
        'viewBox="0 0 {days} 100" preserveAspectRatio="none">'
        '<title id="{id}-title">{title}</title><desc id="{id}-about">{about}</desc>'
        '<path class="grid" d="M0 50H{days}M0 0H{days}"/>{parts}'
        '<path class="axis" d="M0 100H{days}"/></svg>'
    ).format(id=id_, title=title, about=about, days=days, parts=Markup("").join(parts))
