"""The model of signatures: trained on names and websites, calibrated on blogs left out."""

import json
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from classifier.signature import JUDGED, Part, keys, parts, words_of
from classifier.training import calibrate, fit
from classifier.training.train import LEAST_TEXTS, quantise
from training_data import synthetic
from training_data.synthetic import signatures

MEMBER: Final = fit.Member(ratios=False, strength=0.3, sources=0.0)
"""No intercept a source: real advertising and people's names come from sources of one class each,
which would explain everything."""

FOLDS: Final = 4

SHORT: Final = 5
"""Words of the longest comment that could as well be a name."""

MOST: Final = 6_000
"""Short comments of a kind that teach rudeness; their words are those of rude names."""

LINKS: Final = 8_000
"""Addresses that honest comments mention: what people link to is what they would sign with."""

_LINK: Final = r"(https?://[^\s<>\"'\])}]{4,120})"

BLOG: Final = 60.0
"""Spammers of a blog that count for one each; of more, each counts for less."""


def train(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the content of a bundle's model of signatures, from the rows that training has."""
    rows = _rows(frame[frame["part"] == "train"])
    found = [parts(each) for each in zip(rows["name"], rows["website"], strict=True)]
    kept, counted = _features(found)
    matrix = fit.normalise(counted, kept.sizes)
    idf = np.sqrt(kept.sizes.astype(np.float64))
    coefficients = [_fit(rows, matrix, label) for label in JUDGED]
    weights, scales = quantise(np.column_stack(coefficients) * idf[:, None])
    lengths = np.array([words_of(each) for each in found], dtype=np.float64)
    calibration = [_calibration(rows, matrix, lengths, label) for label in JUDGED]
    return {
        "labels": JUDGED,
        "keys": kept.keys,
        "weights": weights,
        "scales": scales,
        "sizes": kept.sizes,
        "calibration": np.array(calibration).T,
    }


def _rows(training: pd.DataFrame) -> pd.DataFrame:
    """Return signatures with what they are; `fold` keeps a blog's on one side."""
    drawn = signatures.rows()
    drawn = drawn.assign(weight=1.0, fold=np.arange(len(drawn)) % FOLDS)
    people = drawn.loc[(drawn["spam"] == 0.0) & (drawn["toxicity"] == 0.0), "name"]
    told = [drawn, _of_blogs(training), _linked(training, people), _short(training)]
    rows = pd.concat(told, ignore_index=True)
    return rows.drop_duplicates(["name", "website", "spam", "toxicity"], ignore_index=True)


def _of_blogs(training: pd.DataFrame) -> pd.DataFrame:
    """Return the signatures of the spam whose writers a corpus names, weighed by blog."""
    spam = training[(training["spam"] == 1.0) & training["detail"].str.contains('"website":')]
    told = pd.DataFrame([json.loads(each) for each in spam["detail"]], index=spam.index)
    told = told.reindex(columns=["name", "website"]).fillna("").astype("str")
    blogs = spam["group"]
    weight = np.minimum(1.0, np.sqrt(BLOG / blogs.map(blogs.value_counts())))
    fold = pd.Series(pd.factorize(blogs)[0] % FOLDS, index=spam.index)
    return told.assign(spam=1.0, toxicity=np.nan, weight=weight, fold=fold)


def _linked(training: pd.DataFrame, people: "pd.Series[str]") -> pd.DataFrame:
    """Return the addresses in honest comments as websites, every other under a person's name."""
    honest = training[(training["spam"] == 0.0) & (training["source"] != synthetic.SOURCE)]
    links = honest["text"].str.extract(_LINK)[0].dropna().drop_duplicates()
    links = links.sample(min(LINKS, len(links)), random_state=0)
    fold = np.arange(len(links)) % FOLDS
    names = people.sample(len(links), replace=True, random_state=0).to_numpy()
    names = np.where(np.arange(len(links)) // FOLDS % 2 == 0, names, "")
    told = pd.DataFrame({"name": names, "website": links.to_numpy(), "fold": fold})
    return told.assign(spam=0.0, toxicity=np.nan, weight=0.7)


def _short(training: pd.DataFrame) -> pd.DataFrame:
    """Return short comments, clearly toxic or clearly not, as if they were names."""
    short = training[training["text"].map(lambda text: len(text.split())) <= SHORT]
    short = short[~short["text"].str.contains("http|www", regex=True)]
    chosen = [
        some.sample(min(MOST, len(some)), random_state=0)
        for some in (short[short["toxicity"] >= 0.75], short[short["toxicity"] <= 0.1])  # noqa: PLR2004 - clear
    ]
    rows = pd.concat(chosen)
    return pd.DataFrame(
        {
            "name": rows["text"],
            "website": "",
            "spam": np.nan,
            "toxicity": rows["toxicity"].round(),
            "weight": 0.5,
            "fold": np.arange(len(rows)) % FOLDS,
        }
    )


def _features(found: list[list[Part]]) -> tuple[fit.Features, sparse.csr_matrix]:
    """Return the features that enough signatures share, and which signature holds which."""
    held = [keys(each) for each in found]
    everything, counts = np.unique(
        np.concatenate([np.array(each, np.uint32) for each in held]), return_counts=True
    )
    kept = fit.features(everything, counts, len(found), LEAST_TEXTS)
    flat = np.concatenate([np.array(each, np.uint32) for each in held])
    of_row = np.repeat(np.arange(len(held)), [len(each) for each in held])
    places = np.minimum(np.searchsorted(kept.keys, flat), len(kept.keys) - 1)
    known = kept.keys[places] == flat
    ones = np.ones(int(known.sum()), dtype=np.float32)
    shape = (len(held), len(kept.keys))
    return kept, sparse.csr_matrix((ones, (of_row[known], places[known])), shape=shape)


def _fit(
    rows: pd.DataFrame,
    matrix: sparse.csr_matrix,
    label: str,
    without: int | None = None,
) -> NDArray[np.float64]:
    used = (rows[label].notna() & (rows["fold"] != without)).to_numpy()
    truth = rows.loc[used, label].to_numpy(np.int64)
    weight = rows.loc[used, "weight"].to_numpy(np.float64)
    source = pd.Series("", index=range(int(used.sum())))
    return fit.fit(matrix[used], truth, weight, source, [MEMBER])


def _calibration(
    rows: pd.DataFrame, matrix: sparse.csr_matrix, lengths: NDArray[np.float64], label: str
) -> tuple[float, float, float]:
    """Calibrate at even chances, each fold by what the others taught."""
    raw = np.zeros(len(rows))
    for fold in range(FOLDS):
        here = (rows["fold"] == fold).to_numpy()
        raw[here] = matrix[here] @ _fit(rows, matrix, label, fold)
    used = rows[label].notna().to_numpy()
    truth = rows.loc[used, label].to_numpy() == 1.0
    weight = rows.loc[used, "weight"].to_numpy(np.float64)
    even = weight / np.where(truth, weight[truth].sum(), weight[~truth].sum())
    return calibrate.calibration(raw[used], lengths[used], truth, even)
