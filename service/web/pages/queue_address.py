"""The filters of the queue as an address, in words, as tabs and as a range of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from service.comments.review import COUNTED
from service.domain.desk import View
from service.domain.policy import REASONS
from service.domain.wording import LABEL_NAMES
from service.web.languages.formats import decimal, fraction, language_name, number
from service.web.languages.speech import gettext, told

_RANGE_ENDS: Final = (("score_from", "0"), ("score_to", "1"))
_RANGE: Final = ("score_of", "score_from", "score_to")
_FILTERS: Final = ("label", "reason", "language", "site", "page", "q", "author", "view", *_RANGE)
_WRITTEN: Final = frozenset({"author", "score_from", "score_to"})
"""Those that are read as something else than text."""

_HAIR: Final = 1e-6  # by which sums of fractions miss
_WHOLE: Final = MappingProxyType({"order": "risk"})


def chosen(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return the order and filters that were asked for, as fields of an address."""
    order = {"order": asked["order"]} if asked["order"] != "risk" else {}
    filters = {name: asked[name] for name in _FILTERS if asked[name] not in (None, "")}
    for name in _WRITTEN & filters.keys():
        filters[name] = str(filters[name])
    if "page" in filters:  # its spellings, any of which finds the same comments
        filters["page"] = filters["page"][0]
    return order | filters


def address(fields: Mapping[str, str], **more: str) -> str:
    """Return the queue's address with these filters; without any it says so.

    A bare `/queue` is what a person begins with.
    """
    return f"/queue?{urlencode({**fields, **more} or _WHOLE)}"


VIEW_NAMES: Final[Mapping[View, str]] = MappingProxyType(
    {
        "spam": "Spam",
        "abuse": "Abuse",
        "language": "Language",
        "links": "Links",
        "new": "New",
        "reported": "Reported",
        "skipped": "Skipped",
        "late": "Late",
    }
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the queue: its name, its address, how much waits there; the first is all."""

    name: str
    address: str
    count: str | None
    here: bool


def upto(count: int) -> str:
    """Return a number as it is told, where it is not counted any farther."""
    return f"{count}+" if count >= COUNTED else str(count)


def tabs(fields: Mapping[str, str], counts: Mapping[View, int]) -> list[Tab]:
    """Return the parts of the queue as these filters leave them; `late` only where something is."""
    others = {name: value for name, value in fields.items() if name != "view"}
    view = fields.get("view")
    parts = [
        Tab(name, address({**others, "view": each}), upto(counts[each]), view == each)
        for each, name in VIEW_NAMES.items()
        if each != "late" or counts[each] or view == each
    ]
    return [Tab("All", address(others), None, view is None), *parts]


def active(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each filter in force in words, with the address of the queue without it."""
    single = {name: {name} for name in fields if name not in {"order", "view", *_RANGE}}
    whole = {"score_of": set(_RANGE)} if "score_of" in fields else {}
    return [
        (
            _range_in_words(fields) if name == "score_of" else _in_words(name, fields[name]),
            address({other: fields[other] for other in fields if other not in without}),
        )
        for name, without in (single | whole).items()
    ]


def _range_in_words(fields: Mapping[str, str]) -> str:
    """Return the range of a label's score that is in force."""
    low, high = (decimal(fields.get(name, default)) for name, default in _RANGE_ENDS)
    label = told(LABEL_NAMES[fields["score_of"]])
    return gettext(
        "%(label)s %(low)s to %(high)s", label=label, low=decimal(low), high=decimal(high)
    )


def _in_words(name: str, value: str) -> str:
    if name == "author":
        return gettext("one author")
    if name == "language":
        return language_name(value)
    known = {"label": LABEL_NAMES, "reason": REASONS}.get(name, {})
    return f"“{value}”" if name == "q" else told(known.get(value, value))


@dataclass(frozen=True, slots=True)
class Bar:
    """How many comments have a score in one part of the scale; its address begins the range there.

    `high` is of a hundred, `inside` says that the range has it.
    """

    about: str
    high: float
    inside: bool
    address: str


def bars(fields: Mapping[str, str], counts: Sequence[int]) -> list[Bar]:
    """Return a bar for each part of the scale of the label whose scores are looked at."""
    low, high = (float(fields.get(name, default)) for name, default in _RANGE_ENDS)
    size, most = 1 / max(1, len(counts)), max(counts, default=0) or 1
    return [
        Bar(
            f"{fraction(at * size, 2)}\u2013{fraction((at + 1) * size, 2)}: {number(count)}",
            100 * count / most,
            low - size + _HAIR < at * size < high - _HAIR,
            address({**fields, "score_from": f"{at * size:.2f}"}),
        )
        for at, count in enumerate(counts)
    ]


WORDS: Final = (*VIEW_NAMES.values(), "All")
"""Every word of the tables above."""
