"""When two comments say the same: spelling, spaces and pauses make no difference, all else does.

Whether a repeated comment is held says `policy`, by what `rules` knows of it.
"""

import html
import re
import unicodedata
from hashlib import sha256
from typing import Final

from service.domain.normal_form import normal_form

_BYTES: Final = 16  # by chance two texts of a site are the same once in 10^19 pairs

_ALWAYS: Final = (
    ";'\"()\\[\\]{}_`~|\u00a1\u00ab\u00b7\u00bb\u00bf\u0589\u05be\u060c\u061b\u06d4\u0964\u0965\u0f0d"
    "\u104a\u104b\u1362\u17d4\u2010-\u201f\u2022\u2026\u2039\u203a\u3001\u3002\u3008-\u3011\u3014-\u301b\u30fb"
)
# A class first, so that a text is searched for it at once; between digits a sign is a part of the
# number: 3.5, 2:1.
_PAUSE: Final = re.compile(
    f"[-.,:*!{_ALWAYS}](?:(?<=[{_ALWAYS}])|(?<=!)(?!=)|(?<=[-.,:*])(?:(?<![0-9].)|(?![0-9])))"
)
_FACE: Final = re.compile(r"(?<!\w)[:;=8]['^-]?([()\[\]])(?!\w)|(?<!\w)([()])['^-]?[:;=](?!\w)")
_DISMAY: Final = re.compile(r"(?<!\S)d['^-]?[:=](?!\S)")  # of faces, the opposite of `:D`
_EMPHASIS: Final = re.compile(r"</?(?:b|i|u|em|strong|p|br|span|font|small)\s?/?>", re.IGNORECASE)
_MONEY: Final = "$\u00a2\u00a3\u00a5\u20a0-\u20c0"
_LEADING_MINUS: Final = re.compile(rf"(?<![\w)])[-\u2212\u2013](?=[{_MONEY}]?\.?[0-9])")
_GRADE_MINUS: Final = re.compile(r"(?<![\w.-])(ab|[a-fo]|[1-6])-(?![\w-])")
_STAR: Final = re.compile(r"(?<![\w*])([a-d])\*(?![\w*])")  # the best grade, a way to search
_STARS: Final = re.compile(r"(?<!\S)\*{2,5}(?!\S)")  # as many as somebody gives
_NOT: Final = re.compile(r"(?<=[(&|=])!(?=[a-z(])")  # of programs: `if (!ready)`
_DASH_BETWEEN: Final = re.compile("(?<=[0-9])[\u2012\u2013\u2212](?=[0-9])")
_LEADING_DOT: Final = re.compile(rf"(?<![^\s({_MONEY}\u2212])\.(?=[0-9])")
_PULLED_APART: Final = re.compile(r"(?<=[0-9])\s{1,3}([-:])\s{1,3}(?=[0-9])")
# NFKC takes `1½` for eleven halves, and `10²` for 102.
_FRACTION: Final = re.compile("([0-9]?)([\u00bc-\u00be\u2150-\u215f\u2189])")
_POWER: Final = re.compile("(?<=[0-9])([\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+)")
_SLASHES: Final = str.maketrans("\u2044\u2215", "//")
# Feet and inches, minutes and seconds: no quote that ends, nor an apostrophe within a word.
_PRIME: Final = re.compile(
    r"(?<=[0-9])(?:(\"|\u201d|['\u2019\u2032]{2})|(['\u2019\u2032]))(?!\w*[^\W\d])"
)
_OPENS: Final = re.compile(r"(?<!\w)(?:([\"\u201c\u201e])|(['\u2018\u201a]))(?=\w)")
_ABOUT: Final = re.compile(rf"(?<![\w~])~(?=[{_MONEY}]?\.?[0-9])")
# Greek asks with it, and keyboards of Greek have no other.
_ASKED_IN_GREEK: Final = re.compile("(?<=[\u0370-\u03ff\u1f00-\u1fff\u0301])[;\u037e]")
_QUESTION: Final = re.compile("[?\u037e\u055e\u061f]+")
_BESIDE_A_SIGN: Final = re.compile(r"\s*([^\w\s])\s*")


def fingerprint(body: str) -> bytes:
    """Return the same for texts that say the same: `$5` is not `£5`, nor `C` `C++`, nor 👍 👎."""
    shown = _as_shown(body)
    said = normal_form(shown if shown.isascii() else _as_spelt_out(shown))
    if "d:" in said or "d=" in said or "d-" in said:
        said = _DISMAY.sub("\u2639", said)
    if any(sign in said for sign in "()[]"):
        said = _FACE.sub(_sign_of_face, said)
    said = _with_numbers(said)
    said = _PAUSE.sub(" ", said)
    if "?" in said or not said.isascii():
        said = _QUESTION.sub("?", said)
    words = said.split()
    said = " ".join(words)
    if not all(map(str.isalnum, words)):
        said = _BESIDE_A_SIGN.sub(r"\1", said)
    return sha256((said or body).encode()).digest()[:_BYTES]


def _as_shown(body: str) -> str:
    """Return a text without escapes, and without tags that only dress it: `<b>so</b> &amp; so`."""
    body = _EMPHASIS.sub("*", body) if "<" in body else body
    return html.unescape(body) if "&" in body else body


def _as_spelt_out(body: str) -> str:
    """Write what is joined to a number as one types it: `1 1/2` for `1½`, `10^5` for `10⁵`.

    And what asks in Greek as what asks elsewhere.
    """
    body = _ASKED_IN_GREEK.sub("?", body)
    body = _POWER.sub(lambda match: f"^{unicodedata.normalize('NFKC', match[1])}", body)
    return _FRACTION.sub(_fraction, body)


def _fraction(match: re.Match[str]) -> str:
    whole = f"{match[1]} " if match[1] else ""
    return whole + unicodedata.normalize("NFKC", match[2])


def _with_numbers(said: str) -> str:
    """Write what belongs to a number or a grade as no pause is written: -$5, .50, 2 : 1, A-, 5'."""
    if not said.isascii():
        said = _DASH_BETWEEN.sub("-", said.translate(_SLASHES))
    if "*" in said:
        said = _STAR.sub("\\1\u2217", said)
        if len(_STARS.findall(said)) == 1:  # two stand around what they stress
            said = _STARS.sub(lambda stars: "\u2605" * len(stars[0]), said)
    if "!" in said:
        said = _NOT.sub("\u00ac", said)
    if _PRIME.search(said):
        said = _with_primes(said)
    if "~" in said:
        said = _ABOUT.sub("\u2248", said)
    if "-" in said or "\u2212" in said or "\u2013" in said:
        said = _GRADE_MINUS.sub("\\1\u2212", _LEADING_MINUS.sub("\u2212", said))
    if "." in said:
        said = _LEADING_DOT.sub("0.", said)
    return _PULLED_APART.sub(r"\1", said) if " - " in said or " : " in said else said


def _with_primes(said: str) -> str:
    """Write feet and inches as no quote is; behind a quote that was opened it may be its end."""
    opened: dict[int | None, int] = {}
    for each in _OPENS.finditer(said):
        opened.setdefault(each.lastindex, each.start())

    def sign(match: re.Match[str]) -> str:
        is_quote = opened.get(match.lastindex, match.start()) < match.start()
        return match[0] if is_quote else "\u2032" if match[2] else "\u2033"

    return _PRIME.sub(sign, said)


def _sign_of_face(face: re.Match[str]) -> str:
    """A smile and a frown are made of pauses, and say the opposite."""
    return "\u263a" if face[1] in {")", "]"} or face[2] == "(" else "\u2639"
