"""A trained model as the service uses it: checked before it is opened, immutable after."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib import metadata
from types import MappingProxyType
from typing import Any, Final

from classifier import policy
from classifier.card import check_card
from classifier.content import read_content
from classifier.explain import explain, stretches
from classifier.scorer import Scorer
from classifier.second import CONTENT, SecondOpinion
from classifier.types import LABELS, Automatic, Band, BundleError, Scored, Span, Verdict

FORMAT: Final = 4
"""Raised whenever the joblib file's content or the text's way to features changes meaning."""

TOGETHER: Final = 64
"""Texts scored at once."""

LIBRARIES: Final = ("scikit-learn", "numpy")


class Bundle:
    """A model version: scores, spans, bands and evidence. Safe to use from many threads.

    `version` is the card's name, `digest` the SHA-256 of the joblib file in hex, `card` the card
    as given, `bands` the shipped thresholds per label, `second` its second opinion if it has one.
    """

    __slots__ = ("__weakref__", "_scorer", "bands", "card", "digest", "second", "version")

    def __init__(self, content: Mapping[str, Any], card: Mapping[str, Any], digest: str) -> None:
        self.version: Final = str(card["version"])
        self.digest: Final = digest
        self.card: Final = MappingProxyType(dict(card))
        self.bands: Final[Mapping[str, Band]] = MappingProxyType(
            {label: Band(**card["bands"][label]) for label in LABELS}
        )
        self._scorer: Final = Scorer(content, policy.others(card))
        self.second: Final = _second(content, card)

    def score(self, text: str, language: str | None = None) -> Scored:
        """Score one comment; a given `language` is believed instead of being identified."""
        return self._scorer.score(text, language)

    def score_many(
        self, texts: Sequence[str], languages: Sequence[str | None] | None = None
    ) -> list[Scored]:
        """Score many comments, in order."""
        told = languages if languages is not None else [None] * len(texts)
        scored: list[Scored] = []
        for at in range(0, len(texts), TOGETHER):
            part = slice(at, at + TOGETHER)
            scored += self._scorer.score_many(texts[part], told[part])
        return scored

    def explain(self, text: str) -> list[Span]:
        """Return the stretches that raised a label, strongest first, at most 12 of them.

        For each label, its log-odds are the label's base rate in the bundle plus the
        contributions of all stretches, those that lower it included; spans are the raising ones.
        """
        return explain(self._scorer, text)

    def stretches(
        self, text: str, language: str | None, places: Sequence[tuple[int, int]]
    ) -> list[dict[str, float]]:
        """Return per stretch of `text` the probabilities that its own contributions give.

        `places` are ascending begins and ends in code points; see `classifier.explain`.
        """
        return stretches(self._scorer, text, language, places)

    def automatic(self, language: str | None, label: str) -> Automatic:
        """Return which automatic decisions about `label` the evidence for `language` allows."""
        return policy.automatic(self.card, language, label)

    def verdict(self, scored: Scored) -> Verdict:
        """Return the status that the shipped bands give."""
        return policy.verdict(self.bands, self.card, scored)

    def decide(
        self, text: str, scored: Scored, *, always: bool = False
    ) -> tuple[Verdict, Scored | None]:
        """Return the status by the shipped bands, and what a second opinion said if it was asked.

        It is asked about what is in doubt in its languages, where it is installed; with `always`
        about everything, which changes scores and no status.
        """
        first, second = self.verdict(scored), self.second
        asked = second is not None and second.is_asked(scored, first)
        if second is None or not (asked or always) or not second.installed():
            return first, None
        found = second.score(text, scored)
        return (second.verdict(found) if found and asked else first), found


def load_bundle(joblib_bytes: bytes, card: Mapping[str, Any]) -> Bundle:
    """Open a model whose digest, format and library versions are those that its card names.

    Raises:
        BundleError: one of them differs, or the card or the file lacks what is needed; no code
            of the file's was run.
    """
    digest = hashlib.sha256(joblib_bytes).hexdigest()
    _check(card, digest)
    check_card(card)
    content = read_content(joblib_bytes)
    try:
        return Bundle(content, card, digest)
    except KeyError as error:
        raise BundleError(f"The model file lacks {_named(error)}.") from error
    except (TypeError, ValueError) as error:
        raise BundleError("A part of the model file is of a wrong kind.") from error


def _named(error: KeyError) -> str:
    """The part that was looked for: a name of ours, since only such are looked for."""
    return str(error.args[0]) if error.args else "a part"


def _second(content: Mapping[str, Any], card: Mapping[str, Any]) -> SecondOpinion | None:
    if CONTENT not in content or CONTENT not in card:
        return None
    return SecondOpinion(content[CONTENT], card[CONTENT])


def _check(card: Mapping[str, Any], digest: str) -> None:
    if card.get("sha256") != digest:
        raise BundleError("The model file is not the one that its card names: SHA-256 differs.")
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
