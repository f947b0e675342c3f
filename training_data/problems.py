"""Bad rows: counted, and reported by line number; never dropped in silence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final


class DataError(Exception):
    """What stopped a command, in one sentence for the person who called it."""


SHOWN: Final = 10
"""Line numbers shown to a person for each reason; JSON carries all of them."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be used.

    Attributes:
        line: line number in the file from 1, where the row begins (a row number for Parquet).
        reason: one of few fixed sentences; never a value of the row, which may be personal.
        last: line where the row ends; what a stray quote swallowed lies between.
    """

    line: int
    reason: str
    last: int = 0


@dataclass
class Report:
    """What became of the rows of one or more files.

    Attributes:
        read: rows read, good or bad.
        kept: rows in the output.
        dropped: good rows left out on purpose (repeats, texts with both labels), by reason.
        bad: first and last line of each bad row, by file and reason.
    """

    read: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    bad: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)

    def add_bad(self, file: str, bad: Bad) -> None:
        """Note one bad row of a file."""
        lines = (bad.line, max(bad.line, bad.last))
        self.bad.setdefault((file, bad.reason), []).append(lines)

    def add_dropped(self, reason: str) -> None:
        """Count one good row that is left out."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1

    @property
    def bad_rows(self) -> int:
        """Count the bad rows of all files."""
        return sum(len(lines) for lines in self.bad.values())

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain values for JSON, with every line number."""
        bad = [
            {"file": file, "reason": reason, "rows": len(lines), "lines": lines}
            for (file, reason), lines in self.bad.items()
        ]
        counts = {"read": self.read, "kept": self.kept, "bad_rows": self.bad_rows}
        return {**counts, "dropped": self.dropped, "bad": bad}

    def sentences(self) -> Iterator[str]:
        """Say what happened, a line each, for a person."""
        yield f"{self.read:,} rows read, {self.kept:,} kept, {self.bad_rows:,} bad"
        for reason, count in self.dropped.items():
            if count:
                yield f"{count:,} left out: {reason}"
        yield from self.bad_sentences()

    def bad_sentences(self) -> Iterator[str]:
        """Name the bad rows of each file by their lines, a sentence for each fault."""
        for (file, reason), lines in self.bad.items():
            shown = ", ".join(_lines(*place) for place in lines[:SHOWN])
            more = f" and {len(lines) - SHOWN:,} more" if len(lines) > SHOWN else ""
            rows = "1 row" if len(lines) == 1 else f"{len(lines):,} rows"
            yield f"{file}: {reason}: {rows}, line {shown}{more}"


def _lines(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
