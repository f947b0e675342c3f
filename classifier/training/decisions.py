"""Moderators' decisions, as the service exports them, to rows of the normal form."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from classifier.types import LABELS
from training_data.splits import content_key

SOURCE: Final = "decisions"

WEIGHT: Final = 3.0
"""A decision of the site's own moderators counts as three rows of the corpora."""

KEPT_OUT: Final = 0.2
"""The newest share of the decisions, that training does not see: `compare` measures on it."""

REASONS: Final = {
    "spam": ("spam",),
    "toxicity": ("toxicity",),
    "harassment": ("toxicity", "insult"),
    "hate": ("toxicity", "identity_attack"),
    "threat": ("toxicity", "threat"),
}
"""Labels that a rejection for each reason shows; other reasons say nothing about the text."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Rows for training, newer rows kept out, and the lines that could not be used, by number."""

    training: pd.DataFrame
    kept_out: pd.DataFrame
    bad_lines: dict[int, str]


def read(path: Path) -> Decisions:
    """Read an NDJSON export; only moderators' decisions count, and the last one of each text."""
    rows: list[dict[str, Any]] = []
    bad: dict[int, str] = {}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = _row(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                bad[number] = f"{type(error).__name__}"
                continue
            if row is not None:
                rows.append(row)
    frame = pd.DataFrame(rows, columns=["text", *LABELS, "language", "at", "key"])
    frame = frame.sort_values("at", kind="stable").drop_duplicates("key", keep="last")
    frame = frame.assign(source=SOURCE, weight=WEIGHT, weight_spam=WEIGHT, split="", group="")
    cut = len(frame) - round(len(frame) * KEPT_OUT)
    return Decisions(frame.iloc[:cut].assign(part="train"), frame.iloc[cut:], bad)


def _row(decision: dict[str, Any]) -> dict[str, Any] | None:
    """Return a row, or None for what says nothing: other actors, reasons about other things.

    Nor does a decision that was taken back, or the taking back.
    """
    if decision["actor"] != "moderator":
        return None
    if decision.get("undone") or decision.get("action") == "undo":
        return None
    shown: tuple[str, ...] = ()
    if decision["status"] == "rejected":
        shown = REASONS.get(decision.get("reason") or "other", ())
        if not shown:
            return None
    elif decision["status"] != "approved":
        return None
    judged = {label: float(label in shown) for label in ("spam", "toxicity")}
    judged |= dict.fromkeys(shown, 1.0)
    text = str(decision["text"])
    return {
        "text": text,
        **dict.fromkeys(LABELS, float("nan")),
        **judged,
        "language": decision.get("language") or "und",
        "at": str(decision["at"]),
        "key": content_key(text),
    }
