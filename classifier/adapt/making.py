"""Makes an adaptation of a site's annotations: fits and judges it, chooses bands, writes a card."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from classifier.adapt.adaptation import FORMAT, STAGES, Adaptation
from classifier.adapt.ageing import Serving, aged, scores_of
from classifier.adapt.annotations import Annotation, Annotations
from classifier.adapt.curve import Site, curve
from classifier.adapt.decided import Decided, decided
from classifier.adapt.deciding import stages
from classifier.adapt.fit import Design, Learned, design, learn, learnable, of_first
from classifier.adapt.folding import content_of, packed
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs, gather, part_of
from classifier.adapt.judging import Compared, compared, is_better
from classifier.adapt.readings import Readings
from classifier.adapt.weighing import testimony_of, weights_of
from classifier.bundle import Bundle
from classifier.policy import judge_both
from classifier.types import LABELS

NEWEST: Final = 0.2
"""Share of the annotations, the newest, that a fit of the others is judged on."""


@dataclass(frozen=True, slots=True)
class Made:
    """An adaptation's content and card, as `adaptation.save` writes them."""

    content: bytes
    card: dict[str, Any]

    @property
    def is_better(self) -> bool:
        """Whether it is better than the bundle alone, beyond chance."""
        return bool(self.card["better"])


@dataclass(frozen=True, slots=True)
class Fitted:
    """All labels of some comments, learnt."""

    made: Design
    learned: list[Learned]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was learnt of some comments, what it decides by, and how it compares with the bundle."""

    fitted: Fitted
    weight: Array
    stages: dict[str, Any]
    adaptation: Adaptation
    out_of_fold: list[Compared]
    newest: list[Compared]
    decided: Decided | None

    @property
    def is_better(self) -> bool:
        """Whether it is better than the bundle alone, beyond chance."""
        return is_better(self.out_of_fold, self.newest, self.decided)


@dataclass(frozen=True, slots=True)
class Trial:
    """What comes of other comments by an adaptation to some, beside the bundle alone.

    `before` and `after` score them by a label, `waited` and `waits` are those for people, `passed`
    and `passes` those that are approved, and `is_better` is what the gate says by the annotated
    comments alone.
    """

    before: Array
    after: Array
    waited: Bools
    waits: Bools
    passed: Bools
    passes: Bools
    is_better: bool


def make(
    annotations: Annotations,
    bundle: Bundle,
    inputs: Inputs | None = None,
    cache: Path | None = None,
    serving: Serving | None = None,
) -> Made:
    """Fit an adaptation of a bundle to annotations and judge it.

    `inputs` are theirs, if known; else what encoders say of them is kept in `cache` for the next.
    What is `serving` is judged too, by what was said since.
    """
    rows = annotations.rows
    if inputs is None:
        readings = Readings(cache)
        inputs = gather(rows, bundle, readings)
        readings.keep()
    # Products are small: threads of a library for linear algebra would wait for each other.
    with threadpool_limits(1):
        found = _judged(rows, inputs, bundle)
        content = packed(content_of(found.fitted.made, found.fitted.learned))
        site = Site(found.fitted.made, rows, found.weight, bundle)
        course = curve(site, found.fitted.learned, found.decided)
        ageing = aged(rows, inputs, serving) if serving else None
    digest = hashlib.sha256(content).hexdigest()
    card = {
        "format": FORMAT,
        "version": f"{bundle.version}+{digest[:12]}",
        "digest": digest,
        "made": datetime.now(UTC).date().isoformat(),
        "bundle": {"version": bundle.version, "digest": bundle.digest},
        "better": found.is_better,
        "annotations": _counts(annotations, inputs, found.weight),
        "labels": {each.label: _label(each) for each in found.fitted.learned},
        "stages": found.stages,
        "judged": {
            "out_of_fold": [each.as_dict() for each in found.out_of_fold],
            "newest": [each.as_dict() for each in found.newest],
            "decided": found.decided.as_dict() if found.decided else None,
        },
        "curve": course,
        "serving": ageing.as_dict() if ageing else None,
    }
    return Made(content, card)


def _judged(rows: Sequence[Annotation], inputs: Inputs, bundle: Bundle) -> Judged:
    status = np.array(inputs.status)
    weight = weights_of(rows, status == "approved", status == "rejected")
    fitted = _fit(design(inputs), rows, weight)
    told = stages(rows, inputs, fitted.learned, weight, bundle)
    adaptation = Adaptation(content_of(fitted.made, fitted.learned), {"stages": told}, bundle)
    looked = testimony_of(rows) * inputs.spoken
    return Judged(
        fitted,
        weight,
        told,
        adaptation,
        _out_of_fold(rows, inputs, weight, fitted.learned),
        _newest(rows, fitted, weight, bundle),
        decided(inputs, fitted.learned, adaptation, bundle, (_bad(rows), weight, looked)),
    )


def _bad(rows: Sequence[Annotation]) -> Bools:
    return np.array([row.is_violation for row in rows], dtype=np.bool_)


def _fit(
    made: Design,
    rows: Sequence[Annotation],
    weight: Array,
    chosen: dict[str, Learned] | None = None,
) -> Fitted:
    known = [label for label in learnable(rows, weight) if chosen is None or label in chosen]
    told = chosen or {}
    return Fitted(made, [learn(made, rows, weight, each, told.get(each)) for each in known])


def _out_of_fold(
    rows: Sequence[Annotation], inputs: Inputs, weight: Array, learned: Sequence[Learned]
) -> list[Compared]:
    """Compare on all comments, each scored by a fit that did not see it."""
    return [
        each
        for one in learned
        for each in compared(
            one.label,
            rows,
            inputs,
            weight * inputs.spoken,
            (inputs.encoder[:, LABELS.index(one.label)], one.out_of_fold["encoder"]),
        )
    ]


def _newest(
    rows: Sequence[Annotation], fitted: Fitted, weight: Array, bundle: Bundle
) -> list[Compared]:
    """Compare on the newest fifth what a fit of the older ones makes of it.

    How far head and words are trusted is what all comments chose: four numbers of a label. Nor do
    the words and directions that are learnt of depend on what anybody said.
    """
    cut = len(rows) - round(len(rows) * NEWEST)
    older = _fit(
        of_first(fitted.made, cut),
        rows[:cut],
        weight[:cut],
        {each.label: each for each in fitted.learned},
    )
    if not older.learned:
        return []
    inputs, places = fitted.made.inputs, range(cut, len(rows))
    scores = _served(older, rows, inputs, places, bundle)
    here = part_of(inputs, places)
    return [
        each
        for at, one in enumerate(older.learned)
        for each in compared(
            one.label,
            rows[cut:],
            here,
            weight[cut:] * here.spoken,
            (here.encoder[:, LABELS.index(one.label)], scores[:, at]),
        )
    ]


def _served(
    fitted: Fitted,
    rows: Sequence[Annotation],
    inputs: Inputs,
    places: Sequence[int],
    bundle: Bundle,
) -> Array:
    """Return what the adaptation says of comments when it serves, one column a label."""
    nothing: dict[str, Any] = {stage: {"bands": {}, "languages": {}} for stage in STAGES}
    content = content_of(fitted.made, fitted.learned)
    adaptation = Adaptation(content, {"stages": nothing}, bundle)
    return scores_of(adaptation, [rows[place] for place in places], part_of(inputs, places))


def tried(
    label: str,
    annotated: tuple[Sequence[Annotation], Inputs],
    others: tuple[Sequence[Annotation], Inputs],
    bundle: Bundle,
) -> Trial:
    """Adapt to some comments and return what comes of others, scored by a label."""
    found = _judged(*annotated, bundle)
    rows, inputs = others
    before = inputs.encoder[:, LABELS.index(label)]
    known = [each.label for each in found.fitted.learned]
    after = before
    if label in known:
        after = _served(found.fitted, rows, inputs, range(len(rows)), bundle)[:, known.index(label)]
    verdicts = [
        judge_both(
            found.adaptation.assess(first, row.comment),
            found.adaptation.assess_by_encoder(second, first, row.comment),
        ).status
        for row, (first, second) in zip(rows, inputs.scored, strict=True)
    ]
    own, then = np.array(inputs.status), np.array(verdicts)
    return Trial(
        before,
        after,
        waited=own == "pending",
        waits=then == "pending",
        passed=own == "approved",
        passes=then == "approved",
        is_better=found.is_better,
    )


def _counts(annotations: Annotations, inputs: Inputs, weight: Array) -> dict[str, Any]:
    names, counts = np.unique(np.array(inputs.languages), return_counts=True)
    rows = annotations.rows
    return {
        "lines": annotations.lines,
        "comments": len(rows),
        "read": int((inputs.spoken > 0).sum()),
        "violations": sum(row.is_violation for row in rows),
        "conflicts": annotations.conflicts,
        "by_provenance": dict(annotations.by),
        "worth": round(float(weight.sum()), 1),
        "languages": dict(zip(names.tolist(), counts.tolist(), strict=True)),
        "from": rows[0].at.isoformat() if rows[0].at else None,
        "to": rows[-1].at.isoformat() if rows[-1].at else None,
    }


def _label(learned: Learned) -> dict[str, Any]:
    return {
        "penalties": {"head": learned.chosen.head, "words": learned.chosen.words},
        "counts_for": {
            stage: dict(
                zip(("slope", "intercept", "head", "words"), stack.round(3).tolist(), strict=True)
            )
            for stage, stack in learned.stacks.items()
        },
    }
