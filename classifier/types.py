"""Words that classifier and service share: labels, bands, scores, assessments, verdicts, errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

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

SECOND_OPINION: Final = "second_opinion"
"""Key of the encoders in a model file and of their evidence in a card; both or none."""

SHOWN_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "spam": ("spam",),
        "toxicity": ("toxicity",),
        "harassment": ("toxicity", "insult"),
        "hate": ("toxicity", "identity_attack"),
        "threat": ("toxicity", "threat"),
    }
)
"""Labels that a rejection for each reason shows; other reasons say nothing about the text."""

NEVER: Final = 1.01
"""A threshold that no probability reaches, null in cards and answers: as `reject_at` it never
rejects, as `approve_below` it never holds. An `approve_below` of 0 never approves, so that bands
are one-sided without a case of their own."""

Status = Literal["approved", "pending", "rejected"]
"""What a verdict makes of a comment; a comment may later be `erased` too."""

Right = Literal["language", "may_not_reject"]
"""What a model lacks that would have to decide: evidence for the language, or for the rejection."""

Field = Literal["body", "name", "website"]
"""What readers see of a comment, and so what is judged."""


Signed = tuple[str, str]
"""A comment's name and website; empty where there is none."""

UNSIGNED: Final[Signed] = ("", "")


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

    def is_clear(self, score: float) -> bool:
        """Say whether a score is clear of the label."""
        return score < self.approve_below

    def is_violation(self, score: float) -> bool:
        """Say whether a score is a clear violation."""
        return score >= self.reject_at

    def and_of(self, other: "Band") -> "Band":
        """Return the band that is as strict as the stricter of two at either end."""
        return Band(
            min(self.approve_below, other.approve_below), min(self.reject_at, other.reject_at)
        )


@dataclass(frozen=True, slots=True)
class Witness:
    """What the linear model's score of a label counts for where the encoder was asked too.

    Below `clears_below` the encoder's word is enough to clear a comment; at or above `agrees_from`
    both are sure of a violation if the encoder is.
    """

    clears_below: float
    agrees_from: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a comment's body, name or website that raised a label.

    `begin` and `end` count Unicode code points of that field as given; `weight` is the stretch's
    contribution to the label's score in log-odds.
    """

    begin: int
    end: int
    label: str
    weight: float
    field: Field = "body"


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a text's language before it is read; strong evidence in it overrides that.

    `told` is what whoever sent it says, `usual` what others write in at the same place.
    """

    told: str | None = None
    usual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Calibrated probability per label, and the language as a two-letter code or None.

    Where a name or website was judged too, `body` has the probabilities of the body alone and
    `signature` the log-odds by label that the signature speaks for; `scores` are of both.
    `numbers` are what an encoder knew of the body before it judged it, if one was asked.
    """

    scores: dict[str, float]
    language: str | None
    body: Mapping[str, float] | None = None
    signature: Mapping[str, float] = field(default_factory=dict)
    numbers: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    @property
    def of_body(self) -> Mapping[str, float]:
        """The probabilities of the body alone, which is all that an encoder reads."""
        return self.scores if self.body is None else self.body


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be decided without a person in one language, by the evidence in the card.

    `approve`: comments clear of every label may be published. `reject`: labels whose clear
    violations may be rejected.
    """

    approve: bool
    reject: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one stage of a model says of a text: scores, bands, and what it may decide there.

    `asked_from` are the scores from which the encoder is asked though its opinion could only
    hold what is clear, a little below the bands; None where there is no encoder to ask. What the
    encoder itself says is `by_encoder`. `witness` says what these scores count for beside the
    encoder's; a label without one holds nothing, and rejects where it alone would.
    """

    scores: Mapping[str, float]
    bands: Mapping[str, Band]
    rights: Rights
    asked_from: Mapping[str, float] | None = None
    by_encoder: bool = False
    witness: Mapping[str, Witness] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's own rules say of a comment, by the names of their reasons.

    One of `blocking` rejects it, one of `holding` leaves it to people unless it is rejected; with
    `hold_everything` nothing but a blocking rule decides without a person. With one of `trusted`
    scores between their thresholds hold it no longer; whatever else speaks against it still does.
    """

    blocking: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    hold_everything: bool = False
    trusted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What policy made of a comment, with its doubt as data; risk orders the queue, 1 is the worst.

    `violated` are labels whose violation is clear, of a rejected comment those that reject it;
    `borderline` those between their thresholds; `missing` what the model would need to decide;
    `rules` the site's rules that had a say. Without `is_scored` no model had one.
    """

    status: Status
    risk: float
    violated: tuple[str, ...] = ()
    borderline: tuple[str, ...] = ()
    missing: tuple[Right, ...] = ()
    rules: tuple[str, ...] = ()
    is_scored: bool = True
    by_encoder: bool = False

    @property
    def is_by_rule(self) -> bool:
        """Whether the site's rules alone decided."""
        return bool(self.rules) and not (self.violated or self.borderline or self.missing)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason by its name: what the model found, what it lacks, what rules say."""
        unscored = () if self.is_scored else ("unscored",)
        found = (*unscored, *self.violated, *self.borderline, *self.missing, *self.rules)
        encoder = ("second_opinion",) if self.by_encoder and not self.is_by_rule else ()
        return (*(found or ("clear",)), *encoder)
