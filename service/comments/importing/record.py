"""What every format is read into: one comment of another system, or why it is none."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

_UNCLEAN: Final = re.compile("[\0\ud800-\udfff]")
_BETWEEN: Final = "\1"  # of texts that are looked through as one
_AHEAD: Final = timedelta(days=1)
"""Times without a zone may be so much ahead."""

Given = Literal["approved", "pending", "rejected"]


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A comment as its system had it; texts are plain, `email` and `website` may be empty.

    `source_id` and `parent` are the ids of that system, `reason` is one of a rejection. NUL and
    halves of characters, which no table and no file holds, are U+FFFD in every text.
    """

    source_id: str
    parent: str
    page: str
    title: str
    name: str
    email: str
    website: str
    body: str
    at: datetime
    status: Given
    reason: str | None = None
    external_id: str = ""

    def __post_init__(self) -> None:
        """Let every text be one that can be written."""
        texts = {
            name: told for name in self.__slots__ if isinstance(told := getattr(self, name), str)
        }
        if not _UNCLEAN.search(_BETWEEN.join(texts.values())):  # as nearly always
            return
        for name, text in texts.items():
            object.__setattr__(self, name, _UNCLEAN.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Left:
    """Something of the file that is no comment for us: where it stands, and why.

    What is `bad` should have been one; else it is of a kind that is not carried over.
    """

    where: str
    why: str
    bad: bool = True


Read = Record | Left


class Unreadable(ValueError):
    """A record that is no comment; the message says why, behind where it stands."""


class ImportRefused(Exception):
    """A file that cannot be read at all; the message is one sentence with the remedy."""


def in_utc(text: str, *, form: str | None = None) -> datetime:
    """Read a time; one without a zone is in UTC.

    Raises:
        ValueError: it is no time, or none that a comment can be of.
    """
    found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - the zone is looked at below
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if found.year < 1970:  # noqa: PLR2004 - before it no id can be made
        raise ValueError("before 1970")
    if found > datetime.now(UTC) + _AHEAD:  # it would count as new for ever
        raise ValueError("in the future")
    return found
