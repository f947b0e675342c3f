"""Says in words why a comment was held: `Flagged: toxicity 0.61 (limit 0.35), two links`.

The words are English, or those of the tongue that is given.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from classifier.types import LABELS
from service.domain.links import links_in
from service.domain.policy import REASONS

LABEL_NAMES: Final = MappingProxyType({label: label.replace("_", " ") for label in LABELS})
"""What people call the labels."""

_FOUND: Final = frozenset({*LABELS, "links", "blocked_word", "held_word"})
_MOST_DIGITS: Final = 6  # a score is a float of 32 bits
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Tongue(Protocol):
    """A language: its words for English ones, and how it writes numbers."""

    def gettext(self, message: str, /, **values: str) -> str:
        """Return a message, with its `%(name)s` filled in."""

    def ngettext(self, one: str, many: str, count: int, /, **values: str) -> str:
        """Return a message in the form that goes with a number."""

    def decimal(self, text: str) -> str:
        """Return a number that is written with a point as the language writes it."""

    def counted(self, count: int) -> str:
        """Return a small number as it stands in a sentence."""


class _English:
    """The tongue of calls and commands."""

    def gettext(self, message: str, /, **values: str) -> str:
        return message % values

    def ngettext(self, one: str, many: str, count: int, /, **values: str) -> str:
        return (one if count == 1 else many) % values

    def decimal(self, text: str) -> str:
        return text

    def counted(self, count: int) -> str:
        return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


ENGLISH: Final[Tongue] = _English()


def why(
    reasons: Sequence[str],
    scores: Mapping[str, float],
    bands: Mapping[str, Sequence[float]],
    body: str,
    tongue: Tongue = ENGLISH,
) -> tuple[str, ...]:
    """Return one phrase a reason; `bands` are those that the verdict was made by.

    A score is a probability from 0 to 1; a band is [approve_below, reject_at].
    """
    return tuple(_phrase(reason, scores, bands, body, tongue) for reason in reasons)


def in_one_line(reasons: Sequence[str], phrases: Sequence[str], tongue: Tongue = ENGLISH) -> str:
    """Return why a comment was held as one line; each of `phrases` is what `why` says of a reason.

    What was found in it comes first, then what is so of its language, its author or its site.
    """
    told = list(zip(reasons, phrases, strict=True))
    found = [phrase for reason, phrase in told if reason in _FOUND]
    also = [phrase[:1].upper() + phrase[1:] for reason, phrase in told if reason not in _FOUND]
    told_of = tongue.gettext(", ").join(found)
    flagged = [tongue.gettext("Flagged: %(found)s", found=told_of)] if found else []
    return ". ".join((*flagged, *also))


def moved(
    scores: Mapping[str, float], linear_scores: Mapping[str, float], tongue: Tongue = ENGLISH
) -> str:
    """Say what a second opinion changed most: `toxicity 0.61 by words, 0.08 with sentences`."""
    both = [label for label in LABELS if label in scores and label in linear_scores]
    if not both:
        return ""
    label = max(both, key=lambda each: abs(scores[each] - linear_scores[each]))
    return tongue.gettext(
        "%(label)s %(first)s by words, %(second)s with sentences",
        label=tongue.gettext(LABEL_NAMES[label]),
        first=tongue.decimal(f"{linear_scores[label]:.2f}"),
        second=tongue.decimal(f"{scores[label]:.2f}"),
    )


def _phrase(
    reason: str,
    scores: Mapping[str, float],
    bands: Mapping[str, Sequence[float]],
    body: str,
    tongue: Tongue,
) -> str:
    if reason == "links":
        count = links_in(body)
        return tongue.ngettext("%(num)s link", "%(num)s links", count, num=tongue.counted(count))
    score, band = scores.get(reason), bands.get(reason)
    if score is None or not band:
        return tongue.gettext(REASONS.get(reason, reason.replace("_", " ")))
    name, (low, high) = tongue.gettext(LABEL_NAMES[reason]), band
    told, from_low, from_high = map(tongue.decimal, apart(score, low, high))
    if score >= high:
        return tongue.gettext(
            "%(label)s %(score)s (a clear case from %(limit)s)",
            label=name,
            score=told,
            limit=from_high,
        )
    return tongue.gettext(
        "%(label)s %(score)s (limit %(limit)s)", label=name, score=told, limit=from_low
    )


def apart(score: float, *thresholds: float, digits: int = 2) -> tuple[str, ...]:
    """Return a score and thresholds in so many digits that they stand to each other as they do.

    `0.08` beside `0.08` would say of 0.0796 and 0.0804 that the one reaches the other.
    """
    told: tuple[str, ...] = ()
    for count in range(digits, _MOST_DIGITS + 1):
        told = tuple(f"{number:.{count}f}" for number in (score, *thresholds))
        seen, *ends = map(float, told)
        if all(
            (score > threshold, score < threshold) == (seen > end, seen < end)
            for threshold, end in zip(thresholds, ends, strict=True)
        ):
            return told
    return told


ACT_NAMES: Final = MappingProxyType(
    {
        "site_added": "added a website",
        "site_renamed": "renamed a website",
        "key_added": "made a key",
        "keys_rotated": "made a key in place of the others",
        "key_revoked": "ended a key",
        "secret_shown": "saw the secret of the notices",
        "person_added": "added somebody",
        "role_changed": "changed a role",
        "link_made": "made a sign-in link",
        "person_signed_out": "signed somebody out",
        "identity_set": "said who somebody is at the provider",
        "identity_forgotten": "forgot who somebody is at the provider",
        "second_factor_reset": "took away the second factor of",
        "person_disabled": "disabled somebody",
        "person_enabled": "enabled somebody again",
        "site_removed": "removed a website",
        "page_closed": "closed a page of",
        "page_opened": "opened a page of",
        "pages_moved": "moved pages of",
        "token_made": "made a token",
        "words_added": "added words to a list",
        "word_removed": "took a word off a list",
        "words_removed": "took words off a list",
        "settings": "changed settings",
        "model_candidate": "made a model a candidate",
        "model_shadow": "set a model to watch",
        "model_active": "let a model decide",
        "model_retired": "retired a model",
        "adaptation_fitted": "fitted an adaptation",
        "adaptation_activated": "let an adaptation score",
        "adaptation_deactivated": "let the model alone score",
        "adaptation_rolled_back": "went back to the adaptation before",
        "promise_restored": "set tightened bands back",
        "standing_trusted": "trusts an author",
        "standing_normal": "gave an author no standing",
        "standing_held": "holds an author",
        "standing_banned": "banned an author",
    }
)
"""What admins do, in words."""
