"""Use cases of model versions: add, shadow, promote, roll back. Each is one transaction.

Every process follows within seconds: see `Scoring`.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import asyncpg
import structlog

from classifier import Bundle, BundleError, load_bundle
from service.db import models
from service.db.models import Connection
from service.domain import promotion
from service.domain.comparison import Comparison
from service.domain.fields import FieldError
from service.domain.versions import State, VersionSummary, WholeVersion
from service.errors import Conflict, InvalidFields, NotFound, Problem
from service.models.comparing import compare_versions

Change = Literal["shadow", "promote", "rollback", "unshadow"]

LARGEST_MODEL: Final = 64 * 1024 * 1024
LARGEST_CARD: Final = 512 * 1024
"""Bytes of a bundle's two files that are taken: half as much again as the shipped one has."""

FIGURES: Final = ("approved", "rejected", "wrong_rejections", "missed_violations")
"""Shares that a list of versions shows, of the held-out mix at its natural rate: what both stages
decide together where a version has two."""

ACTIVE: Final = "active"
"""What names the version that decides, whichever that is."""

_LONGEST_REFUSAL: Final = 300
_TRIAL: Final = "Thanks, this was a helpful article."
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOG: Final = structlog.get_logger(__name__)


class BundleRefused(Problem):
    """The bundle cannot be used here; nothing was stored or changed."""

    code = "bundle-refused"


class WorseVersion(Conflict):
    """The version is worse than the active one, and nobody said why it is to decide anyway."""

    code = "worse"


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why something is changed, and whether whatever speaks against it."""

    why: str | None = None
    is_forced: bool = False


_NO_REASON: Final = _Reason()


def transition(
    states: Mapping[str, State],
    change: Change,
    version: str | None = None,
    before: str | None = None,
) -> list[tuple[str, State]]:
    """Return the moves that a change makes, in the order they must be written.

    `states` holds every version, the latest changed last. A displaced shadow becomes a candidate
    again, a displaced active is retired, and a rollback restores `before`, which was active before
    the present one, and must be `version` where that is given.

    Raises:
        NotFound: there is no such version.
        Conflict: the version's state does not allow the change.
    """
    active = _holder(states, "active")
    if change == "unshadow":
        return [(_required(_holder(states, "shadow"), "There is no shadow version."), "candidate")]
    if change == "rollback":
        if before is None:
            raise Conflict("There is no version from before to go back to.")
        if version not in {None, before}:
            raise Conflict(f"A rollback would bring back {before} now, not {version}.")
        return _replace(active, "retired", before, "active")
    if version is None or version not in states:
        raise NotFound("There is no such model version.")
    if states[version] == "active":
        raise Conflict("This version is active already.")
    if change == "promote":
        return _replace(active, "retired", version, "active")
    if states[version] == "shadow":
        raise Conflict("This version is the shadow already.")
    return _replace(_holder(states, "shadow"), "candidate", version, "shadow")


def _holder(states: Mapping[str, State], wanted: State) -> str | None:
    return next((name for name in reversed(list(states)) if states[name] == wanted), None)


def _required(version: str | None, otherwise: str) -> str:
    if version is None:
        raise Conflict(otherwise)
    return version


def _replace(
    old: str | None, old_becomes: State, new: str, new_becomes: State
) -> list[tuple[str, State]]:
    leaving: list[tuple[str, State]] = [(old, old_becomes)] if old is not None else []
    return [*leaving, (new, new_becomes)]


async def add(
    connection: Connection, card: Mapping[str, Any], model: bytes, *, by: str | None = None
) -> str:
    """Store a bundle as a candidate and return its version.

    Raises:
        BundleRefused: it is damaged, altered, or of another library version.
        Conflict: the version exists.
    """
    bundle = await validated(model, card)
    async with connection.transaction():
        await models.lock_versions(connection)
        if bundle.version in await models.states(connection):
            raise Conflict("A model version of this name exists; give the bundle another one.")
        await insert(connection, bundle, model, "candidate", by)
    _LOG.info("model_added_candidate", model_version=bundle.version)
    return bundle.version


async def shadow(
    connection: Connection, version: str, *, by: str | None = None
) -> dict[str, State]:
    """Let a version score beside the active one; return what changed."""
    return await _change(connection, "shadow", version, by)


async def unshadow(connection: Connection, *, by: str | None = None) -> dict[str, State]:
    """Stop the shadow scoring; return what changed."""
    return await _change(connection, "unshadow", None, by)


async def promote(
    connection: Connection,
    version: str,
    *,
    by: str | None = None,
    why: str | None = None,
    force: bool = False,
) -> dict[str, State]:
    """Let a version decide, and keep why; return what changed.

    With `force` it decides though it is worse than the active one by its card.

    Raises:
        WorseVersion: it is, and nobody forces it; `errors` say in what.
        InvalidFields: it is forced, and nobody says why.
    """
    if force and not why:
        raise InvalidFields([FieldError("why", "is required with force")])
    return await _change(connection, "promote", version, by, _Reason(why, is_forced=force))


async def rollback(
    connection: Connection, *, to: str | None = None, by: str | None = None
) -> dict[str, State]:
    """Let the version that was active before the present one decide again; return what changed.

    Twice goes two back.

    Raises:
        Conflict: there is none, or it is not `to`, the one that whoever asks has seen.
    """
    return await _change(connection, "rollback", to, by)


async def before_present(connection: Connection) -> str | None:
    """Return the version that a rollback brings back; None where there is none."""
    return promotion.before_present(await models.activations(connection))


async def files(connection: Connection, version: str) -> tuple[bytes, Mapping[str, Any]]:
    """Return the archive and the card of a version, or of the one that is `active`.

    Raises:
        NotFound: there is no such version.
    """
    serving = {each.state: each.version for each in await models.serving(connection)}
    name = serving.get("active", "") if version == ACTIVE else version
    found = await models.bundle(connection, name) if _VERSION.fullmatch(name) else None
    if found is None:
        raise NotFound("There is no such model version.")
    return found


async def versions(connection: Connection) -> list[VersionSummary]:
    """Return every version with its figures, the newest first."""
    rows = await models.versions(connection)
    return [replace(row, figures=_figures(row.figures)) for row in rows]


async def version(connection: Connection, name: str) -> tuple[WholeVersion, Comparison | None]:
    """Return one version with its card, and how it compares with the active one.

    Raises:
        NotFound: there is no such version.
    """
    row = await models.version(connection, name) if _VERSION.fullmatch(name) else None
    if row is None:
        raise NotFound("There is no such model version.")
    active = next((e.version for e in await models.serving(connection) if e.state == "active"), "")
    if active in {"", name}:
        return row, None
    return row, await compare_versions(connection, name, active)


def _figures(mix: object) -> dict[str, Any]:
    """A card is the trainer's own text, so nothing in it is taken for granted."""
    return {name: mix.get(name) for name in FIGURES} if isinstance(mix, Mapping) else {}


async def _change(
    connection: Connection,
    change: Change,
    version: str | None,
    by: str | None,
    reason: _Reason = _NO_REASON,
) -> dict[str, State]:
    async with connection.transaction():
        await models.lock_versions(connection)
        before = await before_present(connection) if change == "rollback" else None
        moves = transition(await models.states(connection), change, version, before)
        await _check_incoming(connection, moves)
        if change == "promote" and not reason.is_forced:
            await _check_no_worse(connection, moves)
        is_rollback = change == "rollback"
        for name, state in moves:
            await models.set_state(connection, name, state, by, reason.why, is_rollback=is_rollback)
        await models.announce(connection)
    _LOG.info(f"model_{change}", model_version=moves[-1][0])
    return dict(moves)


async def _check_no_worse(connection: Connection, moves: list[tuple[str, State]]) -> None:
    cards = await models.cards(connection, [name for name, _ in moves])
    (version, _), others = moves[-1], moves[:-1]
    found = [promotion.faults(cards[version], cards[active]) for active, _ in others]
    if any(found):
        raise WorseVersion(
            "The version is worse than the active one; say why if it is to decide all the same.",
            errors=tuple(FieldError("version", each) for each in found[0]),
        )


async def _check_incoming(connection: Connection, moves: list[tuple[str, State]]) -> None:
    """Open what is about to score, so that no process is sent a bundle that it would refuse."""
    for name, state in moves:
        files = await models.bundle(connection, name) if state in {"active", "shadow"} else None
        if files is not None:
            await validated(*files)


async def insert(
    connection: Connection, bundle: Bundle, model: bytes, state: State, by: str | None
) -> None:
    """Write a bundle down as a version.

    Raises:
        BundleRefused: its card holds what a database cannot keep.
    """
    try:
        await models.insert_version(
            connection,
            version=bundle.version,
            state=state,
            model=model,
            digest=bundle.digest,
            card=dict(bundle.card),
            by=by,
        )
    except (asyncpg.DataError, ValueError):
        raise BundleRefused("The card holds text that a database cannot keep.") from None
    await models.announce(connection)


async def validated(model: bytes, card: Mapping[str, Any], *, also_second: bool = True) -> Bundle:
    """Return a bundle that every process can open and use, all of its parts tried once.

    Raises:
        BundleRefused: it cannot be used here; the detail says why.
    """
    checked_name(card)
    if len(model) > LARGEST_MODEL:
        raise BundleRefused(f"The model file has more than {LARGEST_MODEL:,} bytes.")
    try:
        return await asyncio.to_thread(_tried, model, card, also_second=also_second)
    except BundleError as error:
        raise BundleRefused(_one_line(str(error))) from None


def _tried(model: bytes, card: Mapping[str, Any], *, also_second: bool) -> Bundle:
    """Open a bundle as processes will, and use every part of it once."""
    try:
        bundle = load_bundle(model, card)
        for language in (None, "en", "hy"):
            bundle.verdict(bundle.score(_TRIAL, language))
        bundle.explain(_TRIAL)
        if also_second and bundle.second and bundle.second.installed():
            for language in bundle.second.languages:
                bundle.second.score(_TRIAL, bundle.score(_TRIAL, language))
    except BundleError:
        raise
    except Exception as error:  # noqa: BLE001 - it may be wrong in any way; none may reach requests
        raise BundleError(f"The bundle cannot score a text ({type(error).__name__}).") from None
    return bundle


def _one_line(text: str) -> str:
    """A refusal may repeat words of the card, which may be anything."""
    return "".join(c if c.isprintable() else " " for c in text)[:_LONGEST_REFUSAL]


def checked_name(card: Mapping[str, Any]) -> str:
    """Return the version that a card names.

    Raises:
        BundleRefused: it names none that can be one.
    """
    name = card.get("version")
    if not isinstance(name, str) or not _VERSION.fullmatch(name):
        raise BundleRefused(
            "The card's version must be 1 to 64 letters, digits, dots, dashes or underscores."
        )
    return name
