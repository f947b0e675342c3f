"""Turns records into frozen dataclasses: a column and its field have one name."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


def one_as(kind: type[T], record: asyncpg.Record) -> T:
    """Return a record as a `kind` whose fields are its columns.

    Raises:
        TypeError: a column has no field, or a field no column; tests run every query.
    """
    return kind(**dict(record))


def all_as(kind: type[T], records: Iterable[asyncpg.Record]) -> list[T]:
    """Return records as `kind`s, in order."""
    return [one_as(kind, record) for record in records]


def columns(kind: type[Any], rows: Sequence[Any]) -> list[list[Any]]:
    """Return dataclasses as one list a field, for `unnest`."""
    return [[getattr(row, name) for row in rows] for name in kind.__slots__]
