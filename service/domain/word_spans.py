"""Where in a comment as it was written the entries of lists are, which are met in a normal form."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from classifier.types import Field
from service.domain.word_borders import is_inside_word
from service.domain.words import ListName, Lists, Words

MOST_SPANS: Final = 20
"""Stretches that are told of one text: enough to put it another way."""


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A stretch of a comment that an entry of a list is met in; `label` is the reason it gives."""

    begin: int
    end: int
    label: str
    field: Field = "body"


def word_spans(lists: Lists, body: str, name: str, website: str) -> list[WordSpan]:
    """Return the first stretches that have entries; words whole where their script has borders."""
    fields: tuple[tuple[Field, str], ...] = (("body", body), ("name", name), ("website", website))
    return [
        WordSpan(begin, end, f"{which}_word", field)
        for field, text in fields
        for which, begin, end in _in_text(lists, text)
    ]


def _in_text(lists: Lists, text: str) -> list[tuple[ListName, int, int]]:
    if not (met := lists.met(text)):
        return []
    cuts = [at for at in range(len(text) + 1) if not is_inside_word(text, at)]
    found: list[tuple[ListName, int, int]] = []
    for which, entry in met:
        places = _stretches(Lists(held=Words([entry])), text, cuts, MOST_SPANS - len(found))
        found += ((which, *place) for place in places)
    return sorted(found, key=lambda each: each[1:])


def _stretches(
    entry: Lists, text: str, cuts: Sequence[int], most: int
) -> Iterator[tuple[int, int]]:
    """Yield where one entry is met, from left to right, each stretch as short as can be."""

    def has(begin: int, end: int) -> bool:
        return bool(entry.met(text[cuts[begin] : cuts[end]]))

    first = 0
    for _ in range(most):
        found = _next(has, first, len(cuts) - 1)
        if found is None:
            return
        yield cuts[found[0]], cuts[found[1]]
        first = found[1]


def _next(has: Callable[[int, int], bool], first: int, last: int) -> tuple[int, int] | None:
    end = _least(first, last, lambda at: has(first, at))
    if not has(first, end):
        return None
    return -_least(-end, -first, lambda at: has(-at, end)), end


def _least(low: int, most: int, is_enough: Callable[[int], bool]) -> int:
    """Return the first number from `low` on that is enough, or `most`.

    Steps get longer, then halve: a place near by costs little, however long the text behind it is.
    """
    step, high = 1, low
    while high < most and not is_enough(high):
        low, high, step = high + 1, min(high + step, most), step * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return high
