"""A trained model as the service uses it: checked before it is opened, immutable after."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from types import MappingProxyType
from typing import Any, Final, Literal

from classifier import parts, policy
from classifier.card import check_card
from classifier.explain import explain, stretches, strongest
from classifier.payload import without_payload
from classifier.scorer import Scorer
from classifier.second import SecondOpinion
from classifier.signature import CONTENT as SIGNATURE
from classifier.signature import Signatures, with_signature
from classifier.text.wordless import leads_somewhere, wordless
from classifier.types import (
    LABELS,
    SECOND_OPINION,
    Assessment,
    Band,
    BundleError,
    Prior,
    Scored,
    Signed,
    Span,
    Verdict,
)

FORMAT: Final = 5
"""Raised whenever what the parts hold or the text's way to features changes meaning."""

TOGETHER: Final = 64
"""Texts scored at once."""

LANGUAGES: Final = 100
"""Languages of which the card's word is kept at hand; callers may name any."""

NOTHING: Final = 0.001
"""Chance of spam where there is nothing to sell."""

LIBRARIES: Final = ("scikit-learn", "numpy")

Stage = Literal["linear", "encoder"]


class Bundle:
    """A model version: scores, spans, bands and evidence. Safe to use from many threads.

    `version` is the card's name, `digest` the SHA-256 of its parts' in hex, `card` the card as
    given, `bands` the shipped thresholds per label, `second` its second opinion if it has one.
    """

    __slots__ = (
        "__weakref__",  # a process holds what it has open weakly
        "_assessments",
        "_scorer",
        "_signatures",
        "bands",
        "card",
        "digest",
        "second",
        "version",
    )

    def __init__(self, content: Mapping[str, Any], card: Mapping[str, Any], digest: str) -> None:
        self.version: Final = str(card["version"])
        self.digest: Final = digest
        self.card: Final = MappingProxyType(dict(card))
        self.bands: Final[Mapping[str, Band]] = MappingProxyType(
            dict(zip(LABELS, map(policy.bands_of(card).__getitem__, LABELS), strict=True))
        )
        self._assessments: Final[dict[tuple[Stage, str | None], Assessment]] = {}
        self._scorer: Final = Scorer(content, policy.others(card))
        self._signatures: Final = Signatures(content[SIGNATURE]) if SIGNATURE in content else None
        self.second: Final = _second(content, card)

    def score(
        self, text: str, language: str | Prior | None = None, *, name: str = "", website: str = ""
    ) -> Scored:
        """Score one comment with all that readers see of it.

        A given `language` counts unless the text plainly is in another.
        """
        return self.score_many([text], [language], [(name, website)])[0]

    def score_many(
        self,
        texts: Sequence[str],
        languages: Sequence[str | Prior | None] | None = None,
        signed: Sequence[Signed] | None = None,
    ) -> list[Scored]:
        """Score many comments, in order; `signed` are their names and websites."""
        told: Sequence[str | Prior | None] = languages or [None] * len(texts)
        scored: list[Scored] = []
        for at in range(0, len(texts), TOGETHER):
            part = slice(at, at + TOGETHER)
            found = self._scorer.score_many(texts[part], told[part])
            scored += map(_nothing_to_sell, texts[part], found)
        if signed is None or self._signatures is None:
            return scored
        evidence = self._signatures.evidence(signed)
        return [with_signature(one, said) for one, said in zip(scored, evidence, strict=True)]

    def explain(self, text: str, *, name: str = "", website: str = "") -> list[Span]:
        """Return the stretches that raised a label, strongest first, at most 12 of them.

        Each span names the field that it is of.

        For each label, its log-odds are the label's base rate in the bundle plus the
        contributions of all stretches, those that lower it included; spans are the raising ones.
        """
        spans = explain(self._scorer, text)
        if self._signatures is not None:
            spans = strongest([*spans, *self._signatures.spans((name, website))])
        return spans

    def stretches(
        self, text: str, language: str | None, places: Sequence[tuple[int, int]]
    ) -> list[dict[str, float]]:
        """Return per stretch of `text` the probabilities that its own contributions give.

        `places` are ascending begins and ends in code points; see `classifier.explain`.
        """
        return stretches(self._scorer, text, language, places)

    def assess(self, scored: Scored) -> Assessment:
        """Return what the linear model says of a text: its scores with bands and rights."""
        known = self._known("linear", scored.language)
        return replace(known, scores=scored.scores)

    def assess_by_encoder(self, scored: Scored | None) -> Assessment | None:
        """Return what the encoder says by its stacked scores; None if there are none."""
        if scored is None or self.second is None:
            return None
        return replace(self._known("encoder", scored.language), scores=scored.scores)

    def verdict(self, scored: Scored, encoder: Scored | None = None) -> Verdict:
        """Return what the shipped bands make of a text by both stages' scores."""
        return policy.judge_both(self.assess(scored), self.assess_by_encoder(encoder))

    def decide(
        self, text: str, scored: Scored, *, always: bool = False
    ) -> tuple[Verdict, Scored | None]:
        """Return the verdict by the shipped bands, and the encoder's scores if it was asked.

        It is asked about what is in doubt in its languages, where it is installed; with `always`
        about everything, which changes scores and no verdict.
        """
        first, second = self.assess(scored), self.second
        wanted = always or policy.asks_encoder(first, policy.judge(first))
        if second is None or not wanted or not second.installed():
            return policy.judge(first), None
        found = second.score(text, scored)
        return policy.judge_both(first, self.assess_by_encoder(found)), found

    def _known(self, stage: Stage, language: str | None) -> Assessment:
        """Return what the card says of a language, read once: it is asked for with every text."""
        known = self._assessments.get((stage, language))
        if known is None:
            read = policy.assessed if stage == "linear" else policy.assessed_by_encoder
            known = read(self.card, language, {})
            if known is None:
                raise BundleError("The card says nothing of the bundle's encoders.")
            if len(self._assessments) < LANGUAGES:
                self._assessments[stage, language] = known
        return known


def load_bundle(archive: bytes, card: Mapping[str, Any]) -> Bundle:
    """Open a model whose parts, format and library versions are those that its card names.

    Raises:
        BundleError: one of them differs, or the card or a part lacks what is needed; no code
            of the parts' was run.
    """
    _check(card)
    found = parts.unpack(archive, card)
    check_card(card)
    content = parts.read_parts(found)
    try:
        return Bundle(content, card, parts.digest(card))
    except KeyError as error:
        raise BundleError(f"A part of the bundle lacks {_named(error)}.") from error
    except (TypeError, ValueError) as error:
        raise BundleError("What a part of the bundle holds is of a wrong kind.") from error


def _named(error: KeyError) -> str:
    """The part that was looked for: a name of ours, since only such are looked for."""
    return str(error.args[0]) if error.args else "a part"


def _second(content: Mapping[str, Any], card: Mapping[str, Any]) -> SecondOpinion | None:
    if SECOND_OPINION not in content or SECOND_OPINION not in card:
        return None
    return SecondOpinion(content[SECOND_OPINION], card[SECOND_OPINION])


def _check(card: Mapping[str, Any]) -> None:
    if card.get("format") != FORMAT:
        raise BundleError(
            f"The bundle's format is {card.get('format')!r}, this release reads {FORMAT}."
        )
    libraries = card.get("libraries")
    for name in LIBRARIES:
        made = libraries.get(name) if isinstance(libraries, Mapping) else None
        here = metadata.version(name)
        if made is None or _minor(str(made)) != _minor(here):
            raise BundleError(
                f"The bundle was made with {name} {made}, here is {here}: train it anew."
            )


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _nothing_to_sell(text: str, scored: Scored) -> Scored:
    """Return scores in which a text without a place to go is no certain spam, and +1 is none.

    Praise as short as that was spam in some blogs: what a model has learnt of it says nothing.
    """
    spam = without_payload(text, scored.scores["spam"])
    if wordless(text) and not leads_somewhere(text):
        spam = min(spam, NOTHING)
    if spam == scored.scores["spam"]:
        return scored
    return replace(scored, scores={**scored.scores, "spam": spam})
