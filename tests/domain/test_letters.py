"""Texts are cut between letters as people count them."""

import pytest

from service.domain.letters import beginning, border, shortened

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FLAG = "\U0001f1e9\U0001f1ea"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
LETTERS = [
    *("e\u0301", "\u0928\u093f", "\u05e9\u05b8\u05c1", "\u1112\u1161\u11ab", "\r\n"),
    *(FAMILY, FLAG, WALES, "\U0001f44d\U0001f3fd", "\u2764\ufe0f\u200d\U0001f525", "3\ufe0f\u20e3"),
]


@pytest.mark.parametrize("letter", LETTERS)
def test_no_letter_is_cut_in_two(letter: str) -> None:
    """Wherever in a letter a text would end, it ends before that letter."""
    text = "ab" + letter * 3 + "cd"
    ends = {2 + len(letter) * times for times in range(4)} | {0, 1, len(text) - 1, len(text)}
    for at in range(len(text) + 1):
        assert len(beginning(text, at)) == max(end for end in ends if end <= at)


def test_letters_that_nothing_joins_are_cut_where_it_was_asked() -> None:
    assert [border("plain text", at) for at in (0, 3, 10, 99)] == [0, 3, 10, 99]
    assert beginning(FLAG * 2 + "x", 4) == FLAG * 2
    assert shortened("one two", 4) == "one…"
    assert shortened("one two", 7) == "one two"


def test_a_pile_of_marks_without_end_is_cut_all_the_same() -> None:
    assert len(beginning("a" + "\u0301" * 5000, 300)) == 300
    assert len(beginning("\u0301" * 90, 60)) == 60
