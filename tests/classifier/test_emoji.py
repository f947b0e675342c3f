"""Emoji: words to an encoder that has no pieces for them, so that a laugh holds no comment."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from classifier import Bundle
from classifier.text import emoji
from classifier.text.reading import Pieces, reading
from classifier.types import SECOND_OPINION


@pytest.fixture(scope="module")
def pieces(content: dict[str, Any]) -> Pieces:
    encoders = content[SECOND_OPINION]["encoders"]
    return Pieces(next(each["pieces"] for each in encoders if "en" in each["stacks"]))


def test_emoji_are_read_as_words_where_no_piece_has_them(pieces: Pieces) -> None:
    for text, words in (
        ("a \U0001f412 in our \u267f van", "a monkey in our wheelchair van"),
        ("You\U0001f416\U0001f416\U0001f416!", "you pig!"),
        ("Lovely \U0001f602\U0001f602 \U0001f44d\U0001f3ff \u2764\ufe0f", "lovely"),
    ):
        assert pieces.numbers(text) == pieces.numbers(words)
    known = Pieces("[UNK]\nmonkey\n[CLS]\n[SEP]\n\U0001f412")
    assert known.numbers("\U0001f412 \U0001f98d \u4e2d") == [4, 0, 0], "it has a piece for one"


def test_each_emoji_has_one_meaning_in_words_that_are_pieces(pieces: Pieces) -> None:
    told = tomllib.loads(Path(emoji.__file__).with_name("emoji.toml").read_text("utf-8"))
    signs = "".join(told.values())
    assert len(set(signs)) == len(signs)
    assert [sign for sign in signs if not emoji.SIGN.fullmatch(sign)] == []
    assert [sign for sign in signs if reading(sign) != sign] == [], "folding has a word for it"
    unread = pieces.numbers("\ue000")
    assert len(unread) == 1
    assert [words for words in told if unread[0] in pieces.numbers(words)] == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("What a match yesterday, we won at last \U0001f602\U0001f602\U0001f602", "approved"),
        ("Our cat and the \U0001f400 of the neighbours are friends \U0001f60d", "approved"),
        ("All of these immigrants are \U0001f400\U0001f400", "pending"),
        ("Put every refugee in a \u26b0\ufe0f", "pending"),
    ],
)
def test_a_laugh_holds_nothing_and_vermin_does(bundle: Bundle, text: str, status: str) -> None:
    first = bundle.score(text, "en")
    assert bundle.second is not None
    assert bundle.verdict(first, bundle.second.score(text, first)).status == status
