"""What rules go by: what a comment itself shows, and what the database knows when it is written.

What becomes of a comment by them says `policy`.
"""

from typing import Final, Literal

import msgspec

from service.domain.links import links_in
from service.domain.words import ListName, Lists

Fact = Literal[
    "page_moved",
    "key_taken",
    "page_closed",
    "no_parent",
    "parent_hidden",
    "author_record",
    "author_new",
    "author_proven",
    "repeated",
    "flood",
    "author_trusted",
    "author_held",
    "author_banned",
]
"""What a database may know of a new comment; the first four mean that it is not taken there."""

NOTHING_KNOWN: Final[tuple[Fact, ...]] = ()
"""What most comments are expected to meet."""

REJECTED_BEFORE: Final = 2
"""So many rejected comments and fewer approved: the author's next is held."""

SAME_TEXT_LENGTH: Final = 80
"""Shorter texts, such as thanks, are the same by chance."""

SAME_TEXT_TIMES: Final = 2
"""A long text that a site has had so often in a day, from whomever, is held."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of one comment besides its scores.

    `words` are the entries of the site's lists that it has, with the list of each.
    """

    trap: bool = False
    links: int = 0
    blocked_word: bool = False
    held_word: bool = False
    parent_hidden: bool = False
    author_record: bool = False
    author_new: bool = False
    author_proven: bool = False
    repeated: bool = False
    flood: bool = False
    author_trusted: bool = False
    author_held: bool = False
    author_banned: bool = False
    words: tuple[tuple[ListName, str], ...] = ()


def facts_in(body: str, name: str, website: str | None, lists: Lists) -> Facts:
    """What the rules see in the comment itself, without what the database knows."""
    words = lists.met(name, body, website or "")
    met = {which for which, _ in words}
    return Facts(
        links=links_in(body),
        blocked_word="blocked" in met,
        held_word="held" in met,
        words=words,
    )
