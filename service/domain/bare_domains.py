"""Whether what looks like a domain is one: no file, no part of a program, no sentence's end.

Names of files, of things in code and of sentences that lack a blank end like domains too, since
hundreds of words are real endings. A path behind it tells a link, and so does where it stands.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from service.domain.disguised_links import SHOPS

_NAMES_OF_FILES: Final = frozenset(
    (
        *("py", "md", "sh", "rs", "pl", "pm", "zip", "mov", "so", "cc", "ps", "ml", "mk", "la"),
        *("pub", "tf", "app", "bz", "am", "vi", "as", "st", "map", "call", "name", "id"),
        *("java", "srt", "inc", "dot", "ac", "cab", "gd", "mo", "sc", "td", "tt"),
    )
)
"""Endings of domains that names of files or of things in code have too: a path must follow."""

_OF_NO_SHOP: Final = frozenset(
    (
        *("author", "book", "buy", "circle", "coupon", "data", "docs", "drive", "fast", "fire"),
        *("got", "here", "jot", "joy", "like", "moi", "now", "open", "pay", "pin", "play", "prime"),
        *("prod", "read", "room", "safe", "save", "search", "secure", "select", "smile", "song"),
        *("tab", "talk", "tunes", "wow", "you", "zero"),
        *("bar", "build", "case", "fail", "foo", "new", "next", "property"),
    )
)
"""Endings that one company keeps to itself, and words of programs: a path must follow, too."""

_WITHOUT_PATH: Final = _NAMES_OF_FILES | _OF_NO_SHOP
_NAMES_OF_THINGS: Final = frozenset({"NET", "Net"})  # ASP.NET, VB.Net
_ROOTS_OF_CODE: Final = frozenset(
    (
        *("com", "org", "net", "io", "java", "javax", "system", "window", "document", "location"),
        *("self", "this", "math", "console", "np", "pd", "req", "request", "response", "props"),
        *("plt", "ax", "fig", "df", "tf", "torch", "driver", "module"),
    )
)
_LOWER_CAMEL: Final = re.compile("[a-z]+[A-Z]")
_CAMEL: Final = re.compile("(?:^|.*[.])[A-Z]?[a-z]+[A-Z]")
_OF_POLISH: Final = re.compile("[ąęłńśźż]", re.IGNORECASE)
"""Where somebody writes Polish, `.pl` is a site's ending and no Perl's."""

_WORDS_TOO: Final = frozenset(
    (
        *("at", "be", "by", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us"),
        *("best", "cool", "day", "estate", "free", "fun", "life", "live", "love", "news"),
        *("one", "work", "lol", "how"),
        *("es", "et", "il", "im", "la", "ma", "na", "se", "si", "st", "tu"),
    )
)
"""Endings that sentences begin with."""

_BEGINNINGS: Final = frozenset(
    (
        *("at", "be", "by", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us", "how"),
        *("one", "il", "im", "la", "ma", "na", "se", "si", "tu", "ne", "ve", "da", "au", "et"),
        *("black", "kim", "biz", "lol", "live", "work", "news", "today", "love", "care", "family"),
        *("food", "fish", "green", "red", "blue", "money", "school", "education", "tax", "social"),
    )
)
"""Endings that sentences go on from in small letters, of countries that few name two of."""

_ENDS_OF_SENTENCES: Final = frozenset(
    (
        *("it", "that", "this", "them", "him", "her", "me", "you", "us", "too", "so", "not", "yes"),
        *("no", "nope", "yeah", "ok", "okay", "lol", "haha", "right", "wrong", "good", "bad"),
        *("great", "fine", "true", "done", "well", "now", "then", "there", "here", "again"),
        *("really", "everything", "anything", "nothing", "something", "anyway", "though"),
        *("a", "the", "one", "no", "some", "any", "new", "big", "real", "last", "next", "for"),
        *("is", "hmm", "wow", "hahaha", "thats", "yep", "sure", "please", "thanks"),
        *("thank", "day", "job", "work", "time", "people", "thing", "things", "point", "love"),
        *("post", "article", "story", "about", "with", "trust", "call", "got", "try", "do", "what"),
        *("bien", "bueno", "verdad", "nada", "claro", "oui", "non", "rien", "vero", "bene"),
        *("bro", "nah", "idk", "dude", "man", "omg", "ugh", "smh", "tbh", "guys", "mate", "bruh"),
        *("gut", "nein", "genau", "nicht", "auch", "sim", "bom", "isso", "eso", "todo"),
    )
)
_SAID: Final = frozenset(
    (
        *(
            "i",
            "we",
            "they",
            "he",
            "she",
            "just",
            "let",
            "go",
            "stop",
            "get",
            "keep",
            "never",
            "who",
        ),
        *("why", "can", "will", "must", "dont", "cant", "wont", "u", "how", "when", "want", "need"),
        *("give", "take", "make", "say", "see", "know", "think", "help", "put", "leave", "come"),
    )
)
"""Words that sentences have besides: each is one of a host's labels where somebody stresses all."""

_DEGREES: Final = ("b.sc", "m.sc", "b.ed", "m.ed", "b.eng", "m.eng", "m.phil")
_MOST_OF_A_LIST: Final = 2
"""Digits before a word where somebody counts what he says: `1.is it`; `163.com` is a domain."""

_A_YEAR: Final = re.compile("(?:1[5-9]|20)[0-9]{2}")
_OLDEST: Final = frozenset({"com", "net", "org", "info"})
_NO_WORDS: Final = frozenset({*_OLDEST, "ru", "biz", "xyz", "kz", "icu"})
"""Endings that begin no sentence, so that a capital is one of a screen keyboard."""

_BEFORE_SENTENCES: Final = frozenset({"com", "org", "ru", "info"})
"""Endings that a word follows where a blank is missing: `example.com.Then I left`."""

_GOES_ON: Final = re.compile(r"\s+[a-z'\u2019]+(?![\w./@-])")


def domains_in(text: str, hosts: Sequence[re.Match[str]]) -> int:
    """Count the domains among what looks like one.

    Whoever leaves out the blanks between his sentences does so more than once, and names with two
    such endings, each in the midst of small letters, are his sentences.
    """
    domains = [each for each in hosts if _is_domain(each, text)]
    midst = [each for each in domains if _goes_on(each, text)]
    is_glued = len({each["ending"].lower() for each in midst}) > 1
    return len(domains) - (len(midst) if is_glued else 0)


def _name(match: re.Match[str]) -> str:
    return match["host"][: -len(match["ending"]) - 1]


def _goes_on(match: re.Match[str], text: str) -> bool:
    """Say whether it may be where a sentence ends and the next goes on: `my car.it broke`."""
    is_word = _name(match).isalpha() and match["ending"].lower() in _BEGINNINGS
    return is_word and not match["after"] and _GOES_ON.match(text, match.end()) is not None


def _is_domain(match: re.Match[str], text: str) -> bool:
    name, ending, after = _name(match), match["ending"], match["after"]
    if after in {"@", "("}:  # an e-mail address, a call in code
        return False
    site, _, last = name.rpartition(".")
    if site and last.lower() in _BEFORE_SENTENCES:
        return True
    if not _is_real(ending.lower()):
        return False
    has_path = after.startswith(("/", "?", "#", "\\")) and len(after) > 1
    return has_path or _is_written_as_a_domain(name, ending, text)


def _is_written_as_a_domain(name: str, ending: str, text: str) -> bool:
    """Say whether it is no file, no thing of a program and no sentence that lacks a space."""
    return not (
        (ending.lower() in _WITHOUT_PATH and not _is_site_all_the_same(name, ending, text))
        or name[-1:] in "_-"
        or (ending[0].isupper() and not _is_in_capitals(name, ending))  # `Yes.So it is`
        or ending in _NAMES_OF_THINGS
        or _is_of_a_program(name, ending)
        or _is_short(name.lower(), ending.lower())
        or _lacks_a_space(name.lower(), ending.lower())
    )


def _is_site_all_the_same(name: str, ending: str, text: str) -> bool:
    return _has_second(name, ending) or (
        ending.lower() == "pl" and _OF_POLISH.search(text) is not None
    )


def _has_second(name: str, ending: str) -> bool:
    """Say whether others give names below such an ending: `example.co.id`, `example.vercel.app`."""
    site, _, second = name.lower().rpartition(".")
    if not site:
        return False
    return _suffixes().publicsuffix(f"a.{second}.{ending.lower()}") == f"{second}.{ending.lower()}"


def _is_in_capitals(name: str, ending: str) -> bool:
    """Say whether an ending has capitals though it begins no sentence: `EVIL.SHOP`, `Evil.Ru`."""
    if ending.lower() in (_NO_WORDS if name.isascii() else _OLDEST):
        return True
    return ending.isupper() and name.upper() == name


def _is_of_a_program(name: str, ending: str) -> bool:
    """Say whether it names a thing in code: `DateTime.today`, `myList.click`, `io.netty.channel`.

    Endings of two letters have sites with names like these, and so have those of shops.
    """
    if ending.lower() in _OLDEST or len(ending) == len("it"):
        return False
    if name.lower().partition(".")[0] in _ROOTS_OF_CODE or _LOWER_CAMEL.match(name):
        return True
    return ending.lower() not in SHOPS and _CAMEL.match(name) is not None


def _is_short(name: str, ending: str) -> bool:
    """Say whether it ends as short forms do: `Ph.D.in`, `M.Sc.in`, `et.al`; dot.com is a word."""
    if (name, ending) in {("et", "al"), ("dot", "com")} or name.endswith(_DEGREES):
        return True
    return len(name.rpartition(".")[2]) == 1 and ending not in _OLDEST


def _lacks_a_space(name: str, ending: str) -> bool:
    """Say whether it is where one sentence ends and the next begins: `love it.me too`."""
    if name.isdecimal() and len(name) <= _MOST_OF_A_LIST:
        return len(ending) == len("is")
    if _is_said_word_by_word(name, ending):
        return True
    return ending in _WORDS_TOO and (
        name in _ENDS_OF_SENTENCES or _A_YEAR.fullmatch(name) is not None
    )


def _is_said_word_by_word(name: str, ending: str) -> bool:
    """Say whether somebody stresses each of his words: `just.do.it`, `I.do.not.care`."""
    return (
        "." in name
        and ending in _WORDS_TOO | _BEGINNINGS
        and (_ENDS_OF_SENTENCES | _WORDS_TOO | _SAID).issuperset(name.split("."))
    )


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(4096)
def _is_real(ending: str) -> bool:
    """Say whether domains end so, by the public suffix list that comes with the library."""
    return _suffixes().publicsuffix(f"a.b.{ending}") is not None
