"""`sites words`: the lists of words that a site blocks or holds, entry by entry or from a file."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal

import rich_click as click

from service.accounts import accounts
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands.base import WrongUse, json_option, with_database
from service.commands.terminal import emit, printable

List = Literal["blocked", "held"]
_SETTING: Final = {"blocked": "blocked_words", "held": "held_words"}

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
    """Show and change the words that a site blocks or holds."""


@words.command("list")
@click.argument("name")
@list_option
@json_option
def show(name: str, which: List, *, as_json: bool) -> None:
    """Write a site's list, an entry a line."""

    async def work(connection: Connection, _: Secrets) -> tuple[str, ...]:
        site = await accounts.find_site(connection, name)
        entries: tuple[str, ...] = getattr(site.settings, _SETTING[which])
        return entries

    entries = with_database(work)
    if as_json:
        emit({"site": name, "list": which, "words": list(entries)})
        return
    for entry in entries:
        click.echo(printable(entry))


@words.command
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@list_option
@json_option
def add(name: str, entries: tuple[str, ...], which: List, *, as_json: bool) -> None:
    """Add entries: words, phrases, or with * for the rest of a word."""
    _change(name, which, lambda before: dict.fromkeys([*before, *entries]), as_json=as_json)


@words.command
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@list_option
@json_option
def remove(name: str, entries: tuple[str, ...], which: List, *, as_json: bool) -> None:
    """Take entries out, as `list` shows them."""

    def after(before: tuple[str, ...]) -> Iterable[str]:
        if any(entry not in before for entry in entries):
            raise WrongUse("not every entry is in the list; `sites words list` shows it")
        return [entry for entry in before if entry not in entries]

    _change(name, which, after, as_json=as_json)


@words.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--inside-words",
    is_flag=True,
    help="Let entries be met inside words too, as WordPress does: each is put between *.",
)
@list_option
@json_option
def import_file(name: str, file: Path, which: List, *, inside_words: bool, as_json: bool) -> None:
    """Add the entries of a file in UTF-8, one a line; blank lines are passed over."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise WrongUse("the file is not in UTF-8") from None
    found = [line.strip() for line in lines if line.strip()]
    if inside_words:
        found = [f"*{entry.strip('*')}*" for entry in found]
    _change(name, which, lambda before: dict.fromkeys([*before, *found]), as_json=as_json)


def _change(
    name: str,
    which: List,
    after: Callable[[tuple[str, ...]], Iterable[str]],
    *,
    as_json: bool,
) -> None:
    """Replace a list by what becomes of it, unless somebody else has changed it meanwhile."""
    setting = _SETTING[which]

    async def work(connection: Connection, _: Secrets) -> int:
        async with connection.transaction():
            site = await accounts.find_site(connection, name, lock=True)
            entries = list(after(getattr(site.settings, setting)))
            await accounts.change_site(connection, name, {setting: entries or None})
        return len(entries)

    count = with_database(work)
    if as_json:
        emit({"site": name, "list": which, "entries": count})
    else:
        click.echo(f"{count:,} entries")
