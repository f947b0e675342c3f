"""Work that the service does beside requests, done by a test at the moment that it needs."""

from collections.abc import Awaitable, Callable

from service.db.comments import Connection


async def do_now(connection: Connection, matter: str, work: Callable[[], Awaitable[bool]]) -> bool:
    """Do a round of work whose turn is by a matter's name, such as `links`; say if more is due.

    The service has the turn every few seconds, for some milliseconds: then a round of somebody else
    does nothing, so the end of that is waited for.
    """
    async with connection.transaction():
        await connection.execute(f"select pg_advisory_xact_lock(hashtext('moderation.{matter}'))")
    return await work()
