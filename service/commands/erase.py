"""`erase`: everything of one author, by e-mail address: export it, or erase it for good."""

import asyncio
import sys
from typing import Any, Final
from uuid import UUID

import rich_click as click

from service.accounts.installation import confirm_secrets
from service.accounts.secrets import Secrets, load_secrets
from service.commands.base import (
    CommandError,
    WrongUse,
    bring_up,
    database,
    guarded,
    json_option,
    quiet_logs,
    read_settings,
)
from service.commands.terminal import emit
from service.comments.moderation import Moderation
from service.db import authors
from service.db.accounts import list_sites
from service.db.pool import Pool, open_pool
from service.domain.addresses import read_email
from service.domain.fields import Refused
from service.domain.states import Actor
from service.settings import Settings

_AT_ONCE: Final = 200
_LONGEST: Final = 1000


@click.command
@click.option(
    "--email-stdin",
    is_flag=True,
    required=True,
    help="Read the address from standard input, so that no process list or history has it.",
)
@click.option("--export", is_flag=True, help="Write the comments as JSON lines; erase nothing.")
@json_option
def erase(*, email_stdin: bool, export: bool, as_json: bool) -> None:
    """Erase every comment of one author on every site, with the address itself.

    Erasing is final. The rows stay, empty, so that the decisions about them can be audited. Texts
    that Akismet's clients submitted with the address go too; those of Perspective's suggestscore
    come without an author, so nobody can be found by them.
    """
    del email_stdin
    settings, email = read_settings(), _read_address()
    if export:
        rows = guarded(lambda: _in_database(settings, email, export=True))
        if not rows:
            raise CommandError("no comment of this author is here")
        for row in rows:
            emit(row)
        return
    count = len(guarded(lambda: _in_database(settings, email, export=False)))
    if as_json:
        emit({"erased": count})
    else:
        click.echo(f"{count} comments erased")


def _read_address() -> str:
    raw = sys.stdin.buffer.read(_LONGEST).decode("utf-8-sig", "replace")
    try:
        return read_email(raw.strip())
    except Refused as refusal:
        raise WrongUse(f"standard input {refusal}") from None


def _in_database(settings: Settings, email: str, *, export: bool) -> list[dict[str, Any]]:
    quiet_logs(settings)
    with database(settings) as dsn:
        return asyncio.run(_work(settings, dsn, email, export=export))


async def _work(settings: Settings, dsn: str, email: str, *, export: bool) -> list[dict[str, Any]]:
    await bring_up(settings, dsn)
    secrets = load_secrets(settings)
    pool = await open_pool(dsn, size=2)
    try:
        await confirm_secrets(pool, secrets)
        ids = await _author_ids(pool, secrets, email)
        found = await authors.comments(pool, ids)
        if export:
            return [*found, *await authors.labels(pool, ids)]
        await _erase(pool, found)
        await authors.erase_labels(pool, ids)
    finally:
        await pool.close()
    return found


async def _author_ids(pool: Pool, secrets: Secrets, email: str) -> list[UUID]:
    """The author has another id on each site, so each site is asked about."""
    return [secrets.author_id(site.id, email) for site in await list_sites(pool)]


async def _erase(pool: Pool, found: list[dict[str, Any]]) -> None:
    moderation, actor = Moderation(pool), Actor("system")
    ids = [row["id"] for row in found]
    for start in range(0, len(ids), _AT_ONCE):
        outcomes = await moderation.decide(ids[start : start + _AT_ONCE], "erase", actor)
        if any(outcome.change is None for outcome in outcomes):
            raise CommandError("some comments were being changed just now: run it again")
