"""`python -m classifier tune`: fine-tunes the encoder on all labels at once, and can go on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from classifier.text.reading import reader
from classifier.training import corpus, leftout
from classifier.training.encoders import TOLD, VOCABULARY
from classifier.tuning import teaching
from classifier.tuning.export import write
from classifier.tuning.network import Network
from classifier.tuning.rows import Rows, training_frame, training_rows
from classifier.tuning.trainer import Plan, Run, Trainer, trained
from classifier.types import LABELS
from training_data.cluster import Crew
from training_data.problems import DataError

WEIGHTS: Final = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Start:
    """What is tuned: a directory of weights, whose they are and their licence, and for whom.

    `teacher` is the directory of a larger encoder that it learns from, if there is one.
    """

    weights: Path
    base: str
    languages: Sequence[str]
    teacher: Path | None = None


def tune(start: Start, corpora: Path | None, plan: Plan, crew: Crew, *, apart: bool) -> Path:
    """Train on rows of the corpora, write the encoder where `plan` says, and return that directory.

    A run that was stopped goes on where that holds its state. The same corpora give the same
    batches in the same order. What `start` says is for the card of every bundle that the encoder
    becomes part of. If `apart`, sources are then left out in turn, as `leftout` does with the
    linear model, and what encoders say of sources that they never saw is written beside.

    Raises:
        DataError: there are no corpora, or none in these languages.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    frame = corpus.read(corpora).frame
    used = training_frame(frame, start.languages)
    if missing := sorted(set(start.languages) - set(used["language"])):
        raise DataError(f"no corpus has rows to train on in {', '.join(missing)}")
    vocabulary = (start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    rows = training_rows(used, vocabulary, crew)
    trainer, run = _trained(start, rows, plan, "fine-tuning")
    write(trainer.network.cpu(), vocabulary, plan.out)
    told = {
        "base": start.base,
        "sha256": _digest(start.weights / WEIGHTS),
        "rows": run.seen,
        "languages": list(start.languages),
        "sources": sorted(used["source"].unique().tolist()),
    }
    (plan.out / TOLD).write_text(json.dumps(told) + "\n", encoding="utf-8")
    if apart:
        leftout.save_encoders(_apart(start, frame, used, rows, plan), plan.out)
    return plan.out


def _apart(
    start: Start, frame: pd.DataFrame, used: pd.DataFrame, rows: Rows, plan: Plan
) -> pd.DataFrame:
    """Return what encoders say of the rows of each fold that they were tuned without."""
    reads = reader((start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n"))
    judged = leftout.judged(frame)
    judged = judged[judged["language"].isin(start.languages) & (judged["fold"] != "")]
    folds = leftout.fold_of(used).to_numpy()
    found = []
    for number, (fold, left) in enumerate(judged.groupby("fold"), 1):
        own = replace(plan, out=plan.out / f"without-{number}")
        own.out.mkdir(exist_ok=True)
        trainer, _ = _trained(start, rows.some(folds != fold), own, f"without {fold}")
        odds = trainer.said(left["text"].tolist(), reads)
        found.append(left[["key", "source"]].assign(**dict(zip(LABELS, odds.T, strict=True))))
    return pd.concat(found)


def _trained(start: Start, rows: Rows, plan: Plan, step: str) -> tuple[Trainer, Run]:
    """Return what is tuned, taught by the teacher first where there is one."""
    if start.teacher is not None:
        vocabulary = (start.weights / VOCABULARY).read_text(encoding="utf-8").strip("\n")
        rows = teaching.taught(start.teacher, vocabulary, rows, plan, step)
    return trained(lambda: Network(start.weights), rows, plan, step)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
