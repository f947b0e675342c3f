"""Bad rows: counted, and reported by line number; never dropped in silence."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

SHOWN: Final = 10
"""Line numbers shown to a person for each reason; JSON carries all of them."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be used.

    Attributes:
        line: line number in the file from 1, where the row begins (a row number for Parquet).
        reason: one of few fixed sentences; never a value of the row, which may be personal.
    """

    line: int
    reason: str


@dataclass
class Report:
    """What became of the rows of one or more files.

    Attributes:
        read: rows read, good or bad.
        kept: rows in the output.
        set_aside: rows in the output that judge nothing, by reason.
        dropped: good rows left out on purpose (repeats, texts with both labels), by reason.
        bad: line numbers by file and reason.
    """

    read: int = 0
    kept: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    bad: dict[tuple[str, str], "array[int]"] = field(default_factory=dict)

    def add_bad(self, file: str, bad: Bad) -> None:
        """Note one bad row of a file."""
        self.bad.setdefault((file, bad.reason), array("q")).append(bad.line)

    def add_set_aside(self, reason: str) -> None:
        """Count one row that is kept but judges nothing."""
        self.set_aside[reason] = self.set_aside.get(reason, 0) + 1

    @property
    def bad_rows(self) -> int:
        """Count the bad rows of all files."""
        return sum(len(lines) for lines in self.bad.values())

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain values for JSON, with every line number."""
        bad = [
            {"file": file, "reason": reason, "rows": len(lines), "lines": lines.tolist()}
            for (file, reason), lines in self.bad.items()
        ]
        counts = {"read": self.read, "kept": self.kept, "bad_rows": self.bad_rows}
        return {**counts, "set_aside": self.set_aside, "dropped": self.dropped, "bad": bad}

    def sentences(self) -> Iterator[str]:
        """Say what happened, a line each, for a person."""
        yield f"{self.read:,} rows read, {self.kept:,} kept, {self.bad_rows:,} bad"
        for reason, count in self.set_aside.items():
            yield f"{count:,} kept without a judgement: {reason}"
        for reason, count in self.dropped.items():
            yield f"{count:,} left out: {reason}"
        for (file, reason), lines in self.bad.items():
            shown = ", ".join(str(line) for line in lines[:SHOWN])
            more = f" and {len(lines) - SHOWN:,} more" if len(lines) > SHOWN else ""
            yield f"{file}: {reason}: {len(lines):,} rows, line {shown}{more}"
