"""`words`: the lists of words that a site blocks or holds, entry by entry or from a file."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from classifier.given import GIVEN
from service.accounts import accounts, site_words
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.accounts.site_words import Changed
from service.commands.base import WrongUse, json_option, with_database
from service.commands.terminal import emit, table
from service.db import words as words_db
from service.domain.accounts import Site
from service.domain.listed_words import Word
from service.domain.words import ListName

list_option = click.option(
    "--list",
    "which",
    type=click.Choice(["blocked", "held"]),
    default="held",
    show_default=True,
    help="What becomes of a comment with one: it is rejected, or held for people.",
)


@click.group
def words() -> None:
    """Show and change the words that a site blocks or holds, and see how often each was met."""


@words.command("list")
@click.argument("name")
@list_option
@json_option
def show(name: str, which: ListName, *, as_json: bool) -> None:
    """Write a site's list in the order that entries came, with how often each was met."""

    async def work(connection: Connection, _: Secrets) -> list[Word]:
        site = await accounts.find_site(connection, name)
        return await words_db.whole(connection, site.id, which)

    found = with_database(work)
    if as_json:
        emit({"site": name, "list": which, "words": list(map(asdict, found))})
        return
    table(("entry", "hits", "last hit"), [(each.entry, each.hits, _day(each)) for each in found])


@words.command
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@list_option
@json_option
def add(name: str, entries: tuple[str, ...], which: ListName, *, as_json: bool) -> None:
    """Add entries: words, phrases, or with * for the rest of a word."""
    _change(
        name,
        which,
        lambda connection, site: site_words.add(connection, site, which, entries),
        as_json=as_json,
    )


@words.command
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@list_option
@json_option
def remove(name: str, entries: tuple[str, ...], which: ListName, *, as_json: bool) -> None:
    """Take entries out, in whatever spelling."""
    _change(
        name,
        which,
        lambda connection, site: site_words.remove(connection, site, which, entries),
        as_json=as_json,
    )


@words.command("import")
@click.argument("name")
@click.argument("file", type=GIVEN)
@click.option(
    "--inside-words",
    is_flag=True,
    help="Let entries be met inside words too, as WordPress does: each is put between *.",
)
@list_option
@json_option
def import_file(
    name: str, file: Path, which: ListName, *, inside_words: bool, as_json: bool
) -> None:
    """Add the entries of a file in UTF-8, one a line (`-`: standard input); blank ones are none."""
    try:
        entries = site_words.lines(file.read_bytes())
    except UnicodeDecodeError:
        raise WrongUse("the file is not in UTF-8") from None
    _change(
        name,
        which,
        lambda connection, site: site_words.add(
            connection, site, which, entries, inside=inside_words
        ),
        as_json=as_json,
    )


def _change(
    name: str,
    which: ListName,
    change: Callable[[Connection, Site], Awaitable[Changed]],
    *,
    as_json: bool,
) -> None:
    async def work(connection: Connection, _: Secrets) -> Changed:
        async with connection.transaction():
            site = await accounts.find_site(connection, name, lock=True)
            return await change(connection, site)

    done = with_database(work)
    if as_json:
        emit({"site": name, "list": which, **asdict(done)})
    else:
        click.echo(f"{done.entries:,} entries; {done.added:,} new, {done.removed:,} removed")


def _day(word: Word) -> str:
    return f"{word.last_hit:%Y-%m-%d}" if word.last_hit else ""
