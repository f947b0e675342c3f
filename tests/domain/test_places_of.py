"""Where what a search looks for stands in a text."""

import pytest

from service.domain.searching import places_of


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("The Bridge", "bridge", ["Bridge"]),
        ("a cafe\u0301, a caf\u00e9", "café", ["cafe\u0301", "caf\u00e9"]),
        ("Zürich ZURICH", "zurich", ["Zürich", "ZURICH"]),
        ("so\u00adft hy\u200bphen", "soft hyphen", ["so\u00adft hy\u200bphen"]),
        ("two\r\n  lines", "two lines", ["two\r\n  lines"]),
        ("Straße STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("don\u2019t, l\u2019\xe9t\xe9", "don't", ["don\u2019t"]),
        ("non\u2011stop \xc6r\xf8 \u0141\xf3d\u017a", "lodz", ["\u0141\xf3d\u017a"]),
        ("\xc6r\xf8 non\u2011stop", "non-stop", ["non\u2011stop"]),
        ("記事を読みました", "読み", ["読み"]),
        ("\u00bd cup, 1/2 cup", "1/2 cup", ["\u00bd cup", "1/2 cup"]),
        ("\u00bd cup, 1/2 cup", "\u00bd", ["\u00bd", "1/2"]),
        ("1\u00bd cups", "1 1/2", ["1\u00bd"]),
        ("none", "other", []),
    ],
)
def test_a_term_is_found_by_what_one_sees(text: str, term: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end in places_of(text, (term,))] == found
