"""Codes of languages as clients send them."""

import pytest

from classifier.text.tags import base_language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        *(("en", "en"), ("EN", "en"), ("en-US", "en"), ("fr_CA", "fr"), (" de ", "de")),
        *(("eng", "en"), ("deu", "de"), ("ger", "de"), ("por-BR", "pt"), ("cmn", "zh")),
        *(("zh-Hant-TW", "zh"), ("iw", "he"), ("in", "id"), ("nb", "no"), ("nn-NO", "no")),
        *(("fil", "tl"), ("sr-Latn", "sr"), ("arb", "ar"), ("pes", "fa"), ("zsm", "ms")),
        *(("und", None), ("mul", None), ("zxx", None), ("en-x-own", "en")),
        *(("x-default", None), ("qaa", None), ("que", "qu"), ("i-klingon", "tlh")),
    ],
)
def test_a_tag_is_brought_to_the_code_of_its_language(tag: str, language: str | None) -> None:
    assert base_language(tag) == language


@pytest.mark.parametrize("tag", ["english", "xx", "", "e", "en US", "12", "de;q=0.9", "a" * 36])
def test_what_is_no_code_of_a_language_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="such as en"):
        base_language(tag)
