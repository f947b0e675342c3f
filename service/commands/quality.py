"""`quality`: how often automatic decisions are wrong, by what moderators answered of audits."""

from collections.abc import Iterator
from dataclasses import asdict

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit, table
from service.comments.quality import DAYS, MOST_DAYS, report
from service.db.models import Connection
from service.domain.agreement import Agreement
from service.domain.intervals import CONFIDENCE
from service.domain.quality import Rate, SiteQuality

_COLUMNS = (
    "site",
    "of what",
    "decided",
    "number",
    "audited",
    "wrong",
    "share",
    "interval",
    "promised",
)


@click.command
@click.option("--site", help="Of one site only.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=DAYS, show_default=True,
    help="Of what was decided in the last days.",
)  # fmt: skip
@json_option
def quality(site: str | None, days: int, *, as_json: bool) -> None:
    """Say how often automatic decisions are wrong, with intervals.

    A share of them is shown to moderators as if it waited (`sites set --audit`); their answers,
    each by the inverse of its chance, tell of all.
    """

    async def work(connection: Connection, _: Secrets) -> list[SiteQuality]:
        return await report(connection, site, days)

    found = with_database(work)
    if as_json:
        told = [asdict(each) for each in found]
        emit({"days": days, "confidence": CONFIDENCE, "sites": told})
    else:
        table(_COLUMNS, [row for each in found for row in _rows(each)])
        for each in found:
            if each.agreement.pairs:
                click.echo(f"{each.site}: {_agreed(each.agreement)}")


def _agreed(found: Agreement) -> str:
    """Say how far moderators agree, and with whom colleagues agree the least."""
    told = f"moderators agreed about {found.agreed} of {found.pairs} comments"
    if found.kappa is not None:
        told += f", kappa {found.kappa:.2f} ({found.low:.2f} to {found.high:.2f})"
    least = [each for each in found.people if each.stands_out]
    return told + "".join(
        f"; otherwise than {each.name} in {each.disagreed} of {each.pairs}" for each in least
    )


def _rows(found: SiteQuality) -> Iterator[tuple[object, ...]]:
    yield from _pair(found.site, "all", found.approved, found.rejected)
    for name, groups in found.by.items():
        for each in groups:
            what = f"{name.replace('_', ' ')} {each.value or 'none'}"
            yield from _pair(found.site, what, each.approved, each.rejected)


def _pair(site: str, what: str, *rates: Rate) -> Iterator[tuple[object, ...]]:
    for status, rate in zip(("approved", "rejected"), rates, strict=True):
        if rate.decided or rate.audited:
            share = "-" if rate.rate is None else f"{rate.rate:.1%}"
            told = f"{rate.low:.1%} to {rate.high:.1%}"
            promised = "-" if rate.promised is None else f"{rate.promised:.0%}"
            broken = f"{promised} BROKEN" if rate.broken else promised
            yield site, what, status, rate.decided, rate.audited, rate.wrong, share, told, broken
