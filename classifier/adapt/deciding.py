"""A site's own bands and rights, stage by stage and language by language, from what was learnt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from classifier.adapt import bands
from classifier.adapt.annotations import Annotation
from classifier.adapt.fit import Learned
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs
from classifier.adapt.weighing import testifies
from classifier.bundle import Bundle
from classifier.text.tags import UNKNOWN
from classifier.types import LABELS, Assessment

KINDS: Final = tuple(label for label in LABELS if label not in {"spam", "toxicity"})
"""Parts of toxicity: where a site taught what that is, they hold nothing of their own."""

NEVER_REACHED: Final = {"approve_below": None, "reject_at": None}


@dataclass(frozen=True, slots=True)
class Seen:
    """What bands are chosen on: one stage's view of comments that people judged."""

    risk: Array
    able: Bools
    bad: Bools
    weight: Array
    looked: Array
    passed: Bools

    def of(self, rows: Bools) -> "Seen":
        """Return some of the rows."""
        return Seen(*(getattr(self, name)[rows] for name in self.__slots__))


def stages(
    rows: Sequence[Annotation],
    inputs: Inputs,
    learned: Sequence[Learned],
    weight: Array,
    bundle: Bundle,
) -> dict[str, Any]:
    """Return for each stage its bands, and for each language that it knows bands and rights."""
    bad = np.array([row.is_violation for row in rows], dtype=np.bool_)
    looked = np.where(testifies(rows), weight, 0.0)
    passed = np.array([status == "approved" for status in inputs.status], dtype=np.bool_)
    languages = np.array(inputs.languages)
    chances = {
        stage: {each.label: 1 / (1 + np.exp(-each.out_of_fold[stage])) for each in learned}
        for stage in ("linear", "encoder")
    }
    found = {}
    for stage, chance in chances.items():
        risk = np.max(list(chance.values()), axis=0) if chance else np.zeros(len(rows))
        able = _able(inputs, stage, tuple(chance), bundle)
        seen = Seen(risk, able, bad, weight, looked, passed)
        rejecting = dict(_rejecting(chance, rows, looked))
        found[stage] = _stage(seen, languages, tuple(chance), rejecting)
    if any(numbers is not None for numbers in inputs.numbers):
        found["linear"] = _asking(found["linear"], found["encoder"])
    return found


def _able(inputs: Inputs, stage: str, labels: Sequence[str], bundle: Bundle) -> Bools:
    """Say which comments no label holds that keeps its band."""
    kept = [label for label in LABELS if label not in {*labels, *released(labels)}]

    def assessed(place: int) -> Assessment:
        first, second = inputs.scored[place]
        known = bundle.assess_by_encoder(second) if stage == "encoder" else None
        return known or bundle.assess(first)

    def is_clear(said: Assessment) -> bool:
        return all(said.bands[label].is_clear(said.scores[label]) for label in kept)

    places = range(len(inputs.scored))
    return np.array([is_clear(assessed(place)) for place in places], dtype=np.bool_)


def released(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds that hold nothing of their own where these labels were learnt."""
    return tuple(kind for kind in KINDS if "toxicity" in labels and kind not in labels)


def _rejecting(
    chance: Mapping[str, Array], rows: Sequence[Annotation], looked: Array
) -> Iterator[tuple[str, float]]:
    """Yield the labels that have earned to reject, and from where."""
    for label, risk in chance.items():
        judged = np.array([label in row.labels for row in rows], dtype=np.bool_)
        bad = np.array([row.labels.get(label, False) for row in rows], dtype=np.bool_)
        found = bands.reject_at(risk[judged], bad[judged], looked[judged])
        if found is not None:
            yield label, found


def _stage(
    seen: Seen, languages: Any, labels: Sequence[str], rejecting: Mapping[str, float]
) -> dict[str, Any]:
    """Return bands for all languages, and for those with evidence bands and rights of their own.

    What is in no language is decided as the site as a whole.
    """
    known = [
        str(each)
        for each in np.unique(languages)
        if seen.looked[languages == each].astype(bool).sum() >= bands.FEWEST and each != UNKNOWN
    ]
    everything = np.ones(len(languages), dtype=np.bool_)
    entries: dict[str, Any] = {}
    general = 0.0
    for name in (*known, UNKNOWN):
        own = seen.of(everything if name == UNKNOWN else languages == name)
        proven = bands.approve_below(own.risk, own.able, own.bad, own.looked)
        limit = (
            bands.as_much(own.risk, own.able, own.bad, own.weight, own.passed)
            if proven is None
            else proven
        )
        if name == UNKNOWN:
            general = limit
        entry: dict[str, Any] = {"bands": _bands(labels, limit, rejecting)}
        if proven is not None or rejecting:
            entry["automatic"] = {"approve": proven is not None, "reject": sorted(rejecting)}
        if proven is not None:
            chosen = own.able & (own.risk < limit) & (own.looked > 0)
            said = bands.share(own.bad[chosen], own.looked[chosen])
            entry["missed"] = said.as_list()
            entry["approved"] = round(float(own.looked[chosen].sum() / own.looked.sum()), 4)
            entry["rows"] = int(chosen.sum())
        entries[name] = entry
    return {"bands": _bands(labels, general, rejecting), "languages": entries}


def _bands(
    labels: Sequence[str], limit: float, rejecting: Mapping[str, float]
) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {
        label: {"approve_below": limit, "reject_at": _at_least(rejecting.get(label), limit)}
        for label in labels
    }
    return found | {label: dict(NEVER_REACHED) for label in released(labels)}


def _at_least(threshold: float | None, limit: float) -> float | None:
    return None if threshold is None else max(threshold, limit)


def _asking(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return the linear stage with the rights of the encoder, which it is to ask."""
    entries = {
        name: first["languages"].get(name, {"bands": first["bands"]})
        | ({"automatic": own["automatic"]} if "automatic" in own else {})
        for name, own in second["languages"].items()
    }
    return first | {"languages": entries}
