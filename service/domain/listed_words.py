"""Entries of a site's lists of words as people look at them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain.words import ListName

WordOrder = Literal["time", "hits"]
"""The newest entries first, or those that were met most often."""


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of a list, how often it was met, and who added it: None for a command."""

    id: int
    list: ListName
    entry: str
    hits: int
    last_hit: datetime | None
    added_at: datetime
    added_by: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """What of a comment is compared with lists, and how it stands for moderators."""

    name: str
    website: str | None
    body: str
    status: str


@dataclass(frozen=True, slots=True)
class WordView:
    """How a list is looked at: entries that have a text in them, in an order, after one of them.

    `before` are the hits and the id of that one.
    """

    list: ListName
    sought: str = ""
    order: WordOrder = "time"
    before: tuple[int, int] | None = None
