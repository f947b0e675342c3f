"""`erase`: everything of one author, by e-mail address: export it, or erase it for good."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict
from typing import TypeVar

import rich_click as click

from service.accounts.installation import confirm_secrets
from service.accounts.secrets import load_secrets
from service.commands.base import (
    CommandError,
    WrongUse,
    bring_up,
    database,
    guarded,
    json_option,
    quiet_logs,
    read_settings,
    stdin_line,
)
from service.commands.terminal import emit
from service.comments.author_rights import AuthorRights
from service.comments.moderation import Moderation
from service.db.pool import open_pool
from service.domain.addresses import read_email
from service.domain.fields import Refused
from service.domain.learnt_from import LearntFrom
from service.domain.states import Actor
from service.settings import Settings

T = TypeVar("T")
Use = Callable[[AuthorRights], Awaitable[T]]


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

    What adaptations and models learnt stays in them; those that may have learnt from what is erased
    are named, with what makes new ones without it.
    """
    del email_stdin
    settings, email = read_settings(), _read_address()
    if export:
        rows = guarded(lambda: _in_database(settings, lambda rights: rights.export(email)))
        if not rows:
            raise CommandError("no comment of this author is here")
        for row in rows:
            emit(row)
        return
    system = Actor("system")
    done = guarded(lambda: _in_database(settings, lambda rights: rights.erase(email, system)))
    if as_json:
        emit({"erased": done.comments, "learnt": [asdict(each) for each in done.learnt]})
        return
    click.echo(f"{done.comments} comments erased")
    _tell_learnt(done.learnt)


def _tell_learnt(learnt: Collection[LearntFrom]) -> None:
    """Name the versions that may have learnt from what was erased, and the remedy."""
    if not learnt:
        return
    click.echo("may have learnt from them:")
    for each in learnt:
        whose = f" of {each.site}" if each.site else ""
        click.echo(f"  {each.kind} {each.version}{whose}{', decides now' if each.serves else ''}")
    for site in dict.fromkeys(each.site for each in learnt if each.site and each.serves):
        click.echo(f"`learn --site {site}` fits one without them")
    if any(each.kind == "model" and each.serves for each in learnt):
        click.echo("`annotations export` and `classifier train --annotations` make a model without")


def _read_address() -> str:
    line = stdin_line()
    try:
        return read_email(line)
    except Refused as refusal:
        raise WrongUse(f"standard input {refusal}") from None


def _in_database(settings: Settings, use: Use[T]) -> T:
    quiet_logs(settings)
    with database(settings) as dsn:
        return asyncio.run(_work(settings, dsn, use))


async def _work(settings: Settings, dsn: str, use: Use[T]) -> T:
    await bring_up(settings, dsn)
    secrets = load_secrets(settings)
    pool = await open_pool(dsn, size=2)
    try:
        secrets = await confirm_secrets(pool, secrets)
        return await use(AuthorRights(pool, secrets, Moderation(pool)))
    finally:
        await pool.close()
