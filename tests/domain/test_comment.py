"""What a website may send as a comment."""

import hashlib
import unicodedata
from typing import Literal

import pytest

from service.domain.comment import read_draft
from service.domain.masking import MASK

Form = Literal["NFC", "NFD"]
COMMENT = {
    "name": "Reader",
    "email": "reader@example.org",
    "body": "Thanks.",
    "page": "https://news.example/articles/1",
}


def wrong(**fields: str) -> set[str]:
    return {error.field for error in read_draft(COMMENT | fields, 10_000)[1]}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_that_is_an_address_is_refused_in_both_forms_of_unicode(form: Form) -> None:
    address = unicodedata.normalize(form, "ren\u00e9@example.org")
    assert wrong(name=address, email=address) == {"name"}


def test_an_address_is_masked_as_it_was_typed_and_as_it_is_kept() -> None:
    typed = "Rene\u0301@Example.ORG"
    digest = hashlib.sha256(typed.encode()).hexdigest()
    draft, _ = read_draft(COMMENT | {"email": typed, "body": f"{typed} {digest}"}, 10_000)
    assert draft is not None
    assert draft.body == f"{MASK} {MASK}"
    assert draft.email == "Ren\u00e9@example.org"


@pytest.mark.parametrize("text", ["\u200b\u2060", "\u00ad", "\u3164", "\u2800 \ufeff", "\u0301"])
def test_what_nobody_can_see_is_neither_a_name_nor_a_body(text: str) -> None:
    assert wrong(name=text, body=text) == {"name", "body"}


def test_a_name_cannot_turn_or_break_the_line_it_is_shown_in() -> None:
    draft, _ = read_draft(COMMENT | {"name": "k\u202eelgoog\u2028Moderator"}, 10_000)
    assert draft is not None
    assert draft.name == "kelgoog Moderator"


def test_an_emoji_of_several_characters_is_visible() -> None:
    assert wrong(name="\U0001f469\u200d\U0001f680", body="\u2764\ufe0f") == set()
