"""`perspective-map`: learn from pairs how our scores become those that Perspective gave."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import rich_click as click
from rich.console import Console
from rich.progress import Progress, TaskID

from classifier.given import GIVEN
from service.accounts import accounts
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands import perspective_report as report
from service.commands.base import CommandError, WrongUse, guarded, json_option, with_database
from service.commands.terminal import emit, table
from service.compat.perspective import mapping as maps
from service.compat.perspective.pairs import BadRow, Columns, Format, Pair, PairsError, read_pairs
from service.compat.perspective.words import LABEL_OF
from service.db import accounts as accounts_db
from service.db import compat as db
from service.db import models as models_db
from service.domain.accounts import Site
from service.models import shipping

_KINDS: Final[Mapping[str, Format]] = {
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
_OUT: Final = click.Path(dir_okay=False, path_type=Path)


@click.command
@click.argument("pairs", type=GIVEN, required=False)
@click.option("--site", "name", help="The site; not needed where there is one.")
@click.option("--text", help="Column of the texts; text, comment or comment_text if not said.")
@click.option("--column", multiple=True, metavar="ATTR=COLUMN", help="Column of an attribute.")
@click.option("--try", "only_try", is_flag=True, help="Say how good the maps are, store nothing.")
@click.option("--folds", type=click.IntRange(2, 20), default=maps.FOLDS, help="Parts to test by.")
@click.option("--csv", "csv_file", type=_OUT, help="Write the texts of the widest gaps as CSV.")
@click.option("--html", "html_file", type=_OUT, help="Write them as a page.")
@click.option("--rows", type=click.IntRange(1, 10_000), default=100, help="Of each attribute.")
@click.option("--show", is_flag=True, help="Show the site's maps.")
@click.option("--remove", is_flag=True, help="Remove the site's maps.")
@json_option
def perspective_map(
    pairs: Path | None,
    *,
    name: str | None,
    text: str | None,
    column: tuple[str, ...],
    only_try: bool,
    folds: int,
    csv_file: Path | None,
    html_file: Path | None,
    rows: int,
    show: bool,
    remove: bool,
    as_json: bool,
) -> None:
    """Map our scores to Perspective's, so that a site's thresholds keep their meaning.

    PAIRS is CSV, TSV or JSON lines with a column `text` and one per attribute (TOXICITY, INSULT,
    ...), the scores that Perspective gave. A map per attribute is stored for the site, and the
    Perspective API applies it. Fit again after another model version is promoted, or after the
    site's setting for second opinions goes to `all` or from it.
    """
    if (pairs is not None) + show + remove != 1:
        raise WrongUse("name a file of pairs, or --show, or --remove")
    if pairs is None:
        _told(_maps(name, remove=remove), remove=remove, as_json=as_json)
        return
    read = _read(pairs, text, dict(map(_renamed, column)))
    fits, told = _fitted(read, name, folds, store=not only_try)
    if csv_file:
        guarded(lambda: report.write_csv(csv_file, fits, rows))
    if html_file:
        guarded(lambda: report.write_html(html_file, fits, rows))
    if as_json:
        emit(told)
    else:
        table(report.COLUMNS, [report.row(each.attribute, each.figures) for each in fits])


class Read:
    """What a file holds: pairs of distinct texts, bad rows, columns that were passed over."""

    def __init__(self) -> None:
        self.pairs: dict[str, Pair] = {}
        self.bad: list[BadRow] = []
        self.columns: Columns | None = None

    def take(self, found: Columns | Pair | BadRow) -> None:
        """Take one thing that was read; a text that is there already is a bad row."""
        if isinstance(found, Columns):
            self.columns = found
        elif isinstance(found, BadRow):
            self.bad.append(found)
        elif found.text in self.pairs:
            first = self.pairs[found.text].line
            self.bad.append(BadRow(found.line, f"has the text of line {first}"))
        else:
            self.pairs[found.text] = found


def _read(file: Path, text: str | None, renamed: Mapping[str, str]) -> Read:
    kind = _KINDS.get(file.suffix.lower(), "csv")
    read = Read()
    try:
        with file.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
            for found in read_pairs(lines, kind, text, renamed):
                read.take(found)
    except PairsError as error:
        raise CommandError(report.printable_line(str(error))) from None
    report.tell_bad_rows(read.bad)
    if read.columns and read.columns.ignored:
        report.tell(f"columns passed over: {', '.join(read.columns.ignored)}")
    return read


def _fitted(
    read: Read, name: str | None, folds: int, *, store: bool
) -> tuple[list[maps.Fitted], Any]:
    """Score, fit and store; return the maps, and what is told of them as JSON."""

    async def work(connection: Connection, _: Secrets) -> tuple[list[maps.Fitted], Any]:
        site = await _site(connection, name)
        await shipping.ensure_shipped(connection)  # the service may not have been started yet
        bundle = await maps.active_bundle(connection)
        twice = site.settings.second_opinion == "all"
        second = maps.second_of(bundle) if twice else None
        with _progress(len(read.pairs)) as (bar, task):
            rows, left_out = maps.compare(
                bundle, list(read.pairs.values()), lambda count: bar.advance(task, count), second
            )
        fits = [
            fitted
            for attribute, compared in rows.items()
            if (fitted := maps.fit(attribute, compared, bundle.version, folds, twice=twice))
        ]
        _check(rows, fits)
        if store:
            await maps.keep(connection, site.id, fits)
        return fits, {
            "site": site.name,
            "model_version": bundle.version,
            "second_opinion": twice,
            "stored": store,
            "texts": len(read.pairs),
            "bad_rows": len(read.bad),
            "left_out_by_language": left_out,
            "attributes": {each.attribute: each.figures for each in fits},
        }

    return with_database(work)


def _check(rows: Mapping[str, Sequence[object]], fits: Sequence[maps.Fitted]) -> None:
    done = {each.attribute for each in fits}
    few = [f"{name} ({len(rows[name])})" for name in rows if name not in done]
    if not fits:
        raise CommandError(
            f"no attribute has {maps.LEAST} usable pairs with scores that differ; nothing is stored"
        )
    if few:
        report.tell(f"no map, too few pairs or all the same: {', '.join(few)}")


def _maps(name: str | None, *, remove: bool) -> list[dict[str, Any]]:
    async def work(connection: Connection, _: Secrets) -> list[dict[str, Any]]:
        site = await _site(connection, name)
        kept = await db.told_maps(connection, site.id)
        if remove:
            await db.remove_maps(connection, site.id)
        states = await models_db.states(connection)
        wants = site.settings.second_opinion == "all"
        return [
            {**each, "is_current": _is_current(each["figures"], states, wants_second=wants)}
            for each in kept
        ]

    return with_database(work)


def _is_current(
    figures: Mapping[str, Any], states: Mapping[str, str], *, wants_second: bool
) -> bool:
    """Say whether a map was fitted for the scores that the API gives now."""
    is_active = states.get(figures["model_version"]) == "active"
    return is_active and figures.get("second_opinion", False) == wants_second


def _told(kept: list[dict[str, Any]], *, remove: bool, as_json: bool) -> None:
    if as_json:
        emit(kept)
    elif remove:
        click.echo(f"removed: {', '.join(each['attribute'] for each in kept) or 'there was none'}")
    else:
        shown = [
            (*report.row(each["attribute"], each["figures"]), each["figures"]["model_version"])
            for each in kept
        ]
        table((*report.COLUMNS, "fitted for"), shown)
        if not all(each["is_current"] for each in kept):
            report.tell("the API gives other scores now: fit again, with the same pairs")


async def _site(connection: Connection, name: str | None) -> Site:
    if name is None:
        names = [row.name for row in await accounts_db.list_sites(connection)]
        if len(names) != 1:
            raise WrongUse("name the site by --site; `sites list` shows them")
        name = names[0]
    return await accounts.find_site(connection, name)


def _renamed(option: str) -> tuple[str, str]:
    attribute, _, column = option.partition("=")
    if attribute not in LABEL_OF or not column:
        raise WrongUse(f"--column wants ATTR=COLUMN with an attribute of {', '.join(LABEL_OF)}")
    return attribute, column


@contextmanager
def _progress(total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A bar on stderr, if that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not sys.stderr.isatty()) as bar:
        yield bar, bar.add_task("texts scored", total=total)
