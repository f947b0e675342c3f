"""Hosts that sites' moderators reject whatever links to: one function per query."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.learnt_links import LearntLink, Linking

_SQL: Final = load("learnt_links")


async def try_links(connection: Connection) -> bool:
    """Take the turn to look for hosts, for this transaction; False while another has it."""
    return bool(await connection.fetchval(_SQL["try_links"]))


async def linking(
    connection: Connection, site_id: UUID, hosts: Sequence[str], silence_days: int
) -> list[Linking]:
    """Return a site's comments that may link to these hosts, and what became of them."""
    return all_as(
        Linking, await connection.fetch(_SQL["linking"], site_id, list(hosts), silence_days)
    )


async def of_sites(
    connection: Connection, sites: Sequence[str]
) -> dict[str, dict[str, LearntLink]]:
    """Return the hosts that sites learnt, by the sites' names and their own."""
    found: dict[str, dict[str, LearntLink]] = {site: {} for site in sites}
    for row in await connection.fetch(_SQL["links_of"], list(sites)):
        link = LearntLink(row["host"], row["rejected"], row["decided"])
        found[row["site"]][link.host] = link
    return found


async def add(connection: Connection, site_id: UUID, link: LearntLink) -> bool:
    """Record a host of a site; False if that was done before."""
    args = link.host, link.rejected, link.decided
    return await connection.fetchval(_SQL["add_link"], site_id, *args) is not None


async def await_turn(connection: Connection) -> None:
    """Take the turn to look for hosts, for this transaction, once whoever has it has ended."""
    await connection.execute(_SQL["await_links"])


async def forget(
    connection: Connection, site_id: UUID, hosts: Collection[str], authors: Sequence[UUID]
) -> list[str]:
    """Forget hosts that no kept comment links to but of these authors; return those."""
    args = site_id, list(hosts), list(authors)
    return [row["host"] for row in await connection.fetch(_SQL["forget_links"], *args)]
