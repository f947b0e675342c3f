"""Words of the classifier that others import: labels, bands, spans, scores, errors."""

from dataclasses import dataclass
from typing import Final, Literal

LABELS: Final = (
    "spam",
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
)
"""What is scored, in the order of every table and card; the last five are kinds of toxicity."""

DECIDING: Final = ("spam", "toxicity")
"""Labels that alone may let a comment through: the kinds are parts of toxicity."""

OTHER_COLUMNS: Final = (len(LABELS), len(LABELS) + 1, 2, 3, 4, 5, 6)
"""Columns of a bundle's weights that score the other languages learnt: spam and toxicity have
their own, after those of `LABELS`; the kinds are taken from English."""

Verdict = Literal["approved", "pending", "rejected"]


class BundleError(Exception):
    """A bundle that must not be used; the message is one sentence for the person who tried."""


@dataclass(frozen=True, slots=True)
class Band:
    """Thresholds of one label, as probabilities from 0 to 1.

    Below `approve_below` a comment is clear of the label, at or above `reject_at` it is a clear
    violation, between the two it is borderline.
    """

    approve_below: float
    reject_at: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text that raised a label.

    `begin` and `end` count Unicode code points of the text as given; `weight` is the stretch's
    contribution to the label's score in log-odds.
    """

    begin: int
    end: int
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Scored:
    """Calibrated probability per label, and the language as a two-letter code or None."""

    scores: dict[str, float]
    language: str | None


@dataclass(frozen=True, slots=True)
class Automatic:
    """What may be decided without a person in one language, by the evidence in the card.

    `approve`: comments clear of every label may be published. `reject`: labels whose clear
    violations may be rejected.
    """

    approve: bool
    reject: frozenset[str]
