"""Links as a reader meets them: things to follow, however they are spelt.

An address with a scheme, a domain with a real ending, a link in HTML, BBCode or Markdown is one
each, with all that is in it. E-mail addresses, names of files and version numbers are none.
"""

import re
from functools import cache, lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from service.domain.characters import MARKS
from service.domain.disguised_links import undisguised

# A class first, so that a text is searched for it at once.
_WORTH_A_LOOK: Final = re.compile(
    rf"[.:<\[](?:(?<=[\w{MARKS}]\.)\w|(?<=:)[/?\w+]|(?<=<)a|(?<=\[)(?:url|link)\b)", re.IGNORECASE
)
_END: Final = r"\s<>\"“”„«»"
# A list of addresses without blanks is one of several links.
_REST: Final = rf"(?: (?![,;|]+(?:[a-z]{{2,10}}:)?//) [^{_END}] ){{0,2048}}"
_IN_LABEL: Final = rf"[\w{MARKS}-]"
"""Of a host's name; in words of India's languages marks are as usual as letters."""

# What is in a link belongs to it. Every stretch is bounded, so that time is linear in the text.
_LINK: Final = re.compile(
    rf"""
      (?P<html> <a\b [^>]{{0,2048}} > (?:(?!</a) .){{0,300}} </a> | <a\s )
    | (?P<bbcode> \[(?P<tag>url|link)\b [^\]]{{0,2048}} \] (?:(?!\[/) .){{0,300}} \[/(?P=tag)\]
        | \[url\b )
    | \[ [^\[\]]{{0,300}} \]\( \s? (?P<markdown> [^)\s]{{1,2048}} ) [^)]{{0,100}} \)
    | (?P<scheme> (?<![a-z0-9]) [a-z][a-z0-9+-]{{1,31}} :/{{2,3}} [^{_END}/] {_REST} )
    | (?P<relative> (?<![\w:/]) // {_IN_LABEL}{{1,63}} (?:\.{_IN_LABEL}{{1,63}}){{1,8}} / {_REST} )
    | (?P<named> (?<![\w.:-]) (?:magnet:\?|(?:skype|whatsapp|tg|viber|sms|tel|bitcoin|ethereum
        |javascript|vbscript|data|litecoin|monero|dogecoin|facetime|callto
        |steam|intent|market|ed2k|xmpp|sip):(?=[\w+/]\S)) [^{_END}]{{1,2048}} )
    | (?P<number> (?<![\w.]) \d{{1,3}}(?:\.\d{{1,3}}){{3}} (?::\d{{2,5}})?
        / [a-z] [^{_END}]{{0,2048}} )
    | (?P<www> (?<![\w@.-]) www\. [\w-] [^{_END}]{{0,2048}} )
    | (?<![a-z0-9@]) (?<![a-z0-9@][._+~-]) (?P<host> (?:{_IN_LABEL}{{1,63}}\.){{1,8}}
        (?P<ending> xn--[a-z0-9-]{{2,59}} | [a-z]{{2,24}}(?![a-z0-9-]|_\w)
            | (?=[^\x00-\x7f]) (?:[^\W\d_]|[{MARKS}]){{2,24}} ) )
      (?P<after> @ | \( | (?::\d{{2,5}})? (?:[/?\#\\][^{_END}]{{0,2048}})? )
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NAMES_OF_FILES: Final = frozenset(
    (
        *("py", "md", "sh", "rs", "pl", "pm", "zip", "mov", "so", "cc", "ps", "ml", "mk", "la"),
        *("pub", "tf", "app", "bz", "am", "vi", "as", "st", "map", "call", "name", "id"),
        *("java", "srt", "inc", "dot"),
    )
)
"""Endings of domains that names of files or of things in code have too: a path must follow."""

_NAMES_OF_THINGS: Final = frozenset({"NET", "Net"})  # ASP.NET, VB.Net
_WORDS_TOO: Final = frozenset(
    (
        *("at", "be", "by", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us"),
        *("best", "cool", "day", "estate", "free", "fun", "life", "live", "love", "new", "news"),
        *("now", "one", "work", "you"),
        *("es", "et", "il", "im", "la", "ma", "na", "se", "si", "st", "tu"),
    )
)
"""Endings that sentences begin with."""

_ENDS_OF_SENTENCES: Final = frozenset(
    (
        *("it", "that", "this", "them", "him", "her", "me", "you", "us", "too", "so", "not", "yes"),
        *("no", "nope", "yeah", "ok", "okay", "lol", "haha", "right", "wrong", "good", "bad"),
        *("great", "fine", "true", "done", "well", "now", "then", "there", "here", "again"),
        *("really", "everything", "anything", "nothing", "something", "anyway", "though"),
        *(
            "a",
            "the",
            "one",
            "no",
            "some",
            "any",
            "new",
            "big",
            "real",
            "last",
            "next",
            "for",
            "is",
        ),
        *("thank", "day", "job", "work", "time", "people", "thing", "things", "point", "love"),
        *("post", "article", "story", "about", "with", "trust", "call", "got", "try", "do", "what"),
        *("bien", "bueno", "verdad", "nada", "claro", "oui", "non", "rien", "vero", "bene"),
        *("gut", "nein", "genau", "nicht", "auch", "sim", "bom", "isso", "eso", "todo"),
    )
)
_MOST_OF_A_LIST: Final = 2
"""Digits before a word where somebody counts what he says: `1.is it`; `163.com` is a domain."""

_OLDEST: Final = frozenset({"com", "net", "org", "info"})
_NO_WORDS: Final = frozenset({*_OLDEST, "ru", "biz", "xyz", "kz", "icu"})
"""Endings that begin no sentence, so that a capital is one of a screen keyboard."""

_BEFORE_SENTENCES: Final = frozenset({"com", "org", "ru", "info"})
"""Endings that a word follows where a blank is missing: `example.com.Then I left`."""


def links_in(text: str) -> int:
    """How many links a text has, as far as the rules count them."""
    seen = undisguised(text)
    if not _WORTH_A_LOOK.search(seen):
        return 0
    return sum(match["host"] is None or _is_domain(match) for match in _LINK.finditer(seen))


def _is_domain(match: re.Match[str]) -> bool:
    host, ending, after = match["host"], match["ending"], match["after"]
    name = host[: -len(ending) - 1]
    if after in {"@", "("}:  # an e-mail address, a call in code
        return False
    site, _, last = name.rpartition(".")
    if site and last.lower() in _BEFORE_SENTENCES:
        return True
    if not _is_real(ending.lower()):
        return False
    has_path = after.startswith(("/", "?", "#", "\\")) and len(after) > 1
    return has_path or _is_written_as_a_domain(name, ending)


def _is_written_as_a_domain(name: str, ending: str) -> bool:
    """Say whether it is no file, no thing of a program and no sentence that lacks a space."""
    return not (
        (ending.lower() in _NAMES_OF_FILES and not _has_second(name, ending))
        or name[-1:] in "_-"
        or (ending.istitle() and not _is_no_word(name, ending))  # `Yes.So it is`
        or ending in _NAMES_OF_THINGS
        or (len(name) == 1 and ending.lower() not in _OLDEST)
        or _lacks_a_space(name.lower(), ending.lower())
    )


def _has_second(name: str, ending: str) -> bool:
    """Say whether others give names below such an ending: `example.co.id`, `example.vercel.app`."""
    site, _, second = name.lower().rpartition(".")
    if not site:
        return False
    return _suffixes().publicsuffix(f"a.{second}.{ending.lower()}") == f"{second}.{ending.lower()}"


def _is_no_word(name: str, ending: str) -> bool:
    return ending.lower() in (_NO_WORDS if name.isascii() else _OLDEST)


def _lacks_a_space(name: str, ending: str) -> bool:
    """Say whether it is where one sentence ends and the next begins: `love it.me too`."""
    if name.isdecimal() and len(name) <= _MOST_OF_A_LIST:
        return len(ending) == len("is")
    return ending in _WORDS_TOO and name in _ENDS_OF_SENTENCES


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(4096)
def _is_real(ending: str) -> bool:
    """Say whether domains end so, by the public suffix list that comes with the library."""
    return _suffixes().publicsuffix(f"a.b.{ending}") is not None
