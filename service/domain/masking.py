"""Hides e-mail addresses in every text that is shown, before the text is kept.

Two rules: anything shaped like an address goes, and the author's own address goes in every
form that names it (as it is, percent-encoded, Base64, common digests).
"""

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

MASK = "•••@•••"

# At most 64 characters before the @ and a domain of bounded labels after it: linear time, since
# each @ starts one bounded look back and ahead.
_AT = re.compile(r"@|%40|\uff20|\ufe6b", re.IGNORECASE)
_LOCAL = re.compile(r"(?:[\w.!#$&'*+/=?^`{|}~-]|%(?!40)[0-9a-f]{2}){1,96}\Z", re.IGNORECASE)
_DOMAIN = re.compile(r"\s?\[?[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\]?")
_LOOK_BACK = 96
_URL_DELIMITERS = re.compile(r"[/=&?;#]")


def masker(email: str) -> Callable[[str], str]:
    """A function that masks this author's address and every other one in a text."""
    # A coded form is a run at least as long as Base64 of the address or the shortest digest.
    shortest = min(len(email.encode()) * 4 // 3, 32)
    coded = re.compile(rf"[A-Za-z0-9+/_-]{{{shortest}}}")
    plain = tuple(form.lower() for form in (email, quote(email, safe=""), quote(email)))

    def mask(text: str) -> str:
        forms = [form for form in plain if form in text.lower()]
        if coded.search(text):
            forms += _coded_forms(email)
        return mask_addresses(_replace(text, forms) if forms else text)

    return mask


def mask_addresses(text: str) -> str:
    """The text with everything shaped like an e-mail address replaced by MASK."""
    if not _AT.search(text):
        return text
    parts: list[str] = []
    done = 0
    for at in _AT.finditer(text):
        domain = _DOMAIN.match(text, at.end())
        if at.start() < done or domain is None or not _is_domain(domain[0]):
            continue
        before = text[max(done, at.start() - _LOOK_BACK) : at.start()]
        local = _LOCAL.search(before[_after_delimiter(before) :])
        if local is None:
            continue
        parts += [text[done : at.start() - len(local[0])], MASK]
        done = domain.end()
    return "".join([*parts, text[done:]])


def _after_delimiter(before: str) -> int:
    """Where the local part can begin: `/`, `=`, `&` are legal in it but in a URL they end it."""
    return max((match.end() for match in _URL_DELIMITERS.finditer(before)), default=0)


def _is_domain(text: str) -> bool:
    return "." in text or text.startswith("[")


def _coded_forms(email: str) -> list[str]:
    """Base64 and common digests of the address as it is, in lower and in upper case."""
    forms: list[str] = []
    for variant in {email, email.lower(), email.upper()}:
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
