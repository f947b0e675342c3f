"""What people said of comments, as the service exports it, to rows of the normal form.

Either their decisions, or annotations, which tell clients', imports' and silence's words too and
how each comment came to be looked at, by which it counts as adaptations have it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from classifier.adapt import annotations
from classifier.adapt.weighing import TESTIFIES, weight_of
from classifier.types import LABELS, SHOWN_BY
from training_data.problems import Bad, DataError, Report
from training_data.splits import content_key

SOURCE: Final = "decisions"

LOOKED: Final = "looked"
"""Of the column with how many comments a person speaks for who looked at one; 0 for all others."""

FIRST: Final = "first_time"
"""Of the column that says whether the author had no comment before; None where nobody knows."""

WHOSE: Final = "provenance"
"""Of the column that says whose word it is."""

KEPT_OUT: Final = 0.2
"""The newest share of the decisions, that training does not see: `compare` measures on it."""

NEEDED: Final = ("actor", "status", "text", "at")
"""What every line of an export has, as texts."""


class BadLineError(Exception):
    """A line that is no decision; its words say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Rows for training, newer rows kept out, and the lines that could not be used, by number.

    `sites` are those that they are of, None where some do not say.
    """

    training: pd.DataFrame
    kept_out: pd.DataFrame
    bad_lines: dict[int, str]
    sites: frozenset[str] | None = None

    def whose(self) -> dict[str, Any]:
        """Return of which sites they are, and of when the newest is; null where some do not say.

        Who erases an author finds by it which models may have learnt from the author's texts.
        """
        said = [*self.training["at"], *self.kept_out["at"]]
        sites = None if self.sites is None else sorted(self.sites)
        return {"sites": sites, "to": _newest(said)}

    def complaints(self, path: Path) -> Iterator[str]:
        """Say which lines of the file cannot be used, a sentence for each fault."""
        report = Report()
        for number, reason in self.bad_lines.items():
            report.add_bad(path.name, Bad(number, reason))
        return report.bad_sentences()

    def require_some(self, path: Path) -> None:
        """Refuse a file without a single decision to learn from.

        Raises:
            DataError: there is none; it names the lines that cannot be read.
        """
        if not len(self.training) + len(self.kept_out):
            said = "; ".join(("no moderator's decision can be used", *self.complaints(path)))
            raise DataError(f"{path.name}: {said}")


def read(path: Path) -> Decisions:
    """Read an export of annotations, or of decisions, and the last word about each text.

    Of decisions only moderators' count.

    Raises:
        DataError: a line of annotations cannot be used.
    """
    return _annotated(path) if _has_annotations(path) else _decided(path)


def _has_annotations(path: Path) -> bool:
    """Say whether a file is one of annotations: its first line has labels, and nobody's action."""
    if path.suffix == ".parquet":
        return True
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        first = next((line for line in file if line.strip()), "")
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, Mapping) and "labels" in found and "actor" not in found


def _annotated(path: Path) -> Decisions:
    """Read annotations: each counts as its provenance and its propensity have it."""
    try:
        found = annotations.read(path).rows
    except annotations.AnnotationsError as error:
        raise DataError(str(error)) from None
    rows = [
        {
            "text": each.comment.text,
            **dict.fromkeys(LABELS, float("nan")),
            **{label: float(value) for label, value in each.labels.items()},
            "language": each.language or "und",
            "at": each.at.isoformat() if each.at else "",
            "key": content_key(each.comment.text),
            "weight": weight_of(each),
            LOOKED: weight_of(each) if each.provenance in TESTIFIES else 0.0,
            FIRST: each.first_time,
            WHOSE: each.provenance,
        }
        for each in found
    ]
    return _split(rows, {}, [each.site for each in found])


def _decided(path: Path) -> Decisions:
    rows: list[dict[str, Any]] = []
    bad: dict[int, str] = {}
    sites: list[object] = []
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            try:
                found = _decision(line) if line.strip() else None
            except BadLineError as error:
                bad[number] = str(error)
                continue
            row = _row(found) if found else None
            if found and row:
                rows.append(row)
                sites.append(found.get("site"))
    said = {"weight": 1.0, LOOKED: 1.0, WHOSE: "moderator"}
    return _split([row | said for row in rows], bad, sites)


def _newest(moments: Iterable[str]) -> str | None:
    """Return the latest of times as texts, null where one is none."""
    try:
        found = [datetime.fromisoformat(each) for each in moments]
    except ValueError:
        return None
    zoned = [each if each.tzinfo else each.replace(tzinfo=UTC) for each in found]
    return max(zoned).isoformat() if zoned else None


def _split(rows: list[dict[str, Any]], bad: dict[int, str], sites: Iterable[object]) -> Decisions:
    """Return rows with the newest kept out, and the last word about each text."""
    columns = ["text", *LABELS, "language", "at", "key", "weight", LOOKED, FIRST, WHOSE]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.sort_values("at", kind="stable").drop_duplicates("key", keep="last")
    frame = frame.assign(source=SOURCE, weight_spam=frame["weight"], split="", group="")
    cut = len(frame) - round(len(frame) * KEPT_OUT)
    training = frame.iloc[:cut].drop(columns=[FIRST, WHOSE]).assign(part="train")
    named = {each if isinstance(each, str) else "" for each in sites}
    said = None if "" in named or not named else frozenset(named)
    return Decisions(training, frame.iloc[cut:], bad, said)


def _decision(line: str) -> Mapping[str, Any]:
    """Return what a line says.

    Raises:
        BadLineError: it is no decision.
    """
    try:
        line.encode()
        found = json.loads(line)
    except UnicodeEncodeError:
        raise BadLineError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLineError("not JSON") from None
    if not isinstance(found, Mapping):
        raise BadLineError("not a JSON object")
    lacking = [name for name in NEEDED if name not in found]
    if lacking:
        raise BadLineError(f"lacks {', '.join(lacking)}")
    wrong = [name for name in NEEDED if not _is_text(found[name])]
    if wrong:
        raise BadLineError(f"not a text: {', '.join(wrong)}")
    return found


def _is_text(value: object) -> bool:
    """Say whether a value is a text that UTF-8 can write: JSON may escape half a character."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


def _row(decision: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a row, or None for what says nothing: other actors, reasons about other things.

    Nor does a decision that was taken back, or the taking back.
    """
    if decision["actor"] != "moderator":
        return None
    if decision.get("undone") or decision.get("action") == "undo":
        return None
    shown: tuple[str, ...] = ()
    if decision["status"] == "rejected":
        shown = SHOWN_BY.get(str(decision.get("reason") or "other"), ())
        if not shown:
            return None
    elif decision["status"] != "approved":
        return None
    judged = {label: float(label in shown) for label in ("spam", "toxicity")}
    judged |= dict.fromkeys(shown, 1.0)
    text = decision["text"]
    language = decision.get("language")
    return {
        "text": text,
        **dict.fromkeys(LABELS, float("nan")),
        **judged,
        "language": language if isinstance(language, str) and language else "und",
        "at": decision["at"],
        "key": content_key(text),
    }
