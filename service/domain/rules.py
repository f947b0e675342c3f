"""What the rules see in a comment itself: links, words of the site's lists, its author's record."""

import re
from dataclasses import dataclass

from service.domain.sites import SiteSettings

_LINK = re.compile(r"\b(?:https?://|www\.)\S|\[url\b|<a\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one comment besides its scores."""

    trap: bool = False
    links: int = 0
    blocked_word: bool = False
    held_word: bool = False
    repeated: bool = False
    flood: bool = False
    author_approved: int = 0
    author_rejected: int = 0


def links_in(body: str) -> int:
    """How many links a text has, as far as the rules count them."""
    return len(_LINK.findall(body))


def evidence_in(body: str, name: str, website: str | None, settings: SiteSettings) -> Evidence:
    """What the rules see in the comment itself, without its author's record."""
    has_words = settings.blocked_words or settings.held_words
    words = _folded(" ".join((name, body, website or ""))) if has_words else ""
    return Evidence(
        links=links_in(body),
        blocked_word=any(f" {word} " in words for word in map(_fold, settings.blocked_words)),
        held_word=any(f" {word} " in words for word in map(_fold, settings.held_words)),
    )


_WORD_BREAK = re.compile(r"[\W_]+")


def _fold(text_: str) -> str:
    return _WORD_BREAK.sub(" ", text_.casefold()).strip()


def _folded(text_: str) -> str:
    return f" {_fold(text_)} "
