"""`import` and `export`: comments of ten years that come from another system, or go to one."""

import time
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from classifier.given import GIVEN
from service.accounts import accounts
from service.accounts.secrets import Secrets
from service.commands.base import CommandError, WrongUse, json_option, with_database
from service.commands.terminal import emit, printable
from service.commands.writing import out_option, write
from service.comments import wxr
from service.comments.importing.formats import FORMATS, Format, Source
from service.comments.importing.record import ImportRefused
from service.comments.importing.use_case import Import, Report
from service.db import imports as db
from service.db.models import Connection

_DOING = {"read": "reading", "write": "writing"}


@click.command("import")
@click.argument("file", type=GIVEN)
@click.option("--site", required=True, help="The website that they go to.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Else told from the file.")
@click.option("--base", default="", help="Address that pages are below that are kept as paths.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--say-progress", is_flag=True, hidden=True, help="Lines of it on stderr.")
@json_option
def import_(
    file: Path,
    site: str,
    form: Format | None,
    base: str,
    *,
    dry_run: bool,
    say_progress: bool,
    as_json: bool,
) -> None:
    r"""Bring comments of another system here: their dates, threads, statuses, names and websites.

    FILE is WordPress's export (wxr), Disqus's XML, isso's database, a backup of remark42, Coral's
    stories, users and comments as JSON lines, Commento's export, Artalk's Artrans, Waline's export,
    or our own JSON lines; it may be compressed by gzip or zip.
    E-mail addresses are encrypted as ever. Spam and what was removed comes as rejected, which is
    what a model learns from, too. The same file again, or after a break, makes no comment twice.
    Records that cannot be read are named on stderr, and the others come nevertheless.
    A pipe is taken too, and `-` is standard input.

    \b
    Examples:
      python -m service import wordpress.xml --site blog --dry-run
      docker compose run --rm -T service import - --site blog < wordpress.xml
    """
    started = time.monotonic()

    async def work(connection: Connection, secrets: Secrets) -> Report:
        found = await accounts.find_site(connection, site)
        with _progress() as (progress, task):

            def tell(step: str, done: int, total: int) -> None:
                if say_progress and total:
                    click.echo(f"progress {step} {done / total:.4f}", err=True)
                doing = _DOING[step]
                progress.update(task, description=doing, completed=done, total=total or None)

            return await Import(source, found, secrets, tell).run(connection, dry=dry_run)

    try:
        source = Source(file, form, base)
        report = with_database(work)
    except ImportRefused as refused:
        raise CommandError(str(refused)) from None
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or 'cannot be read'}") from None
    if as_json:
        seconds = round(time.monotonic() - started, 1)
        emit(report.as_dict() | {"dry_run": dry_run, "seconds": seconds})
    else:
        _say(report, dry=dry_run)


@click.command
@click.option("--site", required=True, help="The website whose comments they are.")
@out_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "wxr"]),
    default="jsonl",
    help="JSON lines, or what WordPress imports, which needs --out.",
)
@json_option
def export(site: str, out: Path | None, form: str, *, as_json: bool) -> None:
    """Write all comments of a website, a JSON object a line, oldest first, for another system.

    Of every status, with threads, titles of pages and reasons, and without e-mail addresses, which
    leave this service in no export. `import` reads it. Goes to standard output unless --out names a
    file, which only its owner may then read; --json says there how many comments it has.
    """
    if form == "wxr" and out is None:
        raise WrongUse("--format wxr needs --out FILE")

    async def work(connection: Connection, _: Secrets) -> int:
        found = await accounts.find_site(connection, site)
        wanted = wxr.pages(connection, found) if form == "wxr" else db.lines(connection, found.id)
        return await write(out, wanted, "comments")

    count = with_database(work)
    if out is not None and as_json:
        emit({"comments": count})


def _say(report: Report, *, dry: bool) -> None:
    told = report.as_dict()
    done = "would be written" if dry else f"written, {report.there:,} were there already"
    count = sum(report.by_status.values()) if dry else report.written
    click.echo(f"{report.form}: {report.read:,} comments read, {count:,} {done}")
    click.echo(f"  pages {report.pages:,}, levels of replies {report.depth:,}")
    for title in ("by_status", "left_out", "changed"):
        for what, number in sorted(told[title].items()):
            if number:
                click.echo(f"  {printable(what)}: {number:,}")
    for line in report.named:
        click.echo(f"  {printable(line)}", err=True)
    if report.bad > len(report.named):
        click.echo(f"  and {report.bad - len(report.named):,} more", err=True)


def _progress() -> "_Shown":
    return _Shown()


class _Shown:
    """A bar with the time that is left, on stderr, if that is a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)

    def __enter__(self) -> tuple[Progress, TaskID]:
        """Begin."""
        self._progress.start()
        return self._progress, self._progress.add_task("reading", total=None)

    def __exit__(self, *_: object) -> None:
        """End."""
        self._progress.stop()
