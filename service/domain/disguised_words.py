"""Words as they were meant: spelt out, drawn out, with digits and signs in the place of letters.

And the letters that some languages write one way or the other in one and the same word.
"""

import html
import re
from functools import partial
from typing import Final

from service.domain.characters import MARKS
from service.domain.markup import MARKUP

_PART: Final = rf"(?:[\W_](?<![{MARKS}]))"  # a plain class first: a text is searched for it
_ALONE: Final = r"[^\W\d_](?![^\W_])"
_SPELT_OUT: Final = re.compile(rf"(?<![^\W_])[^\W\d_](?:{_PART}{{1,3}}{_ALONE}){{2,}}")
_TWO_ALONE: Final = re.compile(rf"{_PART}[^\W\d_]{_PART}{{1,3}}{_ALONE}")
_SPARED: Final = re.compile(r"\\(?=[*_#~`])")  # what Markdown shall not read as its own
_BETWEEN: Final = re.compile(rf"{_PART}+")
_OF_HAN: Final = "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
# Where no blanks part words, a sign between two letters, or two letters alone, part one.
_HAN_APART: Final = re.compile(
    rf"(?<={_OF_HAN})[._*/|~\u00b7\u2022+-](?={_OF_HAN})"
    rf"|(?<=\s{_OF_HAN}) (?={_OF_HAN}(?:\s|$))|(?<=^{_OF_HAN}) (?={_OF_HAN}(?:\s|$))"
)
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
_INSTEAD: Final = re.compile(
    "[a-z\u0430-\u045f](?:[013-8@$|\xa1-\xa3\xa5\u20ac]|!(?=[a-z]))"
    "|[013-8@$|!\xa1-\xa3\xa5\u20ac][a-z\u0430-\u045f]"
)
# Of letters only a word is passed over at its beginning: most words have neither signs nor digits.
_TOKEN: Final = re.compile(
    r"(?<![a-z])(?=[a-z]*[^a-z\s])[a-z0-9@$!|\xa1-\xa3\xa5\u20ac]{2,}"
    r"|(?<![\u0430-\u045f])(?=[\u0430-\u045f]*[0-9@$])[\u0430-\u045f0-9@$]{2,}"
)
_ORDINAL: Final = re.compile("[0-9]+(?:st|nd|rd|th)")
_SIGNS: Final = "013457@$!|86\xa1\xa2\xa3\xa5\u20ac"
_TABLES: Final = tuple(
    str.maketrans(_SIGNS, each) for each in ("oieastasiibgiclye", "oleastasllbgiclye")
)
"""1, ! and | are an i or an l."""

_LEAST_LETTERS: Final = 2  # a road or a paper is a letter and a number
_IN_CYRILLIC: Final = re.compile("[\u0430-\u045f]")
_CYRILLIC: Final = str.maketrans("01346@$", "оизчбас")


ONE_SPELLING: Final = {
    ord(other): one
    for others, one in (
        *zip(
            "\u03ac\u03ad\u03ae\u03af\u03cc\u03cd\u03ce",
            "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9",
            strict=True,
        ),
        ("\u0390", "\u03ca"),
        ("\u03b0", "\u03cb"),
        ("\u0451", "\u0435"),
        ("\u0622\u0623\u0625\u0671", "\u0627"),
        ("\u0649\u06cc\u06ce\u06d0", "\u064a"),
        ("\u06a9\u06aa", "\u0643"),
        ("\u0629\u06c0\u06c1\u06d5\u06be", "\u0647"),
        ("\u0153", "oe"),
        ("\u00e6", "ae"),
    )
    for other in others
}
"""Greek without the accents that capitals lack, Russian without the dots of its yo, Arabic without
hamza; Persian's and Urdu's letters that look like Arabic ones; joined letters."""

_DOTLESS: Final = "\u0131"


def spellings(entry: str) -> set[str]:
    """Return an entry with the i of Turkish as capitals and other keyboards write it, too."""
    capitals = entry.replace("I", _DOTLESS) if entry.isupper() else entry
    return {entry, entry.replace(_DOTLESS, "i"), capitals}


def undressed(text: str) -> list[str]:
    """Return a text without tags, other markup and escapes where it has some: `f<b>u</b>ck`."""
    plain = html.unescape(text) if "&" in text else text
    if any(sign in plain for sign in "<[{\\"):
        plain = _SPARED.sub("", MARKUP.sub("", plain))
    return [] if plain == text else [plain]


def readings(text: str) -> list[str]:
    """Return what a text in normal form may be read as besides what it says."""
    found = {text}
    if _TWO_ALONE.search(text):
        found = {_SPELT_OUT.sub(lambda match: _BETWEEN.sub("", match[0]), text)}
    if not text.isascii() and _HAN_APART.search(text):
        found = {_HAN_APART.sub("", form) for form in found}
    if any(sign in text for sign in _SIGNS) and _INSTEAD.search(text):
        found = {_TOKEN.sub(partial(_letters_in, each), form) for each in _TABLES for form in found}
    if any(each * 3 in text for each in set(text) if each.isalpha()):
        # The word may have one of the letter that is drawn out, or two.
        found = {_DRAWN_OUT.sub(each, form) for each in (r"\1", r"\1\1") for form in found}
    return sorted(found - {text})


def _letters_in(table: dict[int, int], token: re.Match[str]) -> str:
    """Return a word with letters for its digits and signs; what is a number or a name stays."""
    core = token[0].lstrip("@|").rstrip("!|")
    letters, digits = sum(map(str.isalpha, core)), sum(map(str.isdigit, core))
    if not letters or letters == len(core):
        return token[0]
    if digits and (letters < _LEAST_LETTERS or digits > letters + 1 or _ORDINAL.fullmatch(core)):
        return token[0]
    return core.translate(_CYRILLIC if _IN_CYRILLIC.search(core) else table)
