"""`python -m classifier train`: reads, trains, writes a bundle directory."""

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from classifier.training import card, corpus, decisions
from classifier.training.langtable import language_table
from classifier.training.progress import Progress
from classifier.training.train import COLUMNS, train
from training_data.console import printable


def run(corpora: Path | None, out: Path, export: Path | None, name: str | None) -> Path:
    """Train and write OUT/VERSION; return that directory.

    Raises:
        DataError: there are no corpora, or too few to learn every label from, or no decision.
    """
    say = Progress()
    found = _decisions(export, say) if export else None
    say("reading corpora")
    rows = corpus.read(corpora)
    extra: dict[str, Any] = {}
    if export and found:
        rows, extra = _with_decisions(rows, found, hashlib.sha256(export.read_bytes()).hexdigest())
    corpus.check(rows.frame, COLUMNS)
    trained = train(rows, language_table(), say)
    say("measuring")
    model = card.dump(trained.content)
    version = name or card.version_name(out)
    described = card.card(trained, model, version, rows.dropped) | extra
    return card.save(model, described, out)


def _decisions(export: Path, say: Progress) -> decisions.Decisions:
    """Read the decisions, say which lines cannot be used, and refuse a file without any."""
    found = decisions.read(export)
    found.require_some(export)
    for sentence in found.complaints(export):
        say(printable(sentence))
    return found


def _with_decisions(
    rows: corpus.Rows, found: decisions.Decisions, digest: str
) -> tuple[corpus.Rows, dict[str, Any]]:
    """Add the older decisions; texts of the newer ones leave the training side."""
    held = rows.frame["key"].isin(found.kept_out["key"]) & (rows.frame["part"] != "test")
    frame = pd.concat([rows.frame[~held], found.training], ignore_index=True)
    told = {"rows": len(found.training), "kept_out": len(found.kept_out), "sha256": digest}
    return corpus.Rows(frame, rows.dropped), {"decisions": told}
