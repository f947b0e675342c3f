"""A model version as lists and pages show it; the bundle itself is never among it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["candidate", "shadow", "active", "retired"]


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version as lists show it; `figures` are shares on the held-out mix, `size` bytes."""

    version: str
    state: State
    made: str | None
    digest: str
    added_at: datetime
    changed_at: datetime
    changed_by: str | None
    size: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WholeVersion:
    """One version with its whole card."""

    version: str
    state: State
    digest: str
    added_at: datetime
    changed_at: datetime
    changed_by: str | None
    size: int
    card: Mapping[str, Any]
