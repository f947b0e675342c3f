"""How a bundle's recipe does on sources that training never saw: some are left out in turn."""

from pathlib import Path
from typing import Any, Final

from classifier.evaluation import stacks
from classifier.evaluation.evaluate import by_label
from classifier.parts import read_parts, unpack
from classifier.shipped import read_files
from classifier.training import leftout
from classifier.training.corpus import read
from classifier.training.progress import Clock
from training_data import synthetic
from training_data.cluster import Crew

BOTH: Final = "both stages"


def measure(folder: Path, corpora: Path | None, crew: Crew) -> dict[str, Any]:
    """Return the figures of each source, scored by what the others teach on a bundle's features.

    All rows of a source count that no run was calibrated on. Under `BOTH` stands what both stages
    decide about each promised one, if the bundle in `folder` has a second opinion.
    """
    files = read_files(folder)
    content = read_parts(unpack(*files))
    rows = leftout.left_out(content, read(corpora).frame, Clock(), crew)
    rows = rows[rows["source"] != synthetic.SOURCE]
    scores = leftout.scores_of(rows)
    both = stacks.measure(files[1], rows, leftout.read_encoders(folder))
    return {
        BOTH: both,
        **{
            str(source): {"fold": str(own["fold"].iloc[0]), **by_label(own, scores.loc[own.index])}
            for source, own in rows.groupby("source")
        },
    }
