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


@dataclass(frozen=True, slots=True)
class Takeover:
    """The shipped version decides in place of one that this release cannot read, or of none."""

    before: str | None
    now: str
    why: str

    def __str__(self) -> str:
        if self.before is None:
            return (
                f"{self.why} Model {self.now}, which comes with the release, decides from now on."
            )
        if self.before == self.now:
            return f"Model {self.now} was damaged in the database: {self.why} It is whole again."
        return (
            f"Model {self.before} cannot be used by this release: {self.why} "
            f"Model {self.now}, which comes with the release, decides from now on."
        )
