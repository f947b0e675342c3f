"""Decided comments as CSV or JSON lines, for spreadsheets and scripts: as a filter finds them."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Final, Literal

import msgspec

from service.comments.decided import LookingBack
from service.domain.decided import DecidedComment, Wanted

Format = Literal["csv", "ndjson"]
COLUMNS: Final = (
    "id",
    "site",
    "page",
    "name",
    "body",
    "language",
    "status",
    "actor",
    "staff",
    "reason",
    "submitted_at",
    "decided_at",
    "first_status",
    "reasons",
    "scores",
)
"""Of each comment, in this order; nothing of its contact is there to be named."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full width included."""

_ENCODER: Final = msgspec.json.Encoder()


async def exported(looking_back: LookingBack, wanted: Wanted, form: Format) -> AsyncIterator[bytes]:
    """Yield what a filter finds, newest decision first, a page of the database at a time."""
    write = _WRITERS[form]
    if form == "csv":
        yield _csv([COLUMNS])
    after = None
    while True:
        found = await looking_back.find(wanted, after, _AT_ONCE)
        if found.rows:
            yield write(found.rows)
        if found.next is None:
            return
        after = found.next


def cell(value: object) -> str:
    """Return a value as a cell of CSV that no spreadsheet takes for a formula."""
    text = "" if value is None else _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return _ENCODER.encode(value).decode().strip('"')


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _row(comment: DecidedComment) -> list[object]:
    return [getattr(comment, name) for name in COLUMNS]


def _as_csv(comments: Sequence[DecidedComment]) -> bytes:
    return _csv(map(_row, comments))


def _as_lines(comments: Sequence[DecidedComment]) -> bytes:
    rows: list[dict[str, Any]] = [dict(zip(COLUMNS, _row(each), strict=True)) for each in comments]
    return b"".join(_ENCODER.encode(row) + b"\n" for row in rows)


_AT_ONCE: Final = 500
_WRITERS: Final[dict[Format, Callable[[Sequence[DecidedComment]], bytes]]] = {
    "csv": _as_csv,
    "ndjson": _as_lines,
}
