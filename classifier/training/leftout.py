"""What the linear model says of sources that it never saw: each is left out of training once.

Held-out rows of a set that was trained on flatter a model: another site's readers write otherwise
than a set's. So training is repeated without some sources at a time, and these are scored by what
was learnt and calibrated on the others. Bands, stacks, rights and the card's promises rest on that.
Features are those of the whole run, since choosing them needs no label.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from classifier.payload import without_payload
from classifier.policy import ENGLISH
from classifier.signature import Signatures, raised
from classifier.training import fit, matrix, mix, promises, signature
from classifier.training.train import (
    COLUMNS,
    TEXTS,
    calibrate_column,
    calibrating,
    fit_column,
    probabilities,
)
from classifier.types import LABELS, BundleError
from training_data.cluster import Crew

PREFIX: Final = "left_out_"
COLUMNS_OF_SCORES: Final = tuple(f"{PREFIX}{label}" for label in LABELS)
SIGNED: Final = "signed"
"""Of the column with what names and websites say of spam, in log-odds."""

FILE: Final = "left_out.parquet"

ENCODERS: Final = "encoders_left_out.parquet"
"""What encoders say, in log-odds, of sources that they were tuned without."""

MOST_KEPT: Final = 6_000
"""Rows of a source that what encoders say is kept of: the file is part of what is published."""

STEPS: Final = 12
"""Passes of the solver in a run without some sources: more change their scores by little."""

FOLDS: Final[Mapping[str, tuple[str, ...]]] = {
    "talk pages": (
        "jigsaw_pool",
        "jigsaw_toxic_only",
        "jigsaw_toxic_only2",
        "jigsaw_test_balanced",
        "wiki_context",
        "wiki_nonfuzzed",
        "paradetox",
        "paradetox_unrewritable",
    ),
    "news and forums": ("kaggle_insults", "civil_toxic_spans", "fox_news", "sms_spam"),
    "social media": (
        "ruddit",
        "online_misogyny_en",
        "olid",
        "davidson_tweets",
        "hateval_en",
        "youtube_spam",
    ),
    "hate and videos": (
        "edos_sexism",
        "gab_hate_en",
        "hatexplain_en",
        "implicit_hate_en",
        "stormfront",
        "youtoxic",
        "youtube_scam",
    ),
    "blogs": ("blog_comments_ham", "datacamp_blog", "strudel_issues"),
}
"""Sources of English that are left out together: those of one origin, and others that differ from
them, so that few runs do."""

MOST: Final = 12_000
"""Rows of a source that such a run is trained on: all would take five times as long."""

MOST_JUDGED: Final = 1_500
"""Rows of each other part of a source that are judged: enough for intervals of one percent."""

OF_MANY_SITES: Final = "blog_spam_train"
"""A set whose groups are sites: half of them are left out with each of two folds."""

HALVES: Final = ("blogs", "news and forums")
OTHERS: Final = ("others, first", "others, second")
"""Folds of the other languages: each leaves out every second source of each language, so one that
has two is always judged by what the other taught, and one that has one by other languages."""

READING: Final = "reading comments to leave sources out"
WITHOUT: Final = (*FOLDS, *OTHERS)
"""The folds in the order in which they are left out."""

Say = Callable[[str], None]


def left_out(content: Mapping[str, Any], frame: pd.DataFrame, say: Say, crew: Crew) -> pd.DataFrame:
    """Return rows with `fold` and the scores of models that were trained without their source.

    Of each source as many rows as tell enough; rows that are in no fold are only trained on. Kinds
    of toxicity in other languages are scored as `content` has them, as no row of those taught them.
    """
    whole = frame
    frame = judged(frame)
    say(READING)
    say(f"{len(frame)} comments are read")
    texts = matrix.tokenise(frame["text"])
    features = fit.normalise(matrix.counts(texts, content["keys"]), content["sizes"])
    learnt = features @ (
        content["weights"] * content["scales"] / np.sqrt(content["sizes"])[:, None]
    )
    run = _Run(
        frame.drop(columns=TEXTS),
        features,
        texts.words.astype(np.float64),
        np.asarray(learnt),
        content["calibration"],
    )
    scored, found = crew.map(_without, run, WITHOUT), []
    for fold in WITHOUT:
        say(leaving(fold))
        found.append(next(scored))
    return _with_scores(whole, frame, pd.concat([each for each in found if len(each)]))


def leaving(fold: str) -> str:
    """Return the words for the step that leaves a fold out."""
    return f"leaving out {fold}"


def _with_scores(whole: pd.DataFrame, frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    rows = frame.loc[found.index].join(found.set_axis(list(COLUMNS_OF_SCORES), axis=1))
    return rows.assign(**{SIGNED: signed(whole, rows)})


def judged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that runs without some sources use, with the fold of each."""
    frame = frame.assign(fold=fold_of(frame))
    return frame[_some(frame)].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Run:
    frame: pd.DataFrame
    features: sparse.csr_matrix
    lengths: NDArray[np.float64]
    raw: NDArray[np.float64]
    calibration: NDArray[np.float64]


def _some(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are used: some of each source, language and part, drawn at random.

    Those of sources that no promise rests on only train and calibrate.
    """
    drawn = frame.sample(frac=1.0, random_state=0)
    counted = drawn["source"].isin({name for each in promises.ORIGINS.values() for name in each})
    most = np.where(drawn["part"] == "train", MOST, np.where(counted, MOST_JUDGED, 0))
    most = np.where((drawn["part"] == "calibration") & ~counted, MOST_JUDGED // 3, most)
    place = drawn.groupby(["source", "language", "part"]).cumcount()
    return np.asarray(frame.index.isin(drawn.index[place < most]))


def _learnable(training: pd.DataFrame, label: str) -> bool:
    """Say whether what is left shows a label; a kind that only one origin judges stays as it is."""
    known = training[label].dropna()
    return len(known) > 0 and 0 < (known >= mix.MAJORITY).sum() < len(known)


def _without(run: _Run, fold: str) -> pd.DataFrame:
    """Return the scores of a fold's rows by what the others teach."""
    out, english = (run.frame["fold"] == fold).to_numpy(), fold in FOLDS
    raw, calibration, rest = run.raw.copy(), run.calibration.copy(), np.flatnonzero(~out)
    if not out.any():
        return pd.DataFrame()
    training = (run.frame["part"] == "train").to_numpy() & ~out
    training &= (run.frame["language"] == ENGLISH).to_numpy() == english
    for number, column in enumerate(COLUMNS):
        part = calibrating(run.frame, column)
        shown = _learnable(run.frame[training], column[0])
        if column[1] == english and shown and _learnable(run.frame[part & ~out], column[0]):
            found = fit_column(column, run.frame, training, run.features, STEPS)
            raw[:, number] = run.features @ found
            calibration[:, number] = calibrate_column(
                number, run.frame.iloc[rest], raw[rest, number], run.lengths[rest]
            )
    scores = probabilities(run.frame[out], raw[out], run.lengths[out], calibration)
    return scores.set_index(run.frame.index[out])


def signed(frame: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the log-odds of spam that the names and websites of rows speak for, 0 without them.

    Those of a site are judged by a model of signatures that was trained without it.
    """
    found = np.zeros(len(rows))
    many = (rows["source"] == OF_MANY_SITES).to_numpy()
    for half in (False, True):
        here = np.flatnonzero(many & (rows["group"].map(_second_half).to_numpy() == half))
        there = (frame["source"] == OF_MANY_SITES) & (frame["group"].map(_second_half) == half)
        if len(here):
            judges = Signatures(signature.train(frame[~there]))
            told = [json.loads(each) for each in rows["detail"].iloc[here]]
            pairs = [(str(each.get("name") or ""), str(each.get("website") or "")) for each in told]
            spam = [(label == 1.0) for label in rows["spam"].iloc[here]]
            odds = [each.get("spam", 0.0) for each in judges.evidence(pairs)]
            found[here] = np.where(spam, odds, 0.0)  # of honest ones a corpus hides them
    return found


def save(found: pd.DataFrame, folder: Path) -> None:
    """Write the scores beside a bundle, without texts: for stacking, not for serving."""
    found[["key", "source", "fold", SIGNED, *COLUMNS_OF_SCORES]].to_parquet(folder / FILE)


def read(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `frame` that have scores, with them.

    Raises:
        BundleError: the folder has none, since no training wrote it.
    """
    if not (folder / FILE).is_file():
        raise BundleError(f"The bundle directory holds no {FILE}: `train` writes it.")
    scores = pd.read_parquet(folder / FILE).drop_duplicates(["key", "source"])
    return frame.merge(scores, on=["key", "source"])


def save_encoders(found: pd.DataFrame, folder: Path) -> None:
    """Write what encoders say of rows, columns `key`, `source` and every label, without texts."""
    drawn = found.drop_duplicates(["key", "source"]).sample(frac=1.0, random_state=0)
    kept = drawn[drawn.groupby("source").cumcount() < MOST_KEPT].sort_values(["source", "key"])
    each = {label: kept[label].astype(np.float32).round(2) for label in LABELS}
    kept.assign(**each).to_parquet(folder / ENCODERS, index=False, compression="zstd")


def read_encoders(folder: Path) -> pd.DataFrame | None:
    """Return what a folder's encoders say of sources that they were tuned without, if known."""
    path = folder / ENCODERS
    return pd.read_parquet(path) if path.is_file() else None


def scores_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the scores without a row's own source, one column a label, as a bundle gives them."""
    found = rows[list(COLUMNS_OF_SCORES)].set_axis(list(LABELS), axis=1)
    return found.assign(spam=list(map(without_payload, rows["text"], found["spam"])))


def with_signatures(scores: pd.DataFrame, odds: NDArray[np.float64]) -> pd.DataFrame:
    """Return scores of bodies raised by what the names and websites of comments say of spam."""
    spam = [
        raised({"spam": body}, {"spam": told})["spam"] if told else body
        for body, told in zip(scores["spam"].tolist(), odds.tolist(), strict=True)
    ]
    return scores.assign(spam=spam)


def fold_of(frame: pd.DataFrame) -> "pd.Series[str]":
    """Name the fold that each row is left out with, "" for what is always trained on."""
    named = {source: fold for fold, sources in FOLDS.items() for source in sources}
    english = (frame["language"] == ENGLISH).to_numpy()
    halves = frame["group"].map(_second_half)
    many = (frame["source"] == OF_MANY_SITES).to_numpy()
    folds = frame["source"].map(named).fillna("").to_numpy(dtype=object)
    folds = np.where(many, np.where(halves, *HALVES[::-1]), folds)
    others = np.where(many, halves, _alternate(frame))
    chosen = np.where(english, folds, np.where(others, *OTHERS[::-1]))
    return pd.Series(chosen.tolist(), index=frame.index, dtype="str")


def _second_half(group: str) -> bool:
    return bool(crc32(group.encode()) % 2)


def _alternate(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are of the second, fourth ... source of their language and promised label.

    By name among those that a promise counts for the same label, and among the rest: two that
    judge toxicity are never left out together because another stands between them.
    """
    pairs = frame[["language", "source"]].drop_duplicates()
    pairs = pairs[pairs["source"] != OF_MANY_SITES].sort_values(["language", "source"])
    kinds = pairs["source"].map(
        {name: label for label, names in promises.ORIGINS.items() for name in names}
    )
    place = pairs.groupby([pairs["language"], kinds.fillna("")]).cumcount() % 2 == 1
    odd = set(zip(pairs.loc[place, "language"], pairs.loc[place, "source"], strict=True))
    here = zip(frame["language"], frame["source"], strict=True)
    return np.array([each in odd for each in here], dtype=np.bool_)
