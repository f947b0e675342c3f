"""Sentences and places in UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compat.perspective.sentences import MOST, from_utf16, in_utf16, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!", ["One.", "Two!"]),
        ("Wait... what?! Yes.", ["Wait...", "what?!", "Yes."]),
        ("Version 1.5 is out", ["Version 1.5 is out"]),
        ('He said "no." I left.', ['He said "no."', "I left."]),
        ("Some, e.g. this one. Yes.", ["Some, e.g. this one.", "Yes."]),
        ("Well... no. no!", ["Well...", "no. no!"]),
        (
            "Ask Dr. Who, Mrs. May or J. R. Smith. Now.",
            ["Ask Dr. Who, Mrs. May or J. R. Smith.", "Now."],
        ),
        ("You fool! go. Best.\nbye", ["You fool!", "go.", "Best.", "bye"]),
        ("a\n\nb", ["a", "b"]),
        ("\u4f60\u597d\u3002\u518d\u89c1\u3002", ["\u4f60\u597d\u3002", "\u518d\u89c1\u3002"]),
        ("\u0561\u0580\u0589 \u0562", ["\u0561\u0580\u0589", "\u0562"]),
        ("   ", []),
    ],
)
def test_sentences_end_at_stops_and_lines(text: str, expected: list[str]) -> None:
    assert [text[begin:end] for begin, end in sentences(text)] == expected


@pytest.mark.parametrize("text", ["." * 20_000 + "x", '."' * 10_000 + "x", "a. " * 7_000])
def test_hostile_runs_take_no_time_and_give_few_sentences(text: str) -> None:
    assert len(sentences(text)) <= MOST


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_sentences_hold_every_visible_character_and_come_back_from_utf16(text: str) -> None:
    places = sentences(text)
    assert "".join("".join(text[b:e] for b, e in places).split()) == "".join(text.split())
    units = in_utf16(text, places)
    assert [from_utf16(text, b, e) for b, e in units] == [text[b:e] for b, e in places]
