"""`learn`: what sites' people say of comments adapts the model, which serves where it is better."""

from dataclasses import asdict

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit, table
from service.comments import learning
from service.comments.learning import Lesson
from service.db.models import Connection

_COLUMNS = ("site", "annotations", "adaptation", "in force now", "why")


@click.command
@click.option("--site", help="Of one site only; else of all.")
@click.option("--dry-run", is_flag=True, help="Fit and judge, and keep nothing.")
@json_option
def learn(site: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Teach the active model what each site's people decide, and switch on what is better.

    Exports a site's annotations, fits an adaptation in a process of its own at low priority and
    judges it on comments that the fit did not see, the newest fifth too. A better one serves the
    site within seconds; `adaptations rollback` goes back. Exit status 1: with --site, it is no
    better than the model alone or the site has too few annotations.
    """

    async def work(connection: Connection, _: Secrets) -> list[Lesson]:
        sites = await learning.sites(connection, site)
        return [await learning.learn(connection, each, dry_run=dry_run) for each in sites]

    lessons = with_database(work)
    if as_json:
        emit([asdict(each) for each in lessons])
    else:
        table(_COLUMNS, [_row(each) for each in lessons])
    if site and not lessons[0].is_better:
        raise CommandError(f"{site}: {lessons[0].why}")


def _row(lesson: Lesson) -> tuple[object, ...]:
    active = "yes" if lesson.is_active else "no"
    return lesson.site, lesson.annotations, lesson.version or "-", active, lesson.why
