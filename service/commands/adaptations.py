"""`adaptations`: what sites have taught the model: list, show, activate, deactivate, roll back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import rich_click as click

from service.accounts import accounts
from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit, table
from service.comments import taught
from service.db.models import Connection
from service.domain.adaptations import AdaptationSummary, what_waits
from service.models import adaptations as use_cases

_COLUMNS = ("site", "adaptation", "in force", "better", "comments", "waits", "made", "kB")

site_option = click.option("--site", required=True, help="The site whose adaptations they are.")
why_option = click.option("--why", help="Why, kept with the change.")


@click.group
def adaptations() -> None:
    """What sites have taught the model: which one serves, and going back."""


@adaptations.command("list")
@click.option("--site", help="Of one site only.")
@json_option
def list_adaptations(site: str | None, *, as_json: bool) -> None:
    """List adaptations, the newest first."""

    async def work(connection: Connection, _: Secrets) -> list[AdaptationSummary]:
        found = await accounts.find_site(connection, site) if site else None
        return await use_cases.listed(connection, found)

    rows = with_database(work)
    if as_json:
        emit([_told(row) for row in rows])
    else:
        table(_COLUMNS, [_row(row) for row in rows])


@adaptations.command
@site_option
@click.argument("version")
def show(site: str, version: str) -> None:
    """Show VERSION with its card and all that was done with adaptations of its site, as JSON."""

    async def work(connection: Connection, _: Secrets) -> dict[str, object]:
        found = await accounts.find_site(connection, site)
        row, steps = await use_cases.shown(connection, found, version)
        told = [asdict(step) for step in steps]
        return {**_told(row), "card": dict(row.card), "steps": told}

    emit(with_database(work))


@adaptations.command
@site_option
@click.argument("version")
@why_option
@json_option
def activate(site: str, version: str, why: str | None, *, as_json: bool) -> None:
    """Let VERSION score the site's comments; every process follows within seconds.

    Where much more will wait for people then, that is said.
    """

    async def work(connection: Connection, _: Secrets) -> tuple[str, str]:
        found = await accounts.find_site(connection, site)
        summary = (await use_cases.shown(connection, found, version))[0]
        on = await taught.activate(connection, found, version, why=why)
        return on, what_waits(summary.card)

    on, waits = with_database(work)
    _tell(site, on, as_json=as_json)
    if waits:
        click.echo(f"{site}: {waits}; `adaptations rollback --site {site}` goes back", err=True)


@adaptations.command
@site_option
@why_option
@json_option
def deactivate(site: str, why: str | None, *, as_json: bool) -> None:
    """Let the model alone score the site's comments."""

    async def work(connection: Connection, _: Secrets) -> None:
        found = await accounts.find_site(connection, site)
        await use_cases.deactivate(connection, found, why=why)

    with_database(work)
    _tell(site, None, as_json=as_json)


@adaptations.command
@site_option
@why_option
@json_option
def rollback(site: str, why: str | None, *, as_json: bool) -> None:
    """Go back to what scored before the last change; a second time goes two back."""

    async def work(connection: Connection, _: Secrets) -> str | None:
        found = await accounts.find_site(connection, site)
        return await use_cases.rollback(connection, found, why=why)

    _tell(site, with_database(work), as_json=as_json)


def _tell(site: str, version: str | None, *, as_json: bool) -> None:
    if as_json:
        emit({"site": site, "in_force": version})
    else:
        click.echo(f"{site}: scored by {version or 'the model alone'} from now on")


def _told(row: AdaptationSummary) -> dict[str, object]:
    return {
        "site": row.site,
        "version": row.version,
        "in_force": row.is_in_force,
        "better": row.card["better"],
        "annotations": row.card["annotations"],
        "judged": row.card["judged"],
        "made_at": row.made_at,
        "bytes": row.size,
    }


def _row(row: AdaptationSummary) -> tuple[object, ...]:
    return (
        row.site,
        row.version,
        "yes" if row.is_in_force else "no",
        "yes" if row.card["better"] else "no",
        row.card["annotations"]["comments"],
        _waits(row.card),
        row.made_at,
        f"{row.size / 1e3:.0f}",
    )


def _waits(card: Mapping[str, Any]) -> str:
    """Return what share waits by the model alone, and by the adaptation."""
    told = card["judged"].get("decided")
    return f"{1 - told['before']:.0%} to {1 - told['after']:.0%}" if told else "-"
