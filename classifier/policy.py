"""Whether a comment is approved, held or rejected, and who is put to the encoder: pure functions.

New comments, the shadow, previews, the compatibility APIs, `score`, evaluation and the card all
decide here. The service adds what a site sets and what its rules say.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from classifier.text.tags import UNKNOWN
from classifier.types import (
    LABELS,
    NEVER,
    SECOND_OPINION,
    Assessment,
    Band,
    Right,
    Rights,
    Rules,
    Verdict,
    Witness,
)

NO_RIGHTS: Final = Rights(approve=False, reject=frozenset())
ALL_RIGHTS: Final = Rights(approve=True, reject=frozenset(LABELS))
"""Of a model whose rights are still to be found: what it would decide if it might."""

NO_RULES: Final = Rules()

PROMISED: Final[Mapping[str, float]] = MappingProxyType({"approved": 0.03, "rejected": 0.05})
"""What is promised a site not to be exceeded: violations among what is approved without a person,
honest comments among what is rejected without one."""

ENGLISH = "en"

HOLDS_NOTHING: Final = Band(NEVER, NEVER)
"""The band of a kind of toxicity where a site taught what toxicity is."""


def judge(
    assessment: Assessment | None, rules: Rules = NO_RULES, doubted: tuple[str, ...] = ()
) -> Verdict:
    """Decide about a comment by one assessment; None is a text that has no scores.

    Rules of the site come first, since they are certain; then clear violations; a comment is
    approved only when nothing speaks against it and the model has evidence for its language.
    Labels that another stage has in doubt are borderline whatever this one says.
    """
    if rules.blocking:
        return Verdict("rejected", 1.0, rules=rules.blocking)
    if assessment is None:
        return Verdict("pending", 1.0, rules=rules.holding, is_scored=False)
    rights, risk, encoder = assessment.rights, risk_of(assessment), assessment.by_encoder
    violated, borderline = _by_band(assessment)
    borderline += tuple(label for label in doubted if label not in (*violated, *borderline))
    certain = tuple(label for label in violated if label in rights.reject)
    if certain and not rules.hold_everything:
        return Verdict("rejected", risk, violated=certain, by_encoder=encoder)
    missing = _missing(rights, all_certain=len(certain) == len(violated))
    certainly_held = violated or missing or rules.holding
    passes = rules.trusted if borderline and not certainly_held else ()
    held = certainly_held or (borderline and not passes)
    return Verdict(
        "pending" if held else "approved",
        risk,
        violated=violated,
        borderline=borderline,
        missing=missing,
        rules=(*rules.holding, *passes),
        by_encoder=encoder,
    )


def is_clear(assessment: Assessment) -> bool:
    """Say whether `judge` approves by this assessment alone, without what else a verdict holds."""
    scores = assessment.scores
    return assessment.rights.approve and all(
        band.is_clear(scores[label]) for label, band in assessment.bands.items()
    )


def asks_encoder(assessment: Assessment, verdict: Verdict) -> bool:
    """Say whether the encoder is asked about a comment with this verdict of the linear model.

    It is where the model would reject, where only labels between their thresholds hold a comment,
    and where one that would be approved is near a threshold. What a rule holds or rejects, or the
    model may not decide anyway, it would not change.
    """
    if assessment.asked_from is None:
        return False
    if verdict.status == "rejected":
        return not verdict.rules
    if verdict.status == "pending":
        return bool(verdict.borderline) and not (
            verdict.violated or verdict.missing or verdict.rules
        )
    return verdict.status == "approved" and (
        bool(verdict.borderline)  # which a trusted author's may be
        or any(assessment.scores[label] >= low for label, low in assessment.asked_from.items())
    )


def judge_both(
    first: Assessment | None, encoder: Assessment | None, rules: Rules = NO_RULES
) -> Verdict:
    """Decide by both stages: the encoder's assessment counts where it is asked and has answered.

    A rejection is final and unseen, so it needs both, about the same label: what the encoder alone
    would reject is left to people, and so is what the linear model would and the encoder had no
    time for. Where the encoder finds clear what words alone would reject, such as an insult that
    is reported, its verdict counts, unless the words are worse than what was ever reported so.
    What words are a witness against is not approved unread either, as a site's own might be.
    """
    verdict = judge(first, rules)
    if first is None or not asks_encoder(first, verdict):
        return verdict
    if encoder is None:
        return _held(verdict) if verdict.status != "approved" else _unread(first, verdict, rules)
    doubted = tuple(
        label for label, own in first.witness.items() if first.scores[label] >= own.clears_below
    )
    second = judge(encoder, rules, doubted)
    if second.status == "rejected":
        agreed = tuple(label for label in second.violated if _agrees(first, verdict, label))
        return replace(second, violated=agreed) if agreed else _held(second)
    return replace(second, risk=max(second.risk, verdict.risk)) if doubted else second


def _agrees(first: Assessment, verdict: Verdict, label: str) -> bool:
    """Say whether the linear model is a witness to a violation of which the encoder is sure."""
    if label in first.witness:
        return first.scores[label] >= first.witness[label].agrees_from
    return verdict.status == "rejected" and label in verdict.violated


def _unread(first: Assessment, verdict: Verdict, rules: Rules) -> Verdict:
    """Return the verdict of words where the encoder was asked and is silent."""
    sure = [label for label, own in first.witness.items() if first.scores[label] >= own.agrees_from]
    return judge(first, rules, tuple(sure)) if sure else verdict


def _held(verdict: Verdict) -> Verdict:
    """Return a verdict with nothing rejected: a witness is missing."""
    if verdict.status != "rejected" or verdict.rules:
        return verdict
    return replace(verdict, status="pending", missing=("may_not_reject",))


def risk_of(assessment: Assessment) -> float:
    """How near the worst label is to its violation band, 0 to 1.

    Piecewise linear: 0 at score 0, 0.5 at the band's lower threshold, 0.9 at its upper, 1 at 1.
    """
    return risk_of_scores(assessment.scores, assessment.bands)


def risk_of_scores(scores: Mapping[str, float], bands: Mapping[str, Band]) -> float:
    """Return the same of scores, by these bands."""
    return max((_place(scores[name], band) for name, band in bands.items()), default=0.0)


def assessed(
    card: Mapping[str, Any], language: str | None, scores: Mapping[str, float]
) -> Assessment:
    """Return what a bundle's linear model says by its card: its bands and rights in a language."""
    part = card.get(SECOND_OPINION)
    is_asked = language in languages_asked(card)
    return Assessment(
        scores=scores,
        bands=bands_of(card, language),
        rights=rights_of(card, language),
        asked_from=_own(part, language, "asked_from") or {} if part and is_asked else None,
        witness=witness_of(part, language) if part and is_asked else {},
    )


def assessed_by_encoder(
    card: Mapping[str, Any], language: str | None, scores: Mapping[str, float]
) -> Assessment | None:
    """Return what a bundle's encoder says by the card; None of a bundle without one."""
    part = card.get(SECOND_OPINION)
    if part is None:
        return None
    return Assessment(scores, bands_of(part, language), rights_of(part, language), by_encoder=True)


def adapted(
    known: Assessment,
    part: Mapping[str, Any],
    labels: Collection[str],
    language: str | None,
    *,
    asks: bool,
    bands: Mapping[str, Band] | None = None,
) -> Assessment:
    """Return what a stage says by a site's adaptation: with its bands and rights for its own.

    Args:
        known: what the bundle's stage says, with the adaptation's scores in their place.
        part: the stage in the adaptation's card.
        labels: what it learnt.
        language: the comment's.
        asks: whether the encoder is asked about every comment, which it learnt of.
        bands: those of the part in the language, if they were read before.
    """
    name = language or UNKNOWN
    rights, entry = known.rights, part["languages"].get(name, {})
    if "automatic" in entry:
        own, others = rights_of(part, name), rights.reject - set(labels)
        rights = Rights(approve=own.approve or rights.approve, reject=own.reject | others)
    learnt = set(labels) - set(entry.get("keeps", ()))
    own_bands = bands_of(part, name if entry else None) if bands is None else bands
    rejecting = {
        label: replace(known.bands[label], approve_below=known.bands[label].reject_at)
        for label in standing(known, part)
        if own_bands.get(label) == HOLDS_NOTHING
    }
    return replace(
        known,
        bands={**known.bands, **own_bands, **rejecting},
        rights=rights,
        asked_from=dict.fromkeys(labels, 0.0) if asks else known.asked_from,
        witness={
            label: replace(each, clears_below=NEVER) if label in own_bands else each
            for label, each in known.witness.items()
            if label not in learnt
        },
    )


def standing(known: Assessment, part: Mapping[str, Any]) -> frozenset[str]:
    """Return the labels for which a site lets stand what a stage of the bundle rejects.

    So it does until its people found that wrong beyond chance, which a stage in an adaptation's
    card says: nobody looks at what is rejected but by audits, so what was learnt of all the rest
    says little of it.
    """
    return known.rights.reject & frozenset(part.get("stands", LABELS))


def languages_asked(card: Mapping[str, Any]) -> frozenset[str]:
    """Return the languages in which a bundle's encoder is asked: those in which it may approve."""
    part = card.get(SECOND_OPINION) or {}
    return frozenset(name for name in part.get("languages", ()) if rights_of(part, name).approve)


def bands_of(card: Mapping[str, Any], language: str | None = None) -> dict[str, Band]:
    """Return the bands in a card, or in its part about the encoder: a language may have its own."""
    found = _own(card, language, "bands") or {}
    return {label: band_of(band) for label, band in found.items() if label in LABELS}


def witness_of(part: Mapping[str, Any], language: str | None = None) -> dict[str, Witness]:
    """Return what linear scores count for beside the encoder's, from a card's part about it."""
    found = _own(part, language, "witness") or {}
    return {
        label: Witness(
            *(NEVER if own[end] is None else own[end] for end in ("clears_below", "agrees_from"))
        )
        for label, own in found.items()
        if label in LABELS
    }


def band_of(told: Mapping[str, float | None]) -> Band:
    """Read one band; null is a threshold that no score reaches."""
    low, high = told["approve_below"], told["reject_at"]
    return Band(NEVER if low is None else low, NEVER if high is None else high)


def _own(part: Mapping[str, Any], language: str | None, name: str) -> Any:
    """Return what a card says for a language, else for all of them."""
    languages = part.get("languages")
    entry = languages.get(language or UNKNOWN) if isinstance(languages, Mapping) else None
    own = entry.get(name) if isinstance(entry, Mapping) else None
    return own if isinstance(own, Mapping) else part.get(name)


def rights_of(card: Mapping[str, Any], language: str | None) -> Rights:
    """Read from a card which automatic decisions are allowed in a language.

    A language that the card does not list allows none. None (unknown) is listed as "und".
    """
    languages = card.get("languages")
    entry = languages.get(language or UNKNOWN) if isinstance(languages, Mapping) else None
    rights = entry.get("automatic") if isinstance(entry, Mapping) else None
    if not isinstance(rights, Mapping):
        return NO_RIGHTS
    labels = frozenset(str(name) for name in rights.get("reject", ()))
    return Rights(approve=bool(rights.get("approve")), reject=labels & frozenset(LABELS))


def others(card: Mapping[str, object]) -> frozenset[str]:
    """Return the languages besides English that the card has evidence for."""
    languages = card.get("languages")
    known = map(str, languages) if isinstance(languages, Mapping) else ()
    return frozenset(known) - {ENGLISH, UNKNOWN}


def _by_band(assessment: Assessment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels in their violation band, and labels between their two thresholds."""
    scores = assessment.scores
    doubted = [
        (label, band)
        for label, band in assessment.bands.items()
        if not band.is_clear(scores[label])
    ]
    violated = [label for label, band in doubted if band.is_violation(scores[label])]
    borderline = [label for label, _ in doubted if label not in violated]
    return tuple(violated), tuple(borderline)


def _missing(rights: Rights, *, all_certain: bool) -> tuple[Right, ...]:
    """Say what the model has no evidence for: its decisions in this language, or a rejection."""
    if not all_certain and (rights.approve or rights.reject):
        return ("may_not_reject",)
    return () if rights.approve else ("language",)


def _place(score: float, band: Band) -> float:
    low, high = band.approve_below, band.reject_at
    if score < low:
        return 0.5 * score / low
    if score < high:
        return 0.5 + 0.4 * (score - low) / (high - low)
    return 0.9 + 0.1 * (score - high) / max(1 - high, 1e-9)
