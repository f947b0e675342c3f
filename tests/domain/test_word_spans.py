"""A stretch of the text as it was written is found for each entry that its normal form has."""

import pytest

from service.domain.word_spans import MOST_SPANS, word_spans
from service.domain.words import Lists, Words

LISTS = Lists(
    blocked=Words(["ass", "casino royale"]),
    held=Words(["cat", "*fck*", "博彩", "C++", "tram*", "💩", "f*sh"]),
)


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("cats and cat, (CAT)!", ["cat", "CAT"]),
        ("so motherfcker you", ["motherfcker"]),
        ("我们来博彩吧博彩", ["博彩", "博彩"]),
        ("CASINO,\n Royale is", ["CASINO,\n Royale"]),
        ("I like c++.", ["c++"]),
        ("👍💩 ok", ["💩"]),
        ("c\u200bat \uff41\uff53\uff53", ["c\u200bat", "\uff41\uff53\uff53"]),
        ("tramtram trams", ["tramtram", "trams"]),
        ("flish \u0441at", ["flish", "\u0441at"]),
        ("what a c*t, c\u2605t or c<b>a</b>t!", ["c*t", "c\u2605t", "c<b>a</b>t"]),
        ("concatenation", []),
        ("", []),
    ],
)
def test_stretches_are_as_they_were_written(text: str, stretches: list[str]) -> None:
    found = word_spans(LISTS, text, "", "")
    assert [text[each.begin : each.end] for each in found] == stretches


def test_each_field_is_counted_alone_and_no_more_are_told_than_help() -> None:
    found = word_spans(LISTS, "a cat", "An Ass", "https://trams.example")
    assert [(each.field, each.label) for each in found] == [
        ("body", "held_word"),
        ("name", "blocked_word"),
        ("website", "held_word"),
    ]
    assert len(word_spans(LISTS, "cat " * 2_500, "", "")) == MOST_SPANS
