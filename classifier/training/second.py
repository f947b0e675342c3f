"""`python -m classifier second-opinion`: encoders are stacked on a bundle and become part of it.

A language's stack, a logistic regression per label over the linear model's log-odds, the encoder's
and the log of the words, is fitted on the calibration part. The bands are chosen on the threshold
part of the English mix and hold in every language; stacks of other languages may see that part too.
No model was trained on either. The test part then says what all together do.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from classifier.policy import ENGLISH
from classifier.second import CONTENT, SecondOpinion, features, stacked, words_of
from classifier.shipped import read_files, shipped_files
from classifier.training import bands, card, corpus, evidence, mix
from classifier.training.progress import Clock, Counter
from classifier.types import DECIDING, LABELS, BundleError

PARTS: Final = ("calibration", "threshold", "test")
ENCODER: Final = "encoder.onnx"
VOCABULARY: Final = "vocab.txt"
PLAIN: Final = "encoder.float32.onnx"
TOLD: Final = "encoder.json"
"""Where the encoder comes from, as `tune` writes it and the card says it."""
KNOWN_FLAWS: Final = (
    "The second opinion reads no text of more than some 400 words, nor languages not listed here.",
    (
        "What the second opinion sees in a comment it cannot show: marked stretches are the linear"
        " model's reasons."
    ),
)
"""What whoever uses a bundle with a second opinion should know besides."""

UNASKED: Final = 0.008
"""Violations allowed among what the linear model approves unasked. Less asks for more comments and
gains nothing; more leaves the second opinion too little of what the linear model got wrong."""

LEAST_TO_STACK: Final = 20
"""Comments with a label, and without it, that a stack is fitted on; with fewer it is neutral."""

NEUTRAL: Final = np.tile([1.0, 0.0, 0.0, 0.0], (len(LABELS), 1))
"""A stack that leaves the linear model's scores as they are."""


Stacks = Mapping[str, NDArray[np.float64]]
"""The stack of each language, shape (labels, 4)."""


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

    def scores(self, stacks: Stacks) -> pd.DataFrame:
        """Return stacked probabilities, the linear model's where the encoder read no whole text."""
        each = np.array([stacks[language] for language in self.rows["language"]])
        chances = 1 / (1 + np.exp(-stacked(each.reshape(-1, len(LABELS), 4), self.features())))
        chosen = np.where(self.read[:, None], chances, self.linear)
        return pd.DataFrame(chosen, columns=list(LABELS), index=self.rows.index)


def add(
    folder: Path | None,
    encoders: Sequence[Path],
    corpora: Path | None,
    out: Path,
    name: str | None,
) -> Path:
    """Write the bundle in `folder`, or the shipped one, with encoders as OUT/VERSION; return it.

    A language that two of the encoders read is read by the later one; one that the corpora have no
    rows of in every part is left out, since nothing could be weighed in it.

    Raises:
        BundleError: the bundle or an encoder cannot be used.
        DataError: there are no corpora.
    """
    model, described = read_files(folder) if folder else shipped_files()
    bundle = load_bundle(model, described)
    made = [each for path in encoders for each in _encoders(path)]
    say = Clock()
    say("reading corpora")
    frame = corpus.read(corpora).frame
    known = {str(name) for name, own in frame.groupby("language")["part"] if {*PARTS} <= set(own)}
    if unknown := {name for each in made for name in each.content["stacks"]} - known:
        say(f"left out, the corpora have too few rows: {', '.join(sorted(unknown))}")
    found = _latest(made, known)
    content = {"encoders": [each.content for each in found]}
    opinion = SecondOpinion(content, _blank(bundle, found))
    if ENGLISH not in opinion.languages:
        raise BundleError("Bands are chosen on English, which no encoder reads or no corpus has.")
    seen = {
        language: dict(read_parts(bundle, opinion, frame, language))
        for language in sorted(opinion.languages)
    }
    say("stacking")
    stacks = {language: fit(_calibrating(language, parts)) for language, parts in seen.items()}
    for each in found:
        each.content["stacks"] = {name: stacks[name] for name in each.content["stacks"]}
    told = describe(bundle, stacks, seen)
    told["encoders"] = [each.described(bundle, seen) for each in found]
    file = card.dump(dict(read_content(model)) | {CONTENT: content})
    identity = card.identity(file, name or card.version_name(out))
    flaws = list(dict.fromkeys((*described["known_flaws"], *KNOWN_FLAWS)))
    return card.save(file, {**described, **identity, "known_flaws": flaws, CONTENT: told}, out)


@dataclass(frozen=True, slots=True)
class Made:
    """An encoder as `tune` or a bundle holds it.

    `content` is what a model file keeps of it, `origin` what is known of where it comes from, and
    `plain` the same encoder in float32, if it is there to be measured against.
    """

    content: dict[str, Any]
    origin: dict[str, Any]
    plain: Path | None = None

    def described(self, bundle: Bundle, seen: Mapping[str, Mapping[str, "Seen"]]) -> dict[str, Any]:
        """Return what the card says of it."""
        languages = sorted(self.content["stacks"])
        if self.plain is None:
            return {**self.origin, "languages": languages}
        read = {language: seen[language]["threshold"] for language in languages}
        lost = rounding(bundle, self, self.plain, read)
        return {**self.origin, "languages": languages, "rounding": lost}


def _latest(found: Sequence[Made], known: Collection[str]) -> list[Made]:
    """Leave each of the `known` languages to the last encoder that reads it, and others to none."""
    pairs = [(name, at) for at, each in enumerate(found) for name in each.content["stacks"]]
    reads = {name: at for name, at in pairs if name in known}
    for at, each in enumerate(found):
        stacks = each.content["stacks"]
        each.content["stacks"] = {name: stacks[name] for name in stacks if reads.get(name) == at}
    return [each for each in found if each.content["stacks"]]


def rounding(
    bundle: Bundle, made: Made, plain: Path, seen: Mapping[str, "Seen"]
) -> dict[str, float]:
    """Return, per deciding label, the AUC that rounding the weights costs, a mean of languages."""
    content = {"encoders": [{**made.content, "onnx": plain.read_bytes()}]}
    exact = SecondOpinion(content, _blank(bundle, [made]))
    lost: dict[str, list[float]] = {label: [] for label in DECIDING}
    for language, own in seen.items():
        other = see(bundle, exact, own.rows, f"{language} in float32")
        for label in DECIDING:
            number = LABELS.index(label)
            truth, weight = truth_of(own.rows, label)
            used = own.read & (weight > 0)
            if truth[used].sum() >= LEAST_TO_STACK and not truth[used].all():
                full, small = (
                    roc_auc_score(truth[used], each.raw[used, number]) for each in (other, own)
                )
                lost[label].append(float(full - small))
    return {label: round(float(np.mean(each)), 5) for label, each in lost.items() if each}


def _blank(bundle: Bundle, found: Sequence[Made]) -> dict[str, Any]:
    """Return what a second opinion needs of a card before there is one."""
    languages: dict[str, Any] = {name: {} for each in found for name in each.content["stacks"]}
    low = dict.fromkeys(LABELS, 0.0)
    return {"bands": linear_bands(bundle), "asked_from": low, "languages": languages}


def _encoders(folder: Path) -> list[Made]:
    """Return the encoders of a directory that `tune` wrote, or all of a bundle's."""
    if (folder / card.MODEL_FILE).is_file():
        model, described = read_files(folder)
        load_bundle(model, described)
        held = read_content(model).get(CONTENT)
        if held is None:
            raise BundleError("The bundle named as encoder has no second opinion.")
        told = described[CONTENT].get("encoders", [])
        origins = told if len(told) == len(held["encoders"]) else [{}] * len(held["encoders"])
        pairs = zip(held["encoders"], origins, strict=True)
        return [Made(dict(part), dict(origin)) for part, origin in pairs]
    try:
        onnx = (folder / ENCODER).read_bytes()
        pieces = (folder / VOCABULARY).read_text(encoding="utf-8").strip("\n")
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise BundleError(f"The encoder's directory holds no {name}.") from error
    origin = json.loads((folder / TOLD).read_bytes()) if (folder / TOLD).is_file() else {}
    stacks = dict.fromkeys(origin.get("languages", [ENGLISH]), NEUTRAL)
    plain = folder / PLAIN
    content = {"onnx": onnx, "pieces": pieces, "stacks": stacks}
    return [Made(content, origin, plain if plain.is_file() else None)]


def read_parts(
    bundle: Bundle, opinion: SecondOpinion, frame: pd.DataFrame, language: str
) -> Iterator[tuple[str, Seen]]:
    """Yield, for each part, the rows of a language's mix as both models see them."""
    there = frame[frame["language"] == language]
    for name in PARTS:
        rows = there[there["part"] == name].reset_index(drop=True)
        weighed = np.any([truth_of(rows, label)[1] > 0 for label in LABELS], axis=0)
        yield name, see(bundle, opinion, rows[weighed].reset_index(drop=True), f"{language} {name}")


def see(bundle: Bundle, opinion: SecondOpinion, rows: pd.DataFrame, step: str) -> Seen:
    """Have both models read rows, each in its language."""
    texts, languages = rows["text"].tolist(), rows["language"].tolist()
    scored = bundle.score_many(texts, languages)
    linear = np.array([[each.scores[label] for label in LABELS] for each in scored])
    count = Counter(f"reading {step}", len(texts))
    raw = np.full((len(texts), len(LABELS)), np.nan, dtype=np.float32)
    opinion.open()
    with ThreadPoolExecutor(2) as threads:
        for number, found in enumerate(threads.map(opinion.raw, texts, languages)):
            if found is not None:
                raw[number] = found
            count()
    return Seen(rows, linear.reshape(len(texts), len(LABELS)), raw)


def _calibrating(language: str, parts: Mapping[str, Seen]) -> Seen:
    """Return what a language's stack is fitted on; English keeps the threshold part for bands."""
    first, second = parts["calibration"], parts["threshold"]
    if language == ENGLISH:
        return first
    return Seen(
        pd.concat([first.rows, second.rows], ignore_index=True),
        np.concatenate([first.linear, second.linear]),
        np.concatenate([first.raw, second.raw]),
    )


def truth_of(rows: pd.DataFrame, label: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say which rows of one language have a label, and how much each weighs in natural comments.

    English rows are weighed as its mix of sources, of whose sets some labels are assumed absent;
    rows of another language at the rate of violations that is assumed for it.
    """
    known = rows[label].to_numpy(np.float64)
    truth = np.nan_to_num(known) >= mix.MAJORITY
    if not (rows["language"] == ENGLISH).all():
        return truth, mix.other_weights(rows, label)
    assumed = ~np.isnan(known) | (label in mix.ASSUMED)
    return truth, np.where(assumed, mix.natural_weights(rows), 0.0)


def fit(seen: Seen) -> NDArray[np.float64]:
    """Return the stack of one language, shape (labels, 4), fitted at natural rates."""
    found = seen.features()
    stack = NEUTRAL.copy()
    for number, label in enumerate(LABELS):
        truth, natural = truth_of(seen.rows, label)
        used = seen.read & (natural > 0)
        few = min(truth[used].sum(), (~truth[used]).sum())
        if few >= LEAST_TO_STACK:
            weight = natural[used] * used.sum() / natural[used].sum()
            stack[number] = _fitted(found[used, number], truth[used], weight)
    return stack


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
    bundle: Bundle, stacks: Stacks, seen: Mapping[str, Mapping[str, Seen]]
) -> dict[str, Any]:
    """Choose whom to ask and the bands, and say what both stages together do, for the card."""
    threshold = seen[ENGLISH]["threshold"]
    sure = bands.clear_at(threshold.rows, threshold.linear_scores(), UNASKED)
    low = {label: min(sure[label], band.approve_below) for label, band in bundle.bands.items()}
    chosen = bands.choose(threshold.rows, _settled(bundle, threshold, stacks, low))
    told = {"asked_from": low, "bands": chosen}
    languages = {}
    for language, parts in seen.items():
        test = parts["test"]
        stages = Stages(bundle, test, test.scores(stacks), told)
        together = outcome(stages)
        rights = _allowed(bundle, language, together)
        read = round(float(test.read.mean()), 4)
        languages[language] = {**together, "read_to_the_end": read, "automatic": rights}
    return {"languages": languages, **told, "natural_mix": languages[ENGLISH]}


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


def _settled(bundle: Bundle, seen: Seen, stacks: Stacks, low: Mapping[str, float]) -> pd.DataFrame:
    """Return stacked scores, but 0 and 1 where the first stage has approved, or has not."""
    scores = seen.scores(stacks)
    stages = Stages(bundle, seen, scores, {"asked_from": low})
    asked, approved = stages.asked, stages.first()[1]
    settled = np.where(approved[:, None], 0.0, 1.0)
    chosen = np.where(asked[:, None], scores.to_numpy(), settled)
    return pd.DataFrame(chosen, columns=scores.columns, index=scores.index)


def outcome(stages: Stages) -> dict[str, Any]:
    """Return what both stages decide at natural rates, and how much the second is asked."""
    rows = stages.seen.rows
    weight = mix.natural_weights(rows)
    if not weight.any():  # no English
        weight = evidence.at_rate(mix.violation(rows))
    told = evidence.decided(rows, weight, *stages.verdicts())
    return told | {"asked": round(float(weight[stages.asked].sum() / weight.sum()), 4)}


def stacks_of(opinion: SecondOpinion) -> Stacks:
    """Return the stack of each language of a second opinion."""
    return {language: opinion.stack_of(language) for language in opinion.languages}


def linear_bands(bundle: Bundle) -> dict[str, dict[str, float]]:
    """Return the bands of the linear model as figures take them."""
    return {label: asdict(band) for label, band in bundle.bands.items()}


def _allowed(bundle: Bundle, language: str, together: Mapping[str, Any]) -> dict[str, Any]:
    """Allow what the linear model may do too, where both together keep the promises."""
    told = bundle.card["languages"].get(language, {})
    rights = told.get("automatic", {"approve": False, "reject": []})
    missed, wrong = together["missed_violations"], together["wrong_rejections"]
    approve = missed is not None and missed <= evidence.PROMISED_MISSED
    reject = wrong is not None and wrong <= evidence.PROMISED_WRONG
    return {
        "approve": bool(rights["approve"] and approve),
        "reject": list(rights["reject"]) if reject else [],
    }
