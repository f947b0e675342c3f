"""What a model's card has evidence for: which labels in which language, the same for every API."""

from collections.abc import Sequence
from typing import Final

from classifier import Bundle
from service.domain.languages import latin_and_short

ENGLISH: Final = "en"


def has_evidence(bundle: Bundle, label: str, language: str | None) -> bool:
    """Say whether the card has evidence: the kinds of toxicity have it in English only."""
    if language is None or language == ENGLISH:
        return language == ENGLISH
    entry = bundle.card.get("languages", {}).get(language, {})
    return bool(entry.get("violations", {}).get(label))


def language_for(
    bundle: Bundle, labels: Sequence[str], detected: str | None, text: str
) -> str | None:
    """Return the language to score a text in; None where a label has no evidence for it.

    A word or two tell no language: such a text counts as English, which has every label.
    """
    if all(has_evidence(bundle, label, detected) for label in labels):
        return detected
    return ENGLISH if latin_and_short(text) else None
