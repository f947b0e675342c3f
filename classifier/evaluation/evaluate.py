"""Scores every held-out row with a bundle and gathers all figures in one JSON-able object."""

import itertools
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle
from classifier.evaluation import groups, metrics, peers, second
from classifier.evaluation.disguise import TRICKS, disguise
from classifier.text.groups import NAMES_GROUP
from classifier.training import mix
from classifier.training.corpus import read
from classifier.training.evidence import outcome
from classifier.types import LABELS

LENGTHS: Final = (0, 50, 200, 1000, 10**9)
DISGUISED: Final = ("jigsaw_test_balanced", "kaggle_insults", "youtube_scam")
MOST_DISGUISED: Final = 3000
_LINK: Final = re.compile(r"https?://|www\.", re.IGNORECASE)


def held_out(corpora: Path | None) -> pd.DataFrame:
    """Return the test rows of every corpus."""
    frame = read(corpora).frame
    return frame[frame["part"] == "test"].reset_index(drop=True)


def scored(bundle: Bundle, texts: "pd.Series[str]") -> pd.DataFrame:
    """Return the serving scorer's scores, one column a label, and the language found."""
    found = bundle.score_many(texts.tolist())
    frame = pd.DataFrame([each.scores for each in found], columns=list(LABELS))
    return frame.assign(language=pd.Series([each.language for each in found], dtype=object))


def evaluate(bundle: Bundle, frame: pd.DataFrame) -> dict[str, Any]:
    """Return every figure of a bundle on held-out rows, as plain values."""
    scores = scored(bundle, frame["text"])
    natural = mix.natural_weights(frame)
    bands = {
        name: {"approve_below": band.approve_below, "reject_at": band.reject_at}
        for name, band in bundle.bands.items()
    }
    return {
        "version": bundle.version,
        "sets": {
            str(source): by_label(rows, scores.loc[rows.index])
            for source, rows in frame.groupby("source")
        },
        "natural_mix": outcome(frame, scores, bands, natural),
        "labels": labels(frame, scores, natural, bands),
        "blog_rejections": outcome(
            frame,
            scores,
            bands,
            (frame["source"] == "blog_comments_ham").to_numpy().astype(np.float64),
        ),
        "lengths": by_length(frame, scores),
        "links": by_mark(frame, scores, frame["text"].str.contains(_LINK).to_numpy()),
        "identity": identity(frame, scores),
        "groups": groups.measure(bundle),
        "disguised": disguised(bundle, frame, scores),
        "peers": {
            "alt_profanity_check": beside_profanity_check(frame, scores),
            "perspective_2020": beside_perspective(frame, scores),
        },
        "languages_found": found_languages(frame, scores),
        "second_opinion": second_opinion(bundle, frame),
    }


def second_opinion(bundle: Bundle, frame: pd.DataFrame) -> dict[str, Any] | None:
    """Return what the second opinion adds, and both stages' scores beside the peers."""
    stages = second.stages_of(bundle, frame)
    if stages is None:
        return None
    rows = stages.seen.rows
    return second.measure(stages) | {
        "peers": {
            "alt_profanity_check": beside_profanity_check(rows, stages.scores),
            "perspective_2020": beside_perspective(rows, stages.scores),
        }
    }


def by_label(rows: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return AUC and average precision with intervals for the labels that a set judges."""
    found: dict[str, Any] = {}
    for label in LABELS:
        known = rows[label].notna().to_numpy()
        truth = (rows.loc[known, label] >= mix.MAJORITY).to_numpy()
        if 0 < truth.sum() < len(truth):
            values = scores.loc[known, label].to_numpy()
            found[label] = {
                "rows": len(truth),
                "positive": int(truth.sum()),
                "auc": metrics.auc(truth, values).as_list(),
                "average_precision": metrics.average_precision(truth, values).as_list(),
            }
    return found


def labels(
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    natural: NDArray[np.float64],
    bands: dict[str, dict[str, float]],
) -> dict[str, Any]:
    """Return calibration error, and precision and recall at the thresholds, on the mix."""
    found: dict[str, Any] = {}
    for label in LABELS:
        truth = frame[label].fillna(0.0) if label in mix.ASSUMED else frame[label]
        used = (natural > 0) & truth.notna().to_numpy()
        real, values = (truth[used] >= mix.MAJORITY).to_numpy(), scores.loc[used, label].to_numpy()
        at = metrics.precision_recall(real, values, natural[used], bands[label]["reject_at"])
        low = metrics.precision_recall(real, values, natural[used], bands[label]["approve_below"])
        found[label] = {
            "calibration_error": _round(metrics.calibration_error(real, values, natural[used])),
            "at_reject": [_round(value) for value in at],
            "at_approve": [_round(value) for value in low],
        }
    return found


def by_length(frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return the toxicity AUC of English rows by number of characters."""
    size = frame["text"].str.len()
    return {
        f"{low}-{high - 1}": auc_of(
            frame, scores, ((size >= low) & (size < high) & (frame["language"] == "en")).to_numpy()
        )
        for low, high in itertools.pairwise(LENGTHS)
    }


def by_mark(
    frame: pd.DataFrame, scores: pd.DataFrame, mark: NDArray[np.bool_]
) -> dict[str, float | None]:
    """Return the spam AUC of rows with and without a mark."""
    return {
        "with": auc_of(frame, scores, mark, "spam"),
        "without": auc_of(frame, scores, ~mark, "spam"),
    }


def identity(frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return the AUCs of rows that name identities, in English sets of comments."""
    found = {}
    for source in ("jigsaw_test_balanced", "wiki_nonfuzzed", "fox_news", "kaggle_insults"):
        rows = frame[(frame["source"] == source) & frame["toxicity"].notna()]
        if len(rows):
            truth = (rows["toxicity"] >= mix.MAJORITY).to_numpy()
            group = rows["text"].str.contains(NAMES_GROUP).to_numpy()
            values = scores.loc[rows.index, "toxicity"].to_numpy()
            found[source] = metrics.subgroup_aucs(truth, values, group)
    return found


def disguised(bundle: Bundle, frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return AUC as written and under each trick, on some rows of a few sets."""
    found: dict[str, Any] = {}
    for source in DISGUISED:
        label = "spam" if source == "youtube_scam" else "toxicity"
        rows = frame[(frame["source"] == source) & frame[label].notna()]
        if rows.empty:
            continue
        rows = rows.sample(min(len(rows), MOST_DISGUISED), random_state=0)
        plain = auc_of(rows, scores.loc[rows.index], np.ones(len(rows), dtype=bool), label)
        found[source] = {"plain": plain}
        for trick in TRICKS:
            texts = pd.Series([disguise(text, trick, n) for n, text in enumerate(rows["text"])])
            changed = scored(bundle, texts).set_index(rows.index)
            found[source][trick] = auc_of(rows, changed, np.ones(len(rows), dtype=bool), label)
    return found


def beside_profanity_check(frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return toxicity AUCs of the bundle and of alt-profanity-check on every English set."""
    rows = frame[(frame["language"] == "en") & frame["toxicity"].notna()]
    theirs = pd.Series(peers.profanity(rows["text"].tolist()), index=rows.index)
    found = {}
    for source, own in rows.groupby("source"):
        truth = (own["toxicity"] >= mix.MAJORITY).to_numpy()
        if 0 < truth.sum() < len(truth):
            found[str(source)] = beside(truth, scores.loc[own.index, "toxicity"], theirs[own.index])
    return found


def beside_perspective(frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return toxicity AUCs of the bundle and of Perspective on the rows that carry its score."""
    rows = frame[(frame["source"] == "wiki_context") & frame["toxicity"].notna()]
    theirs = peers.perspective(rows["detail"])
    rows = rows[theirs.notna()]
    if rows.empty:
        return {}
    truth = (rows["toxicity"] >= mix.MAJORITY).to_numpy()
    return {"wiki_context": beside(truth, scores.loc[rows.index, "toxicity"], theirs[rows.index])}


def beside(
    truth: NDArray[np.bool_], ours: "pd.Series[float]", theirs: "pd.Series[float]"
) -> dict[str, Any]:
    """Return both AUCs on the same rows, and the difference with its paired interval."""
    mine = np.asarray(ours, dtype=np.float64)
    other = np.asarray(theirs, dtype=np.float64)
    return {
        "rows": len(truth),
        "ours": metrics.auc(truth, mine).as_list(),
        "theirs": metrics.auc(truth, other).as_list(),
        "difference": metrics.auc_difference(truth, mine, other).as_list(),
    }


def found_languages(frame: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Return, for each language, the share of its rows found to be it, unknown, or another."""
    return {
        str(language): {
            "rows": len(rows),
            "right": _round(float((scores.loc[rows.index, "language"] == language).mean())),
            "unknown": _round(float(scores.loc[rows.index, "language"].isna().mean())),
        }
        for language, rows in frame.groupby("language")
    }


def auc_of(
    frame: pd.DataFrame, scores: pd.DataFrame, rows: NDArray[np.bool_], label: str = "toxicity"
) -> float | None:
    """Return the AUC of the judged rows among `rows`, None where there is one class only."""
    used = rows & frame[label].notna().to_numpy()
    truth = (frame.loc[used, label] >= mix.MAJORITY).to_numpy()
    if not 0 < truth.sum() < len(truth):
        return None
    return _round(metrics.auc(truth, scores.loc[used, label].to_numpy()).value)


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
