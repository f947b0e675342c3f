"""Adaptations with a learning curve, as data staff see them."""

from typing import Any
from uuid import UUID

from service.db import adaptations as db
from service.db.models import Connection


def point(annotations: int, rate: float, queue: float) -> dict[str, Any]:
    """A point of a curve, as a card has it."""
    ranked = {"spam": [rate + 0.1, rate + 0.08, 1.0], "toxicity": [rate, rate - 0.02, rate + 0.02]}
    return {"annotations": annotations, "auc": ranked, "queue": queue}


POINTS = [point(0, 0.7, 0.5), point(50, 0.75, 0.4), point(100, 0.8, 0.3), point(200, 0.85, 0.2)]
MORE = {key: value for key, value in point(250, 0.87, 0).items() if key != "queue"}


async def fitted(
    connection: Connection,
    site_id: UUID,
    version: str,
    curve: object,
    *,
    to: str | None = None,
) -> None:
    """Keep an adaptation that has nothing in it but a curve, and when its newest annotation was."""
    card = {"version": version, "digest": "0" * 64, "bundle": {"digest": "0" * 64}, "better": True}
    card |= {"annotations": {"comments": 200, "to": to}, "judged": {"newest": []}, "curve": curve}
    made = await db.insert_adaptation(connection, site_id, b"", card)
    await db.record(connection, site_id, "fitted", made, by=None, why="test")


async def put_in_force(connection: Connection, site_id: UUID, version: str) -> None:
    """Record that an adaptation scores a site's comments, as activating it does."""
    rows = await db.adaptations(connection, site_id)
    made = next(each.id for each in rows if each.version == version)
    await db.record(connection, site_id, "activated", made, by=None, why="test")
