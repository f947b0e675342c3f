"""Hides e-mail addresses in every text that is shown, before the text is kept.

Two rules: anything shaped like an address goes, and the author's own address goes in every
form that names it (as it is, percent-encoded, Base64, common digests).
"""

import hashlib
import re
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final
from urllib.parse import quote

from service.domain.characters import is_invisible, is_mark, visible

MASK = "•••@•••"

# At most so many characters before the @ and a domain of bounded labels after it: linear time,
# since each @ starts one bounded look back and ahead.
_LOOK_BACK: Final = 192
_AT: Final = re.compile(
    r"@|%(?:25){0,4}40"
    r"|&(?:amp;){0,3}(?:\#0{0,6}64(?:;|(?!\d))|\#x0{0,6}40(?:;|(?![0-9a-f]))|commat;)"
    r"|\uff20|\ufe6b",
    re.IGNORECASE,
)
# Read backwards from the @. `/`, `=`, `&` are legal in a local part, but in a URL they end it.
_LOCAL: Final = re.compile(
    r"""(?:"[^"\r\n]{1,64}"|;touq&[^"&;\r\n]{1,64};touq&|"""
    r"""(?:[\w.!$'*+^`{|}~-]|(?<=[0-9a-f]{2})%)+)""",
    re.IGNORECASE,
)
_DOT: Final = r"(?:[.\u3002\uff0e\uff61]|%(?:25){0,4}2e|&\#46;|&period;)"
# The last label begins with a letter: `@1.2.3` is a version.
_DOMAIN: Final = re.compile(
    rf"\s?(?:\[[\w.:-]{{1,63}}\]?|(?:[\w-]{{1,63}}{_DOT}){{1,8}}(?=[^\W\d_])[\w-]{{1,63}})",
    re.IGNORECASE,
)
_JAMO_MEDIAL: Final = "\u1160"
_JAMO_LAST: Final = "\u11ff"


def masker(*spellings: str) -> Callable[[str], str]:
    """A function that masks one author's address, however spelt, and every other one in a text."""
    known = _variants(spellings)
    # A coded form is a run at least as long as Base64 of the address or the shortest digest.
    shortest = min(32, *(len(each.encode()) * 4 // 3 for each in known))
    coded = re.compile(rf"[A-Za-z0-9+/_-]{{{shortest}}}")
    encoded = (quote(each, safe=safe) for each in known for safe in ("", "/"))
    plain = tuple(form.lower() for form in {*known, *encoded})
    folded = tuple({_fold(each) for each in known})

    def mask(text: str) -> str:
        lower = text.lower()
        forms = [form for form in plain if form in lower]
        if coded.search(text):
            forms += _coded_forms(known)
        text = _replace(text, forms) if forms else text
        if not text.isascii() and _AT.search(text):
            text = _replace_folded(text, folded)
        return mask_addresses(text)

    return mask


def mask_addresses(text: str) -> str:
    """The text with everything shaped like an e-mail address replaced by MASK."""
    if not _AT.search(text):
        return text
    shape = text if text.isascii() else "".join(map(_shape, text))
    parts: list[str] = []
    done = 0
    for at in _AT.finditer(shape):
        if at.start() < done:
            continue
        place = _address_around(shape, done, at)
        if place:
            parts += [text[done : place[0]], MASK]
            done = place[1]
    return "".join([*parts, text[done:]])


def _address_around(shape: str, done: int, at: re.Match[str]) -> tuple[int, int] | None:
    """Begin and end of the address that an @ is in, if it is in one."""
    domain = _DOMAIN.match(shape, at.end())
    if domain is None:
        return None
    end, begin = at.start(), max(done, at.start() - _LOOK_BACK)
    if end > begin and shape[end - 1].isspace():
        # `thanks @some.one` is a mention; `reader @ example.org` is not, nor is `3pm @ home.Bye`.
        if not domain[0][0].isspace() or not (domain[0].islower() or domain[0].isupper()):
            return None
        end -= 1
    local = _LOCAL.match(shape[begin:end][::-1])
    return (end - len(local[0]), domain.end()) if local else None


def _shape(char: str) -> str:
    """A letter in the place of what is written on letters or cannot be seen; else the character."""
    return "a" if _belongs_to_the_last(char) else char


def _belongs_to_the_last(char: str) -> bool:
    return not char.isascii() and (
        is_mark(char) or is_invisible(char) or _JAMO_MEDIAL <= char <= _JAMO_LAST
    )


def _variants(spellings: Iterable[str]) -> tuple[str, ...]:
    """Spellings in lower and upper case, and in both forms of Unicode."""
    found = {
        unicodedata.normalize(form, cased)
        for each in spellings
        for cased in (each, each.lower(), each.upper())
        for form in ("NFC", "NFD")
    }
    return tuple(sorted({*spellings, *found}))


def _coded_forms(variants: Iterable[str]) -> list[str]:
    """Base64 and common digests of an address in each of its variants."""
    forms: list[str] = []
    for variant in variants:
        raw = variant.encode()
        forms += [encode(raw).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode)]
        forms += [
            hashlib.new(name, raw, usedforsecurity=False).hexdigest()
            for name in ("md5", "sha1", "sha256", "sha512")
        ]
    return forms


def _replace(text: str, forms: list[str]) -> str:
    longest_first = sorted(set(forms), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text, flags=re.IGNORECASE)


def _fold(text: str) -> str:
    """What is the same for all ways to write a text: NFC, without case and invisible characters."""
    folded = unicodedata.normalize("NFC", visible(text)).casefold()
    return unicodedata.normalize("NFC", folded)


def _replace_folded(text: str, forms: tuple[str, ...]) -> str:
    """Mask what is one of the forms when folded: each letter with its marks is folded by itself."""
    folded: list[str] = []
    places: list[int] = []
    begins = [at for at, char in enumerate(text) if at == 0 or not _belongs_to_the_last(char)]
    for begin, end in pairwise([*begins, len(text)]):
        one = _fold(text[begin:end])
        folded.append(one)
        places += [begin] * len(one)
    places.append(len(text))
    whole = "".join(folded)
    parts: list[str] = []
    done = 0
    for found in re.finditer("|".join(map(re.escape, forms)), whole):
        parts += [text[done : places[found.start()]], MASK]
        done = places[found.end()]
    return "".join([*parts, text[done:]])
