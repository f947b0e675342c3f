"""`python -m classifier second-opinion`: an encoder is stacked on a bundle and becomes part of it.

The stack, a logistic regression per label over the linear model's log-odds, the encoder's and the
log of the words, is fitted on the calibration part and its bands are chosen on the threshold part,
which neither model was trained on. The test part then says what both together do.
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from classifier.bundle import Bundle, load_bundle
from classifier.content import read_content
from classifier.second import CONTENT, SecondOpinion, features, stacked, words_of
from classifier.shipped import read_files, shipped_files
from classifier.training import bands, card, corpus, evidence, mix
from classifier.training.progress import Clock, Counter
from classifier.types import DECIDING, LABELS, BundleError

LANGUAGE: Final = "en"
PARTS: Final = ("calibration", "threshold", "test")
ENCODER: Final = "encoder.onnx"
VOCABULARY: Final = "vocab.txt"
PLAIN: Final = "encoder.float32.onnx"
TOLD: Final = "encoder.json"
"""Where the encoder comes from, as `tune` writes it and the card says it."""
KNOWN_FLAWS: Final = (
    "The second opinion reads English only, and no text of more than some 400 words.",
    (
        "What the second opinion sees in a comment it cannot show: marked stretches are the linear"
        " model's reasons."
    ),
)
"""What whoever uses a bundle with a second opinion should know besides."""

UNASKED: Final = 0.008
"""Violations allowed among what the linear model approves unasked. Less asks for more comments and
gains nothing; more leaves the second opinion too little of what the linear model got wrong."""

NEUTRAL: Final = np.tile([1.0, 0.0, 0.0, 0.0], (len(LABELS), 1))
"""A stack that leaves the linear model's scores as they are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of one part as both models see them; `raw` is NaN where a text is too long.

    `linear` are probabilities and `raw` log-odds, both of shape (rows, labels).
    """

    rows: pd.DataFrame
    linear: NDArray[np.float64]
    raw: NDArray[np.float32]

    @property
    def read(self) -> NDArray[np.bool_]:
        """Which rows the encoder read to their end."""
        return np.asarray(~np.isnan(self.raw).any(axis=1))

    def features(self) -> NDArray[np.float64]:
        """Return what the stack weighs."""
        words = np.array([words_of(text) for text in self.rows["text"]], dtype=np.int64)
        return features(self.linear, self.raw, words)

    def linear_scores(self) -> pd.DataFrame:
        """Return the linear model's probabilities, one column a label."""
        return pd.DataFrame(self.linear, columns=list(LABELS), index=self.rows.index)

    def scores(self, stack: NDArray[np.float64]) -> pd.DataFrame:
        """Return stacked probabilities, the linear model's where the encoder read no whole text."""
        chances = 1 / (1 + np.exp(-stacked(stack, self.features())))
        chosen = np.where(self.read[:, None], chances, self.linear)
        return pd.DataFrame(chosen, columns=list(LABELS), index=self.rows.index)


def add(
    folder: Path | None, encoder: Path, corpora: Path | None, out: Path, name: str | None
) -> Path:
    """Write the bundle in `folder`, or the shipped one, with an encoder as OUT/VERSION; return it.

    Raises:
        BundleError: the bundle or the encoder cannot be used.
        DataError: there are no corpora.
    """
    model, described = read_files(folder) if folder else shipped_files()
    bundle = load_bundle(model, described)
    part = _encoder(encoder)
    say = Clock()
    say("reading corpora")
    opinion = SecondOpinion(part, _blank(bundle))
    seen = dict(read_parts(bundle, opinion, corpus.read(corpora).frame))
    say("stacking")
    part["stack"] = fit(seen["calibration"])
    told = _origin(encoder) | describe(bundle, part["stack"], seen)
    if (encoder / PLAIN).is_file():
        told["rounding"] = rounding(bundle, part, encoder / PLAIN, seen["threshold"])
    file = card.dump(dict(read_content(model)) | {CONTENT: part})
    identity = card.identity(file, name or card.version_name(out))
    flaws = list(dict.fromkeys((*described["known_flaws"], *KNOWN_FLAWS)))
    return card.save(file, {**described, **identity, "known_flaws": flaws, CONTENT: told}, out)


def rounding(bundle: Bundle, part: Mapping[str, Any], plain: Path, seen: Seen) -> dict[str, float]:
    """Return, per deciding label, the AUC that rounding the weights to 8 bits costs."""
    exact = SecondOpinion({**part, "onnx": plain.read_bytes()}, _blank(bundle))
    other = see(bundle, exact, seen.rows, "in float32")
    used = seen.read & (mix.natural_weights(seen.rows) > 0)
    lost = {}
    for label in DECIDING:
        truth = (seen.rows[label].fillna(0.0) >= mix.MAJORITY).to_numpy()[used]
        number = LABELS.index(label)
        full, small = (roc_auc_score(truth, each.raw[used, number]) for each in (other, seen))
        lost[label] = round(float(full - small), 5)
    return lost


def _origin(folder: Path) -> dict[str, Any]:
    """Return what is known of where an encoder comes from."""
    if (folder / card.MODEL_FILE).is_file():
        told = read_files(folder)[1][CONTENT].get("encoder")
    elif (folder / TOLD).is_file():
        told = json.loads((folder / TOLD).read_bytes())
    else:
        told = None
    return {"encoder": told} if isinstance(told, dict) else {}


def _blank(bundle: Bundle) -> dict[str, Any]:
    """Return what a second opinion needs of a card before there is one."""
    low = dict.fromkeys(LABELS, 0.0)
    return {"bands": linear_bands(bundle), "asked_from": low, "languages": {LANGUAGE: {}}}


def _encoder(folder: Path) -> dict[str, Any]:
    """Return an encoder as a model file keeps it, from what `tune` wrote or from a bundle."""
    if (folder / card.MODEL_FILE).is_file():
        model, described = read_files(folder)
        load_bundle(model, described)
        found = read_content(model).get(CONTENT)
        if found is None:
            raise BundleError("The bundle named as encoder has no second opinion.")
        return dict(found)
    try:
        return {
            "onnx": (folder / ENCODER).read_bytes(),
            "pieces": (folder / VOCABULARY).read_text(encoding="utf-8").strip("\n"),
            "stack": NEUTRAL,
        }
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise BundleError(f"The encoder's directory holds no {name}.") from error


def read_parts(
    bundle: Bundle, opinion: SecondOpinion, frame: pd.DataFrame
) -> Iterator[tuple[str, Seen]]:
    """Yield, for each part, the rows of the English mix as both models see them."""
    english = frame[frame["language"] == LANGUAGE]
    for name in PARTS:
        rows = english[english["part"] == name]
        rows = rows[mix.natural_weights(rows) > 0].reset_index(drop=True)
        yield name, see(bundle, opinion, rows, name)


def see(bundle: Bundle, opinion: SecondOpinion, rows: pd.DataFrame, step: str) -> Seen:
    """Have both models read rows of English."""
    texts = rows["text"].tolist()
    scored = bundle.score_many(texts, [LANGUAGE] * len(texts))
    linear = np.array([[each.scores[label] for label in LABELS] for each in scored])
    count = Counter(f"reading {step}", len(texts))
    raw = np.full((len(texts), len(LABELS)), np.nan, dtype=np.float32)
    opinion.open()
    with ThreadPoolExecutor(2) as threads:
        for number, found in enumerate(threads.map(opinion.raw, texts)):
            if found is not None:
                raw[number] = found
            count()
    return Seen(rows, linear.reshape(len(texts), len(LABELS)), raw)


def fit(seen: Seen) -> NDArray[np.float64]:
    """Return the stack, shape (labels, 4), fitted on rows weighted as the natural mix."""
    found = seen.features()
    natural = mix.natural_weights(seen.rows)
    stack = []
    for number, label in enumerate(LABELS):
        truth = seen.rows[label].to_numpy(np.float64)
        truth = np.where(np.isnan(truth) & (label in mix.ASSUMED), 0.0, truth)
        used = seen.read & ~np.isnan(truth) & (natural > 0)
        weight = natural[used] * used.sum() / natural[used].sum()
        stack.append(_fitted(found[used, number], truth[used] >= mix.MAJORITY, weight))
    return np.array(stack)


def _fitted(
    found: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit one label; the columns are scaled for the penalty, and the scale is taken back."""
    inputs = found[:, :3]
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit((inputs - mean) / spread, truth, sample_weight=weight)
    slopes = model.coef_[0] / spread
    return np.append(slopes, model.intercept_[0] - slopes @ mean)


def describe(
    bundle: Bundle, stack: NDArray[np.float64], seen: Mapping[str, Seen]
) -> dict[str, Any]:
    """Choose whom to ask and the bands, and say what both stages together do, for the card."""
    threshold, test = seen["threshold"], seen["test"]
    sure = bands.clear_at(threshold.rows, threshold.linear_scores(), UNASKED)
    low = {label: min(sure[label], band.approve_below) for label, band in bundle.bands.items()}
    chosen = bands.choose(threshold.rows, _settled(bundle, threshold, stack, low))
    told = {"asked_from": low, "bands": chosen}
    stages = Stages(bundle, test, test.scores(stack), told)
    together = outcome(stages)
    return {
        "languages": {LANGUAGE: {"automatic": _allowed(bundle, together)}},
        **told,
        "natural_mix": together,
        "read_to_the_end": round(float(test.read.mean()), 4),
    }


@dataclass(frozen=True, slots=True)
class Stages:
    """Both stages over the same rows: `told` has whom the second is asked about and its bands."""

    bundle: Bundle
    seen: Seen
    scores: pd.DataFrame
    told: Mapping[str, Any]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Rows that the second stage decides."""
        linear = self.seen.linear_scores()
        doubtful = np.any([linear[name] >= low for name, low in self.told["asked_from"].items()], 0)
        return np.asarray(doubtful & ~self.first()[0] & self.seen.read)

    def first(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return what the linear model rejects and approves."""
        return evidence.verdicts(self.seen.linear_scores(), linear_bands(self.bundle))

    def verdicts(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return what both stages reject and approve: the second decides what it is asked about."""
        first, later = self.first(), evidence.verdicts(self.scores, self.told["bands"])
        asked = self.asked
        return np.where(asked, later[0], first[0]), np.where(asked, later[1], first[1])


def _settled(
    bundle: Bundle, seen: Seen, stack: NDArray[np.float64], low: Mapping[str, float]
) -> pd.DataFrame:
    """Return stacked scores, but 0 and 1 where the first stage has approved, or has not."""
    scores = seen.scores(stack)
    stages = Stages(bundle, seen, scores, {"asked_from": low})
    asked, approved = stages.asked, stages.first()[1]
    settled = np.where(approved[:, None], 0.0, 1.0)
    chosen = np.where(asked[:, None], scores.to_numpy(), settled)
    return pd.DataFrame(chosen, columns=scores.columns, index=scores.index)


def outcome(stages: Stages) -> dict[str, Any]:
    """Return what both stages decide of the natural mix, and how much the second is asked."""
    weight = mix.natural_weights(stages.seen.rows)
    told = evidence.decided(stages.seen.rows, weight, *stages.verdicts())
    return told | {"asked": round(float(weight[stages.asked].sum() / weight.sum()), 4)}


def linear_bands(bundle: Bundle) -> dict[str, dict[str, float]]:
    """Return the bands of the linear model as figures take them."""
    return {label: asdict(band) for label, band in bundle.bands.items()}


def _allowed(bundle: Bundle, together: Mapping[str, Any]) -> dict[str, Any]:
    """Allow what the linear model may do too, where both together keep the promises."""
    rights = bundle.card["languages"][LANGUAGE]["automatic"]
    missed, wrong = together["missed_violations"], together["wrong_rejections"]
    approve = missed is not None and missed <= evidence.PROMISED_MISSED
    reject = wrong is not None and wrong <= evidence.PROMISED_WRONG
    return {
        "approve": bool(rights["approve"] and approve),
        "reject": list(rights["reject"]) if reject else [],
    }
