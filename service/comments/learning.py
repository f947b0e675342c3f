"""The use case of learning: a site's annotations adapt the active model, which is kept if better.

The fit runs in a process of its own at low priority, so that it takes nothing from requests and
serving imports nothing that only fitting needs.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from classifier.adapt.adaptation import CARD_FILE, CONTENT_FILE, save
from classifier.shipped import write_files
from service.accounts import accounts
from service.comments import annotations, promises
from service.db import accounts as accounts_db
from service.db import adaptations as adaptations_db
from service.db import models as models_db
from service.db.models import Connection
from service.domain.accounts import Site
from service.domain.adaptations import has_aged, in_force, takes_over, what_waits
from service.domain.itself import LEARNT
from service.errors import Conflict
from service.models import adaptations

FEWEST: Final = 50
"""Annotations of a site with which learning begins."""

SERVING: Final = "serving"
"""The folder of the adaptation in force, beside what is fitted."""

_FIT_SECONDS: Final = 900.0
_LOG: Final = structlog.get_logger(__name__)
_KEPT: Final = ("PATH", "HOME", "LANG", "TMPDIR")
"""Of the environment: a fit needs no key and no database."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of one site: the adaptation if one was fitted, and whether it is in force now.

    `is_new` says whether it was kept, and not before; `has_aged` that the one in force ranked worse
    than the model alone and is off since; `curve` is what it learnt by the number of annotations,
    as its card has it.
    """

    site: str
    annotations: int
    why: str
    version: str | None = None
    is_better: bool = False
    is_new: bool = False
    is_active: bool = False
    has_aged: bool = False
    curve: Mapping[str, Any] | None = None


async def sites(connection: Connection, name: str | None) -> list[Site]:
    """Return the site of a name, or all.

    Raises:
        NotFound: there is no such site.
    """
    if name:
        return [await accounts.find_site(connection, name)]
    return await accounts_db.every_site(connection)


async def learn(
    connection: Connection,
    site: Site,
    *,
    dry_run: bool = False,
    switch_on: bool = True,
    by: str | None = None,
) -> Lesson:
    """Export a site's annotations, adapt the active model, judge that, switch it on if better.

    `dry_run` keeps nothing; without `switch_on` a better one waits for a person. The one in force
    is switched off in any case where what was said since finds it worse than the model alone.

    Raises:
        Conflict: no model version is active, or the adaptation could not be fitted.
    """
    with TemporaryDirectory(prefix="learn-") as made:
        folder = Path(made)
        count = await _export(connection, site, folder / "annotations.ndjson")
        if count < FEWEST:
            why = f"{count} annotations; {FEWEST} are a beginning"
            return Lesson(site.name, count, why)
        await _write_active(connection, folder / "bundle")
        since = await _write_serving(connection, site, folder / SERVING)
        content, card = await _fit(folder, since)
    why, version, is_better = _why(card), str(card["version"]), bool(card["better"])
    if dry_run:
        told = f"{why}; nothing is kept"
        return Lesson(site.name, count, told, version, is_better, curve=card["curve"])
    async with connection.transaction():
        is_new = await adaptations.keep(connection, site, content, card, by=by, why=why)
        before = await _in_force(connection, site)
        ageing = has_aged(card, before)
        stays = not ageing and not site.settings.bands and not takes_over(card, before)
        is_active = is_new and is_better and switch_on and not stays
        if is_active:
            await adaptations.activate(connection, site, version, by=by, why=why)
            await promises.supersede(connection, site, card, by=by)
        elif ageing:
            await adaptations.deactivate(connection, site, by=LEARNT, why=ageing)
            await promises.supersede(connection, site, before or {}, by=LEARNT)
    if ageing and not is_active:
        _LOG.error("adaptation_aged", site=str(site.id), adaptation=before and before["version"])
        why = f"{why}; the one in force is switched off: {ageing}"
    if is_new and is_better and stays:
        why = f"{why}; the one in force decides more without a person, and stays"
    told = why if is_new or ageing else "nothing new was said since this one was fitted"
    off = bool(ageing) and not is_active
    return Lesson(site.name, count, told, version, is_better, is_new, is_active, off, card["curve"])


async def _in_force(connection: Connection, site: Site) -> Mapping[str, Any] | None:
    """Return the card of the adaptation that scores a site's comments now, if one does."""
    serving = await models_db.serving(connection)
    active = [each.digest for each in serving if each.state == "active"]
    found = await adaptations.serving(connection, site)
    return found.card if found and found.bundle_digest in active else None


async def _export(connection: Connection, site: Site, path: Path) -> int:
    what = await annotations.chosen(
        connection, site=site.name, silence_days=annotations.SILENCE_DAYS
    )
    count = 0
    with path.open("wb") as file:
        async for page in annotations.pages(connection, what):
            file.write(annotations.lines(page))
            count += len(page)
    return count


async def _write_active(connection: Connection, folder: Path) -> None:
    serving = await models_db.serving(connection)
    active = next((each.version for each in serving if each.state == "active"), None)
    files = await models_db.bundle(connection, active) if active else None
    if files is None:
        raise Conflict("No model version is active, so there is nothing to adapt.")
    await asyncio.to_thread(write_files, folder, *files)


async def _write_serving(connection: Connection, site: Site, folder: Path) -> datetime | None:
    """Write the adaptation that scores a site's comments now, if one does; return since when."""
    found = await _in_force(connection, site)
    files = await adaptations_db.content(connection, site.id, found["version"]) if found else None
    if files is None:
        return None
    await asyncio.to_thread(save, folder, *files)
    last = in_force(await adaptations_db.steps(connection, site.id))[-1]
    return last.at if last else None


async def _fit(folder: Path, since: datetime | None) -> tuple[bytes, dict[str, Any]]:
    """Fit in a process of its own; return the adaptation's content and card."""
    names = ["annotations.ndjson", "--out", "out", "--bundle", "bundle"]
    if since is not None:
        moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        names += ["--serving", SERVING, "--since", moment]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *("nice", sys.executable, "-m", "classifier", "adapt", *names, "--json"),
        cwd=folder,
        env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, told = await asyncio.wait_for(process.communicate(), _FIT_SECONDS)
    except TimeoutError:
        raise Conflict(f"The adaptation was not fitted within {_FIT_SECONDS:.0f} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    made = folder / "out"
    if not (made / CARD_FILE).is_file():
        last = told.decode(errors="replace").strip().rpartition("\n")[2]
        raise Conflict(f"The adaptation could not be fitted: {last[:200]}")
    return (made / CONTENT_FILE).read_bytes(), json.loads((made / CARD_FILE).read_bytes())


def _why(card: Mapping[str, Any]) -> str:
    """Say on how much it was judged, and how; where much more would wait, that too."""
    told = card["annotations"]
    judged = "better than the model alone" if card["better"] else "no better than the model alone"
    on = f"{judged} on {told['comments']} comments, {told['violations']} of them violations"
    return "; ".join(filter(None, (on, what_waits(card))))
