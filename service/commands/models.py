"""`models`: versions of the classifier: list, add, shadow, promote, roll back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import rich_click as click

from classifier import BundleError
from classifier.shipped import CARD_FILE, read_files, write_files
from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit, table
from service.db.models import Connection
from service.domain.versions import State, VersionSummary
from service.models import registry
from service.models.registry import LARGEST_CARD, LARGEST_MODEL

Change: TypeAlias = Callable[[Connection], Awaitable[dict[str, State]]]

_COLUMNS = ("version", "state", "made", "approved", "rejected", "wrong", "missed", "MB", "changed")


@click.group
def models() -> None:
    """Model versions: which one decides, which one scores in the shadow, and going back."""


@models.command("list")
@json_option
def list_models(*, as_json: bool) -> None:
    """List the versions with their figures on the held-out mix at its natural rate.

    They are of both stages together, words and sentences, where a version has two.

    approved, rejected: shares decided without a person. wrong: share of the rejections that were
    wrong. missed: share of violations among the approvals.
    """

    async def work(connection: Connection, _: Secrets) -> list[VersionSummary]:
        return await registry.versions(connection)

    rows = with_database(work)
    if as_json:
        emit([asdict(row) for row in rows])
    else:
        table(_COLUMNS, [_row(row) for row in rows])


@models.command
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def add(folder: Path, *, as_json: bool) -> None:
    """Add the bundle in FOLDER (card.json and the parts that it names) as a candidate."""
    _check_sizes(folder)
    try:
        model, card = read_files(folder)
    except BundleError as error:
        raise CommandError(str(error)) from None
    except RecursionError:
        raise CommandError("The bundle's card is nested too deep.") from None

    async def work(connection: Connection, _: Secrets) -> str:
        return await registry.add(connection, card, model)

    version = with_database(work)
    _tell({version: "candidate"}, as_json=as_json)


@models.command
@click.argument("version")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def save(version: str, folder: Path, *, as_json: bool) -> None:
    """Write VERSION, or `active`, into FOLDER as `add` reads it.

    To compare a candidate with what decides now: `python -m classifier compare CANDIDATE --with
    FOLDER`. A folder that holds anything is left alone.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty: name another folder")

    async def work(connection: Connection, _: Secrets) -> tuple[bytes, Mapping[str, Any]]:
        return await registry.files(connection, version)

    archive, card = with_database(work)
    write_files(folder, archive, card)
    told = {"version": str(card["version"]), "folder": str(folder)}
    if as_json:
        emit(told)
    else:
        click.echo(f"{told['version']} is in {folder}")


@models.command
@click.argument("version")
@json_option
def shadow(version: str, *, as_json: bool) -> None:
    """Let VERSION score every new comment beside the active one, without deciding anything."""
    _change(lambda connection: registry.shadow(connection, version), as_json=as_json)


@models.command
@json_option
def unshadow(*, as_json: bool) -> None:
    """Stop the shadow scoring."""
    _change(registry.unshadow, as_json=as_json)


@models.command
@click.argument("version")
@click.option("--force", is_flag=True, help="Though it is worse than the active one; needs --why.")
@click.option("--why", help="Why, kept with the change.")
@json_option
def promote(version: str, *, force: bool, why: str | None, as_json: bool) -> None:
    """Let VERSION decide; every process follows within seconds.

    It is refused if it is worse than the active one by its card: without the second opinion that
    this one has, deciding by itself in fewer languages, or with more wrong rejections or more
    violations let pass on held-out comments.
    """
    if force and not (why and why.strip()):
        raise click.UsageError("--force needs --why: the reason is kept with the change.")

    async def work(connection: Connection) -> dict[str, State]:
        try:
            return await registry.promote(connection, version, why=why, force=force)
        except registry.WorseVersion as refusal:
            faults = "; ".join(f"it {each.message}" for each in refusal.errors)
            said = "say --force --why REASON if it is to decide all the same"
            raise CommandError(
                f"{version} is worse than the active version: {faults}; {said}"
            ) from None

    _change(work, as_json=as_json)


@models.command
@json_option
def rollback(*, as_json: bool) -> None:
    """Go back to the version that was active before the present one.

    A second rollback goes back one more; `promote` brings a later one back.
    """
    states = _changed(registry.rollback)
    if as_json:
        _tell(states, as_json=True)
        return
    left = next((name for name, state in states.items() if state == "retired"), "no version")
    back = next(name for name, state in states.items() if state == "active")
    click.echo(f"back from {left} to {back}, which decides now")


def _change(change: Change, *, as_json: bool) -> None:
    _tell(_changed(change), as_json=as_json)


def _changed(change: Change) -> dict[str, State]:
    async def work(connection: Connection, _: Secrets) -> dict[str, State]:
        return await change(connection)

    return with_database(work)


def _tell(states: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit({"changed": [{"version": name, "state": state} for name, state in states.items()]})
    else:
        table(("version", "is now"), list(states.items()))


def _check_sizes(folder: Path) -> None:
    card = folder / CARD_FILE
    sizes = {
        "The card": (card.stat().st_size if card.is_file() else 0, LARGEST_CARD),
        "The bundle": (sum(part.stat().st_size for part in folder.glob("*.joblib")), LARGEST_MODEL),
    }
    for name, (size, most) in sizes.items():
        if size > most:
            raise CommandError(f"{name} has more than {most:,} bytes, which is what is taken")


def _row(row: VersionSummary) -> tuple[object, ...]:
    return (
        row.version,
        row.state,
        row.made,
        *(_percent(row.figures.get(name)) for name in registry.FIGURES),
        f"{row.size / 1e6:.0f}",
        row.changed_at,
    )


def _percent(share: object) -> str:
    return f"{share:.2%}" if isinstance(share, int | float) else "-"
