"""What a model may decide by itself, as its card says: for the pages of sites and models."""

from collections.abc import Iterable, Mapping
from typing import Any

from classifier import Bundle
from classifier.policy import languages_asked, rights_of
from classifier.types import LABELS


def rejecting(bundle: Bundle | None) -> dict[str, list[str]]:
    """Return per label the languages in which the model, or its second opinion, may reject for it.

    A label for which it may reject nowhere is there with none; without a model all are.
    """
    cards = [bundle.card, *([bundle.second.card] if bundle.second else [])] if bundle else []
    return {label: sorted(_languages(cards, label)) for label in LABELS}


def asked_in(bundle: Bundle | None) -> list[str]:
    """Return the languages in which the second opinion decides and so is asked about comments."""
    return sorted(languages_asked(bundle.card)) if bundle else []


def _languages(cards: Iterable[Mapping[str, Any]], label: str) -> set[str]:
    return {
        language
        for card in cards
        for language in card.get("languages", {})
        if label in rights_of(card, language).reject
    }


def reachable(bands: Iterable[tuple[str, float, float]]) -> frozenset[str]:
    """Return the labels whose violations, from the last number on, a score can reach."""
    return frozenset(label for label, _, begin in bands if begin <= 1)
