"""How a bundle's recipe does on sources that training never saw: some are left out in turn."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifier.evaluation.evaluate import by_label
from classifier.parts import read_parts, unpack
from classifier.training import leftout
from classifier.training.corpus import read
from classifier.training.progress import Clock
from training_data import synthetic
from training_data.cluster import Crew


def measure(
    files: tuple[bytes, Mapping[str, Any]], corpora: Path | None, crew: Crew
) -> dict[str, Any]:
    """Return the figures of each source, scored by what the others teach on a bundle's features.

    All rows of a source count that no run was calibrated on.
    """
    content = read_parts(unpack(*files))
    rows = leftout.left_out(content, read(corpora).frame, Clock(), crew)
    rows = rows[rows["source"] != synthetic.SOURCE]
    scores = leftout.scores_of(rows)
    return {
        str(source): {"fold": str(own["fold"].iloc[0]), **by_label(own, scores.loc[own.index])}
        for source, own in rows.groupby("source")
    }
