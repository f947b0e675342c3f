"""Finds an e-mail address in a text in whatever spelling: coded, dressed, in words, pulled apart.

A text is read as a person reads an address who wants to write to it: escapes are what they stand
for, letters of any dress or alphabet are those that they look like, `[at]` and ` dot ` are signs,
and spaces, marks and brackets are nothing. What is found is told by its place in the text as sent.
"""

import html
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from classifier.text.lookalikes import FANCY
from classifier.text.remembered import remembered
from service.domain.address_words import (
    AT,
    AT_ANYWHERE,
    DOT,
    DOT_ANYWHERE,
    KNOWN_HOSTS,
    LINE,
    LINE_ANYWHERE,
)
from service.domain.characters import is_invisible, is_mark, visible
from service.domain.markup import MARKUP, MARKUP_AND_REMARKS, MAY_HAVE_MARKUP
from service.domain.normal_form import TO_LATIN

_ESCAPED: Final = re.compile(
    r"(?:%(?:25){0,4}[0-9a-f]{2})+|&(?:amp;){0,3}(?:#[0-9]{1,8}|#x[0-9a-f]{1,6}|[a-z]{2,12});?"
    r"|%u[0-9a-f]{4}|\\u(?:0{3}[0-9a-f]{5}|\{[0-9a-f]{1,6}\}|[0-9a-f]{4})|\\x[0-9a-f]{2}|\\[0-7]{3}(?![0-9])|=(?:3d)?[2-7][0-9a-f]",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"%(?:25){0,4}([0-9a-f]{2})", re.IGNORECASE)
_AMPERSANDS: Final = re.compile("&(?:amp;)+", re.IGNORECASE)
_DOTS: Final = dict.fromkeys(
    (
        *(0xB7, 0x589, 0x6D4, 0x701, 0x702, 0x964, 0x1362, 0x2022, 0x2024, 0x2027, 0x30FB, 0x3002),
        *(0xA4F8, 0xA78F),
    ),
    ".",
)
"""Full stops of other scripts, and dots in the middle."""

_LETTERS: Final = TO_LATIN | FANCY | _DOTS


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of some words as texts are read, the longest first."""
    folded = (unicodedata.normalize("NFC", each.casefold()).translate(_LETTERS) for each in words)
    return "|".join(map(re.escape, sorted(folded, key=len, reverse=True)))


_SIGNS: Final = re.compile(
    rf"(?P<at>@+(?:t(?![^\W_]))?|(?<![^\W_])(?:{_any_of(AT)})(?![^\W_])(?:[ -]?(?:sign|symbol)\b)?"
    rf"|{_any_of(AT_ANYWHERE)}|[\[({{<]\s?[aä]\s?[\])}}>])"
    rf"|(?P<dot>[.,]+|(?<![^\W_])(?:{_any_of(DOT)})(?![^\W_])|{_any_of(DOT_ANYWHERE)})"
    r"|(?P<tag></?(?:b|i|u|s|em|strong|span|font|code|wbr|br|p|sup|sub|del|ins|mark|tt)\b[^<>]{0,80}>)"
    r"|(?P<plus>\+|(?<![^\W_])(?:plus|plús|más|più|плюс)(?![^\W_]))"
    rf"|(?P<line>(?<![^\W_])(?:{_any_of(LINE)})(?![^\W_])|{_any_of(LINE_ANYWHERE)})"
    r"|[^\W_]".translate(TO_LATIN)
)
_GLUED: Final = {"@": f"(?:@|{_any_of(AT)})", ".": rf"(?:\.|{_any_of(DOT)})"}
"""Signs, or words for them without anything between: `annATmailDOTexample`."""

_SIGN_OF: Final = {"at": "@", "dot": ".", "plus": "+"}
_OCTAL: Final = len(r"\100")
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_ASCII_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
_LEAST_LOCAL: Final = 3
_MARKUPS: Final = (None, MARKUP, MARKUP_AND_REMARKS)
"""Each reading passes more over: what looks like a tag may be a part of the address."""

_ROUNDS: Final = 3  # what is encoded more often no server decodes
_SURROGATES: Final = range(0xD800, 0xE000)
_JAMO: Final = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text is read as, and where in it each character begins and ends."""

    text: str
    begins: list[int]
    ends: list[int]


class Address:
    """One address, to be found in texts; written from its end to its beginning too."""

    __slots__ = ("_ways",)

    def __init__(self, address: str) -> None:
        # With what every spelling has in it: looked for first, since nearly no text has it.
        ways = (address, address[::-1], *_without_ending(address))
        self._ways: Final = [(each, _longest_first(each)) for each in ways]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the address stands in a text: begin and end of each."""
        decoded = _decoded(text)
        found: set[tuple[int, int]] = set()
        folded: _Read | None = None
        for markup in _MARKUPS if MAY_HAVE_MARKUP.search(decoded) else (None,):
            letters = _letters_of(markup.sub("", decoded) if markup else decoded)
            ways = [way for way, those in self._ways if all(map(letters.__contains__, those))]
            if ways:
                folded = folded or _folded(text)
                found.update(_places_of(ways, _without(folded, markup)))
        return sorted(found)


def _without_ending(address: str) -> Iterator[str]:
    """Yield an address as people write it whose host everybody knows: `ann.lee92@gmail`."""
    local, _, domain = address.rpartition("@")
    host = domain.partition(".")[0]
    if host.lower() in KNOWN_HOSTS and len(local) >= _LEAST_LOCAL:
        yield f"{local}@{host}"


def _longest_first(address: str) -> list[str]:
    return sorted(set(_NOT_LETTERS.split(_fold(address))), key=len, reverse=True)


def _places_of(ways: Iterable[str], read: _Read) -> Iterator[tuple[int, int]]:
    for way in map(_folded, ways):
        if sought := _signs(way).text:
            yield from _places(sought, read)
        if all(map(str.strip, (words := _words(way).text).split("@"))):
            yield from _places_of_words(words, read)


def _places_of_words(address: str, folded: _Read) -> Iterator[tuple[int, int]]:
    """Yield where the words of an address are in a row, whatever stands for its dots.

    And for its @, where the first part is nobody's mere name: `ann.lee | mail.example.org`.
    """
    local, _, domain = (part.strip() for part in address.partition("@"))
    between = r" (?:\S{1,8} )?" if _tells(local, domain) else " @ "
    sought = re.compile(f"(?<= ){re.escape(local)}{between}{re.escape(domain)}(?= )")
    read = _words(folded)
    text = f" {read.text} "
    for match in sought.finditer(text):
        yield (
            folded.begins[read.begins[match.start() - 1]],
            folded.ends[read.ends[match.end() - 2] - 1],
        )


def _tells(local: str, domain: str) -> bool:
    """Say whether the words before an @ are none that people write before a domain anyway.

    As they do of their own: `Ann Lee, annlee.example`.
    """
    has_parts = " " in local or any(each.isdigit() for each in local)
    return (
        has_parts
        and set(local.split()).isdisjoint(domain.split())
        and (local.replace(" ", "") not in domain.replace(" ", ""))
    )


def _places(sought: str, folded: _Read) -> list[tuple[int, int]]:
    read = _signs(folded)
    found: list[tuple[int, int]] = []
    done = 0
    for each in re.finditer(
        "".join(_GLUED.get(sign) or re.escape(sign) for sign in sought), read.text
    ):
        first, last = read.begins[each.start()], read.ends[each.end() - 1]
        begin, done = _whole(folded.text, max(done, first), last, done)
        found.append((folded.begins[begin], folded.ends[done - 1]))
    return found


def belongs_to_the_last(character: str) -> bool:
    """Say whether a character is no letter of its own: a mark, or nothing that is seen."""
    return not character.isascii() and (
        is_mark(character) or is_invisible(character) or ord(character) in _JAMO
    )


def _whole(folded: str, begin: int, end: int, done: int) -> tuple[int, int]:
    """Return the place with the letters that touch it: what ends like an address is one too."""
    while begin > done and _is_local(folded[begin - 1]):
        begin -= 1
    while end < len(folded) and folded[end].isascii() and folded[end].isalnum():
        end += 1
    return begin, end


def _is_local(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _decoded(text: str) -> str:
    """Return a text without escapes; quick, and without places."""
    for _ in range(_ROUNDS):
        if not _has_escapes(text):
            break
        text = _ESCAPED.sub(lambda match: _meant(match[0]), text)
    return text


def _letters_of(text: str) -> str:
    """Return the letters and digits of a text, folded."""
    if text.isascii():
        return text.lower().encode().translate(None, _ASCII_SIGNS).decode()
    return _NOT_LETTERS.sub("", _fold(text))


def _has_escapes(text: str) -> bool:
    signs = "%" in text or "&" in text or "\\" in text or "=" in text  # much less than the search
    return signs and _ESCAPED.search(text) is not None


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else _folded_letters(text)


@remembered(4096)
def _folded_letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    return unicodedata.normalize("NFC", folded).translate(_LETTERS)


def _meant(escaped: str) -> str:
    if escaped[0] == "%" and escaped[1] not in "uU":
        raw = bytes(int(code, 16) for code in _PERCENT.findall(escaped))
        return raw.decode("utf-8", "replace")
    if escaped[0] == "&":
        return html.unescape(_AMPERSANDS.sub("&", escaped))
    if escaped[0] == "=":
        return chr(int(escaped[-2:], 16))
    octal = len(escaped) == _OCTAL
    code = int(escaped.strip("%\\uxX{}U"), 8 if octal and escaped[1].isdigit() else 16)
    return chr(code) if code <= sys.maxunicode and code not in _SURROGATES else ""


def _folded(text: str) -> _Read:
    """Return a text without escapes and dress, each letter with its marks folded by itself."""
    read = _Read(text, list(range(len(text))), list(range(1, len(text) + 1)))
    for _ in range(_ROUNDS):
        if not _has_escapes(read.text):
            break
        read = _joined(_unescaped(read))
    return _joined(_in_plain_letters(read))


def _without(read: _Read, markup: re.Pattern[str] | None) -> _Read:
    """Return what stays of a text without markup."""
    if markup is None:
        return read
    ends = [0, *(each.end() for each in markup.finditer(read.text))]
    begins = [*(each.start() for each in markup.finditer(read.text)), len(read.text)]
    kept = [slice(*each) for each in zip(ends, begins, strict=True)]
    return _Read(
        "".join(read.text[each] for each in kept),
        [at for each in kept for at in read.begins[each]],
        [at for each in kept for at in read.ends[each]],
    )


def _joined(parts: Iterator[tuple[str, int, int]]) -> _Read:
    """Return parts of a text, each with the place that it has in the text as sent, as one."""
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for one, begin, end in parts:
        letters.append(one)
        begins += [begin] * len(one)
        ends += [end] * len(one)
    return _Read("".join(letters), begins, ends)


def _in_plain_letters(read: _Read) -> Iterator[tuple[str, int, int]]:
    firsts = [at for at, each in enumerate(read.text) if at == 0 or not belongs_to_the_last(each)]
    for first, behind in pairwise([*firsts, len(read.text)]):
        yield _fold(read.text[first:behind]), read.begins[first], read.ends[behind - 1]


def _unescaped(read: _Read) -> Iterator[tuple[str, int, int]]:
    done = 0
    for match in _ESCAPED.finditer(read.text):
        yield from _as_they_are(read, done, match.start())
        for meant, first, behind in _escapes(match):
            yield meant, read.begins[first], read.ends[behind - 1]
        done = match.end()
    yield from _as_they_are(read, done, len(read.text))


def _as_they_are(read: _Read, first: int, behind: int) -> Iterator[tuple[str, int, int]]:
    return ((read.text[at], read.begins[at], read.ends[at]) for at in range(first, behind))


def _escapes(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Yield what an escape stands for; of a run of `%` each character has its own place."""
    if match[0][0] != "%" or match[0][1] in "uU":
        yield _meant(match[0]), *match.span()
        return
    codes = list(_PERCENT.finditer(match.string, *match.span()))
    while codes:
        size = next((n for n in range(1, 5) if _character(codes[:n])), 0)
        meant, used = _character(codes[:size]) or "\ufffd", codes[: size or 1]
        yield meant, used[0].start(), used[-1].end()
        codes = codes[size or 1 :]


def _character(codes: list[re.Match[str]]) -> str:
    """Return the character that some bytes are in UTF-8, or nothing."""
    return bytes(int(code[1], 16) for code in codes).decode("utf-8", "ignore")


def _words(folded: _Read) -> _Read:
    """Return words and the signs @ and + with single blanks between; places are of the folded."""
    parts: list[tuple[str, int, int]] = []
    for each in _SIGNS.finditer(folded.text):
        if each["tag"] or each["line"] or each["dot"]:
            continue
        sign = _SIGN_OF.get(each.lastgroup or "", each[0])
        if parts and (sign in "@+" or parts[-1][0] in "@+" or parts[-1][2] != each.start()):
            parts.append((" ", *each.span()))
        parts.append((sign, *each.span()))
    return _joined(iter(parts))


def _signs(folded: _Read) -> _Read:
    """Return what counts in an address: letters, digits and signs; places are of the folded."""
    found = [each for each in _SIGNS.finditer(folded.text) if not each["tag"] and not each["line"]]
    return _Read(
        "".join(_SIGN_OF.get(each.lastgroup or "", each[0]) for each in found),
        [each.start() for each in found],
        [each.end() for each in found],
    )
