"""Reads the named queries of db/queries/*.sql: `-- name: x`, a line of description, then SQL."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)\n(?=-- \S)", re.MULTILINE)


@cache
def load(room: str) -> Mapping[str, str]:
    """The queries of one room by name.

    Raises:
        ValueError: a query stands there twice, or the file has text before its first name.
    """
    text = (files("service.db") / "queries" / f"{room}.sql").read_text(encoding="utf-8")
    before, *parts = _NAME.split(text)
    names, bodies = parts[::2], parts[1::2]
    if any(line and not line.startswith("--") for line in before.splitlines()):
        raise ValueError(f"queries/{room}.sql: SQL before the first name")
    if len(set(names)) != len(names):
        raise ValueError(f"queries/{room}.sql: a name stands twice")
    return MappingProxyType({name: body.strip() for name, body in zip(names, bodies, strict=True)})
