"""Turns errors that a person can act on into one sentence, without addresses or values."""

import asyncpg

from service.accounts.secrets import SecretsError
from service.db.embedded.runner import EmbeddedError
from service.db.migrate import MigrationError
from service.errors import DatabaseAway, Problem

_SAFE_ENDING = "; see DATABASE_URL"


def sentence(error: Exception) -> str | None:
    """Return what to tell a person, or None for an error that is ours.

    PostgreSQL's own words may repeat values, so only its class and code are told.
    """
    if isinstance(error, Problem):
        fields = "; ".join(f"{wrong.field} {wrong.message}" for wrong in error.errors)
        return fields or error.detail
    if isinstance(error, EmbeddedError | MigrationError | SecretsError):
        return str(error)
    if isinstance(error, DatabaseAway | asyncpg.PostgresError | asyncpg.InterfaceError):
        return _of_database(error)
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename is not None else ""
        return f"{error.strerror or type(error).__name__}{place}"
    return None


def _of_database(error: Exception) -> str:
    if isinstance(error, DatabaseAway):
        why = getattr(error.__cause__, "strerror", None) or type(error.__cause__).__name__
        return f"{why} while reaching the database{_SAFE_ENDING}"
    if isinstance(error, asyncpg.PostgresError):
        return f"PostgreSQL refuses: {type(error).__name__}, SQLSTATE {error.sqlstate}"
    return f"DATABASE_URL or the connection cannot be used: {type(error).__name__}"
