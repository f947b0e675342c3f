"""Addresses that come with a comment: e-mail, website, IP; each has one normal form."""

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from email_validator import EmailNotValidError, validate_email

from service.domain.characters import on_one_line
from service.domain.fields import Refused, clean_text
from service.domain.pages import URL_LENGTH

EMAIL_LENGTH: Final = 254
"""The longest path of RFC 5321, without its angle brackets."""
_PLAIN_EMAIL: Final = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)")
"""Most addresses: of them only the domain takes time, and the same domains come again."""

_DRESSED: Final = re.compile(r"(?:[^<>]*<)?\s*(?:mailto:)?([^<>]+?)\s*>?", re.IGNORECASE)
"""As mail programs write an address: `Ann Lee <ann@example.org>`, `mailto:ann@example.org`."""

_FULLWIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""ASCII as keyboards of Chinese and Japanese write it, which no mailbox is called by."""

_WIDE: Final = _FULLWIDTH | dict.fromkeys((0x3002, 0xFF61), ord("."))
_LOCAL_LENGTH: Final = 64
IP_LENGTH: Final = 1000
"""Characters of what is sent as an IP address: proxies list several."""
MOST_IPS: Final = 20
_URL_UNSAFE = re.compile(r"[\s\x00-\x20\x7f-\x9f<>\"\\^`{|}]")
# RFC 7239 names the author with `for=` and others, who are none of them, with the rest.
_NOT_FOR: Final = re.compile(r"\b(?:by|host|proto)=(?:\"[^\"]*\"|[^;,\s]*)", re.IGNORECASE)
_BETWEEN_IPS: Final = re.compile(r"(?:[\s,;\"']|\bfor=)+", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[([^\]]*)\]")
_ENCODED_BY_BROWSERS: Final = re.compile(r'[ "<>^`{|}\\]')
"""What a browser's line of addresses takes in a path or query, and sends encoded."""

_HEAD: Final = re.compile(r"(?:[a-z]{1,8}:?[/\\]{1,3})?[^/?#\\]*", re.IGNORECASE)
_AFTER_HOST: Final = re.compile(r"[/?#\\]")
_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")  # a blank in a path is one that was sent
_PORTS = {"http": 80, "https": 443}
_NONE_OF_ONES_OWN: Final = frozenset(
    (
        *("n/a", "na", "n.a.", "none", "no", "nil", "null", "undefined", "nan", "false", "0"),
        *("http", "https", "www", "www.", "kein", "keine", "nein", "aucun", "non", "ninguno"),
        *(
            "nessuno",
            "geen",
            "brak",
            "n\u00e3o",
            "\u043d\u0435\u0442",
            "yok",
            "\u65e0",
            "\u306a\u3057",
        ),
        *(
            "nincs",
            "ei ole",
            "nvt",
            "n.v.t.",
            "ingen",
            "inget",
            "nada",
            "nema",
            "tbd",
            "no website",
        ),
        *("no site", "keine website", "pas de site", "aucun site", "geen website", "nessun sito"),
        *(
            "brak strony",
            "\u043d\u0435\u0442\u0443",
            "\u043d\u0435\u043c\u0430\u0454",
            "\u6ca1\u6709",
            "\u6c92\u6709",
            "\u7121",
            "\uc5c6\uc74c",
        ),
        *(
            "\u05d0\u05d9\u05df",
            "\u0644\u0627 \u064a\u0648\u062c\u062f",
            "\u0646\u062f\u0627\u0631\u0645",
        ),
        *"-\u2013\u2014./?x",
    )
)
"""What people and programs write where there is no website, and what forms begin with."""

_NOTHING_BEHIND: Final = frozenset(("", "www", "www."))
# With the slips that thumbs make: htp://, ttps://, http;//, http.//, hhttps:://
_SCHEMES: Final = re.compile(
    r"(?:(?:(?:h{1,2}t{1,3}|t{2,3})ps{0,2} ?[:;.]{1,2} ?[/\\]+|https?:|https?//) ?){1,3}",
    re.IGNORECASE,
)
_OF_TLS: Final = re.compile("ps[^a-z]*$", re.IGNORECASE)
_WRAPPED: Final = re.compile(
    "[<(\\[{\"'\u201c\u201e\u00ab\u2018](.+)[>)\\]}\"'\u201c\u201d\u00bb\u2019]", re.DOTALL
)
_BEHIND: Final = ",;!\\\u3002\uff0c"
"""Signs that end what somebody says, and no address."""

_ONLY_SIGNS: Final = re.compile(r"[\W_]*")
# A domain, perhaps with a port, then a path or nothing: `javascript:x` and `mailto:x` are none.
_BARE: Final = re.compile(
    r"(?:(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[\w-]{1,59}|[^\W\d_]{2,63})\.?"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?::[0-9]{1,5})?(?=[/?#\\]|\Z)"
)


def read_email(value: object) -> str:
    """An e-mail address by the standards, normalised, without asking DNS.

    What was copied along and nobody sees, as address books put around one, is left out, and so is
    what mail programs write around it; wide letters and signs are the usual ones.

    Raises:
        Refused: it is not one. The reason is not given: it would repeat parts of the address.
    """
    string = on_one_line(clean_text(value)).translate(_FULLWIDTH).strip()
    if len(string) > EMAIL_LENGTH:  # before it is parsed, which takes long for a long one
        raise Refused(f"must have at most {EMAIL_LENGTH} characters")
    if "<" in string or ":" in string:
        dressed = _DRESSED.fullmatch(string)
        string = dressed[1] if dressed else string
    try:
        plain = _PLAIN_EMAIL.fullmatch(string)
        if plain and len(plain[1]) <= _LOCAL_LENGTH and "--" not in plain[2]:
            return f"{plain[1]}@{_domain(plain[2])}"
        return validate_email(string, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused("must be a valid e-mail address, such as name@example.org") from None


def by_post(email: str) -> str:
    """Return an address that `read_email` read as servers of mail take it: its domain in ASCII.

    Then only a name with other letters needs one that has SMTPUTF8.
    """
    local, _, domain = email.rpartition("@")
    found = validate_email(f"a@{domain}", check_deliverability=False)
    return f"{local}@{found.ascii_domain}"


@lru_cache(4096)
def _domain(sent: str) -> str:
    return validate_email(f"a@{sent}", check_deliverability=False).domain


def read_url(value: object) -> str:
    """An absolute http or https URL; scheme and host in lower case, no default port, no fragment.

    Raises:
        Refused: it is not one, or too long.
    """
    string = clean_text(value).strip()
    if len(string) > URL_LENGTH:
        raise Refused(f"must have at most {URL_LENGTH:,} characters")
    try:
        parts = urlsplit(string)
        port = parts.port
    except ValueError:
        raise Refused("must be a full http or https URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or _URL_UNSAFE.search(string):
        raise Refused("must be a full http or https URL")
    if parts.username is not None or parts.password is not None:
        raise Refused("must not contain a user name or password")
    return _normal_url(parts, port)


def read_website(value: object) -> str | None:
    """As read_url, of what people write: None for "n/a" or the scheme, which forms begin with.

    What begins with a domain or a number gets its scheme, a slip in the scheme is put right, what
    was copied along and nobody sees is left out, wide letters and signs are the usual ones, and a
    path or query is written as browsers do.

    Raises:
        Refused: it is no URL all the same.
    """
    given = clean_text(value).strip()
    string = given if _LINE_ENDS.search(given) else on_one_line(given).strip()
    if wrapped := _WRAPPED.fullmatch(string):
        string = wrapped[1].strip()
    string = _HEAD.sub(lambda head: head[0].translate(_WIDE), string.rstrip(_BEHIND) or string, 1)
    scheme = _SCHEMES.match(string)
    bare = string[scheme.end() :] if scheme else string.removeprefix("//")
    if bare.lower().rstrip("/") in _NOTHING_BEHIND or string.lower() in _NONE_OF_ONES_OWN:
        return None
    if _ONLY_SIGNS.fullmatch(bare):
        return None
    if not scheme and not _BARE.match(bare):
        return read_url(string)
    ends = _AFTER_HOST.search(bare)
    host, rest = (bare[: ends.start()], bare[ends.start() :]) if ends else (bare, "")
    named = "http" if scheme and not _OF_TLS.search(scheme[0]) else "https"
    path, mark, query = rest.partition("?")
    rest = path.replace("\\", "/") + mark + query
    return read_url(f"{named}://{host}{_ENCODED_BY_BROWSERS.sub(lambda m: quote(m[0]), rest)}")


def _normal_url(parts: SplitResult, port: int | None) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def read_ip(value: object) -> str | None:
    """The first address of what a proxy or framework calls one; None if it holds none.

    A port, brackets, quotes, a zone, `for=` and what else stands beside it do not count. A comment
    is not lost for this: it is a help against floods and no more.

    Raises:
        Refused: it is neither text nor a list of texts, or too long.
    """
    parts = value if isinstance(value, list) else [value]
    if len(parts) > MOST_IPS:
        raise Refused(f"must have at most {MOST_IPS} items")
    given = ",".join(clean_text(part) for part in parts)
    if len(given) > IP_LENGTH:
        raise Refused(f"must have at most {IP_LENGTH:,} characters")
    sent = _BETWEEN_IPS.split(_NOT_FOR.sub("", given))
    return next(filter(None, map(_address, sent)), None)


def _address(sent: str) -> str | None:
    """Return an address without its port and zone, in its usual form; None if it is none."""
    bracketed = _BRACKETED.match(sent)
    host = bracketed[1] if bracketed else sent
    if not bracketed and host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return None if found.is_unspecified else str(found)
