"""One whitespace-free chunk of text to its tokens: words, and classes for what is not kept.

Addresses of people and pages, handles and numbers become classes here, before any feature is
made, so that no bundle can hold them. A class is written in angle brackets, a word never is.
"""

import html
import re
import string
from typing import Final

from classifier.text.fold import fold, unleet

MASK: Final = "•••@•••"
"""What the service writes in place of an e-mail address."""

LONGEST_CHUNK: Final = 400
"""Code points of one chunk that are looked at; what is longer is no word of any language."""

_KNOWN_HOSTS: Final = re.compile(
    r"(?:^|\.)(?:youtube|youtu|wikipedia|github|stackoverflow|microsoft|google|twitter|facebook"
    r"|amazon|nytimes|bbc|cnn|apple|reddit|imgur|flickr|blogspot|wordpress)\."
)
_SHORTENERS: Final = re.compile(
    r"^(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|cutt\.ly|rb\.gy|t\.ly|adf\.ly"
    r"|shorturl\.at|rebrand\.ly|tiny\.cc|bl\.ink|lnkd\.in|s\.id|linktr\.ee|shorte\.st|v\.gd"
    r"|clck\.ru|vk\.cc|u\.to|qr\.ae|soo\.gd|bc\.vc|hyperurl\.co)$"
)
_MESSENGERS: Final = re.compile(
    r"^(?:www\.)?(?:t\.me|wa\.me|telegram\.me|api\.whatsapp\.com|chat\.whatsapp\.com|discord\.gg"
    r"|discord\.com|m\.me|line\.me|join\.skype\.com|onlyfans\.com)$"
)
_CHEAP: Final = frozenset(
    [
        "xyz",
        "top",
        "club",
        "online",
        "site",
        "website",
        "space",
        "shop",
        "store",
        "live",
        "icu",
        "info",
        "biz",
        "click",
        "link",
        "win",
        "bid",
        "loan",
        "men",
        "work",
        "vip",
        "buzz",
        "fun",
        "cyou",
        "rest",
        "bar",
        "monster",
        "quest",
        "sbs",
        "cfd",
        "pro",
        "tk",
        "ml",
        "ga",
        "cf",
        "gq",
        "ws",
        "cc",
        "pw",
    ]
)
_PLAIN: Final = frozenset(["com", "org", "net", "edu", "gov"])
_TLD: Final = (
    "com|org|net|edu|gov|info|biz|io|co|me|tv|us|uk|de|fr|ru|br|pt|id|in|nl|it|es|pl|cn|jp|kr|au|ca|eu"
    "|ly|gl|gd|xyz|top|club|online|site|website|space|shop|store|live|icu|click|link|win|bid|loan"
    "|vip|buzz|fun|pro|tk|ml|ga|cf|gq|ws|cc|pw|app|dev|ai|gg|su|ua|by|kz|blog|news"
)
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_URL: Final = re.compile(
    r"(?:h(?:tt|xx)ps?:/*|www\.)[^\s<>\"'\])}]*"
    r"|(?<![a-z0-9@.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:" + _TLD + r")(?![a-z0-9.-]*[a-z0-9])"
    r"(?:[/?#:][^\s<>\"'\])}]*)?",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"(?:h(?:tt|xx)ps?:/*)?([^/?#:\s]*)(.*)", re.IGNORECASE | re.DOTALL)
_HANDLE: Final = re.compile(r"(?<![\w@])@(?!ss(?:\W|h|e|$))\w[\w.]{0,63}", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"<[a-z:]{1,20}>"
    r"|[€£¥₽₹$]+\d[\d.,]*k?|\d[\d.,]*(?:[€£¥₽₹$%]|k\b)"
    r"|\+?\(?\d[\d\-().]{5,}\d"
    r"|[@$45](?=[a-z])[a-z0-9@$!|*]*"
    r"|[^\W\d_](?:[^\W_]|(?:['\u2019@$!|]|\$\$)(?=[^\W\d_])"
    r"|(?<=[aA])\$\$(?![\w$])|\*(?=\**[^\W\d_]))*"
    r"|\d+[^\W\d_]*|_+|[!?]+|\.{2,}|[^\w\s]"
)
_HAN: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_DIGITS: Final = re.compile(r"\d+")
_STARS: Final = re.compile(r"\*+")
PHONE_DIGITS: Final = 7
"""A number of so many digits is taken for a telephone's."""


def tokens_of(chunk: str) -> tuple[str, ...]:
    """Return the tokens of one chunk (as `str.split()` gives them), in order."""
    found: list[str] = []
    for part in with_classes(chunk).split():
        for match in _TOKEN.finditer(fold(part)):
            _add(match[0], found)
    return tuple(found)


def with_classes(chunk: str) -> str:
    """Return the beginning of a chunk with classes for the addresses of people and pages in it."""
    chunk = chunk[:LONGEST_CHUNK].replace(MASK, " <email> ")
    if "&" in chunk:
        chunk = html.unescape(chunk)
    if "@" in chunk:
        chunk = _HANDLE.sub(" <handle> ", _EMAIL.sub(" <email> ", chunk))
    if "." in chunk or "://" in chunk or ":/" in chunk:
        chunk = _URL.sub(_url_classes, chunk)
    return chunk


def hosts_of(chunk: str) -> list[str]:
    """Return the hosts that a chunk links to, in lower case without `www.`; of people's none."""
    if "." not in chunk:
        return []
    kept = _EMAIL.sub(" ", chunk[:LONGEST_CHUNK].replace(MASK, " "))
    found = [_HOST.match(match[0]) for match in _URL.finditer(kept)]
    hosts = (each[1].lower().strip(".").removeprefix("www.") for each in found if each)
    return [host for host in hosts if host]


def is_class(token: str) -> bool:
    """Say whether a token stands for a class of things instead of itself."""
    return token.startswith("<") and len(token) > 1


def _add(token: str, found: list[str]) -> None:
    """Append what one match of the token pattern stands for."""
    first = token[0]
    if first.isalpha() or (first in "@$45" and len(token) > 1 and token[1:2].isalpha()):
        _add_word(token, found)
    elif first.isdigit() or (first in "€£¥₽₹$+(" and len(token) > 1):
        found.append(_number_class(token))
    elif first in "!?." and len(token) > 1:
        found.append(first * 2 if len(set(token)) == 1 else "?!")
    else:
        found.append(token)


def _add_word(word: str, found: list[str]) -> None:
    if _HAN.search(word):
        for piece in re.split("(" + _HAN.pattern + ")", word):
            if _HAN.match(piece):
                found.extend(piece[at : at + 2] for at in range(max(1, len(piece) - 1)))
            elif piece:
                found.append(piece)
        return
    word = unleet(word.replace("\u2019", "'"))
    found.append(_DIGITS.sub("0", _STARS.sub("*", word)))


def _number_class(token: str) -> str:
    digits = sum(character.isdigit() for character in token)
    if (not token[0].isdigit() and token[0] in "€£¥₽₹$") or token[-1] in "€£¥₽₹$":
        return "<money>"
    if token[-1] == "%":
        return "<percent>"
    if token[-1].isalpha():
        return "<unit>" if digits > 1 else _DIGITS.sub("0", token)
    if digits >= PHONE_DIGITS or token[0] == "+":
        return "<phone>"
    return f"<n:{string.ascii_lowercase[digits - 1]}>"


def _url_classes(match: re.Match[str]) -> str:
    """Write a page address as classes of its host, ending and path."""
    found = _HOST.match(match[0])
    host = (found[1] if found else "").lower().strip(".")
    path = found[2] if found else ""
    ending = host.rpartition(".")[2]
    kind = (
        "short"
        if _SHORTENERS.match(host)
        else "messenger"
        if _MESSENGERS.match(host)
        else "known"
        if _KNOWN_HOSTS.search(host)
        else "other"
    )
    level = "plain" if ending in _PLAIN else "cheap" if ending in _CHEAP else "land"
    depth = "bare" if len(path) <= 1 else "query" if "?" in path else "path"
    return f" <url> <url:{kind}> <tld:{level}> <url:{depth}> "
