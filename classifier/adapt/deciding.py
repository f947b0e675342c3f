"""A site's own bands and rights, stage by stage and language by language, from what was learnt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from classifier.adapt import bands
from classifier.adapt.annotations import Annotation
from classifier.adapt.fit import Learned
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs
from classifier.adapt.kept import Kept, kept_of
from classifier.adapt.testimony import Before, Heard, before_of
from classifier.adapt.weighing import testimony_of
from classifier.bundle import Bundle
from classifier.policy import rights_of
from classifier.text.tags import UNKNOWN
from classifier.types import LABELS, Assessment

KINDS: Final = tuple(label for label in LABELS if label not in {"spam", "toxicity"})
"""Parts of toxicity: where a site taught what that is, they hold nothing of their own."""

NEVER_REACHED: Final = {"approve_below": None, "reject_at": None}


@dataclass(frozen=True, slots=True)
class Seen:
    """What bands are chosen on: one stage's view of comments that people judged."""

    risk: Array
    bad: Bools
    weight: Array
    looked: Array
    passed: Bools
    kept: Kept
    before: Before

    @property
    def told(self) -> Heard:
        """What people said of them, as a promise rests on it."""
        return Heard(self.bad, self.looked, self.passed, self.before)

    def of(self, rows: Bools) -> "Seen":
        """Return some of the rows."""
        names = "risk", "bad", "weight", "looked", "passed"
        parts = {name: getattr(self, name)[rows] for name in names}
        return Seen(**parts, kept=self.kept.of(rows), before=self.before)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Below which risk is approved, whether that is proven by all, and labels that gave way."""

    limit: float
    is_proven: bool
    kept: Kept


@dataclass(frozen=True, slots=True)
class Rejects:
    """From where labels are rejected: what was earned here, and what is kept of the bundle's."""

    earned: Mapping[str, float]
    kept: Mapping[str, float]
    bundle: Bundle

    def kept_in(self, language: str) -> dict[str, float]:
        """Return what is kept in a language: the labels that the bundle may reject there."""
        card = self.bundle.second.card if self.bundle.second else {}
        rights = rights_of(card, language).reject if self.kept else frozenset()
        return {label: found for label, found in self.kept.items() if label in rights}


def stages(
    rows: Sequence[Annotation],
    inputs: Inputs,
    learned: Sequence[Learned],
    weight: Array,
    bundle: Bundle,
) -> dict[str, Any]:
    """Return for each stage its bands, and for each language that it knows bands and rights."""
    bad = np.array([row.is_violation for row in rows], dtype=np.bool_)
    looked = testimony_of(rows)
    passed = np.array([status == "approved" for status in inputs.status], dtype=np.bool_)
    languages = np.array(inputs.languages)
    chances = {
        stage: {each.label: 1 / (1 + np.exp(-each.out_of_fold[stage])) for each in learned}
        for stage in ("linear", "encoder")
    }
    before = before_of(bundle.card, float(weight @ bad / weight.sum()) if weight.any() else 0.0)
    found = {}
    for stage, chance in chances.items():
        risk = np.max(list(chance.values()), axis=0) if chance else np.zeros(len(rows))
        kept = [label for label in LABELS if label not in {*chance, *released(tuple(chance))}]
        spoken = inputs.spoken if stage == "encoder" else np.ones(len(rows))
        held = kept_of(kept, _said(inputs, stage, bundle), rows)
        seen = Seen(risk, bad, weight * spoken, looked * spoken, passed, held, before)
        earned = dict(_rejecting(chance, rows, seen.looked))
        left = set(chance) - set(earned) if stage == "encoder" else set()
        rejected = _rejected(inputs, stage, bundle)
        kept_on = dict(_keeping({label: chance[label] for label in left}, rejected, seen))
        rejects = Rejects(earned, kept_on, bundle)
        found[stage] = _stage(seen, languages, tuple(chance), rejects)
        found[stage]["stands"] = [
            label
            for label, rows in rejected.items()
            if not bands.is_overturned(seen.bad, seen.looked, rows)
        ]
    if any(numbers is not None for numbers in inputs.numbers):
        found["linear"] = _asking(found["linear"], found["encoder"])
    return found


def _said(inputs: Inputs, stage: str, bundle: Bundle) -> list[Assessment]:
    """Return what a stage of the bundle says of each comment, the linear one where it is silent."""
    found = []
    for first, second in inputs.scored:
        known = bundle.assess_by_encoder(second) if stage == "encoder" else None
        found.append(known or bundle.assess(first))
    return found


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


def _keeping(
    chance: Mapping[str, Array], rejected: Mapping[str, Bools], seen: Seen
) -> Iterator[tuple[str, float]]:
    """Yield labels for which what the bundle rejects stays rejected, and what is as bad.

    What it rejects without a person waited for nobody before, so few audits speak of it.
    """
    for label, risk in chance.items():
        found = bands.reject_alike(risk, seen.bad, seen.looked, rejected[label])
        if found is not None:
            yield label, found


def _rejected(inputs: Inputs, stage: str, bundle: Bundle) -> dict[str, Bools]:
    """Return for each label which comments the bundle rejects for it."""
    said = _said(inputs, stage, bundle)
    is_rejected = np.array([status == "rejected" for status in inputs.status], dtype=np.bool_)
    return {
        label: is_rejected
        & np.array([each.bands[label].is_violation(each.scores[label]) for each in said])
        for label in LABELS
    }


def _stage(seen: Seen, languages: Any, labels: Sequence[str], rejects: Rejects) -> dict[str, Any]:
    """Return bands for all languages, and for those with evidence bands and rights of their own.

    What is in no language is decided as the site as a whole.
    """
    general = chosen_of(seen)
    entries = {}
    for name in map(str, np.unique(languages)):
        own = seen.of(languages == name)
        if name != UNKNOWN and (chosen := chosen_in(own, general)):
            entries[name] = _entry(own, chosen, labels, rejects, name)
    entries[UNKNOWN] = _entry(seen, general, labels, rejects, UNKNOWN)
    return {"bands": _bands(labels, general.limit, rejects.earned), "languages": entries}


def chosen_in(own: Seen, general: Chosen) -> Chosen | None:
    """Return what is approved in a language: by its own proof, else by that of the whole site.

    That counts where some of its comments were looked at and no more of them than promised were
    wrong. None where that is not known, and too few were looked at for bands of its own.
    """
    looked = own.looked > 0
    chosen = chosen_of(own) if looked.sum() >= bands.FEWEST else None
    if (chosen and chosen.is_proven) or not general.is_proven:
        return chosen
    kept = own.kept.with_low(general.kept)
    here = kept.clear & (own.risk < general.limit) & looked
    if here.sum() < bands.FEWEST_ALIKE:
        return chosen
    said = bands.share(own.bad[here], own.told.smoothed(own.risk).weight[here])
    return replace(general, kept=kept) if said.value <= bands.MISSED else chosen


def _entry(
    seen: Seen, chosen: Chosen, labels: Sequence[str], rejects: Rejects, language: str
) -> dict[str, Any]:
    """Return bands and rights of a language, as a card has them."""
    kept = rejects.kept_in(language)
    rejecting = kept | dict(rejects.earned)
    entry: dict[str, Any] = {
        "bands": _bands(labels, chosen.limit, rejecting) | chosen.kept.bands(seen.kept)
    }
    if chosen.is_proven or rejecting:
        entry["automatic"] = {"approve": chosen.is_proven, "reject": sorted(rejecting)}
    if kept:
        entry["keeps"] = sorted(kept)
    return entry | _figures(seen, chosen) if chosen.is_proven else entry


def chosen_of(seen: Seen) -> Chosen:
    """Return what is approved: by proof of all of it, else as much as before and what is beside.

    It is less than before where people found that wrong beyond chance.
    """
    loose = seen.kept.loosened(seen.looked)
    proven = bands.approve_below(seen.risk, seen.told, loose.clear)
    if proven is not None:
        return Chosen(proven, is_proven=True, kept=loose)
    counted = Heard(seen.bad, seen.weight, seen.passed)
    people = replace(counted, weight=np.where(seen.looked > 0, seen.weight, 0.0))
    less = people if bands.is_broken(people) else None
    before = bands.as_much(seen.risk, counted, seen.kept.clear, less)
    beside = bands.beyond(seen.risk, seen.told, loose.clear)
    is_shown = beside is not None or _is_shown(seen, loose, before)
    kept = loose if is_shown else seen.kept
    return Chosen(max(before, beside or 0.0), is_proven=False, kept=kept)


def _is_shown(seen: Seen, loose: Kept, limit: float) -> bool:
    """Say whether what labels that give way let through keeps the promise by itself."""
    through = loose.clear & ~seen.kept.clear & (seen.risk < limit) & (seen.looked > 0)
    return bands.share(seen.bad[through], seen.looked[through]).high <= bands.MISSED


def _figures(seen: Seen, chosen: Chosen) -> dict[str, Any]:
    """Return how much is approved by the people who looked, and how much of it is wrong."""
    here = chosen.kept.clear & (seen.risk < chosen.limit) & (seen.looked > 0)
    told = seen.told.smoothed(seen.risk)
    said = bands.share(seen.bad[here], told.weight[here])
    most = told.at_most(np.flatnonzero(here), bands.CONFIDENCE)
    approved = float(seen.looked[here].sum() / seen.looked.sum())
    missed = replace(said, high=most).as_list()
    return {"missed": missed, "approved": round(approved, 4), "rows": int(here.sum())}


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
        | {key: own[key] for key in ("automatic", "keeps") if key in own}
        for name, own in second["languages"].items()
    }
    return first | {"languages": entries}
