"""What is remembered of texts stays small, also where writing has no blanks to cut it at."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from classifier import signature, table
from classifier.adapt import surroundings
from classifier.adapt.surroundings import Comment
from classifier.scorer import Scorer
from classifier.text.remembered import LONGEST_KEPT, remembered, remembered_of_each
from service.domain import learnt_phrases, masking, repeats, searching
from service.domain.rules import facts_in
from service.domain.words import Lists, Words

_TEXTS, _LONG = 20, 4_000
_LISTS = Lists(held=Words(["casino", "博彩", "казино"]))
_MASK = masking.masker("ann@news.example")


def _texts(first: str, count: int = _TEXTS, length: int = _LONG) -> list[str]:
    """Return texts of one long word each, all of them different."""
    alphabet = [chr(ord(first) + number) for number in range(24)]
    return [
        "".join(alphabet[(place * (number + 1) + place // 7) % 24] for place in range(length))
        for number in range(count)
    ]


@contextmanager
def _keeping_less_than(size: int) -> Iterator[None]:
    """Measure what of the block's memory stays: some of it is made once."""
    tracemalloc.start()
    try:
        yield
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < size


@pytest.mark.parametrize("first", ["a", "\u4e00", "\u0430", "\U00010330"])
@pytest.mark.parametrize(
    "read",
    [
        lambda text: facts_in(text, "Ann", None, _LISTS),
        lambda text: facts_in("Hello", text[:100], f"https://{text[:1800]}.example/", _LISTS),
        lambda text: _MASK(f"{text}@{text}"),
        repeats.fingerprint,
        searching.fold,
        lambda text: learnt_phrases.met_in("Ann", text, ()),
        lambda text: surroundings.keys(Comment(text)),
        lambda text: signature.parts((text[:100], f"https://a.example/{text[:1800]}")),
    ],
    ids=["facts", "signed", "masked", "repeats", "search", "phrases", "around", "signature"],
)
def test_no_long_word_is_kept(first: str, read: Callable[[str], object]) -> None:
    texts = _texts(first)
    read(_texts(first, 1, 100)[0])
    with _keeping_less_than(_TEXTS * _LONG // 4):
        for text in texts:
            read(text)


def test_words_are_kept_and_what_is_longer_is_read_each_time() -> None:
    read: list[str] = []

    @remembered(2)
    def noted(text: str) -> int:
        read.append(text)
        return len(text)

    long = "x" * (LONGEST_KEPT + 1)
    assert [noted(each) for each in ("a", "a", long, long)] == [1, 1, len(long), len(long)]
    assert read == ["a", long, long]


def test_of_many_words_too_the_long_ones_are_read_each_time() -> None:
    read: list[str] = []

    @remembered_of_each(2)
    def noted(text: str) -> int:
        read.append(text)
        return len(text)

    long = "x" * (LONGEST_KEPT + 1)
    assert noted(iter(("a", "b", "a"))) == [1, 1, 1]
    assert noted(["a", long, long]) == [1, len(long), len(long)]
    assert noted([]) == []
    assert read == ["a", "b", long, long]


def test_a_scorer_keeps_so_many_letters_and_scores_all_the_same(
    content: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 4 * _LONG
    monkeypatch.setattr(table, "LETTERS", most)
    texts = _texts("\u4e00")
    scorer = Scorer(content, {"de"})
    one_by_one = [scorer.score(text) for text in texts]
    kept = [scorer._table.numbers, scorer._earlier.numbers]
    assert 0 < sum(len(chunk) for each in kept for chunk in each) <= 2 * most
    assert [Scorer(content, {"de"}).score(text) for text in texts[-3:]] == one_by_one[-3:]
