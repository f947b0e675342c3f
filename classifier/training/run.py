"""`python -m classifier train`: reads, trains, writes a bundle directory."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from classifier.parts import LINEAR, read_parts, unpack
from classifier.shipped import read_card, read_files
from classifier.signature import CONTENT as SIGNATURE
from classifier.training import card, corpus, counting, decisions, leftout, signature
from classifier.training.langtable import language_table
from classifier.training.progress import Progress
from classifier.training.renew import renewed
from classifier.training.train import COLUMNS, fitting, train
from classifier.types import LABELS, SECOND_OPINION
from training_data.cluster import Crew
from training_data.console import printable

MEASURED: Final[Mapping[str, float]] = {
    "reading corpora": 20,
    counting.STEP: 90,
    "splitting texts into tokens": 154,
    "counting features": 43,
    fitting("spam", english=True): 23,
    fitting("toxicity", english=True): 27,
    fitting("spam", english=False): 16,
    fitting("toxicity", english=False): 24,
    "calibrating": 12,
    "fitting signatures": 14,
    leftout.READING: 60,
    "measuring": 124,
}
"""Seconds of a run's steps on two busy cores."""

KIND: Final = 3
"""The same of a kind of toxicity, which few sources judge."""

FOLD: Final = 59
"""The same of a fold that is left out."""


@dataclass(frozen=True, slots=True)
class Renewing:
    """Which labels are fitted anew, on the bundle in which folder; the others stay as they are."""

    folder: Path
    labels: Sequence[str]


def run(
    corpora: Path | None,
    out: Path,
    export: Path | None,
    name: str | None,
    renewing: Renewing | None = None,
    *,
    crew: Crew,
) -> Path:
    """Train and write OUT/VERSION; return that directory.

    Raises:
        DataError: there are no corpora, or too few to learn every label from, or no decision.
        BundleError: the bundle whose labels are to be fitted anew cannot be read.
    """
    labels = renewing.labels if renewing else LABELS
    say = Progress(plan_of(labels, is_new=renewing is None, has_decisions=export is not None))
    found = _decisions(export, say) if export else None
    say("reading corpora")
    rows = corpus.read(corpora)
    extra: dict[str, Any] = {}
    if export and found:
        rows, extra = with_decisions(rows, found, hashlib.sha256(export.read_bytes()).hexdigest())
    corpus.check(rows.frame, COLUMNS)
    if found:
        rows, extra["decisions"]["counts"] = _weighed(rows, renewing, say, crew)
    if renewing:
        old = read_parts(unpack(*read_files(renewing.folder)))
        content = renewed(old, renewing.labels, rows.frame, say)
        version = read_card(renewing.folder)["version"]
        extra["renewed"] = {"from": version, "labels": sorted(renewing.labels)}
    else:
        content = train(rows.frame, language_table(), say, crew)
    content = {part: value for part, value in content.items() if part != SECOND_OPINION}
    say("fitting signatures")
    content[SIGNATURE] = signature.train(rows.frame)
    left = leftout.left_out(content, rows.frame, say, crew)
    say("measuring")
    files = {LINEAR: card.dump(content)}
    described = card.card(content, rows, left)
    identity = card.identity(files, name or card.version_name(out))
    folder = card.save(files, identity | described | extra, out)
    leftout.save(left, folder)
    return folder


def plan_of(
    labels: Collection[str], *, is_new: bool, has_decisions: bool = False
) -> dict[str, float]:
    """Return the steps to come in their order, with what each took when it was measured."""
    fitted = [fitting(label, english=english) for label, english in COLUMNS if label in labels]
    steps = [
        "reading corpora",
        *([counting.STEP] if has_decisions else []),
        "splitting texts into tokens",
        *(["counting features"] if is_new else []),
        *fitted,
        *(["calibrating"] if is_new else []),
        "fitting signatures",
        leftout.READING,
    ]
    left_out = [leftout.leaving(fold) for fold in leftout.WITHOUT]
    plan: dict[str, float] = {step: MEASURED.get(step, KIND) for step in steps}
    return plan | dict.fromkeys(left_out, FOLD) | {"measuring": MEASURED["measuring"]}


def _decisions(export: Path, say: Progress) -> decisions.Decisions:
    """Read the decisions, say which lines cannot be used, and refuse a file without any."""
    found = decisions.read(export)
    found.require_some(export)
    for sentence in found.complaints(export):
        say(printable(sentence))
    return found


def _weighed(
    rows: corpus.Rows, renewing: Renewing | None, say: Progress, crew: Crew
) -> tuple[corpus.Rows, list[dict[str, Any]]]:
    """Find what people's words count for; return the rows so, and what a card says of it."""
    labels = renewing.labels if renewing else LABELS
    found = counting.counted(rows.frame, labels, say, crew)
    for each in found:
        if each.rows:
            where = "in English" if each.english else "in other languages"
            say(f"a word about {each.label} {where} counts as {each.weight:g} rows: {each.why}")
    frame = counting.weighed(rows.frame, found).drop(columns=decisions.LOOKED)
    return corpus.Rows(frame, rows.dropped), [each.as_dict() for each in found if each.rows]


def with_decisions(
    rows: corpus.Rows, found: decisions.Decisions, digest: str
) -> tuple[corpus.Rows, dict[str, Any]]:
    """Add the older decisions; a text that people decided is in no other part of the rows.

    Calibrated, measured and promised by it, what is chosen on those parts would know the answers.
    """
    decided = pd.concat([found.training["key"], found.kept_out["key"]])
    held = rows.frame["key"].isin(decided)
    frame = pd.concat([rows.frame[~held], found.training], ignore_index=True)
    told = {"rows": len(found.training), "kept_out": len(found.kept_out), "sha256": digest}
    told |= found.whose()
    return corpus.Rows(frame, rows.dropped), {"decisions": told}
