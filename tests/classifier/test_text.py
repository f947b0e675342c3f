"""Text to tokens: disguises are undone, what identifies people becomes a class."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text.chunks import chunks, chunks_with_places, lowered
from classifier.text.fold import fold, unleet
from classifier.text.tokens import LONGEST_CHUNK, tokens_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("FUUUCK", "fuck"),
        ("f.u.c.k", "fuck"),
        ("\u0455\u0441\u0430m", "scam"),
        ("\uff46\uff52\uff45\uff45", "free"),
        ("\U0001d4ef\U0001d4fb\U0001d4ee\U0001d4ee", "free"),
        ("\U0001f175\U0001f181\U0001f174\U0001f174", "free"),
        ("fr\u200bee", "free"),
        ("f\u0337r\u0337ee", "free"),
        ("\u0439\u043e\u0434", "\u0439\u043e\u0434"),
        ("\u0441\u0430\u043c", "\u0441\u0430\u043c"),
        ("Sch\u00f6n", "schon"),
    ],
)
def test_a_disguise_is_undone_and_honest_letters_stay(written: str, read: str) -> None:
    assert fold(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("sh1t", "shit"), ("a$$hole", "asshole"), ("v14gra", "viagra"), ("f16", "f16")],
)
def test_signs_between_letters_are_read_as_letters(written: str, read: str) -> None:
    assert unleet(written) == read


@pytest.mark.parametrize(
    ("chunk", "tokens"),
    [
        ("me@example.com", ("<email>",)),
        ("\u2022\u2022\u2022@\u2022\u2022\u2022", ("<email>",)),
        ("@somebody_else", ("<handle>",)),
        ("1-619-284-1153", ("<phone>",)),
        ("$3400", ("<money>",)),
        ("http://bit.ly/x", ("<url>", "<url:short>", "<tld:land>", "<url:path>")),
        ("article.", ("article", ".")),
        ("cash$$", ("cash", "$", "$")),
    ],
)
def test_what_identifies_becomes_a_class(chunk: str, tokens: tuple[str, ...]) -> None:
    assert tokens_of(chunk) == tokens


@pytest.mark.parametrize(
    ("chunk", "word"),
    [
        ("a$$hole", "asshole"),
        ("A$$H0LE", "asshole"),
        ("pu$$y", "pussy"),
        ("jacka$$es", "jackasses"),
        ("dumba$$", "dumbass"),
        ("a$$", "ass"),
    ],
)
def test_two_signs_for_two_letters_are_one_word_with_them(chunk: str, word: str) -> None:
    (read,) = chunks(chunk)
    assert tokens_of(read) == (word,)


def test_lone_letters_in_a_row_are_one_word() -> None:
    assert chunks("you f u c k off") == ["you", "fuck", "off"]
    assert chunks("I am a man") == ["i", "am", "a", "man"]


@pytest.mark.parametrize("wide", ["  ", "   ", " \n", "\u3000\u3000"])
def test_wider_gaps_between_lone_letters_part_words(wide: str) -> None:
    said = wide.join(" ".join(word) for word in ("you", "are", "a", "moron")) + " , sir"
    assert chunks(said) == ["you", "are", "a", "moron", ",", "sir"]
    assert chunks(wide.join("moron")) == ["moron"]
    assert [said[begin:end] for _, begin, end in chunks_with_places(said)][3] == "m o r o n"


@given(st.text())
def test_places_lead_back_to_the_original(text: str) -> None:
    """Each chunk's place holds its letters, and only white space lies between places."""
    found = chunks_with_places(text)
    assert [chunk for chunk, _, _ in found] == chunks(text)
    for chunk, begin, end in found:
        assert "".join(lowered(text)[begin:end].split()) == chunk


@given(st.text(max_size=2 * LONGEST_CHUNK))
def test_any_text_has_tokens_without_space(text: str) -> None:
    for chunk in text.split():
        assert all(token and token.split() == [token] for token in tokens_of(chunk))


@pytest.mark.parametrize(
    "piece", ["a", "*", "a*", "1-", "a.", ".com", "@a", "&lt;", "\u0430a", "a1"]
)
def test_hostile_chunks_cost_little(piece: str) -> None:
    """No pattern backtracks: a long chunk of one repeated piece is done at once."""
    begun = time.process_time()
    tokens_of(piece * 10_000)
    assert time.process_time() - begun < 0.5
