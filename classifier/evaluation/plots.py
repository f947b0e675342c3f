"""Plots of the report, as inline SVG."""

from io import StringIO
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from classifier.evaluation.metrics import BINS
from classifier.training import mix

INK: Final = "#1f2933"
GOOD: Final = "#2a7f9e"
BAD: Final = "#c2452d"
PALETTE: Final = (GOOD, BAD, "#d99a2b", "#5b7f3a", "#6d5a9c", "#4a4a4a", "#b0628f")
MOST_SETS: Final = 7
SETTINGS: Final[dict[Any, Any]] = {
    "svg.hashsalt": "report",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.6,
}


def curves(frame: pd.DataFrame, scores: pd.DataFrame, label: str) -> str:
    """Draw ROC and precision-recall curves of the English sets that judge `label`."""
    figure, (left, right) = _figure()
    judged = frame[frame[label].notna() & (frame["language"] == "en")]
    sizes = judged.groupby("source")[label].agg(lambda known: min(known.sum(), (1 - known).sum()))
    for source, colour in zip(sizes.nlargest(MOST_SETS).index, PALETTE, strict=False):
        rows = judged[judged["source"] == source]
        truth = (rows[label] >= mix.MAJORITY).to_numpy()
        if not 0 < truth.sum() < len(truth):
            continue
        values = scores.loc[rows.index, label].to_numpy()
        wrong, found, _ = roc_curve(truth, values)
        left.plot(wrong, found, color=colour, label=str(source))
        precision, recall, _ = precision_recall_curve(truth, values)
        right.plot(recall, precision, color=colour)
    left.plot([0, 1], [0, 1], color="#cbd2d9", linewidth=0.8)
    left.set(xlabel="share of clean comments flagged", ylabel="share of violations found")
    right.set(xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    left.legend(loc="lower right")
    return _svg(figure)


def calibration(
    truth: NDArray[np.bool_], scores: NDArray[np.float64], weight: NDArray[np.float64], name: str
) -> str:
    """Draw what was said against what was so, and the scores of both classes."""
    figure, (left, right) = _figure()
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    total = np.bincount(place, weight, BINS)
    filled = total > 0
    said = np.bincount(place, weight * scores, BINS)[filled] / total[filled]
    seen = np.bincount(place, weight * truth, BINS)[filled] / total[filled]
    left.plot([0, 1], [0, 1], color="#cbd2d9", linewidth=0.8)
    left.plot(said, seen, "o-", color=GOOD, markersize=4)
    left.set(xlabel=f"score of {name}", ylabel="share that is so")
    for kind, colour, text in ((~truth, GOOD, "clean"), (truth, BAD, "violation")):
        values, share = scores[kind], weight[kind] / max(weight[kind].sum(), 1e-12)
        right.hist(
            values, bins=30, range=(0, 1), weights=share, color=colour, alpha=0.6, label=text
        )
    right.set(xlabel=f"score of {name}", ylabel="share of its class", yscale="log")
    right.legend()
    return _svg(figure)


def queue(shares: list[float], missed: list[float], wrong: list[float]) -> str:
    """Draw the errors of automatic decisions against the share left to people."""
    figure, (left, right) = _figure()
    for axes, values, name in (
        (left, missed, "violations among approvals"),
        (right, wrong, "wrong among rejections"),
    ):
        axes.plot(np.array(shares) * 100, np.array(values) * 100, color=BAD)
        axes.set(xlabel="% of comments in the queue", ylabel=f"% {name}", ylim=(0, None))
    return _svg(figure)


def _figure() -> tuple[Figure, tuple[Axes, Axes]]:
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
    return figure, (left, right)


def _svg(figure: Figure) -> str:
    target = StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(target, format="svg", metadata={"Date": None}, transparent=True)
    return target.getvalue()[target.getvalue().index("<svg") :]
