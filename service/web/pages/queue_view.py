"""What the queue's templates show: an item in words and measures, filters as an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from classifier.types import LABELS, Field
from service.domain.desk import Conversation, PastDecision
from service.domain.letters import border
from service.domain.likely import likely_rejection
from service.domain.searching import places_of
from service.domain.wording import LABEL_NAMES, apart, in_one_line, why
from service.web.languages.formats import SPOKEN, decimal, language_name
from service.web.languages.speech import gettext, told
from service.web.pages.marks import TAGS, Piece, marked_words, pieces, telling
from service.web.review_schemas import ReviewItem

ORDER_NAMES: Final = MappingProxyType(
    {
        "risk": "Riskiest first",
        "oldest": "Oldest first",
        "newest": "Newest first",
        "uncertain": "Most uncertain first",
    }
)
REJECTION_NAMES: Final = MappingProxyType(
    {
        "spam": "Spam",
        "toxicity": "Toxicity",
        "harassment": "Harassment",
        "hate": "Hate",
        "threat": "Threat",
        "personal_data": "Personal data",
        "off_topic": "Off topic",
        "other": "Other",
    }
)
"""Why a moderator rejects, in the order of the digit keys."""

STANDING_NAMES: Final = MappingProxyType(
    {"trusted": "Trusted", "normal": "Normal", "held": "Always held", "banned": "Banned"}
)
"""What an author's standing is called."""

ACTORS: Final = MappingProxyType(
    {
        "classifier": "the classifier",
        "rule": "a rule",
        "moderator": "a moderator",
        "site": "the website",
        "system": "the system",
    }
)
"""Who decides, in words."""

SECOND: Final = "second_opinion"
_SHORT: Final = MappingProxyType(
    {
        **LABEL_NAMES,
        "imported": "imported",
        "clear": "clear",
        "unscored": "no score",
        "language": "language",
        "may_not_reject": "not by itself",
        "trap": "trap field",
        "blocked_word": "blocked word",
        "held_word": "held word",
        "links": "links",
        "parent_hidden": "answers what is hidden",
        "author_record": "author's record",
        "author_new": "new author",
        "author_proven": "proven author",
        "author_trusted": "trusted author",
        "author_held": "held author",
        "author_banned": "banned author",
        "repeated": "repeated",
        "flood": "flood",
        "held_by_site": "site holds all",
        "rescored": "scored anew",
        "held_by_person": "edited meanwhile",
        "reported": "reported",
        SECOND: "second opinion",
    }
)
_EXCERPT: Final = 150
_BEFORE: Final = 40  # characters that an excerpt shows before what was searched for
_NEVER: Final = 2.0  # a threshold that no score reaches
_GAP: Final = 3.0
_LEAST: Final = 1.0
_ALONE: Final = Conversation((), (), (), ())


@dataclass(frozen=True, slots=True)
class Meter:
    """A label's score beside its band, from 0 to 1; `verdict` is clear, people or violation.

    `told` is the score in so many digits as its band needs, `bar` its length of a hundred.
    `before` is what the first model said where a second opinion was given.
    """

    name: str
    score: float
    low: float
    high: float
    verdict: str
    about: str
    told: str
    bar: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A reason in a few words; `strong` when a score is near or in its violation band."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with what the templates make of it.

    `why` is one line, without that a second opinion was given, which `twice` says. Of `meters`
    those over their band are `over`, the others `under`. `likely` is the reason for rejecting
    that goes with why it was held.
    """

    item: ReviewItem
    why: str
    twice: bool
    excerpt: str
    chips: Sequence[Chip]
    pieces: Sequence[Piece]
    name: Sequence[Piece]
    website: Sequence[Piece]
    over: Sequence[Meter]
    under: Sequence[Meter]
    legend: Sequence[tuple[str, str]]
    words: Mapping[str, Sequence[str]]
    language: str
    theirs: bool
    around: Conversation = _ALONE
    history: Sequence[PastDecision] = ()
    likely: str | None = None


def show(
    item: ReviewItem,
    reader: str,
    around: Conversation = _ALONE,
    history: Sequence[PastDecision] = (),
    terms: Sequence[str] = (),
) -> Shown:
    """Prepare an item for a moderator named `reader`, who searched for `terms`."""
    spans = telling(item.spans, item.reasons)
    marked = {span.label for span in spans}
    texts: dict[Field, str] = {
        "body": item.body,
        "name": item.name,
        "website": item.website or "",
    }
    measured = meters(item.scores, _bands(item), item.linear_scores or {})
    return Shown(
        item,
        why=_why(item),
        twice=item.linear_scores is not None,
        excerpt=excerpt(item.body, terms),
        chips=[_chip(reason, item) for reason in item.reasons],
        pieces=pieces(item.body, spans, places_of(item.body, terms)),
        name=pieces(item.name, spans, field="name"),
        website=pieces(item.website or "", spans, field="website"),
        over=[each for each in measured if each.verdict != "clear"],
        under=[each for each in measured if each.verdict == "clear"],
        legend=[(label, told(TAGS[label])) for label in LABELS if label in marked],
        words=marked_words(texts, spans),
        language=language_name(item.language),
        theirs=item.claimed_by not in (None, reader),
        around=around,
        history=history,
        likely=likely_rejection(item.reasons, item.scores),
    )


def _why(item: ReviewItem) -> str:
    reasons = [reason for reason in item.reasons if reason != SECOND]
    phrases = why(reasons, item.scores, _bands(item), item.body, SPOKEN)
    return in_one_line(reasons, phrases, SPOKEN)


def excerpt(body: str, terms: Sequence[str] = (), longest: int = _EXCERPT) -> str:
    """Return a text's beginning, or what stands around the first place of a search.

    No letter is cut in two.
    """
    found = places_of(body, terms)
    away = bool(found and found[0][1] > longest)
    begin = border(body, max(0, found[0][0] - _BEFORE)) if away else 0
    end = border(body, begin + longest)
    head, tail = ("…" if begin else ""), ("…" if end < len(body) else "")
    return f"{head}{body[begin:end].rstrip() if tail else body[begin:]}{tail}"


def cut(body: str, terms: Sequence[str], longest: int = 600) -> list[Piece]:
    """Return an excerpt in pieces, with what a search looked for marked."""
    text = excerpt(body, terms, longest)
    return pieces(text, (), places_of(text, terms))


def _chip(reason: str, item: ReviewItem) -> Chip:
    if reason in LABEL_NAMES and reason in item.scores:
        score, *_ = apart(item.scores[reason], *_bands(item).get(reason, ()))
        return Chip(f"{told(LABEL_NAMES[reason])} {decimal(score)}", strong=True)
    return Chip(told(_SHORT.get(reason, reason)))


def _bands(item: ReviewItem) -> dict[str, list[float]]:
    """Return an item's bands as numbers: null is a threshold that no score reaches."""
    return {
        label: [_NEVER if end is None else end for end in thresholds]
        for label, thresholds in item.bands.items()
    }


def meters(
    scores: Mapping[str, float],
    bands: Mapping[str, Sequence[float]],
    before: Mapping[str, float] = MappingProxyType({}),
) -> list[Meter]:
    """Return a meter a label that has a score, in the labels' order."""
    return [
        replace(_meter(label, scores[label], bands.get(label)), before=before.get(label))
        for label in LABELS
        if label in scores
    ]


def _meter(label: str, score: float, band: Sequence[float] | None) -> Meter:
    # Without a band nothing is held: as with one that begins above every score.
    low, high = (min(band), band[1]) if band else (_NEVER, _NEVER)
    shown, from_low, from_high = map(decimal, apart(score, low, high))
    if score < low:
        verdict = "clear"
        about = gettext("clear below %(low)s", low=from_low) if low < 1 else gettext("never held")
    elif score < high:
        verdict, about = "people", gettext("people from %(low)s", low=from_low)
    else:
        verdict, about = "violation", gettext("violation from %(high)s", high=from_high)
    name, bar = told(LABEL_NAMES[label]), _bar(score, (low, high))
    return Meter(name, score, low, high, verdict, about, shown, bar)


def _bar(score: float, edges: Sequence[float]) -> float:
    """A bar's length of a hundred: it is seen to end before an edge that the score is below."""
    ahead = [100 * min(edge, 1) - _GAP for edge in edges if score < edge]
    return max(_LEAST, min([100 * score, *ahead]))


WORDS: Final = (
    *ORDER_NAMES.values(),
    *REJECTION_NAMES.values(),
    *STANDING_NAMES.values(),
    *ACTORS.values(),
    *_SHORT.values(),
)
"""Every word of the tables above."""
