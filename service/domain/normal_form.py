"""One form for all spellings of a text that look the same: what lists of words are compared in.

Case, width and dress of letters, invisible characters, words half in another alphabet and stacked
marks make no difference. A mark that belongs to its letter does: `ya` is not `yä`, however the
mark is coded.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeAlias

from classifier.text.lookalikes import FANCY, FULL, IMITATIONS
from classifier.text.lookalikes import FOREIGN as IMITATING
from classifier.text.remembered import remembered
from service.domain.characters import MARKS, is_mark, visible

_SIGN_BLOCKS: Final = (range(0x2070, 0x2190), range(0x2460, 0x2500), range(0x3200, 0x3400))
_SIGN_PLANE: Final = range(0x1F100, 0x1F270)
_FLAGS: Final = "\U0001f1e6-\U0001f1ff"
_OVERLAY: Final = re.compile(
    "[\u0305\u0332-\u0338\u033a-\u033f\u0346-\u034e\u0350-\u0357\u0359-\u0362\u0488\u0489"
    "\u20d0-\u20f0\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]"
    "|(?<=i)\u0307"
)
"""Strokes through letters, lines below, rings around them, marks that no language writes, and what
Hebrew and Arabic may leave away."""

JOIN: Final = "\U000f0000"
"""Stands between two emoji that are drawn as one: their own joiner is also put where nothing is."""

_APOSTROPHES: Final = dict.fromkeys(
    map(ord, "\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u055a"), "'"
)
"""What keyboards and fonts have in its place, some as accents and some as letters."""

_KEYS: Final = {ord(key): chr(0xF0100 + ord(key)) for key in "0123456789#*"}
_KEYCAP: Final = re.compile("([0-9#*])\ufe0f?\u20e3")
# England's flag and Scotland's are a black one with the letters of the region, which nobody sees.
_REGION: Final = re.compile("\U0001f3f4([\U000e0020-\U000e007e]{1,8})\U000e007f")
_OF_REGION: Final = {code: code - 0xE0000 + 0xF0200 for code in range(0xE0020, 0xE007F)}
# A trade mark, or the number of a footnote: no letters, and no digits, of the word before.
_ITS_MARK: Final = re.compile(
    r"(?<=\w)[\u2120\u2122]|(?<=[^\W\d_]{3})[\xb2\xb3\xb9\u2070\u2074-\u2079]+(?!\w)"
)
_PICTURE: Final = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_JOINED: Final = re.compile(rf"({_PICTURE})([\ufe0f\U0001f3fb-\U0001f3ff]*)\u200d(?=({_PICTURE}))")
_PEOPLE: Final = frozenset("\U0001f466\U0001f467\U0001f468\U0001f469\U0001f476\U0001f9d1")
_MIXED: Final = re.compile("[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]", re.IGNORECASE)
_SPACES: Final = re.compile(r"(\s+)")
_MARK: Final = re.compile(f"[{MARKS}]")
_WORD: Final = re.compile(
    "[a-z\u00df-\u00f6\u00f8-\u02af\u0370-\u0373\u0376-\u037d\u037f\u0386\u0388-\u0481"
    "\u0483-\u0556\u0560-\u0588\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f\ua4d0-\ua4ff\ua640-\ua69f"
    "\ua720-\ua7ff]+"
)
"""Letters of the alphabets that are taken for one another."""

_OfWord: TypeAlias = Callable[[re.Match[str]], str]
_LATIN: Final = re.compile("[a-z]")
_A_STACK: Final = 2
_KNOWN: Final = 65_536  # a chunk of text is short, and most come again
_ALPHABETS: Final = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN")


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


_NO_ALPHABETS: Final = frozenset("\u0251\u0192\u0261\u01b6")
TO_LATIN: Final = {
    code: to
    for code, to in IMITATIONS.items()
    if chr(code) in _NO_ALPHABETS or not _is_latin(chr(code))
}
"""Without the letters of other languages in Latin script, such as ø: they are no disguise."""

_TO_CYRILLIC: Final = str.maketrans("aceopxykmtih", "асеорхукмтін")
_BY_SOUND: Final = str.maketrans(
    "aceopxykmthbdfgilnrsuvz",
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u043a\u043c\u0442\u043d\u0431\u0434\u0444\u0433\u0438\u043b\u043d\u0440\u0441\u0443\u0432\u0437",
)
"""Half of a Russian word is often typed in Latin letters that sound alike: z, u, d."""

_TO_GREEK: Final = str.maketrans("abehikmnoptuvwxyz", "αβεηικμνορτυνωχυζ")


def _dressed(codes: Iterable[int]) -> str:
    """Return the signs that stand for letters or digits, such as Ⓐ, ² and 🅰."""
    return "".join(
        chr(code)
        for code in codes
        if unicodedata.category(chr(code)) in {"So", "No"}
        and (code in FANCY or any(map(str.isalnum, unicodedata.normalize("NFKC", chr(code)))))
    )


_SIGNS: Final = "\u00b2\u00b3\u00b9\u2139" + "".join(map(_dressed, (*_SIGN_BLOCKS, _SIGN_PLANE)))
# Of letters in signs a run is a word; one alone is a sign: № is no "no" and 🅰 no article. Flags
# are pairs of letters, so an even run of those is flags.
_LONE_SIGN: Final = re.compile(
    rf"(?<![^\W_]|[{_SIGNS}])(?:(?:[{_FLAGS}][{_FLAGS}])+(?![{_FLAGS}])|[{_SIGNS}])(?![^\W_]|[{_SIGNS}])"
)


def normal_form(text: str) -> str:
    """Return what is the same for all texts that look the same to a reader."""
    return _formed(text, _in_one_alphabet)


def normal_forms(text: str) -> tuple[str, ...]:
    """Return the normal form, and others where words half in Cyrillic or Greek may be meant so.

    A letter that imitates another alphabet's may be the disguise, or the one beside it.
    """
    form = normal_form(text)
    if text.isascii() or not _MIXED.search(visible(text)):
        return (form,)
    return tuple(dict.fromkeys((form, *(_formed(text, each) for each in _HALF))))


def _formed(text: str, in_one_alphabet: _OfWord) -> str:
    if text.isascii():
        return text.lower()
    return "".join(
        chunk.lower() if chunk.isascii() else _of_chunk(chunk, in_one_alphabet)
        for chunk in _SPACES.split(text)
    )


@remembered(_KNOWN)
def _of_chunk(chunk: str, in_one_alphabet: _OfWord) -> str:
    chunk = _REGION.sub(_flag, _ITS_MARK.sub(" ", chunk))
    whole = _KEYCAP.sub(lambda match: match[1].translate(_KEYS), _JOINED.sub(_joined, chunk))
    kept = iter(_LONE_SIGN.findall(seen := visible(whole)))
    return "".join(
        _plain(part, in_one_alphabet) + next(kept, "") for part in _LONE_SIGN.split(seen)
    )


def _flag(match: re.Match[str]) -> str:
    """Keep which region a flag is of."""
    return f"\U0001f3f4{JOIN}{match[1].translate(_OF_REGION)}"


def _joined(match: re.Match[str]) -> str:
    """Keep what joins two emoji; between two of the same it draws nothing, but for people."""
    before, dress, behind = match.groups()
    return before + dress + (JOIN if before != behind or before in _PEOPLE else "")


def _plain(text: str, in_one_alphabet: _OfWord) -> str:
    plain = text.translate(FANCY).translate(_APOSTROPHES)
    folded = unicodedata.normalize("NFKC", plain).casefold()
    folded = _OVERLAY.sub("", unicodedata.normalize("NFKC", folded))
    if _MARK.search(folded):
        folded = _without_stacks(folded)
    return _WORD.sub(in_one_alphabet, folded)


def _in_one_alphabet(match: re.Match[str]) -> str:
    """Write a word that mixes alphabets in the one that it is meant in."""
    word = match[0]
    if word.isascii():
        return word
    if not _LATIN.search(word):
        imitates = not IMITATING.isdisjoint(word) and FULL.issuperset(word)
        return word.translate(TO_LATIN) if imitates else word
    latin = word.translate(TO_LATIN)
    return latin if all(map(_is_latin, latin)) else word.translate(_TO_CYRILLIC)


def _in_another(table: dict[int, int], match: re.Match[str]) -> str:
    """Write a word that mixes Latin with another alphabet in the other if that can be."""
    word = match[0]
    other = word.translate(table)
    is_mixed = not word.isascii() and _LATIN.search(word)
    return other if is_mixed and not _LATIN.search(other) else _in_one_alphabet(match)


_HALF: Final[tuple[_OfWord, ...]] = (
    partial(_in_another, _TO_CYRILLIC),
    partial(_in_another, _BY_SOUND),
    partial(_in_another, _TO_GREEK),
)


def _without_stacks(text: str) -> str:
    """Drop marks that are piled on letters of alphabets that have at most one without a code."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if not character.isascii() and is_mark(character) else 0
        if marks == _A_STACK and len(kept) > 1 and _has_few_marks(kept[-2]):
            kept.pop()
        if marks < _A_STACK or not _has_few_marks(kept[-1]):
            kept.append(character)
    return "".join(kept)


def _has_few_marks(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_ALPHABETS)
