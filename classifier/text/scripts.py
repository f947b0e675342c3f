"""Scripts that letters are of, the languages that share one, and what tells these apart."""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Final

from classifier.text.reactions import BORROWED

LATIN_SCRIPT: Final = "LATIN"
SCRIPTS: Final = ("CYRILLIC", "CJK", "HANGUL", "ARABIC", "KANA", "other")
"""Scripts that are counted; all the others together are one."""

OF_SCRIPT: Final = {"CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko", "ARABIC": "ar", "KANA": "ja"}
_NAMES: Final = {"HIRAGANA": "KANA", "KATAKANA": "KANA"}
_NOT_RUSSIAN: Final = frozenset(
    map(chr, (*range(0x452, 0x460), *range(0x460, 0x530), *range(0x402, 0x410), 0x404))
) - frozenset(map(chr, (0x401, 0x451)))
_NOT_ARABIC: Final = frozenset(
    map(chr, (0x67E, 0x686, 0x698, 0x6AF, 0x6A9, 0x6CC, 0x6D2, 0x679, 0x688, 0x691, 0x6BA, 0x6C1))
)
LAST_LATIN: Final = "\u024f"
FOREIGN_LETTER: Final = 28
"""Letters that one weighs which Russian, or Arabic, has not: each neighbour has some a sentence."""

OF_CYRILLIC: Final = frozenset({"uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "ba"})
OF_ARABIC: Final = frozenset({"fa", "ur", "ps", "ku", "sd", "ug"})
SHARING: Final = {"ru": OF_CYRILLIC, "ar": OF_ARABIC, "zh": frozenset({"ja"})}
"""Languages that share the script of the one that it is read as, unless the text says otherwise."""

OF_A_SCRIPT: Final = OF_CYRILLIC | OF_ARABIC | set(OF_SCRIPT.values())

_OF_OTHERS: Final = frozenset(
    word
    for words in tomllib.loads(
        Path(__file__).with_name("neighbours.toml").read_text("utf-8")
    ).values()
    for word in words.split()
)
_NO_RUSSIAN: Final = re.compile(
    "ъ[^\\W\\d_еёюя]"  # the hard sign stands before four vowels only, or as of old at an end
    "|[бвмпфр]['\u2019\u02bc][яю]"
    "|шч|дз[яь]|цьк"
    "|(?:ьо(?:го|му)|(?:нн|тт|чч|жж)[яю](?:м|ми|х)?|ськ(?:ий|ого|ому|ою|им|их|ими)|ць|\\w\\wц[яю]"
    "|(?<![бдо])ува(?:ти|тися|в|вся|ла|лася|ло|ли|лися)|[аияую]тися|\\w\\w[аияу]лися"
    "|\\w\\w[бгжзсхчшщй](?<!печ)ати|\\w\\w[бвдзкпчшж]ити|\\w[^\\W\\d_ю]нити|ймо(?:ся)?|[ую](?:емо|имо)ся|йш(?:ов|ла)"
    "|ията|ието|ството|остта)(?!\\w)"
)
"""Spellings of its neighbours that Russian has in none of its words: `побачення`, `брехати`,
`правителството`."""

_FACES: Final = frozenset("ツಠლ益皿ωдДʘʖづಥಡヮᴥᕕᐛᕗᗜヽヾงɔʕʔ")
"""Letters that faces are drawn with, such as ¯\\_(ツ)_/¯ and ಠ_ಠ."""

_DRAWN: Final = re.compile(r"[^\w\s.,!?:;…'\"\u00ab\u00bb-]|_")
FOREIGN_WORD: Final = FOREIGN_LETTER
"""Letters that a word weighs which Russian has not: a short text has few such words."""


_LATIN: Final = re.compile("[a-z\u00df-\u00f6\u00f8-\u024f\u0259\u1e00-\u1eff'-]{2,}")
_SIGNS: Final = ".,!?:;\u2026\"'()\u00ab\u00bb\u2018\u2019\u201c\u201d-\u2013\u2014"
_LAST_OF_LATIN_1: Final = "\u00ff"


def accented(chunk: str) -> float:
    """Return how much a chunk is spelt as no English word is: 1 is enough, 0.5 of some letters.

    Those that western keyboards have stand in borrowed words as well. Names have capitals.
    """
    if chunk.isascii():
        return 0.0
    word = unicodedata.normalize("NFC", chunk.strip(_SIGNS)).replace("\u2019", "'")
    if word.isascii() or not word.islower() or word in BORROWED or not _LATIN.fullmatch(word):
        return 0.0
    return 1.0 if max(word) > _LAST_OF_LATIN_1 else 0.5


def script_of(character: str) -> tuple[str, int]:
    """Return the script of a letter, one of `SCRIPTS` or Latin, and the letters that it weighs.

    A letter that its script's chief language lacks outweighs several that it shares.
    """
    name = unicodedata.name(character, "other").split(" ")[0].split("-")[0]
    if name in {LATIN_SCRIPT, "FEMININE", "MASCULINE"}:
        return LATIN_SCRIPT, 1
    if character in _NOT_RUSSIAN or character in _NOT_ARABIC:
        return "other", FOREIGN_LETTER
    name = _NAMES.get(name, name)
    return (name if name in SCRIPTS else "other"), 1


def is_a_neighbours(word: str, chunk: str) -> bool:
    """Say whether a bare word, or the chunk around it, is of a language beside Russian."""
    if chunk.isascii():
        return False
    return word in _OF_OTHERS or _NO_RUSSIAN.search(chunk) is not None


def is_face(chunk: str) -> bool:
    """Say whether a chunk is drawn: with signs, and of other scripts only letters that draw."""
    if chunk.isascii():
        return False
    foreign = {each for each in chunk if is_foreign(each) and each.isalpha()}
    return bool(foreign) and foreign <= _FACES and _DRAWN.search(chunk) is not None


def is_foreign(character: str) -> bool:
    """Say whether a character is of another script than Latin."""
    return character > LAST_LATIN
