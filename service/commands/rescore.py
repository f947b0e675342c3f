"""`rescore`: every comment that is kept, scored by a version, and what that would change."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
import rich_click as click

from classifier.options import SCHEDULER, workers
from service.accounts import accounts
from service.commands.base import WrongUse, json_option, read_settings, with_database
from service.commands.terminal import emit, progress, table
from service.comments.requeue import Requeue
from service.db.models import Connection
from service.domain.rescoring import Example, LabelPart, Part, Summary
from service.domain.wording import LABEL_NAMES
from service.models import rescoring
from service.models.rejudging import rejudge
from service.models.rescoring import SHARE, Rescoring, Spread, open_version

LOWEST: Final = 19
"""As `nice` counts: whatever else wants the processor goes first."""

_LONGEST: Final = 100
_COUNTS: Final = ("comments", "otherwise", "against people", "published violations")
_LABELS: Final = ("label", "clear", "borderline", "violation", "of them published", "violations")
_EXAMPLES: Final = ("is", "would be", "site", "found", "comment")


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did, and the sums of all that the version has scored."""

    version: str
    scored: int
    seconds: float
    queued: int
    taken_back: int
    summary: Summary
    examples: Sequence[Example]


@click.command
@click.option("--model", "version", required=True, help="The version: `models list` shows them.")
@click.option("--site", help="Comments of one site only; else of all.")
@click.option(
    "--share",
    type=click.FloatRange(0.05, 1),
    default=SHARE,
    show_default=True,
    help="Part of the time that it works; the rest it leaves to others.",
)
@SCHEDULER
@click.option(
    "--queue",
    "most",
    type=click.IntRange(1),
    help="Put what is published and a clear violation into the queue: the newest, so many a day.",
)
@click.option("--take-back", is_flag=True, help="Publish again what --queue has queued.")
@json_option
def rescore(
    version: str,
    site: str | None,
    *,
    share: float,
    scheduler: str | None,
    most: int | None,
    take_back: bool,
    as_json: bool,
) -> None:
    """Score every kept comment with a version, and say what it would change.

    It works beside the service at the lowest priority, or has the workers of a Dask scheduler
    judge, to whom comments go as they are. Verdicts are by words and sentences, under the settings,
    rules and adaptations to this version that sites had when a comment was scored. Broken off, it
    goes on where it stopped; run again, it does what is new. Erased comments are left out. Nothing
    is decided but by --queue: what a person has decided about is left alone, and --take-back
    publishes what nobody has decided about since.
    """
    if most and take_back:
        raise WrongUse("--queue and --take-back are two runs; give one of them")
    asks = read_settings().second_opinion_ms > 0

    async def work(connection: Connection, spread: Spread | None) -> Done:
        os.nice(LOWEST)  # now that a server which it may have started has its own priority
        site_id = (await accounts.find_site(connection, site)).id if site else None
        bundle = await open_version(connection, version)
        requeue, began = Requeue(version, site_id), time.monotonic()
        taken_back = await requeue.take_back(connection) if take_back else 0
        with progress("rescoring") as tell:
            scored = await Rescoring(bundle, site_id, asks, share).run(connection, tell, spread)
        queued = await requeue.queue(connection, most) if most else 0
        summary = await rescoring.summarise(connection, version)
        shown = await rescoring.examples(connection, version, summary)
        seconds = round(time.monotonic() - began, 1)
        return Done(version, scored, seconds, queued, taken_back, summary, shown)

    with _spread(scheduler) as spread:
        done = with_database(lambda connection, _: work(connection, spread))
    if as_json:
        emit(msgspec.to_builtins(done))
    else:
        _say(done)


@contextmanager
def _spread(scheduler: str | None) -> Iterator[Spread | None]:
    """Give what has a cluster's workers judge, if one is named."""
    if scheduler is None:
        yield None
        return
    with workers(scheduler) as crew:
        yield partial(crew.map, rejudge)


def _say(done: Done) -> None:
    summary = done.summary
    click.echo(
        f"{done.version}: {done.scored:,} comments scored in {done.seconds:,.0f} s,"
        f" {summary.comments:,} in all"
    )
    for what, count in (("put into the queue", done.queued), ("published again", done.taken_back)):
        if count:
            click.echo(f"{count:,} {what}")
    if not summary.comments:
        return
    for name, parts in (("site", summary.by_site), ("month", summary.by_month)):
        click.echo()
        table((name, *_COUNTS), [_part(part) for part in parts])
    click.echo()
    table(_LABELS, [_label(part) for part in summary.by_label])
    if done.examples:
        click.echo()
        table(_EXAMPLES, [_example(each) for each in done.examples])


def _part(part: Part) -> tuple[object, ...]:
    return (
        part.name,
        *(part.comments, part.changed, part.against_people, part.published_violations),
    )


def _label(part: LabelPart) -> tuple[object, ...]:
    shown = (part.shown_borderline, part.shown_violations)
    return (LABEL_NAMES[part.label], part.clear, part.borderline, part.violations, *shown)


def _example(example: Example) -> tuple[Any, ...]:
    found = ", ".join(f"{LABEL_NAMES[each]} {example.scores[each]:.2f}" for each in example.found)
    body = " ".join(example.body.split())
    short = body if len(body) <= _LONGEST else f"{body[: _LONGEST - 1]}…"
    return example.status, example.verdict, example.site, found or "-", short
