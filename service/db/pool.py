"""The asyncpg pool: JSON as Python values, prepared statements kept, dead servers noticed."""

from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import msgspec

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[Any]
else:  # generic in its stubs only; where annotations are read at run time it is a plain class
    Pool = asyncpg.Pool

_JSON_TYPES = ("json", "jsonb")


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def prepare(connection: "asyncpg.Connection[Any]") -> None:
    """Make JSON columns arrive and leave as Python values on this connection."""
    for name in _JSON_TYPES:
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_encode, decoder=msgspec.json.decode
        )


async def open_pool(dsn: str, *, size: int = 10) -> Pool:
    """A pool of up to `size` connections to `dsn`.

    Raises:
        OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=min(2, size),
        max_size=size,
        init=prepare,
        command_timeout=15,
        server_settings={"application_name": "comment-moderation", "timezone": "UTC"},
    )


async def connect(dsn: str) -> "asyncpg.Connection[Any]":
    """One connection prepared as the pool's are, for commands."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn, command_timeout=60)
    await prepare(connection)
    return connection
