"""What both stages decide: whom the encoder is asked about, its bands and rights, what comes of it.

All of it is chosen on sources that were left out, one part of their rows for the stacks, another
for bands and rights, and a third, which nothing was chosen on, for what the card says was found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifier.bundle import Bundle
from classifier.policy import ENGLISH, asks_encoder, judge, judge_both
from classifier.training import bands, evidence, leftout, mix, promises
from classifier.training.evidence import Decisions
from classifier.training.promises import AIMED, MIDDLE, WORST, Source
from classifier.training.stacking import Seen, Stacks
from classifier.types import DECIDING, LABELS, NEVER, Assessment

UNASKED: Final = (0.015, 0.01)
"""Violations allowed among what the linear model approves unasked, on the worst source and on the
one in the middle. Less asks for more comments and gains nothing; more leaves the encoder too little
of what the linear model got wrong."""

NOTHING: Final[Mapping[str, Any]] = {"approve": False, "reject": []}

CHOSEN: Final = ("bands", "asked_from", "witness")
"""What is chosen of the second stage in a language."""

WITNESSES: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Scores of the linear model from which it may be a witness beside an encoder that is sure: those
by which it holds a violation likelier than not itself."""

WORSE: Final = ("spam",)
"""Labels of which words alone may hold what an encoder finds clear. An insult that is reported has
the same words as one that is said, so of abuse words are not asked."""

TELLING: Final = 0.75
"""Area under the curve from which words tell a source's violations from the rest."""

ORIGINS: Final = 2
"""Origins of which sources must keep the promise before anything in a language is decided."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Both stages over the same rows; `told` has bands and whom the encoder is asked about."""

    linear: Mapping[str, Mapping[str, float]]
    seen: Seen
    scores: pd.DataFrame
    told: Mapping[str, Any]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Rows that the second stage decides."""
        wanted = [asks_encoder(each, judge(each)) for each in self._linear()]
        return np.array(wanted, dtype=np.bool_) & self.seen.read

    def first(self) -> Decisions:
        """Return what the linear model rejects and approves."""
        return evidence.decisions_of(map(judge, self._linear()))

    def alone(self) -> Decisions:
        """Return what the linear model rejects and approves where there is no encoder."""
        bands = evidence.assessments(self.seen.linear_scores(), self.linear)
        return evidence.decisions_of(map(judge, bands))

    def verdicts(self) -> Decisions:
        """Return what both stages reject and approve together."""
        encoder = evidence.assessments(self.scores, self.told["bands"])
        pairs = zip(self._linear(), encoder, self.seen.read.tolist(), strict=True)
        return evidence.decisions_of(
            judge_both(first, second if read else None) for first, second, read in pairs
        )

    def _linear(self) -> Iterator[Assessment]:
        linear = self.seen.linear_scores()
        asked_from, witness = self.told["asked_from"], self.told["witness"]
        return evidence.assessments(linear, self.linear, asked_from, witness)


def linear_bands_of(scores: pd.DataFrame, rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the bands of a linear model by what it says of rows whose source it never saw.

    A source whose violations words cannot tell from the rest is not promised for by words alone:
    bands that kept it there would leave nearly everything to people, and it is the encoder's. Where
    words tell no source of a label apart, all of them count.
    """
    sources = counted(rows)
    telling = [each for each in sources if _tells_apart(scores, each)]
    labels = {each.label for each in telling}
    aim = bands.Aim([*telling, *(each for each in sources if each.label not in labels)])
    below = bands.approve_below(scores, aim)
    return _bands(
        below,
        {name: bands.reject_at(name, scores[name].to_numpy(), aim) for name in bands.REJECTING},
    )


def _tells_apart(scores: pd.DataFrame, source: Source) -> bool:
    """Say whether scores of the label that a source judges rank its violations above the rest."""
    bad, clean = (scores[source.label].to_numpy()[rows] for rows in (source.bad, source.clean))
    truth = np.repeat([True, False], [len(bad), len(clean)])
    return float(roc_auc_score(truth, np.append(bad, clean))) >= TELLING


def linear_card(left: pd.DataFrame) -> dict[str, Any]:
    """Return a linear model's bands and rights, English's and those of languages with evidence."""
    told: dict[str, Any] = {"languages": {}}
    languages = left["language"].unique().tolist()
    for language in sorted(languages, key=lambda name: name != ENGLISH):
        rows = left[(left["language"] == language) & (left["part"] != "test")]
        rows = rows.reset_index(drop=True)
        if not enough(rows):
            told["languages"][language] = {"automatic": dict(NOTHING)}
            continue
        signed = rows[leftout.SIGNED].to_numpy()
        scores = leftout.with_signatures(leftout.scores_of(rows), signed)
        chosen = linear_bands_of(scores, rows)
        verdicts = evidence.verdicts(scores, chosen)
        each = {
            f"{source.name} {source.label}": promises.outcome(source, verdicts)
            for source in promises.sources_of(rows)
        }
        own = {"automatic": rights(each, {"bands": chosen}), "sources": each}
        if language == ENGLISH:
            told["bands"] = chosen
        else:
            own["bands"] = chosen
        told["languages"][language] = own
    return told


def enough(rows: pd.DataFrame) -> bool:
    """Say whether rows of a language hold sources of two origins for both promised labels."""
    sources = counted(rows.reset_index(drop=True))
    return all(
        len({each.origin for each in sources if each.label == label}) >= ORIGINS
        for label in DECIDING
    )


def choose(seen: Seen, stacks: Stacks, linear: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return the encoder's bands, whom it is asked about, and what the linear score counts for.

    A rejection takes both stages, so both thresholds of a label are one choice.
    """
    aim = bands.Aim(counted(seen.rows), AIMED * WORST, MIDDLE)
    scores, first = seen.scores(stacks), seen.linear_scores()
    low = asked_from(first, aim, linear)
    unasked = _below(first, low)
    below = bands.approve_below(scores, aim, unasked)
    below = bands.held_besides(scores, aim, unasked, below)
    passed = unasked | _below(scores, below)
    clears = bands.held_besides(first, aim, ~passed, dict.fromkeys(LABELS, NEVER), WORSE)
    agreed = {label: _agreed(label, seen, scores, aim) for label in bands.REJECTING}
    return {
        "bands": _bands(below, {label: reject for label, (_, reject) in agreed.items()}),
        "asked_from": low,
        "witness": {
            label: {
                "clears_below": clears[label],
                "agrees_from": agreed[label][0] if label in agreed else NEVER,
            }
            for label in LABELS
        },
    }


def asked_from(
    first: pd.DataFrame, aim: bands.Aim, linear: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return the linear scores from which the encoder is asked.

    Where the linear model cannot tell violations from the rest on some source, so that what it
    lets through unasked breaks the promise there, the encoder is asked about everything.
    """
    strict = bands.Aim(aim.sources, *UNASKED)
    sure = bands.approve_below(first, strict)
    low = {label: min(sure[label], linear[label]["approve_below"]) for label in LABELS}
    return low if bands.keeps(strict, _below(first, low)) else dict.fromkeys(LABELS, 0.0)


def _agreed(label: str, seen: Seen, scores: pd.DataFrame, aim: bands.Aim) -> tuple[float, float]:
    """Return the linear and the encoder's score from which both reject: what catches the most."""
    first, second = seen.linear_scores()[label].to_numpy(), scores[label].to_numpy()
    best = (0.0, NEVER, NEVER)
    for agrees_from in WITNESSES:
        able = (first >= agrees_from) & seen.read
        reject = bands.reject_at(label, second, aim, able)
        best = max(best, (bands.caught(label, aim, able & (second >= reject)), agrees_from, reject))
    return best[1:]


def _below(scores: pd.DataFrame, low: Mapping[str, float]) -> NDArray[np.bool_]:
    """Say which rows are below the thresholds of all labels."""
    return np.asarray((scores[list(LABELS)] < pd.Series(low)[list(LABELS)]).all(axis=1))


def counted(rows: pd.DataFrame) -> list[Source]:
    """Return the sources of rows that a promise is made for."""
    return [each for each in promises.sources_of(rows) if each.origin]


def found(stages: Stages) -> dict[str, Any]:
    """Return what both stages do on each source, by the label that it judges."""
    verdicts = stages.verdicts()
    sources = promises.sources_of(stages.seen.rows)
    return {f"{each.name} {each.label}": promises.outcome(each, verdicts) for each in sources}


def rights(told: Mapping[str, Mapping[str, Any]], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a language may have decided, by what was found on each of its sources.

    Approving needs sources of two origins for spam and for toxicity that keep the promise, and
    none that counts and breaks it; so does rejecting for a label.
    """

    def kept(label: str, figure: str, most: float) -> bool:
        own = [each for each in told.values() if each["label"] == label and each["promised"]]
        origins = {each["origin"] for each in own}
        return len(origins) >= ORIGINS and all(_at_least(each, figure) <= most for each in own)

    approve = all(kept(label, "missed", promises.WORST + promises.SLACK) for label in DECIDING)
    reject = [
        label
        for label in bands.REJECTING
        if chosen["bands"][label]["reject_at"] <= 1
        and kept("spam" if label == "spam" else "toxicity", "clean_rejected", promises.MOST_WRONG)
    ]
    return {"approve": approve, "reject": reject if approve else []}


def _at_least(found: Mapping[str, Any], figure: str) -> float:
    """Return what is known of a figure: of a source with few violations, the interval's low end."""
    few = found["violations"] < promises.FEW
    return float(found[f"{figure}_interval"][0] if few else found[figure])


def outcome(stages: Stages) -> dict[str, Any]:
    """Return what both stages decide at natural rates, and how much the second is asked."""
    rows = stages.seen.rows
    weight = weights_of(rows)
    told = evidence.decided(rows, weight, stages.verdicts())
    return told | {"asked": round(float(weight[stages.asked].sum() / weight.sum()), 4)}


def weights_of(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return how much rows of one language weigh in comments at natural rates."""
    weight = mix.natural_weights(rows)
    return weight if weight.any() else evidence.at_rate(mix.violation(rows))


def linear_bands(bundle: Bundle) -> dict[str, dict[str, float]]:
    """Return the bands of the linear model as figures take them."""
    return {label: asdict(band) for label, band in bundle.bands.items()}


def _bands(
    below: Mapping[str, float], rejecting: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Put thresholds together; a label that rejects does not approve above that."""
    return {
        label: {
            "approve_below": min(below[label], rejecting.get(label, NEVER)),
            "reject_at": rejecting.get(label, NEVER),
        }
        for label in LABELS
    }
