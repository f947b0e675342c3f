"""The use case of comparing a version with the active one, by the scores that both have left."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from classifier.types import Rules
from service.db import accounts, models
from service.db.models import BothScores, Connection
from service.domain.comparison import Comparison, Pair, compare
from service.domain.sites import SiteSettings
from service.domain.stored import Cards, Rejudge

COMPARED: Final = 10_000
"""At most so many of the newest comments that both scored: a fifth of a second of judging."""


async def compare_versions(connection: Connection, name: str, active: str) -> Comparison | None:
    """Judge what both scored under the settings of today; None where there is nothing.

    Both are judged alike, so that what differs is the models and not the settings.
    """
    rows = await models.both_scores(connection, name, active, newest=COMPARED)
    if not rows:
        return None
    settings = {site.id: site.settings for site in await accounts.every_site(connection)}
    cards = await models.cards(connection, (name, active))
    # Beside the event loop: thousands of comments take a part of a second.
    return compare(await asyncio.to_thread(_pairs, rows, settings, cards))


def _pairs(
    rows: Sequence[BothScores], settings: Mapping[UUID, SiteSettings], cards: Cards
) -> list[Pair]:
    rejudge = Rejudge(cards)
    return [_pair(row, settings[row.site_id], rejudge) for row in rows]


def _pair(row: BothScores, settings: SiteSettings, rejudge: Rejudge) -> Pair:
    """Judge one comment by both; its rules held it as they did then, but for holding all."""
    everything = settings.hold_everything
    held = tuple(name for name in row.rules if name != "held_by_site")
    rules = Rules(
        holding=(*held, *(("held_by_site",) if everything else ())), hold_everything=everything
    )
    active, shadow = rejudge(row.active, rules, settings), rejudge(row.shadow, rules, settings)
    return Pair(active.status, shadow.status, row.moderator, 1)
