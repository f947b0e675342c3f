"""Holds what sites have taught the active bundle, kept up with the database."""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from classifier import Bundle, BundleError
from classifier.adapt import Adaptation
from service.db import adaptations as db
from service.db.adaptations import InForce
from service.db.models import Connection

_LOG: Final = structlog.get_logger(__name__)


class Adaptations:
    """The adaptations in force. One of another bundle waits until that is active again."""

    def __init__(self) -> None:
        self._held: dict[UUID, tuple[InForce, Adaptation | None]] = {}

    def of(self, site_id: UUID | None, bundle: Bundle) -> Adaptation | None:
        """Return the adaptation of a site on a bundle that was taken before."""
        held = self._held.get(site_id) if site_id else None
        if held is None or held[0].bundle_digest != bundle.digest:
            return None
        return held[1]

    async def follow(self, connection: Connection, bundle: Bundle | None) -> None:
        """Hold what the database says is in force; one that cannot be opened is told once."""
        if bundle is None:
            return
        held = {}
        for wanted in await db.in_force(connection):
            known = self._held.get(wanted.site_id)
            if wanted.bundle_digest == bundle.digest:
                same = known is not None and known[0] == wanted
                held[wanted.site_id] = (
                    known if known and same else (wanted, await _opened(connection, wanted, bundle))
                )
        self._held = held


async def _opened(connection: Connection, wanted: InForce, bundle: Bundle) -> Adaptation | None:
    files = await db.content(connection, wanted.site_id, wanted.version)
    if files is None:
        return None
    try:
        found = await asyncio.to_thread(Adaptation.load, *files, bundle)
    except BundleError as error:
        _LOG.error("adaptation_refused", adaptation=wanted.version, error=str(error))
        return None
    _LOG.info("adaptation_active", adaptation=wanted.version)
    return found
