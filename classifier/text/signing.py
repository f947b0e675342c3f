"""Words that nobody is called: what names say in languages that the model of signatures knows not.

That model was taught by names in English mostly. A word of the lists is met whole, with another
dress, digits behind it or in a row of them (`Puta_Madre99`, `HijoDePuta`).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from classifier.text.fold import fold, undressed, unleet

_FOLDER: Final = Path(__file__).parent


def _words(file: str) -> Mapping[str, list[str]]:
    listed: dict[str, str] = tomllib.loads((_FOLDER / file).read_text("utf-8"))
    return {part: words.split() for part, words in listed.items()}


_OWN: Final = _words("signing.toml")
_SHORTEST: Final = 4
"""Letters of a word in Latin ones: what is shorter is initials as well."""

_CAPITAL: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_RUN: Final = re.compile(r"(?:[^\W_]|[@$!*\u0300-\u036f\u0591-\u05c7\u0610-\u0670\u0900-\u0dff])+")
_MARKS: Final = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u0652]")

_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_CYRILLIC: Final = re.compile("[\u0430-\u045f]")
_TO_CYRILLIC: Final = str.maketrans("aceopxykmth03", "асеорхукмтноз")
_ARTICLES: Final = ("\u0627\u0644", "\u05d4")
"""Of Arabic and of Hebrew, which are written as a part of the word."""

_ACCENTS: Final = re.compile("[\u0300-\u036f]")


def _bare(word: str) -> str:
    """Return a word without case, nor marks that Greek, Hebrew and Arabic may leave away."""
    folded = _MARKS.sub("", word.casefold())
    if _GREEK.search(folded):
        folded = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", folded)


def _listed(words: Iterable[str]) -> frozenset[str]:
    bare = (_bare(undressed(word)) for word in words)
    return frozenset(word for word in bare if len(word) >= _SHORTEST or not word.isascii())


_SWORN: Final = {word for words in _words("swearing.toml").values() for word in words}
_WORDS: Final = {
    "toxicity": _listed({*_SWORN, *_OWN["rude"]} - set(_OWN["called"])),
    "spam": _listed(_OWN["sells"]),
}
_STEMS: Final = {
    "toxicity": re.compile(rf"\b(?:{'|'.join(map(_bare, _OWN['rude_stems']))})"),
    "spam": re.compile(rf"\b(?:{'|'.join(map(_bare, _OWN['sells_stems']))})"),
}
_INSIDE: Final = {
    "toxicity": re.compile("|".join(map(re.escape, _OWN["rude_inside"]))),
    "spam": re.compile("|".join(map(re.escape, _OWN["sells_inside"]))),
}


def said_by(name: str) -> list[str]:
    """Return the labels, `toxicity` and `spam`, of which a name has words."""
    words = set(_read(undressed(name)))
    begun = " ".join(words)
    found = [
        label
        for label, listed in _WORDS.items()
        if not listed.isdisjoint(words) or _STEMS[label].search(begun)
    ]
    if name.isascii():
        return found
    squeezed = "".join(undressed(name).lower().split())
    inside = [label for label, pattern in _INSIDE.items() if pattern.search(squeezed)]
    return [label for label in _WORDS if label in found or label in inside]


def _read(name: str) -> Iterable[str]:
    """Yield what the words of a name may be read as, in plain letters."""
    for run in _RUN.findall(f"{name} {_CAPITAL.sub(' ', name)}"):
        bare = _bare(run)
        if _CYRILLIC.search(bare):
            bare = bare.translate(_TO_CYRILLIC)
        elif bare.startswith(_ARTICLES):
            yield bare[2:] if bare[0] != _ARTICLES[1] else bare[1:]
        yield bare.strip("0123456789@$!*")
        if not bare.isalpha():
            yield _bare(unleet(fold(run)))
