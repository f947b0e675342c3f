"""What the rules see in a comment itself: links, words of the site's lists, its author's record."""

from dataclasses import dataclass

from service.domain.links import links_in
from service.domain.sites import SiteSettings
from service.domain.words import Spelt, as_words


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one comment besides its scores.

    `words` are the entries of the site's lists that it has: (`blocked` or `held`, entry).
    """

    trap: bool = False
    links: int = 0
    blocked_word: bool = False
    held_word: bool = False
    repeated: bool = False
    flood: bool = False
    author_approved: int = 0
    author_rejected: int = 0
    words: tuple[tuple[str, str], ...] = ()


def facts_in(body: str, name: str, website: str | None, settings: SiteSettings) -> Facts:
    """What the rules see in the comment itself, without its author's record."""
    words = _words_in((name, body, website or ""), settings)
    lists = {of for of, _ in words}
    return Facts(
        links=links_in(body),
        blocked_word="blocked" in lists,
        held_word="held" in lists,
        words=words,
    )


def _words_in(texts: tuple[str, ...], settings: SiteSettings) -> tuple[tuple[str, str], ...]:
    if not settings.blocked_words and not settings.held_words:
        return ()
    spelt = Spelt.of(*texts)
    return (
        *(("blocked", entry) for entry in as_words(settings.blocked_words).met(spelt)),
        *(("held", entry) for entry in as_words(settings.held_words).met(spelt)),
    )
