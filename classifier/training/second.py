"""`python -m classifier second-opinion`: encoders are stacked on a bundle and become part of it.

A language's stack, a logistic regression per label over what both models say of every label and the
log of the words, is fitted on rows of sources that the linear model was trained without; so are the
bands and the rights, each on rows of their own. See `classifier.training.leftout`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bundle import Bundle, load_bundle
from classifier.parts import ENCODER, LINEAR, STACKS, unpack
from classifier.policy import ENGLISH
from classifier.second import SecondOpinion
from classifier.shipped import read_files
from classifier.text.tags import UNKNOWN
from classifier.training import card, corpus, evidence, heads, leftout, mix, promises, stages
from classifier.training.encoders import Made, encoders_in, latest
from classifier.training.outputs import Outputs
from classifier.training.progress import Clock
from classifier.training.stacking import Seen, fit
from classifier.types import DECIDING, LABELS, SECOND_OPINION, BundleError

PARTS: Final = ("calibration", "threshold", "test")

MOST: Final = 600
"""Held-out rows of a source that figures are of."""

KNOWN_FLAWS: Final = (
    "The second opinion reads no text of more than some 400 words, nor languages not listed here.",
    (
        "What the second opinion sees in a comment it cannot show: marked stretches are the linear"
        " model's reasons."
    ),
)
"""What whoever uses a bundle with a second opinion should know besides."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Has both models read rows; what encoders say is kept in a folder, if one is named.

    `heads` are the head of English by the fold that it is to judge, "" for all of it. `apart` is
    what encoders say of rows that they were tuned without the sources of.
    """

    bundle: Bundle
    opinion: SecondOpinion
    kept: Path | None
    heads: Mapping[str, NDArray[np.float64]]
    apart: pd.DataFrame | None = None

    def left_out(self, rows: pd.DataFrame, step: str) -> Seen:
        """Return rows as models see them that were made without their source.

        Where nobody tuned an encoder so, it is as its own tuning made it.
        """
        linear = leftout.scores_of(rows).to_numpy()
        signed = rows[leftout.SIGNED].to_numpy()
        if self.apart is None:
            raw = self._headed(rows, self._raw(rows, step), rows["fold"], step)
        else:
            raw = self.apart.loc[keys_of(rows), list(LABELS)].to_numpy(np.float32)
        return Seen(rows.reset_index(drop=True), linear, raw, signed)

    def whole(self, rows: pd.DataFrame, step: str) -> Seen:
        """Return rows as the bundle's own models see them."""
        scored = self.bundle.score_many(rows["text"].tolist(), rows["language"].tolist())
        linear = np.array([[each.scores[label] for label in LABELS] for each in scored])
        whole = pd.Series("", index=rows.index, dtype="str")
        raw = self._headed(rows, self._raw(rows, step), whole, step)
        return Seen(rows, linear.reshape(len(rows), len(LABELS)), raw)

    def _headed(
        self, rows: pd.DataFrame, raw: NDArray[np.float32], folds: "pd.Series[str]", step: str
    ) -> NDArray[np.float32]:
        """Return log-odds with those of a head that never saw the row's source."""
        here = np.flatnonzero((rows["language"] == ENGLISH).to_numpy())
        if not (self.heads and len(here)):
            return raw
        outputs = Outputs(self.opinion.encoder_of(ENGLISH), self.kept)
        numbers = outputs.numbers(rows["text"].iloc[here].tolist(), f"numbers of {step}")
        column, own = LABELS.index(heads.HEADED), folds.iloc[here].to_numpy()
        for fold in set(own):
            some = own == fold
            raw[here[some], column] = heads.odds(self.heads[fold], numbers[some])
        raw[np.isnan(raw).any(axis=1)] = np.nan  # a text that is too long stays unread
        return raw

    def _raw(self, rows: pd.DataFrame, step: str) -> NDArray[np.float32]:
        raw = np.full((len(rows), len(LABELS)), np.nan, dtype=np.float32)
        for language in rows["language"].unique():
            here = (rows["language"] == language).to_numpy()
            outputs = Outputs(self.opinion.encoder_of(language), self.kept)
            raw[here] = outputs.raw(rows.loc[here, "text"].tolist(), f"{language} {step}")
        return raw


def keys_of(rows: pd.DataFrame) -> pd.MultiIndex:
    """Return what a row is found by among those that encoders were asked about."""
    return pd.MultiIndex.from_frame(rows[["key", "source"]])


def add(
    folder: Path,
    encoders: Sequence[Path],
    corpora: Path | None,
    out: Path,
    name: str | None,
    *,
    kept: Path | None = None,
    head: bool = False,
) -> Path:
    """Write the bundle in `folder` with encoders as OUT/VERSION; return that directory.

    A language that two of the encoders read is read by the later one; one that the corpora have no
    rows of in every part is left out, since nothing could be weighed in it. What the encoders say
    is kept in the folder `kept` for another run. With `head` English's encoder judges spam by a
    head of its own, fitted on these corpora.

    Raises:
        BundleError: the bundle or an encoder cannot be used, or no sources were left out for it.
        DataError: there are no corpora.
    """
    archive, described = read_files(folder)
    bundle = load_bundle(archive, described)
    made = [encoders_in(path) for path in encoders]
    found = latest([each for group in made for each in group])
    for each in found:
        each.content.pop("heads", None)  # made anew, of this run's rows, or not at all
    say = Clock()
    say("reading corpora")
    frame = corpus.read(corpora).frame
    rows = leftout.read(folder, frame)
    apart = said_apart(encoders, made, rows)
    if apart is not None:
        apart = apart.set_index(["key", "source"])
        rows = rows[keys_of(rows).isin(apart.index)]
    opinion = SecondOpinion({"encoders": [each.content for each in found]}, _blank(bundle, found))
    if ENGLISH not in opinion.languages:
        raise BundleError("Bands are chosen on English, which no encoder reads or no corpus has.")
    headed: dict[str, NDArray[np.float64]] = {}
    if head:
        say("fitting the head of spam")
        headed = _heads(opinion, frame, kept)
    reader = Reader(bundle, opinion, kept, headed, apart)
    tuned = set[str]() if apart is not None else _tuned(described, found)
    rows = rows.assign(part=purposes(rows, tuned))
    say("stacking and choosing bands")
    linear, told, stacks = judged(reader, rows)
    for each in found:
        each.content["stacks"] = {name: stacks[name] for name in each.content["stacks"]}
        if headed and ENGLISH in each.content["stacks"]:
            each.content["heads"] = {heads.HEADED: headed[""].astype(np.float32)}
    say("measuring on held-out rows")
    held_out(reader, frame, stacks, (linear, told))
    for language, own in linear["languages"].items():
        counted = described["languages"].get(language, {}).get("violations")
        if counted:  # the compatibility APIs go by them
            own["violations"] = counted
    told["encoders"] = [
        {**each.origin, "languages": sorted(each.content["stacks"])} for each in found
    ]
    told["apart"] = apart is not None
    files = parts_of(unpack(archive, described)[LINEAR], found)
    flaws = list(dict.fromkeys((*described["known_flaws"], *KNOWN_FLAWS)))
    card_of = {**described, **card.identity(files, name or card.version_name(out))}
    card_of |= {"known_flaws": flaws, **linear, SECOND_OPINION: told}
    path = card.save(files, card.named_never(card_of), out)
    if apart is not None:
        leftout.save_encoders(apart.reset_index(), path)
    return path


def said_apart(
    encoders: Sequence[Path], made: Sequence[Sequence[Made]], rows: pd.DataFrame
) -> pd.DataFrame | None:
    """Return what encoders say of rows that they were tuned without, if a folder has it.

    Of a row only what the encoder says that reads its language from now on: the numbers of one that
    a later encoder takes the place of are on another scale.
    """
    said = []
    for folder, group in zip(encoders, made, strict=True):
        known = leftout.read_encoders(folder)
        reads = {language for each in group for language in each.content["stacks"]}
        if known is not None:
            own = rows[rows["language"].isin(reads)]
            said.append(known[keys_of(known).isin(keys_of(own))])
    return pd.concat(said).drop_duplicates(["key", "source"], keep="last") if said else None


def _heads(
    opinion: SecondOpinion, frame: pd.DataFrame, kept: Path | None
) -> dict[str, NDArray[np.float64]]:
    """Return English's heads by the fold that they never saw; none where it gives no numbers."""
    rows = heads.rows_for(frame, tuple(promises.ORIGINS[heads.HEADED]))
    outputs = Outputs(opinion.encoder_of(ENGLISH), kept)
    numbers = outputs.numbers(rows["text"].tolist(), "rows of the head")
    if not numbers.size:
        return {}
    given, folds = heads.Rows(rows, numbers), leftout.fold_of(rows).to_numpy()
    return {fold: heads.fit(given, folds != fold) for fold in ("", *leftout.FOLDS)}


def parts_of(linear: bytes, found: Sequence[Made]) -> dict[str, bytes]:
    """Return the parts of a bundle: an encoder's file has no stack, so that it need not change."""
    encoders = {
        ENCODER.format(number): card.dump({name: each.content[name] for name in ("onnx", "pieces")})
        for number, each in enumerate(found, 1)
    }
    told = {name: [each.content.get(name, {}) for each in found] for name in ("stacks", "heads")}
    stacks = card.dump(told)
    return {LINEAR: linear, **encoders, STACKS: stacks}


def _tuned(described: Mapping[str, Any], found: Sequence[Made]) -> set[str]:
    return {source for each in found for source in each.origin.get("sources", described["data"])}


def purposes(rows: pd.DataFrame, tuned: Collection[str]) -> "pd.Series[str]":
    """Say what each row is for: stacks, bands, or what the card says was found.

    Training rows of a set that an encoder was tuned on, and was asked all the same, are for
    nothing; of others, all are.
    """
    place = rows["key"].map(lambda key: PARTS[int(key, 16) % len(PARTS)])
    seen = rows["source"].isin(tuned) & (rows["part"] == "train")
    return rows["part"].where(rows["part"].isin(PARTS), place).mask(seen, "")


def judged(
    reader: Reader, rows: pd.DataFrame
) -> tuple[dict[str, Any], dict[str, Any], dict[str, NDArray[np.float64]]]:
    """Return what the card says of the linear model and of the encoders, and the stacks.

    A language has a stack, bands and rights of its own by what its own sources show. One without
    sources of two origins for both promised labels has the stack of all that are not English;
    English's bands order its queue, and nothing in it is decided.
    """
    opinion = reader.opinion
    stacks = {language: opinion.stack_of(language) for language in opinion.languages}
    others = rows[rows["language"].isin(opinion.languages) & (rows["language"] != ENGLISH)]
    shared = others[others["part"] == "calibration"]
    if len(shared):
        stack = fit(reader.left_out(shared, "other languages"))
        stacks |= {language: stack for language in stacks if language != ENGLISH}
    first: dict[str, Any] = {"languages": {}}
    second: dict[str, Any] = {"languages": {}}
    for language in sorted(opinion.languages, key=lambda name: (name != ENGLISH, name)):
        own = rows[rows["language"] == language]
        if not stages.enough(own[own["part"] == "threshold"]):
            first["languages"][language] = {"automatic": dict(stages.NOTHING)}
            second["languages"][language] = {"automatic": dict(stages.NOTHING)}
            continue
        seen = {name: reader.left_out(own[own["part"] == name], name) for name in PARTS}
        stacks[language] = fit(seen["calibration"])
        linear, chosen, told = promised(seen, stacks)
        if language == ENGLISH:
            first["bands"] = linear
            second |= chosen
        else:
            told |= chosen
        rights = {"automatic": told["automatic"]}
        first["languages"][language] = (
            rights if language == ENGLISH else {"bands": linear, **rights}
        )
        second["languages"][language] = told
    first["languages"][UNKNOWN] = {"automatic": dict(stages.NOTHING)}
    return first, second, stacks


def promised(
    seen: Mapping[str, Seen], stacks: Mapping[str, NDArray[np.float64]]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the bands of both stages in one language, and its rights with what was found."""
    there, test = seen["threshold"], seen["test"]
    linear = stages.linear_bands_of(there.linear_scores(), there.rows)
    chosen = stages.choose(there, stacks, linear)
    promise = stages.found(stages.Stages(linear, there, there.scores(stacks), chosen))
    found = stages.found(stages.Stages(linear, test, test.scores(stacks), chosen))
    rights = stages.rights(promise, chosen)
    return linear, chosen, {"automatic": rights, "chosen_on": promise, "sources": found}


def held_out(
    reader: Reader,
    frame: pd.DataFrame,
    stacks: Mapping[str, NDArray[np.float64]],
    said: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    """Add what both stages do on held-out rows of each language to what the card says."""
    first, second = said
    for language in sorted(reader.opinion.languages):
        rows = frame[(frame["language"] == language) & (frame["part"] == "test")]
        rows = rows[mixed(rows)].groupby("source").head(MOST).reset_index(drop=True)
        if rows.empty:
            continue
        seen = reader.whole(rows, "held out")
        own = second["languages"][language]
        chosen = {name: own.get(name, second[name]) for name in stages.CHOSEN}
        linear = first["languages"][language].get("bands", first["bands"])
        both = stages.Stages(linear, seen, seen.scores(stacks), chosen)
        read = {"read_to_the_end": round(float(seen.read.mean()), 4)}
        second["languages"][language] = stages.outcome(both) | read | own
        alone = evidence.decided(rows, stages.weights_of(rows), both.alone())
        first["languages"][language] = alone | first["languages"][language]
    second["natural_mix"] = {
        name: value
        for name, value in second["languages"][ENGLISH].items()
        if name not in {"chosen_on", "sources"}
    }


def mixed(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Say which rows figures at natural rates are of."""
    judged = rows[list(DECIDING)].notna().any(axis=1)
    return judged & (rows["source"].isin(mix.SOURCES) | (rows["language"] != ENGLISH))


def _blank(bundle: Bundle, found: Sequence[Made]) -> dict[str, Any]:
    """Return what a second opinion needs of a card before there is one."""
    languages: dict[str, Any] = {name: {} for each in found for name in each.content["stacks"]}
    low = dict.fromkeys(LABELS, 0.0)
    return {"bands": stages.linear_bands(bundle), "asked_from": low, "languages": languages}
