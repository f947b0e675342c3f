"""Finds what stays English on a page in Arabic: words in Latin letters that are no data."""

import re
from functools import cache
from html.parser import HTMLParser
from typing import Final

from service.web.languages.catalogue import catalogue

LANGUAGE: Final = "ar"
"""Of other letters than English, so that what stays English is seen."""

DATA: Final = "zz"
"""How each word of the names and texts begins that a test puts in."""

_NAMES: Final = frozenset(
    (
        *("Artalk", "Artrans", "Comentario", "Commento", "Twikoo", "Valine", "Waline"),
        "Coral",
        "CSV",
        "Disqus",
        "isso",
        "remark",
        "SHA",
        "SQLite",
        "UTC",
        "WordPress",
        "XML",
        "erase",
    )
)
"""What is called so in every language."""

_TYPED: Final = frozenset({"erase"})
"""What somebody is to type as it stands."""

_SHOWN: Final = frozenset({"placeholder", "aria-label", "aria-description", "title", "alt"})
_UNREAD: Final = frozenset({"code", "kbd", "script", "style", "svg", "pre"})
_WORD: Final = re.compile(r"[A-Za-z]+(?:['_-][A-Za-z]+)*")
_IDS: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|https?://\S*|\S+\.example\S*|%\(\w+\)s|<[^>]*>"
)


@cache
def _as_in_english() -> frozenset[str]:
    """Return what the catalogue itself keeps in Latin letters: names such as JSON or Coral."""
    forms = (
        form
        for message in catalogue(LANGUAGE)
        for form in (message.string if isinstance(message.string, tuple) else (message.string,))
    )
    kept = (word for form in forms for word in _WORD.findall(_IDS.sub(" ", str(form))))
    return (_NAMES | _TYPED).union(kept)


def english_left(html: str) -> list[str]:
    """Return each text of a page that has such a word, from `<html>` to its end."""
    page = _Shown()
    page.feed(html)
    page.close()
    return [text for text in page.found if not _as_in_english().issuperset(_words(text))]


def _words(text: str) -> list[str]:
    found = _WORD.findall(_IDS.sub(" ", text))
    return [word for word in found if len(word) > 1 and not word.startswith(DATA)]


class _Shown(HTMLParser):
    """Gathers the texts of a page and the attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that are read."""
        if tag in _UNREAD or (tag != "html" and "lang" in dict(attrs)):
            self._within.append(tag)
        self.found += [value for name, value in attrs if name in _SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not read."""
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        if not self._within and data.strip():
            self.found.append(" ".join(data.split()))
