"""Turns errors that a person can act on into one sentence, without addresses or values."""

import socket

import asyncpg

from service.accounts.secrets import SecretsError
from service.db.embedded.runner import EmbeddedError
from service.db.migrate import MigrationError
from service.errors import Problem

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
    if isinstance(error, asyncpg.PostgresError):
        return f"PostgreSQL refuses: {type(error).__name__}, SQLSTATE {error.sqlstate}"
    if isinstance(error, asyncpg.InterfaceError):
        return f"DATABASE_URL or the connection cannot be used: {type(error).__name__}"
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}{_place(error)}"
    return None


def _place(error: OSError) -> str:
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
        return " while reaching the database" + _SAFE_ENDING
    return f": {error.filename}" if error.filename is not None else ""
