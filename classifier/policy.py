"""What the shipped bands make of a score: a pure function of bands, evidence and scores."""

from collections.abc import Mapping

from classifier.types import DECIDING, Automatic, Band, Scored, Verdict

NOTHING = Automatic(approve=False, reject=frozenset())
UNKNOWN, ENGLISH = "und", "en"


def others(card: Mapping[str, object]) -> frozenset[str]:
    """Return the languages besides English that the card has evidence for."""
    languages = card.get("languages")
    known = map(str, languages) if isinstance(languages, Mapping) else ()
    return frozenset(known) - {ENGLISH, UNKNOWN}


def automatic(card: Mapping[str, object], language: str | None, label: str) -> Automatic:
    """Read from a card which automatic decisions about `label` are allowed in `language`.

    A language that the card does not list allows none. None (unknown) is listed as "und".
    """
    languages = card.get("languages")
    entry = languages.get(language or UNKNOWN) if isinstance(languages, Mapping) else None
    rights = entry.get("automatic") if isinstance(entry, Mapping) else None
    if not isinstance(rights, Mapping):
        return NOTHING
    labels = frozenset(str(name) for name in rights.get("reject", ()))
    return Automatic(approve=bool(rights.get("approve")), reject=labels & {label})


def verdict(bands: Mapping[str, Band], card: Mapping[str, object], scored: Scored) -> Verdict:
    """Say what the bands give: rejected and approved only where the card's evidence allows it."""
    language = scored.language
    for label, band in bands.items():
        clear = scored.scores[label] >= band.reject_at
        if clear and label in automatic(card, language, label).reject:
            return "rejected"
    if all(scored.scores[label] < bands[label].approve_below for label in bands) and all(
        automatic(card, language, label).approve for label in DECIDING
    ):
        return "approved"
    return "pending"
