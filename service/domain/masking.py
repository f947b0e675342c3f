"""Hides e-mail addresses in every text that is shown, before the text is kept.

Two rules: anything shaped like an address goes, and the author's own address goes in every
spelling that names it (see `spelling`) and in every form that is made of it (Base64, common
digests). A handle of the fediverse and the remote of a git repository only look like addresses.
"""

import hashlib
import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import ada_url

from service.domain.spelling import Address, belongs_to_the_last

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
_HANDLE: Final = re.compile(
    r"(?:(?<![\w.@!\uff20\ufe6b])[@!\uff20\ufe6b]|(?<!\w)acct:)$", re.IGNORECASE
)
# Of no domain, but of packages: `tool@1.0.rc1`, `react@18.x`.
_VERSION: Final = re.compile(
    r"v?(?:\d{1,4}\.){1,4}(?:x|pre|rc|alpha|beta|final|snapshot|post)\d{0,4}", re.IGNORECASE
)
_RESOLUTION: Final = re.compile(  # `logo@2x.png`
    r"[1-9](?:\.[0-9])?x\.(?:png|jpe?g|gif|webp|svg|avif)", re.IGNORECASE
)
_REMOTE: Final = re.compile(r"(?:(?:git|svn)\+ssh|ssh|git|sftp|rsync)://$", re.IGNORECASE)
_CALL: Final = re.compile(r"\bssh(?: -\w+)* $", re.IGNORECASE)
_REPOSITORY: Final = re.compile(r"(?::\d{1,5})?[:/][\w./~-]{1,128}\.git\b", re.IGNORECASE)
_HEXADECIMAL: Final = re.compile("[0-9a-f]+", re.IGNORECASE)
_MACHINES: Final = frozenset({"git", "hg", "svn", "aur", "gitea", "gitlab", "forgejo", "gitolite"})


def masker(*spellings: str) -> Callable[[str], str]:
    """A function that masks one author's address, however spelt, and every other one in a text."""
    known = _variants(spellings)
    # A coded form is a run at least as long as Base64 of the address or the shortest digest.
    shortest = min(32, *(len(each.encode()) * 4 // 3 for each in known))
    coded = re.compile(rf"[A-Za-z0-9+/_-]{{{shortest},}}={{0,2}}")
    addresses = [Address(each) for each in _addresses(spellings)]

    def mask(text: str) -> str:
        if _longest_word(text) >= shortest and coded.search(text):
            text = _replace(text, _digests(known))
            raw = [each.encode().lower() for each in known]
            text = coded.sub(lambda run: MASK if _holds(run[0].rstrip("="), raw) else run[0], text)
        for address in addresses:
            text = _cut(text, address.places(text))
        return mask_addresses(text)

    return mask


def _longest_word(text: str) -> int:
    """Return how long a run can be at most; that takes a tenth of what looking for one does."""
    return max(map(len, text.split()), default=0)


def mask_addresses(text: str) -> str:
    """The text with everything shaped like an e-mail address replaced by MASK."""
    if not _may_have_at(text) or not _AT.search(text):
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


def _may_have_at(text: str) -> bool:
    """Look for what an @ begins with, which takes a tenth of what the search does."""
    if "@" in text or "%" in text or "&" in text:
        return True
    return not text.isascii() and ("\uff20" in text or "\ufe6b" in text)


def _address_around(shape: str, done: int, at: re.Match[str]) -> tuple[int, int] | None:
    """Begin and end of the address that an @ is in, if it is in one."""
    domain = _DOMAIN.match(shape, at.end())
    if domain is None or _RESOLUTION.fullmatch(domain[0]) or _VERSION.fullmatch(domain[0]):
        return None
    end, begin = at.start(), max(done, at.start() - _LOOK_BACK)
    if end > begin and shape[end - 1].isspace():
        # `thanks @some.one` is a mention; `reader @ example.org` is not, nor is `3pm @ home.Bye`.
        if not domain[0][0].isspace() or not (domain[0].islower() or domain[0].isupper()):
            return None
        end -= 1
    local = _LOCAL.match(shape[begin:end][::-1])
    if local is None or _is_handle(shape, end - len(local[0]), local[0][::-1], domain.end()):
        return None
    return end - len(local[0]), domain.end()


def _is_handle(shape: str, begin: int, local: str, end: int) -> bool:
    """Say whether it is `@ann@social.example`, `!group@social.example` or a remote.

    Which is `git@host:path`, `ann@host:path.git`, `ssh://ann@host/path`, or `git@host` behind
    `ssh`; `acct:ann@social.example` is a handle too.
    """
    if local.startswith("!"):
        return len(local) > 1 and _HANDLE.search(shape[max(0, begin - 1) : begin + 1]) is not None
    if _HANDLE.search(shape[max(0, begin - 6) : begin]):
        return True
    if _REPOSITORY.match(shape, end):
        return True
    has_path = shape[end : end + 1] in {":", "/"} and end + 1 < len(shape)
    before = shape[max(0, begin - _LOOK_BACK) : begin]
    if local.lower() in _MACHINES:
        return has_path or _CALL.search(before) is not None
    return has_path and _REMOTE.search(before) is not None


def _shape(char: str) -> str:
    """A letter in the place of what is written on letters or cannot be seen; else the character."""
    return "a" if belongs_to_the_last(char) else char


def _addresses(spellings: Iterable[str]) -> list[str]:
    """Spellings, and what a domain in other letters is in the DNS; each once."""
    found: dict[str, None] = {}
    for each in spellings:
        local, _, domain = each.rpartition("@")
        found[each] = None
        if domain.isascii():
            continue
        # By both standards: `ß` is a letter of its own by now, and was `ss` before.
        for encoded in (ada_url.idna.encode(domain), _in_the_dns_of_2003(domain)):
            found[f"{local}@{encoded.decode()}"] = None
    return [each for each in found if "@" in each.strip("@")]


def _in_the_dns_of_2003(domain: str) -> bytes:
    try:
        return domain.encode("idna")
    except UnicodeError:  # not a domain of the DNS
        return b""


def _variants(spellings: Iterable[str]) -> tuple[str, ...]:
    """Spellings in lower and upper case, and in both forms of Unicode."""
    cases = {cased for each in spellings for cased in (each, each.lower(), each.upper())}
    found = {
        unicodedata.normalize(form, cased)
        for cased in cases
        for form in (() if cased.isascii() else ("NFC", "NFD"))
    }
    return tuple(sorted(cases | found))


def _digests(variants: Iterable[str]) -> list[str]:
    """Common digests of an address in each of its variants."""
    return [
        hashlib.new(name, variant.encode(), usedforsecurity=False).hexdigest()
        for variant in variants
        for name in ("md5", "sha1", "sha256", "sha512")
    ]


def _holds(run: str, variants: Iterable[bytes]) -> bool:
    """Say whether an address is in what a run of letters stands for in Base64 or hexadecimal."""
    decoded = [b64decode(part, b"-_") for part in _quanta(run.replace("+", "-").replace("/", "_"))]
    for digits in _HEXADECIMAL.findall(run):
        decoded += [bytes.fromhex(part[: len(part) & ~1]) for part in (digits, digits[1:])]
    return any(variant in each.lower() for each in decoded for variant in variants)


def _quanta(run: str) -> Iterator[str]:
    """Yield a run from each place where a group of four may begin, filled up to whole groups."""
    for first in range(4):
        part = run[first:]
        part = part[:-1] if len(part) % 4 == 1 else part
        yield part + "=" * (-len(part) % 4)


def _replace(text: str, forms: list[str]) -> str:
    longest_first = sorted(set(forms), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text, flags=re.IGNORECASE)


def _cut(text: str, places: list[tuple[int, int]]) -> str:
    """Return a text with MASK in the place of some stretches, which are in order; two may meet."""
    if not places:
        return text
    parts: list[str] = []
    done = 0
    for begin, end in places:
        if begin >= done:
            parts += [text[done:begin], MASK]
        done = max(done, end)
    return "".join([*parts, text[done:]])
