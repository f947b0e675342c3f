"""Use cases of a site's adaptations: keep, activate, deactivate, roll back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from service.db import adaptations as db
from service.db import models
from service.db.models import Connection
from service.domain.accounts import Site, Sites
from service.domain.adaptations import Action, AdaptationSummary, Step, SwitchedOff, in_force
from service.domain.itself import LEARNT
from service.domain.learning_curve import Curve
from service.errors import Conflict, NotFound

_LOG: Final = structlog.get_logger(__name__)


async def listed(
    connection: Connection, site: Site | None, sites: Sites = None
) -> list[AdaptationSummary]:
    """Return the adaptations of one site, or of these, or of all, the newest first.

    Their cards say how they were made and judged; `shown` has the whole.
    """
    return await db.adaptations(connection, site.id if site else None, sites)


async def curves(connection: Connection, sites: Sites = None) -> list[Curve]:
    """Return what sites, or these, learnt by the number of annotations, each fitted last."""
    return await db.curves(connection, sites)


async def switched_off(connection: Connection, sites: Sites = None) -> list[SwitchedOff]:
    """Return the sites, or these, whose adaptation had aged, so that the model alone scores."""
    return await db.switched_off(connection, sites, LEARNT)


async def serving(connection: Connection, site: Site) -> AdaptationSummary | None:
    """Return the adaptation in force on a site with its whole card; None for the model alone."""
    return await db.adaptation(connection, site.id, None)


async def shown(
    connection: Connection, site: Site, version: str
) -> tuple[AdaptationSummary, Sequence[Step]]:
    """Return one adaptation and all that was done on its site.

    Raises:
        NotFound: the site has no such adaptation.
    """
    return await _named(connection, site, version), await db.steps(connection, site.id)


async def keep(
    connection: Connection,
    site: Site,
    content: bytes,
    card: Mapping[str, Any],
    *,
    by: str | None,
    why: str,
) -> bool:
    """Keep a fitted adaptation, in force or not as before; False if the site had it already."""
    async with connection.transaction():
        made = await db.insert_adaptation(connection, site.id, content, card)
        if made is not None:
            await db.record(connection, site.id, "fitted", made, by=by, why=why)
    return made is not None


async def activate(
    connection: Connection, site: Site, version: str, *, by: str | None = None, why: str | None
) -> str:
    """Let an adaptation score a site's comments; return its version.

    Raises:
        NotFound: the site has no such adaptation.
        Conflict: it is in force, or of another bundle than the active one.
    """
    async with connection.transaction():
        await db.lock_adaptations(connection)
        wanted = await _named(connection, site, version)
        if wanted.is_in_force:
            raise Conflict("This adaptation is in force already.")
        active = [
            each.digest for each in await models.serving(connection) if each.state == "active"
        ]
        if wanted.bundle_digest not in active:
            raise Conflict(
                "This adaptation is of another model version than the active: learn anew."
            )
        await _change(connection, site, "activated", wanted.id, by=by, why=why)
    return version


async def deactivate(
    connection: Connection, site: Site, *, by: str | None = None, why: str | None
) -> None:
    """Let the model alone score a site's comments.

    Raises:
        Conflict: no adaptation is in force.
    """
    async with connection.transaction():
        await db.lock_adaptations(connection)
        if _version(in_force(await db.steps(connection, site.id))[-1]) is None:
            raise Conflict("No adaptation of this site is in force.")
        await _change(connection, site, "deactivated", None, by=by, why=why)


async def rollback(
    connection: Connection, site: Site, *, by: str | None = None, why: str | None
) -> str | None:
    """Go back to what was in force before the last change that stands; None is the model alone.

    Raises:
        Conflict: nothing was changed, or all of it was taken back.
    """
    async with connection.transaction():
        await db.lock_adaptations(connection)
        stand = in_force(await db.steps(connection, site.id))
        if len(stand) == 1:
            raise Conflict("There is nothing before that: no change of this site stands.")
        before = stand[-2]
        back = before.adaptation_id if before else None
        await _change(connection, site, "rolled_back", back, by=by, why=why)
    return _version(before)


async def _change(
    connection: Connection,
    site: Site,
    action: Action,
    adaptation_id: int | None,
    *,
    by: str | None,
    why: str | None,
) -> None:
    await db.record(connection, site.id, action, adaptation_id, by=by, why=why)
    await models.announce(connection)
    _LOG.info(f"adaptation_{action}", site=str(site.id))


async def _named(connection: Connection, site: Site, version: str) -> AdaptationSummary:
    found = await db.adaptation(connection, site.id, version)
    if found is None:
        raise NotFound("The site has no such adaptation.")
    return found


def _version(step: Step | None) -> str | None:
    return step.version if step else None
