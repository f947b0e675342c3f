"""Texts that the shipped model leaves in doubt, and what its second opinion says of them."""

import asyncpg
import msgspec

from classifier import Scored
from classifier.types import LABELS
from service.domain.sites import SiteSettings
from tests.support.service import Service, shipped_open

BUNDLE = shipped_open()
_TEXTS = (
    "What a load of rubbish, the council should be sacked.",
    "This is the dumbest decision they have made so far.",
    "Check out my channel for more videos like this one.",
    "I hate this stupid rain and the stupid bus.",
    "These politicians are clowns and liars.",
    "Shut up and read the article before you comment.",
    "Click my profile to see how I earn from home.",
    "The mayor is a fool and everybody knows it.",
    "What an ugly bridge, who designed this garbage?",
    "He is a crook and he belongs in jail.",
    "Visit my blog for the full review and a discount code.",
    "Kill the lights before you leave, the idiot lamp keeps burning.",
)
DOUBTFUL = tuple(
    text
    for text in _TEXTS
    if BUNDLE.verdict(scored := BUNDLE.score(text)).status == "pending"
    and all(scored.scores[label] < band.reject_at for label, band in BUNDLE.bands.items())
)
"""The linear model alone leaves these to people, for borderline labels only."""


def linear(text: str, name: str = "Reader") -> Scored:
    """What the linear model says of a text, signed as the comments of these tests are."""
    return BUNDLE.score(text, name=name)


def second(text: str, name: str = "Reader") -> Scored:
    """What the second opinion says of a text that is in doubt."""
    _, found = BUNDLE.decide(text, linear(text, name))
    assert found is not None
    return found


def told_apart() -> tuple[str, SiteSettings]:
    """A text, and bands that its linear toxicity is within and its stacked one below."""

    def fall(text: str) -> float:
        return linear(text).scores["toxicity"] - second(text).scores["toxicity"]

    text = max(DOUBTFUL, key=fall)
    assert fall(text) > 0, "the second opinion lowers the toxicity of no text"
    low = linear(text).scores["toxicity"] - fall(text) / 2
    never = {label: {"approve_below": 1.0, "reject_at": 1.0} for label in LABELS}
    bands = never | {"toxicity": {"approve_below": low, "reject_at": 1.0}}
    settings, errors = SiteSettings.read({"bands": bands})
    assert errors == []
    return text, settings


async def stored(service: Service, id_: str) -> asyncpg.Record:
    """Status, reasons and both scores of a comment."""
    row: asyncpg.Record | None = await service.connection.fetchrow(
        "select status::text, reasons, scores, linear_scores, model_version"
        " from comment where id = $1",
        id_,
    )
    assert row is not None
    return row


def rounded(scores: object) -> dict[str, float]:
    """Scores as they are compared: sums come in another order where texts are scored together."""
    found = msgspec.convert(scores, dict[str, float])
    return {label: round(score, 6) for label, score in found.items()}
