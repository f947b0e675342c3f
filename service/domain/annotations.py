"""What a person's, a client's or silence's word about a text says of each label.

An annotation has a word about as many labels as its giver spoke of: an approval says that nothing
is wrong, so it is a 0 for every label; a rejection is a 1 for what its reason names and a 0 for the
other of spam and toxicity, and leaves the kinds open that it does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from classifier.types import DECIDING, LABELS, SHOWN_BY

Provenance = Literal["moderator", "bulk", "audit", "client", "import", "silence"]

_CLIENTS: Final = frozenset({"submit-spam", "submit-ham", "suggestscore"})
_LIKELY: Final = 0.5


@dataclass(frozen=True, slots=True, repr=False)
class Annotation:
    """One annotation as it is exported; `propensity` is the chance that its text was looked at.

    `first_time` says whether its author had no comment on the site before, None where nobody knows.
    """

    site: str | None
    text: str
    name: str | None
    website: str | None
    language: str | None
    labels: Mapping[str, int]
    provenance: Provenance
    propensity: float
    at: datetime
    model_version: str | None
    scores: Mapping[str, float]
    first_time: bool | None = None


def labels_of(status: str, reason: str | None, scores: Mapping[str, float]) -> dict[str, int]:
    """Return what a decision says of labels; empty where it says nothing about the text.

    A rejection without a reason is taken for one because of what the model thought likelier.
    """
    if status == "approved":
        return dict.fromkeys(LABELS, 0)
    if status != "rejected":
        return {}
    shown = SHOWN_BY.get(reason, ()) if reason else _likelier(scores)
    if not shown:
        return {}
    return {**{label: int(label in shown) for label in DECIDING}, **dict.fromkeys(shown, 1)}


def _likelier(scores: Mapping[str, float]) -> tuple[str, ...]:
    known = [label for label in DECIDING if label in scores]
    return (max(known, key=lambda label: scores[label]),) if known else ()


def label_of(label: str, value: float) -> dict[str, int]:
    """Return what a client's word about one label says, its value from 0 to 1."""
    return {label: int(value >= _LIKELY)} if label in LABELS else {}


def provenance_of(kept: str) -> Provenance:
    """Return the provenance of a word that is kept without a comment."""
    if kept in _CLIENTS:
        return "client"
    return "import" if kept == "import" else "moderator"
