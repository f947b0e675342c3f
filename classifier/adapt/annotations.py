"""Annotations, one a line: what people, clients and silence say of comments.

A file is read whole before anything is fitted, and refused with the line and the field of every
fault in it: an adaptation that quietly lacks half of its lines would be judged on the other half.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from classifier.adapt.surroundings import Comment
from classifier.text.tags import base_language
from classifier.types import LABELS, SHOWN_BY

Provenance = Literal["moderator", "bulk", "audit", "client", "import", "silence"]
PROVENANCES: Final = get_args(Provenance)

STRENGTH: Final[Mapping[Provenance, int]] = {
    "audit": 5,
    "moderator": 4,
    "import": 3,
    "bulk": 2,
    "client": 1,
    "silence": 0,
}
"""Whose word counts where two differ: the stronger's, and of equals the newer."""

SHOWN: Final = 5
"""Faults of a file that are told; more are counted."""

LONGEST: Final = 1_000_000
"""Characters of a line."""

_KNOWN: Final = frozenset(LABELS)

_BLANKS: Final = re.compile(r"\s+")


class AnnotationsError(Exception):
    """A file that cannot be used; the message names lines, fields and what is expected."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said of one comment: for each label judged, whether it is a violation of it.

    `first_time` says whether its author wrote there for the first time, None where nobody knows.
    """

    comment: Comment
    labels: Mapping[str, bool]
    provenance: Provenance = "moderator"
    propensity: float | None = None
    at: datetime | None = None
    language: str | None = None
    site: str = ""
    first_time: bool | None = None

    @property
    def is_violation(self) -> bool:
        """Whether it is one of any label."""
        return any(self.labels.values())


@dataclass(frozen=True, slots=True)
class Annotations:
    """One annotation for each comment, the oldest first, and how many words were overruled."""

    rows: list[Annotation]
    lines: int
    conflicts: int = 0
    by: Mapping[str, int] = field(default_factory=dict)


def labels_of(status: str, reason: str | None) -> dict[str, bool] | None:
    """Return what a decision says of all labels; None if it says nothing of the text.

    An approval says that a comment is a violation of none. A rejection says which labels are shown
    and, of the two that decide, which is not.
    """
    if status == "approved":
        return dict.fromkeys(LABELS, False)
    shown = SHOWN_BY.get(reason or "") if status == "rejected" else None
    if shown is None:
        return None
    return {"spam": "spam" in shown, "toxicity": "toxicity" in shown} | dict.fromkeys(shown, True)


class _Line(msgspec.Struct):
    """The fields of a line; what is not named here may be there and is not read."""

    text: str
    labels: dict[str, float | bool | None]
    name: str | None = None
    website: str | None = None
    language: str | None = None
    provenance: Provenance = "moderator"
    propensity: float | None = None
    at: str | None = None
    site: str | None = None
    first_time: bool | None = None
    model_version: str | None = None
    scores: dict[str, float] | None = None


_DECODER: Final = msgspec.json.Decoder(_Line)


def read(path: Path) -> Annotations:
    """Read a file of annotations, NDJSON or Parquet.

    Raises:
        AnnotationsError: a line cannot be used, or there is none.
    """
    lines = _of_parquet(path) if path.suffix == ".parquet" else _of_json(path)
    rows: list[Annotation] = []
    bad: list[str] = []
    for number, line in lines:
        try:
            rows.append(_annotation(line))
        except (ValueError, msgspec.DecodeError) as error:
            bad.append(f"line {number}: {error}")
    if bad:
        more = f"; {len(bad) - SHOWN} more lines" if len(bad) > SHOWN else ""
        raise AnnotationsError(f"{path.name}: {'; '.join(bad[:SHOWN])}{more}")
    if not rows:
        raise AnnotationsError(f"{path.name}: it holds no annotation, one JSON object a line")
    return settled(rows)


def settled(rows: Iterable[Annotation]) -> Annotations:
    """Leave one annotation for each comment: of each label the strongest word, then the newest."""
    by_key: dict[tuple[str, ...], list[Annotation]] = {}
    lines = 0
    for row in rows:
        lines += 1
        by_key.setdefault(_key(row), []).append(row)
    found, conflicts = [], 0
    for said in by_key.values():
        said.sort(key=lambda each: (STRENGTH[each.provenance], _time(each)))
        labels = {label: value for each in said for label, value in each.labels.items()}
        conflicts += any(labels[name] != one for each in said for name, one in each.labels.items())
        found.append(replace(said[-1], labels=labels))
    found.sort(key=_time)
    counts = {name: sum(each.provenance == name for each in found) for name in PROVENANCES}
    return Annotations(found, lines, conflicts, {name: n for name, n in counts.items() if n})


def _key(row: Annotation) -> tuple[str, ...]:
    comment = row.comment
    fields = (comment.text, comment.name, comment.website)
    return (row.site, *(_BLANKS.sub(" ", each).strip().casefold() for each in fields))


def _time(row: Annotation) -> datetime:
    return row.at or datetime.min.replace(tzinfo=UTC)


def _of_json(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            kept = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if kept.strip():
                yield number, kept


def _of_parquet(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a Parquet file's rows as lines; nested columns may be JSON texts."""
    from importlib import import_module  # noqa: PLC0415 - pyarrow is of the training group

    try:
        table = import_module("pyarrow.parquet").read_table(path)
    except ImportError as error:
        raise AnnotationsError("Parquet needs pyarrow: install the group `train`") from error
    except Exception as error:  # noqa: BLE001 - a hostile file may make its reader fail in any way
        said = f"{path.name}: it cannot be read ({type(error).__name__})"
        raise AnnotationsError(said) from None
    for number, row in enumerate(table.to_pylist(), 1):
        kept = {name: value for name, value in row.items() if value is not None}
        for name in ("labels", "scores"):
            if isinstance(kept.get(name), str):
                kept[name] = msgspec.Raw(kept[name].encode())
            elif isinstance(kept.get(name), dict):
                kept[name] = {key: one for key, one in kept[name].items() if one is not None}
        yield number, msgspec.json.encode(kept)


def _annotation(line: bytes) -> Annotation:
    """Return what a line says.

    Raises:
        ValueError: names the field and what is expected of it.
    """
    if len(line) > LONGEST:
        raise ValueError(f"longer than {LONGEST:,} bytes, the most that is read")
    told = _DECODER.decode(line)
    if not told.text.strip():
        raise ValueError("text is blank")
    return Annotation(
        Comment(told.text, told.name or "", told.website or ""),
        _labels(told.labels),
        told.provenance,
        _propensity(told.propensity),
        _moment(told.at),
        _language(told.language),
        told.site or "",
        told.first_time,
    )


def _labels(told: Mapping[str, float | None]) -> dict[str, bool]:
    """Return the labels that were judged: null says nothing of one."""
    judged = {name: value for name, value in told.items() if value is not None}
    if not judged or not _KNOWN.issuperset(told):
        raise ValueError(f"labels must have some of {', '.join(LABELS)}, and no others")
    if not all(value in {0, 1} for value in judged.values()):
        raise ValueError("labels must be 0 or 1 each, or null where nobody judged")
    return {name: bool(value) for name, value in judged.items()}


def _propensity(told: float | None) -> float | None:
    if told is not None and not (math.isfinite(told) and 0 <= told <= 1):
        raise ValueError("propensity must be a number from 0 to 1, or left out")
    return told


def _moment(told: str | None) -> datetime | None:
    if not told:
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        raise ValueError("at must be a time such as 2026-11-25T09:30:00Z, or left out") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _language(told: str | None) -> str | None:
    try:
        return base_language(told) if told else None
    except ValueError as error:
        raise ValueError(f"language {error}, or left out") from None


def as_line(row: Annotation) -> dict[str, Any]:
    """Return an annotation as a line of a file holds it."""
    labels = {name: int(value) for name, value in row.labels.items()}
    comment = row.comment
    found: dict[str, Any] = {"text": comment.text, "name": comment.name, "website": comment.website}
    found |= {"language": row.language, "labels": labels, "provenance": row.provenance}
    moment = row.at.isoformat() if row.at else None
    return (
        found
        | {"propensity": row.propensity, "at": moment, "site": row.site}
        | {"first_time": row.first_time}
    )


def write(path: Path, rows: Iterable[Annotation]) -> None:
    """Write annotations as `read` reads them."""
    lines = (json.dumps(as_line(row), ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
