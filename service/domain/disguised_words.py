"""Words as they were meant: spelt out, drawn out, with digits and signs in the place of letters.

And the letters that some languages write one way or the other in one and the same word.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Final

from service.domain.characters import MARKS
from service.domain.markup import MARKUP
from service.domain.normal_form import normal_form

_PART: Final = rf"(?:[\W_](?<![{MARKS}]))"  # a plain class first: a text is searched for it


def _spelt_out(part: str, one: str, before: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds three letters apart or more, and what tells quickly that there are none."""
    alone = rf"{one}(?![^\W_])"
    return (
        re.compile(rf"{before}{one}(?:{part}{{1,3}}{alone}){{2,}}"),
        re.compile(rf"{part}{one}{part}{{1,3}}{alone}"),
    )


_SPELT_OUT, _TWO_ALONE = _spelt_out(
    _PART, rf"[^\W\d_][{MARKS}]{{0,4}}+", rf"(?<![^\W_])(?<![{MARKS}])"
)
_SPELT_OUT_ASCII, _TWO_ALONE_ASCII = _spelt_out(r"[\W_]", r"[a-z]", r"(?<![^\W_])")
_SPARED: Final = re.compile(r"\\(?=[*_#~`])")  # what Markdown shall not read as its own
_HASHTAG: Final = re.compile(r"(?<!\w)#[^\W_]{1,100}+")
_CAPITAL: Final = re.compile(
    r"(?<=[^\W\d_])(?=[A-Z\u00c0-\u00de\u0410-\u042f][a-z\u00df-\u00ff\u0430-\u044f])"
)
_BETWEEN: Final = re.compile(rf"{_PART}+")
_OF_HAN: Final = "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
# Where no blanks part words, a sign between two letters, or signs between lone ones, part one.
_HAN_APART: Final = re.compile(
    rf"(?<={_OF_HAN})[._*/|~\u00b7\u2022+-](?={_OF_HAN})"
    rf"|(?:(?<=\W{_OF_HAN})|(?<=^{_OF_HAN})){_PART}{{1,3}}(?={_OF_HAN}(?!\w))"
)
_SYLLABIC: Final = re.compile("[\u1100-\u11ff\u3005-\u9fff\uac00-\ud7a3]")
_SYLLABLE: Final = "[\uac00-\ud7a3]"
# A blank between two syllables parts words: `이 년` is a year, and no insult.
_HANGUL_APART: Final = re.compile(
    rf"(?<={_SYLLABLE})(?:[._*/|~\u00b7\u2022+@^-]{{1,2}}|[0-9])(?={_SYLLABLE})"
)
_LAUGHS: Final = re.compile(rf"(?<={_SYLLABLE})(?=[\u1100-\u11ff])")  # `바보ㅋㅋ`
_CODA: Final = re.compile(rf"({_SYLLABLE})([\u1100-\u1112])(?![\u1160-\u11a7])")
_CODAS: Final = str.maketrans(
    "".join(map(chr, (*range(0x1100, 0x1104), *range(0x1105, 0x1108), *range(0x1109, 0x1113)))),
    "\u11a8\u11a9\u11ab\u11ae\u11af\u11b7\u11b8\u11ba\u11bb\u11bc\u11bd\u0000\u11be\u11bf"
    "\u11c0\u11c1\u11c2",
)
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
_DRAWN_OUT_ASCII: Final = re.compile(r"([a-z])\1\1")
_INSTEAD: Final = re.compile(
    "[a-z\u00df-\u017f\u03ac-\u03ce\u0430-\u045f](?:[013-9@$|+\xa1-\xa3\xa5\u20ac]|!(?=[a-z0-9]))"
    "|[013-9@$|!+\xa1-\xa3\xa5\u20ac][a-z\u00df-\u017f\u03ac-\u03ce\u0430-\u045f]"
)
# Of letters only a word is passed over at its beginning: most words have neither signs nor digits.
_TOKEN: Final = re.compile(
    r"(?<![a-z\u00df-\u017f])(?=[a-z\u00df-\u017f]*[^a-z\s\u00df-\u017f])"
    r"[a-z\u00df-\u017f0-9@$!|+\xa1-\xa3\xa5\u20ac]{2,}"
    r"|(?<![\u03ac-\u03ce])(?=[\u03ac-\u03ce]*[0-9@$])[\u03ac-\u03ce0-9@$]{2,}"
    r"|(?<![\u0430-\u045f])(?=[\u0430-\u045f]*[0-9@$])[\u0430-\u045f0-9@$]{2,}"
)
_ORDINAL: Final = re.compile("[0-9]+(?:st|nd|rd|th)")
_SIGNS: Final = "013457@$!|869+\xa1\xa2\xa3\xa5\u20ac"
_TABLES: Final = tuple(
    str.maketrans(_SIGNS, each) for each in ("oieastasiibggticlye", "oleastasllbggticlye")
)
"""1, ! and | are an i or an l."""

_BEFORE: Final = ("@|", "|")
"""What is passed over before a word: an @ is of a handle, or an a."""

_WAYS: Final = tuple(zip(_TABLES, _BEFORE, strict=True))
_LEAST_LETTERS: Final = 2  # a road or a paper is a letter and a number
_SHORT: Final = 5  # characters of what is a handle, if it has an @ before it
_IN_CYRILLIC: Final = re.compile("[\u0430-\u045f]")
_CYRILLIC: Final = str.maketrans("01346@$", "оизчбас")
_IN_GREEK: Final = re.compile("[\u03ac-\u03ce]")
_GREEK: Final = str.maketrans("0134@$", "οιεαασ")  # no sigma ends a word in normal form


_ONE_SPELLING: Final = {
    ord(other): one
    for others, one in (
        *zip(
            "\u03ac\u03ad\u03ae\u03af\u03cc\u03cd\u03ce",
            "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9",
            strict=True,
        ),
        ("\u0390", "\u03ca"),
        ("\u03b0", "\u03cb"),
        ("\u0451\u0450", "\u0435"),
        ("\u045d", "\u0438"),
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

_STRESS: Final = re.compile(
    "(?<=[\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0454\u0456\u0457])[\u0300\u0301]"
)
"""Over vowels of Cyrillic, where dictionaries put it and nobody writes it: no part of a letter."""

_DOTLESS: Final = "\u0131"
_SHORTENED: Final = 3  # letters that names are shortened to: SVN is no sun
_BEGINS_WITH_FU: Final = re.compile(r"(?<!\w)fu", re.IGNORECASE)
_HARD_C: Final = re.compile(r"(?<!\w)c(?=[aoulr])", re.IGNORECASE)
_WORDS_OF_K: Final = frozenset(
    (
        *("je", "jij", "jullie", "het", "een", "niet", "dat", "dit", "ook", "wel", "ik"),
        *("der", "das", "und", "nicht", "ist", "ein", "eine", "ich", "mit", "auch", "zu"),
        *("det", "och", "som", "inte", "jag", "jeg", "ikke", "og", "med", "har", "til"),
        *("nie", "jest", "si\u0119", "\u017ce", "czy", "tak", "jsem", "nen\u00ed", "nije", "nisam"),
        *("bir", "ve", "bu", "\u00e7ok", "cok", "i\u00e7in", "icin", "de\u011fil", "degil", "ama"),
        *("yang", "ini", "itu", "tidak", "aku", "kamu", "ang", "mga", "ako", "hindi"),
        *("ei", "ett\u00e4", "mutta", "minun", "az", "nem", "hogy", "egy", "kaj", "estas"),
    )
)
"""Usual words of languages that have more of the k."""

_U_BETWEEN: Final = re.compile("(?<=[b-df-hj-np-tv-z])u(?=[b-df-hj-np-tv-z])")


def spellings(entry: str) -> set[str]:
    """Return an entry with the i of Turkish as capitals and other keyboards write it, too.

    And with a v for each u between consonants, qq for gg, and phu for fu at its beginning, where
    hardly a word has one: `fvck`, `phuck`.
    """
    capitals = entry.replace("I", _DOTLESS) if entry.isupper() else entry
    imitated = (
        _U_BETWEEN.sub("v", entry) if len(entry) > _SHORTENED else entry,
        entry.replace("gg", "qq"),
        _BEGINS_WITH_FU.sub("phu", entry) if len(entry) > _SHORTENED else entry,
    )
    return {entry, entry.replace(_DOTLESS, "i"), capitals, *imitated}


def sound_alikes(entry: str) -> set[str]:
    """Return an entry with a k for the c that sounds so, before a, o, u, l or r, and of `uck`.

    It is another word in other languages, such as Dutch `kunt`: see `writes_k`.
    """
    if len(entry) <= _SHORTENED:
        return set()
    hard = {entry, _HARD_C.sub("k", entry)}
    alike = {*hard, *(each.replace("uck", end) for each in hard for end in ("uk", "ukk", "uc"))}
    return alike - {entry}


def writes_k(words: Iterable[str]) -> bool:
    """Say whether some words are of a language in which those with a k may be words of its own."""
    return not _WORDS_OF_K.isdisjoint(words)


def one_spelling(text: str) -> str:
    """Return a text in normal form with one of the letters that words are written with as well."""
    if text.isascii():
        return text
    spelt = text.translate(_ONE_SPELLING)
    return _STRESS.sub("", spelt) if "\u0301" in spelt or "\u0300" in spelt else spelt


def undressed(text: str) -> list[str]:
    """Return a text without escapes and then without markup, where it has some: `f<b>u</b>ck`.

    And with blanks between the words of hashtags that have capitals: `#BuyNow`.
    """
    plain = unescaped = html.unescape(text) if "&" in text else text
    if any(sign in plain for sign in "<[{\\"):
        plain = _SPARED.sub("", MARKUP.sub("", plain))
    if "#" in plain:
        plain = _HASHTAG.sub(lambda tag: _CAPITAL.sub(" ", tag[0]), plain)
    return [each for each in dict.fromkeys((unescaped, plain)) if each != text]


def readings(text: str) -> list[str]:
    """Return what a text in normal form may be read as besides what it says."""
    found = {text}
    if text.isascii():
        if _TWO_ALONE_ASCII.search(text):
            found = {_SPELT_OUT_ASCII.sub(_together, text)}
    else:
        if _TWO_ALONE.search(text):
            found = {_SPELT_OUT.sub(_together, text)}
        found = {reading for form in found for reading in _in_syllables(form)}
    if _INSTEAD.search(text):
        found = {_with_letters(form, way) for way in _WAYS for form in found | {text}}
    if (_DRAWN_OUT_ASCII if text.isascii() else _DRAWN_OUT).search(text):
        # The word may have one of the letter that is drawn out, or two.
        found = {_DRAWN_OUT.sub(each, form) for each in (r"\1", r"\1\1") for form in found}
    return sorted(found - {text})


def _together(spelt_out: re.Match[str]) -> str:
    """Return a word without what parts its letters, which may be of two alphabets."""
    return normal_form(_BETWEEN.sub("", spelt_out[0]))


def _in_syllables(text: str) -> list[str]:
    """Return how Han and Hangul may be read: with nothing within a word, and laughs apart."""
    if not _SYLLABIC.search(text):
        return [text]
    text = _HANGUL_APART.sub("", _HAN_APART.sub("", text))
    if not _LAUGHS.search(text):
        return [text]
    return [_LAUGHS.sub(" ", text), _CODA.sub(_in_one_syllable, text)]


def _in_one_syllable(match: re.Match[str]) -> str:
    """Return a syllable with the letter behind it, as it is where one types letter by letter."""
    return unicodedata.normalize("NFC", match[1] + match[2].translate(_CODAS))


def _with_letters(text: str, way: tuple[dict[int, int], str]) -> str:
    """Return a text with letters for the digits and signs in its words, by one of `_WAYS`.

    Only words with a letter beside one are looked through, which of a comment is next to nothing.
    """
    letters_in = partial(_letters_in, *way)
    read: list[str] = []
    end = 0
    while found := _INSTEAD.search(text, end):
        begin, done = text.rfind(" ", end, found.start()) + 1 or end, end
        end = text.find(" ", found.end())
        end = len(text) if end < 0 else end
        read += text[done:begin], _TOKEN.sub(letters_in, text[begin:end])
    return "".join((*read, text[end:]))


def _letters_in(table: dict[int, int], before: str, token: re.Match[str]) -> str:
    """Return a word with letters for its digits and signs; what is a number or a name stays."""
    core = token[0].lstrip(before if len(token[0]) > _SHORT else "@|").rstrip("!|")
    letters, digits = sum(map(str.isalpha, core)), sum(map(str.isdigit, core))
    if not letters or letters == len(core):
        return token[0]
    if digits and (letters < _LEAST_LETTERS or digits > letters + 1 or _ORDINAL.fullmatch(core)):
        return token[0]
    if core.isascii():
        return core.translate(table)
    foreign = _CYRILLIC if _IN_CYRILLIC.search(core) else _GREEK
    return core.translate(foreign if foreign is _CYRILLIC or _IN_GREEK.search(core) else table)
