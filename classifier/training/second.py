"""`python -m classifier second-opinion`: encoders are stacked on a bundle and become part of it.

A language's stack, a logistic regression per label over the linear model's log-odds, the encoder's
and the log of the words, is fitted on the calibration part. The bands are chosen on the threshold
part of the English mix and hold in every language; stacks of other languages may see that part too.
No model was trained on either. The test part then says what all together do.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from classifier.bundle import Bundle, load_bundle
from classifier.content import read_content
from classifier.policy import ENGLISH
from classifier.second import SecondOpinion
from classifier.shipped import read_files, shipped_files
from classifier.training import card, corpus
from classifier.training.encoders import Made, encoders_in, latest
from classifier.training.progress import Clock
from classifier.training.stacking import LEAST_TO_STACK, Seen, fit, see, truth_of
from classifier.training.stages import describe, linear_bands
from classifier.types import DECIDING, LABELS, SECOND_OPINION, BundleError

PARTS: Final = ("calibration", "threshold", "test")

KNOWN_FLAWS: Final = (
    "The second opinion reads no text of more than some 400 words, nor languages not listed here.",
    (
        "What the second opinion sees in a comment it cannot show: marked stretches are the linear"
        " model's reasons."
    ),
)
"""What whoever uses a bundle with a second opinion should know besides."""


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
    made = [each for path in encoders for each in encoders_in(path)]
    say = Clock()
    say("reading corpora")
    frame = corpus.read(corpora).frame
    known = {str(name) for name, own in frame.groupby("language")["part"] if {*PARTS} <= set(own)}
    if unknown := {name for each in made for name in each.content["stacks"]} - known:
        say(f"left out, the corpora have too few rows: {', '.join(sorted(unknown))}")
    found = latest(made, known)
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
    told["encoders"] = [origin_of(bundle, each, seen) for each in found]
    file = card.dump(dict(read_content(model)) | {SECOND_OPINION: content})
    identity = card.identity(file, name or card.version_name(out))
    flaws = list(dict.fromkeys((*described["known_flaws"], *KNOWN_FLAWS)))
    return card.save(
        file, {**described, **identity, "known_flaws": flaws, SECOND_OPINION: told}, out
    )


def _blank(bundle: Bundle, found: Sequence[Made]) -> dict[str, Any]:
    """Return what a second opinion needs of a card before there is one."""
    languages: dict[str, Any] = {name: {} for each in found for name in each.content["stacks"]}
    low = dict.fromkeys(LABELS, 0.0)
    return {"bands": linear_bands(bundle), "asked_from": low, "languages": languages}


def read_parts(
    bundle: Bundle, opinion: SecondOpinion, frame: pd.DataFrame, language: str
) -> Iterator[tuple[str, Seen]]:
    """Yield, for each part, the rows of a language's mix as both models see them."""
    there = frame[frame["language"] == language]
    for name in PARTS:
        rows = there[there["part"] == name].reset_index(drop=True)
        weighed = np.any([truth_of(rows, label)[1] > 0 for label in LABELS], axis=0)
        yield name, see(bundle, opinion, rows[weighed].reset_index(drop=True), f"{language} {name}")


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


def origin_of(bundle: Bundle, made: Made, seen: Mapping[str, Mapping[str, Seen]]) -> dict[str, Any]:
    """Return what the card says of an encoder: where it comes from, what rounding cost."""
    languages = sorted(made.content["stacks"])
    if made.plain is None:
        return {**made.origin, "languages": languages}
    read = {language: seen[language]["threshold"] for language in languages}
    lost = rounding(bundle, made, made.plain, read)
    return {**made.origin, "languages": languages, "rounding": lost}


def rounding(bundle: Bundle, made: Made, plain: Path, seen: Mapping[str, Seen]) -> dict[str, float]:
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
