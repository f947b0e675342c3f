"""Which stretches of a text raised a label: contributions of the model's own weights."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
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


def contributions(scorer: Scorer, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float64]]:
    """Return the places of the chunks of `text` and what each adds to each label's log-odds.

    What a text repeats counts once: its repetitions share it equally. A pair of words in two
    chunks is shared by the two, where it first stands. The sum over the chunks, plus
    `scorer.base(text)`, is the log-odds of each column.
    """
    found = chunks_with_places(text)
    repeated = Counter(chunk for chunk, _, _ in found)
    rows = np.zeros((len(found), scorer.columns))
    seen: set[tuple[int, int]] = set()
    last: tuple[int, int] | None = None
    if not found:
        return [], rows
    sums, keys = scorer.chunks([chunk for chunk, _, _ in found])
    for number, ((chunk, _, _), words) in enumerate(zip(found, keys, strict=True)):
        rows[number] += sums[number, : scorer.columns] / repeated[chunk]
        if words and last is not None and (last[1], words[0]) not in seen:
            seen.add((last[1], words[0]))
            half = scorer.pair(last[1], words[0]) / 2
            rows[number] += half
            rows[last[0]] += half
        if words:
            last = number, words[-1]
    return [(begin, end) for _, begin, end in found], rows * scorer.slope(text)


def explain(scorer: Scorer, text: str) -> list[Span]:
    """Return the stretches that raised a label, strongest first, neighbours joined."""
    places, rows = contributions(scorer, text)
    chosen = scorer.chosen(scorer.score(text).language)
    spans = [
        span
        for label, column in zip(scorer.labels, chosen, strict=True)
        for span in _spans(text, places, rows[:, column].tolist(), label)
    ]
    return sorted(spans, key=lambda span: (-span.weight, span.begin, span.label))[:MOST]


def stretches(
    scorer: Scorer, text: str, language: str | None, places: Sequence[tuple[int, int]]
) -> list[dict[str, float]]:
    """Return each stretch's probability of each label, from its own contributions alone.

    They are added to the text's base rate, so a stretch that is the whole text has its score.
    `places` are ascending begins and ends in code points; a chunk counts where it begins.
    """
    found, rows = contributions(scorer, text)
    begins = [begin for begin, _ in found]
    base, chosen = scorer.base(text), list(scorer.chosen(language))
    answer = []
    for begin, end in places:
        first, last = bisect_left(begins, begin), bisect_left(begins, end)
        odds = (base + rows[first:last].sum(0))[chosen]
        answer.append(dict(zip(scorer.labels, _probabilities(odds), strict=True)))
    return answer


def _probabilities(odds: NDArray[np.float64]) -> list[float]:
    found: list[float] = (1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0)))).tolist()
    return found


def _spans(
    text: str, places: list[tuple[int, int]], weights: list[float], label: str
) -> list[Span]:
    """Join neighbouring chunks that raise `label`."""
    raising = groupby(zip(places, weights, strict=True), key=lambda item: item[1] > LEAST)
    spans = []
    for raises, group in raising:
        if raises:
            items = list(group)
            begin, end = _trim(text, items[0][0][0], items[-1][0][1])
            spans.append(Span(begin, end, label, sum(weight for _, weight in items)))
    return spans


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    """Leave punctuation at the edges out, unless there is nothing else."""
    stretch = text[begin:end]
    inner = stretch.strip(EDGES)
    if not inner:
        return begin, end
    begin += len(stretch) - len(stretch.lstrip(EDGES))
    return begin, begin + len(inner)
