"""An adaptation as it serves: put on what a bundle says, with bands and rights of its own.

It is one sum: log-odds of both stages, an encoder's numbers and the site's words, each by what it
was found to count for. It changes the labels that it learnt and leaves the others as they are, and
what both stages say then is decided by the one policy that decides without it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log, sqrt
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from classifier import policy
from classifier.adapt.surroundings import Comment, keys
from classifier.bundle import Bundle
from classifier.content import read_content
from classifier.text.tags import UNKNOWN
from classifier.types import LABELS, Assessment, Band, BundleError, Scored, Verdict
from classifier.weights import Weights

FORMAT: Final = 1
"""Raised whenever what an adaptation holds changes meaning."""

CONTENT_FILE: Final = "adaptation.joblib"
CARD_FILE: Final = "card.json"
SURE: Final = 1e-6
FAR: Final = 40.0

Stage = Literal["linear", "encoder"]
Asked = Literal["all", "doubt", "off"]
"""What the encoder is asked about: every comment, those that it may decide, nothing."""

STAGES: Final[tuple[Stage, Stage]] = ("linear", "encoder")


class Adaptation:
    """What a site has taught one bundle. Safe to use from many threads.

    `version` is its name, `digest` the SHA-256 of its content, `labels` what it learnt.
    """

    __slots__ = (
        "_bands",
        "_bundle",
        "_intercepts",
        "_numbers",
        "_odds",
        "_words",
        "card",
        "labels",
    )

    def __init__(self, content: Mapping[str, Any], card: Mapping[str, Any], bundle: Bundle) -> None:
        self.card: Final = MappingProxyType(dict(card))
        self.labels: Final[tuple[str, ...]] = tuple(map(str, content["labels"]))
        self._bundle: Final = bundle
        self._intercepts: Final = np.asarray(content["intercepts"], dtype=np.float64)
        self._odds: Final = np.asarray(content["odds"], dtype=np.float64)
        self._words: Final = Weights(content["words"]) if self.labels else None
        self._numbers: Final[dict[str, tuple[NDArray[np.float32], NDArray[np.float64]]]] = {
            str(each["digest"]): (each["weights"], each["bias"]) for each in content["numbers"]
        }
        self._bands: Final[dict[tuple[str, str | None], dict[str, Band]]] = {
            (stage, language): policy.bands_of(card["stages"][stage], language)
            for stage in STAGES
            for language in (None, *card["stages"][stage]["languages"])
        }

    @property
    def version(self) -> str:
        """Its name."""
        return str(self.card["version"])

    @property
    def digest(self) -> str:
        """The SHA-256 of its content in hex."""
        return str(self.card["digest"])

    @classmethod
    def open(cls, folder: Path, bundle: Bundle) -> "Adaptation":
        """Open what `save` wrote.

        Raises:
            BundleError: it is not whole, is another's than its card says, or of another bundle.
        """
        try:
            card = json.loads((folder / CARD_FILE).read_bytes())
            content = (folder / CONTENT_FILE).read_bytes()
        except FileNotFoundError as error:
            name = Path(error.filename).name
            raise BundleError(f"The adaptation's directory holds no {name}.") from error
        except ValueError as error:
            raise BundleError("The adaptation's card is not valid JSON.") from error
        return cls.load(content, card, bundle)

    @classmethod
    def load(cls, content: bytes, card: Any, bundle: Bundle) -> "Adaptation":
        """Open an adaptation from its content and its card; no code of theirs is run.

        Raises:
            BundleError: as `open`.
        """
        _check(content, card, bundle)
        held = read_content(content)
        try:
            return cls(held, card, bundle)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            said = f"The adaptation holds something of a wrong kind ({type(error).__name__})."
            raise BundleError(said) from error

    def assess(self, scored: Scored, comment: Comment) -> Assessment:
        """Return what the linear model says of a comment on this site."""
        return self._assessed("linear", self._bundle.assess(scored), scored, scored, comment)

    def assess_by_encoder(
        self, opinion: Scored | None, scored: Scored, comment: Comment
    ) -> Assessment | None:
        """Return what the encoder says of a comment on this site; None where it was not asked.

        Args:
            opinion: what `SecondOpinion.wide` said.
            scored: what the linear model said.
            comment: the comment.
        """
        known = self._bundle.assess_by_encoder(opinion)
        if opinion is None or known is None:
            return None
        return self._assessed("encoder", known, scored, opinion, comment)

    def decide(
        self, scored: Scored, comment: Comment, *, asked: Asked = "all"
    ) -> tuple[Verdict, Assessment, Assessment | None]:
        """Return the verdict about a comment and what each stage says, the encoder's if asked.

        It is asked about everything, about what is in doubt, or about nothing, as for a bundle.
        """
        first, second = self.assess(scored, comment), self._bundle.second
        if second is None or asked == "off" or not second.installed():
            return policy.judge(first), first, None
        if asked == "doubt" and not policy.asks_encoder(first, policy.judge(first)):
            return policy.judge(first), first, None
        opinion = second.wide(comment.text, scored)
        found = self.assess_by_encoder(opinion, scored, comment)
        return policy.judge_both(first, found), first, found

    def _assessed(
        self, stage: Stage, known: Assessment, scored: Scored, opinion: Scored, comment: Comment
    ) -> Assessment:
        if not self.labels:
            return known
        odds = self._log_odds(STAGES.index(stage), scored, opinion, comment)
        return self.said(stage, known, odds, scored.language or UNKNOWN)

    def said(
        self, stage: Stage, known: Assessment, odds: Sequence[float], language: str
    ) -> Assessment:
        """Return what a stage says with these log-odds of what was learnt, in place of its own.

        Nothing of it is less than the bundle's own where the bundle rejects, and that stands: nor
        is it lost where what people said proves no threshold of the site's own.
        """
        part = self.card["stages"][stage]
        scores = dict(known.scores) | dict(zip(self.labels, map(_chance, odds), strict=True))
        stays = {
            label
            for label in policy.standing(known, part).intersection(self.labels)
            if known.bands[label].is_violation(known.scores[label])
        }
        scores |= {label: max(scores[label], known.scores[label]) for label in stays}
        found = policy.adapted(
            replace(known, scores=scores),
            part,
            self.labels,
            language,
            asks=stage == "linear" and bool(self._numbers),
            bands=self._bands[stage, language if part["languages"].get(language) else None],
        )
        if not stays:
            return found
        bands = {label: found.bands[label].and_of(known.bands[label]) for label in stays}
        rights = replace(found.rights, reject=found.rights.reject | stays)
        return replace(found, bands={**found.bands, **bands}, rights=rights)

    def _log_odds(
        self, stage: int, scored: Scored, opinion: Scored, comment: Comment
    ) -> list[float]:
        odds = np.array([*_odds(scored), *_odds(opinion)])
        found = self._intercepts[stage] + self._odds[stage] @ odds
        if self._words is not None:
            row = self._words.groups([keys(comment)])[0]
            count = len(self.labels)
            own = row[stage * count : (stage + 1) * count]
            found = found + own / sqrt(row[-1] + 1.0)
        if opinion.numbers is not None and STAGES[stage] == "encoder" and self._bundle.second:
            reader = self._bundle.second.reader(scored.language).digest
            if reader in self._numbers:
                weights, bias = self._numbers[reader]
                found = found + weights @ opinion.numbers + bias
        told: list[float] = found.tolist()
        return told


def _check(content: bytes, card: Any, bundle: Bundle) -> None:
    if not isinstance(card, Mapping) or card.get("format") != FORMAT:
        raise BundleError(f"The adaptation's card is not of format {FORMAT}.")
    if hashlib.sha256(content).hexdigest() != card.get("digest"):
        raise BundleError(f"{CONTENT_FILE} is not the one that its card names: SHA-256 differs.")
    made = card.get("bundle")
    if not isinstance(made, Mapping) or made.get("digest") != bundle.digest:
        version = made.get("version") if isinstance(made, Mapping) else None
        raise BundleError(
            f"The adaptation is of the bundle {version}, here is {bundle.version}: fit it anew."
        )
    stages = card.get("stages")
    if not isinstance(stages, Mapping) or not all(_is_stage(stages.get(name)) for name in STAGES):
        raise BundleError("The adaptation's card lacks bands and languages of its stages.")


def _is_stage(part: object) -> bool:
    return isinstance(part, Mapping) and all(
        isinstance(part.get(name), Mapping) for name in ("bands", "languages")
    )


def save(folder: Path, content: bytes, card: Mapping[str, Any]) -> None:
    """Write an adaptation's content and its card into a directory."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONTENT_FILE).write_bytes(content)
    text = json.dumps(card, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def _odds(scored: Scored) -> list[float]:
    kept = [min(max(scored.scores[label], SURE), 1 - SURE) for label in LABELS]
    return [log(each / (1 - each)) for each in kept]


def _chance(odds: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(odds, -FAR), FAR)))
