"""Whether an adaptation that serves has aged: by what was said since, which no fit of it saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from classifier.adapt.adaptation import Adaptation
from classifier.adapt.annotations import Annotation
from classifier.adapt.inputs import Array, Inputs, part_of
from classifier.adapt.judging import Compared, compared
from classifier.adapt.weighing import testimony_of, weights_of
from classifier.types import LABELS


@dataclass(frozen=True, slots=True)
class Serving:
    """An adaptation that scores a site's comments, and since when."""

    adaptation: Adaptation
    since: datetime


@dataclass(frozen=True, slots=True)
class Aged:
    """How an adaptation ranks what people said since it serves, beside the bundle alone.

    `rows` are the comments that people looked at since; `compared` has the labels that it learnt
    and of which enough was said.
    """

    version: str
    since: datetime
    rows: int
    compared: list[Compared]

    @property
    def is_worse(self) -> bool:
        """Whether it ranks a label worse than the bundle alone, by the whole 95 % interval."""
        return any(each.gain.high < 0 for each in self.compared)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        return {
            "version": self.version,
            "since": self.since.isoformat(),
            "rows": self.rows,
            "compared": [each.as_dict() for each in self.compared],
            "worse": self.is_worse,
        }


def aged(rows: Sequence[Annotation], inputs: Inputs, serving: Serving) -> Aged:
    """Compare an adaptation with its bundle on what people said since it serves.

    Only people's answers count: what was silently left as the adaptation decided it says nothing
    against it, and would hide what does.
    """
    looked = testimony_of(rows) > 0
    places = [
        place
        for place, row in enumerate(rows)
        if looked[place] and row.at is not None and row.at > serving.since
    ]
    adaptation, here = serving.adaptation, [rows[place] for place in places]
    found: list[Compared] = []
    if here:
        known = part_of(inputs, places)
        passed, rejected = (
            np.array([status == name for status in known.status], dtype=np.bool_)
            for name in ("approved", "rejected")
        )
        weight = weights_of(here, passed, rejected) * known.spoken
        scores = scores_of(adaptation, here, known)
        for at, label in enumerate(adaptation.labels):
            pair = known.encoder[:, LABELS.index(label)], scores[:, at]
            found += compared(label, here, known, weight, pair)
    whole = [each for each in found if each.slice == "all"]
    return Aged(adaptation.version, serving.since, len(here), whole)


def scores_of(adaptation: Adaptation, rows: Sequence[Annotation], inputs: Inputs) -> Array:
    """Return what an adaptation says of comments when it serves, one column a label."""
    found = []
    for row, (first, second) in zip(rows, inputs.scored, strict=True):
        said = adaptation.assess_by_encoder(second, first, row.comment)
        said = said or adaptation.assess(first, row.comment)
        found.append([said.scores[label] for label in adaptation.labels])
    return np.array(found).reshape(len(rows), len(adaptation.labels))
