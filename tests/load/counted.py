"""`python -m tests.load.counted SOURCE --corpora FOLDER`: what each weight of a site's words does.

Comments of a corpus that weights were not trained on are a site's. Moderators decided some of them;
the newest fifth, the rest of the source, and the held-out rows of all other corpora are ranked by
fits in which a decision counts as so many rows of the corpora, which are drawn down for that as
`train` does where it chooses.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.adapt import Comment
from classifier.adapt.annotations import Annotation, write
from classifier.evaluation import metrics
from classifier.training import corpus, counting, decisions
from classifier.training.counting import NONE, WEIGHTS, Column, Run
from classifier.training.mix import MAJORITY
from classifier.training.run import with_decisions
from training_data import normal
from training_data.cluster import Here

LABEL: Final = "toxicity"
BEFORE: Final = 3.0
"""What a decision counted for until the weight was found by evidence."""

MOST: Final = 3_000
"""Comments of the site in all."""

NEWEST: Final = "newest fifth"
REST: Final = "rest"
NOBODYS: Final = -2
"""A fold that no row is in: nothing is left out of a fit."""


def site_of(source: str, corpora: Path) -> pd.DataFrame:
    """Return the comments of a site in the order of their arrival, which is drawn."""
    frame = normal.load([source], corpora)
    frame = frame[frame[LABEL].notna() & (frame["text"].str.strip() != "")]
    return frame.drop_duplicates("text").sample(frac=1, random_state=0).head(MOST)


def decided(rows: pd.DataFrame) -> decisions.Decisions:
    """Return what moderators said of comments, as training reads an export of it."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    said = [
        Annotation(
            Comment(text),
            {LABEL: bool(value >= MAJORITY), "spam": False},
            at=start + timedelta(hours=at),
            language=language,
        )
        for at, (text, value, language) in enumerate(
            zip(rows["text"], rows[LABEL], rows["language"], strict=True)
        )
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "annotations.ndjson"
        write(path, said)
        return decisions.read(path)


def run_of(source: str, corpora: Path, most: int) -> tuple[Run, Column]:
    """Return all rows: what people decided, corpora to train on, and what is ranked."""
    site = site_of(source, corpora)
    column = LABEL, str(site["language"].iloc[0]) == "en"
    found = decided(site.head(most))
    frame = corpus.read(corpora).frame
    frame = frame[(frame["language"] == "en") == column[1]]
    frame = frame[frame[LABEL].notna() & (frame["source"] != source)]
    frame = frame[frame["part"].isin(["train", "test"])]
    # What is ranked here is in a part that the choice of a weight may see.
    frame = frame.assign(part=frame["part"].replace("test", "threshold"))
    rows, _ = with_decisions(corpus.Rows(frame, {}), found, "")
    apart = {
        NEWEST: found.kept_out.drop(columns=decisions.LOOKED),
        REST: site.iloc[most:].assign(key="", weight_spam=0.0),
    }
    ranked = [each.assign(part="threshold", source=name) for name, each in apart.items()]
    return counting.prepared(pd.concat([rows.frame, *ranked], ignore_index=True), [column]), column


def table(run: Run, column: Column) -> Iterator[str]:
    """Yield a line for each weight; the last says which one is chosen, and why."""
    named = (
        "counts as",
        "log-loss",
        NEWEST,
        REST,
        f"rest, beside {BEFORE:g}",
        "corpora",
        "most lost",
    )
    yield "| " + " | ".join(named) + " |"
    yield "|" + " --- |" * len(named)
    tried = list(counting.tried(run, column, Here()))
    scores = {
        weight: counting.scored(run, (column, weight, NOBODYS)) for weight in (NONE, *WEIGHTS)
    }
    corpora = {name: at for name, at in counting.sources(run, column) if name not in {NEWEST, REST}}
    before = {name: counting.ranked(run, LABEL, at, scores[NONE]) for name, at in corpora.items()}
    rest = np.flatnonzero(run.rows["source"] == REST)
    truth = np.asarray(run.rows[LABEL].to_numpy()[rest] >= MAJORITY)
    usual = scores[BEFORE][rest].astype(np.float64)
    for weight, own in scores.items():
        after = {name: counting.ranked(run, LABEL, at, own) for name, at in corpora.items()}
        lost, where = min((after[name] - before[name], name) for name in corpora)
        gain = metrics.auc_difference(truth, own[rest].astype(np.float64), usual)
        loss = next((f"{each.loss:.4f}" for each in tried if each.weight == weight), "")
        ranked = " | ".join(_ranked(run, own, name) for name in (NEWEST, REST))
        yield (
            f"| {weight:g} | {loss} | {ranked} | {_told(gain, '+.3f')} |"
            f" {np.mean(list(after.values())):.4f} | {lost:+.3f} {where} |"
        )
    known = counting.Counted(*column, counting.PRIOR, 0, 0, "")
    found = counting.chosen(known, tried)
    yield f"chosen: {found.weight:g}, {found.why}"


def _ranked(run: Run, scores: NDArray[np.float32], name: str) -> str:
    at = np.flatnonzero(run.rows["source"] == name)
    truth = np.asarray(run.rows[LABEL].to_numpy()[at] >= MAJORITY)
    return _told(metrics.auc(truth, scores[at].astype(np.float64)), ".3f")


def _told(found: metrics.Interval, form: str) -> str:
    value, low, high = (format(each, form) for each in (found.value, found.low, found.high))
    return f"{value} ({low} to {high})"


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table of a source's weights."""
    read = argparse.ArgumentParser(prog="python -m tests.load.counted", description=__doc__)
    read.add_argument("source", help="a corpus that the shipped bundle was not trained on")
    read.add_argument("--corpora", type=Path, required=True, help="folder with NAME.parquet")
    read.add_argument("--most", type=int, default=500, help="comments that moderators decided")
    asked = read.parse_args(argv)
    for line in table(*run_of(asked.source, asked.corpora, asked.most)):
        print(line, flush=True)  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
