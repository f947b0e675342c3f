"""The bundle that comes with the release: added, put back where damaged, never silently missing."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog

from classifier import BundleError, shipped_files
from service.db import models
from service.db.models import Connection
from service.domain.itself import SHIPPED
from service.domain.versions import State, Takeover
from service.models import registry

_LOG: Final = structlog.get_logger(__name__)


async def ensure_shipped(connection: Connection) -> Takeover | None:
    """Add the bundle that comes with the code, unless it is there.

    It becomes active if no version is, or if the active one cannot be read, as after an upgrade
    that changed the format of bundles; else a candidate. Where it was damaged in the database it is
    put back. A bundle that cannot be used is logged, and the service goes on without: comments are
    then held for people.
    """
    try:
        model, card = await asyncio.to_thread(shipped_files)
        name = registry.checked_name(card)
        await _add_shipped(connection, name, model, card)
        restored = await _restore(connection, name, model, card)
        return await _take_over(connection, name) or restored
    except (BundleError, registry.BundleRefused) as error:
        _LOG.error("model_shipped_unusable", error=str(error))
    return None


async def _add_shipped(
    connection: Connection, name: str, model: bytes, card: Mapping[str, Any]
) -> None:
    if name in await models.states(connection):
        return
    # Encoders are not tried: a start is to be as quick as may be.
    bundle = await registry.validated(model, card, also_second=False)
    async with connection.transaction():
        await models.lock_versions(connection)
        states = await models.states(connection)
        if name in states:
            return
        state: State = "candidate" if "active" in states.values() else "active"
        await registry.insert(connection, bundle, model, state, SHIPPED)
    _LOG.info(f"model_added_{state}", model_version=name)


async def _restore(
    connection: Connection, name: str, model: bytes, card: Mapping[str, Any]
) -> Takeover | None:
    """Put the shipped version's files back where those that are kept of it cannot be read."""
    if await models.is_kept(connection, name, model, card):
        return None
    if (why := await _unreadable(connection, name)) is None:
        return None
    bundle = await registry.validated(model, card, also_second=False)
    await models.restore_version(connection, name, model, bundle.digest, card)
    await models.announce(connection)
    _LOG.error("model_restored", model_version=name, why=why)
    return Takeover(name, name, why)


async def _take_over(connection: Connection, shipped: str) -> Takeover | None:
    """Promote the shipped version where the active one cannot be read: never silently none."""
    active = await _active(connection)
    if active == shipped:
        return None
    why = await _unreadable(connection, active) if active else "No model was active."
    if why is None:
        return None
    async with connection.transaction():
        await models.lock_versions(connection)
        if await _active(connection) != active:
            return None  # another process has seen to it
        for name, state in registry.transition(await models.states(connection), "promote", shipped):
            await models.set_state(connection, name, state, SHIPPED, why)
        await models.announce(connection)
    _LOG.error("model_replaced_by_shipped", model_version=shipped, before=active, why=why)
    return Takeover(active, shipped, why)


async def _active(connection: Connection) -> str | None:
    return next((e.version for e in await models.serving(connection) if e.state == "active"), None)


async def _unreadable(connection: Connection, version: str) -> str | None:
    """Say why a version's bundle cannot be opened here; None if it can."""
    files = await models.bundle(connection, version)
    if files is None:
        return None
    try:
        await registry.validated(*files, also_second=False)
    except registry.BundleRefused as refusal:
        return refusal.detail
    return None
