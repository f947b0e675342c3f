"""Which stretches of a text raised a label: contributions of the model's own weights."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifier.scorer import Scorer
from classifier.text.chunks import chunks_with_places
from classifier.types import Span

MOST: Final = 12
"""Spans given for one text, over all labels."""

LEAST: Final = 0.05
"""Log-odds under which a stretch is not worth a person's look."""

EDGES: Final = ".,;:!?\"'()[]{}<>«»“”\u2018\u2019*_-"


Places = list[tuple[int, int]]


def contributions(
    scorer: Scorer, text: str, total: NDArray[np.float64]
) -> tuple[Places, NDArray[np.float64]]:
    """Return the places of the chunks of `text` and what each adds to each label's log-odds.

    `total` is the text's row of `scorer.totals`. The sum over the chunks, plus
    `scorer.base(total)`, is the log-odds of each column.
    """
    found = chunks_with_places(text)
    if not found:
        return [], np.zeros((0, scorer.columns))
    rows = scorer.parts([chunk for chunk, _, _ in found])
    return [(begin, end) for _, begin, end in found], rows * scorer.slope(total)


def explain(scorer: Scorer, text: str) -> list[Span]:
    """Return the stretches that raised a label, strongest first, neighbours joined."""
    total = scorer.total(text)
    places, rows = contributions(scorer, text, total)
    columns, chosen = rows.T.tolist(), scorer.chosen(scorer.language(text, total), total)
    spans = [
        span
        for label, column in zip(scorer.labels, chosen, strict=True)
        for span in _spans(text, places, columns[column], label)
    ]
    return strongest(spans)


def strongest(spans: Sequence[Span]) -> list[Span]:
    """Return as many of the spans as are given for one comment, strongest first."""
    return sorted(spans, key=lambda span: (-span.weight, span.field, span.begin, span.label))[:MOST]


def stretches(
    scorer: Scorer, text: str, language: str | None, places: Sequence[tuple[int, int]]
) -> list[dict[str, float]]:
    """Return each stretch's probability of each label, from its own contributions alone.

    They are added to the text's base rate, so a stretch that is the whole text has its score.
    `places` are ascending begins and ends in code points; a chunk counts where it begins.
    """
    total = scorer.total(text)
    found, rows = contributions(scorer, text, total)
    begins = [begin for begin, _ in found]
    base, chosen = scorer.base(total), list(scorer.chosen(language, total))
    answer = []
    for begin, end in places:
        first, last = bisect_left(begins, begin), bisect_left(begins, end)
        odds = (base + rows[first:last].sum(0))[chosen]
        answer.append(dict(zip(scorer.labels, _probabilities(odds), strict=True)))
    return answer


def _probabilities(odds: NDArray[np.float64]) -> list[float]:
    found: list[float] = (1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0)))).tolist()
    return found


def _spans(text: str, places: Places, weights: list[float], label: str) -> list[Span]:
    """Join neighbouring chunks that raise `label`."""
    spans = []
    first, raised = -1, 0.0
    for at, weight in enumerate([*weights, 0.0]):
        if weight > LEAST:
            first, raised = (at if first < 0 else first), raised + weight
        elif first >= 0:
            begin, end = _trim(text, places[first][0], places[at - 1][1])
            spans.append(Span(begin, end, label, raised))
            first, raised = -1, 0.0
    return spans


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    """Leave punctuation at the edges out, unless there is nothing else."""
    stretch = text[begin:end]
    inner = stretch.strip(EDGES)
    if not inner:
        return begin, end
    begin += len(stretch) - len(stretch.lstrip(EDGES))
    return begin, begin + len(inner)
