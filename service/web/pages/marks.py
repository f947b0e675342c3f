"""Cuts what readers see of a comment into pieces by the stretches that raised a score."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from classifier import Span
from classifier.types import Field
from service.domain.wording import LABEL_NAMES
from service.web.languages.formats import fraction
from service.web.languages.speech import told

_STRONG: Final = (0.5, 1.2)
"""Log-odds from which a mark is of the second and the third strength."""

TAGS: Final = MappingProxyType(
    {
        "spam": "spam",
        "toxicity": "toxic",
        "severe_toxicity": "severe",
        "obscene": "obscene",
        "threat": "threat",
        "insult": "insult",
        "identity_attack": "identity",
    }
)
"""What stands behind a marked stretch, so that its label can be read without colour."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a body, name or website: plain when `strength` is 0, else marked.

    `label` is the one it raised most; `tags` name the labels whose stretch ends here; `about`
    says what it adds to which label, in log-odds. `found` is what a search looked for.
    """

    text: str
    strength: int = 0
    label: str = ""
    tags: tuple[str, ...] = ()
    about: str = ""
    found: bool = False


def telling(spans: Sequence[Span], reasons: Sequence[str]) -> list[Span]:
    """Return the spans of the labels that a comment was held for; if of none, the strong ones."""
    of_reasons = [span for span in spans if span.label in reasons]
    return of_reasons or [span for span in spans if span.weight >= _STRONG[1]]


def pieces(
    text: str,
    spans: Sequence[Span],
    found: Sequence[tuple[int, int]] = (),
    *,
    field: Field = "body",
) -> list[Piece]:
    """Return a field in order, whole, and marked; spans and what was found may overlap.

    Spans of other fields are left out: their places count in those.
    """
    own = (span for span in spans if span.field == field)
    trimmed = (_trim(text, span) for span in own if span.begin < span.end <= len(text))
    return list(_pieces(text, [span for span in trimmed if span.begin < span.end], found))


def marked_words(texts: Mapping[Field, str], spans: Sequence[Span]) -> dict[str, list[str]]:
    """Return the marked stretches of each label, each once, for who cannot see the marks."""
    words: dict[str, dict[str, None]] = {}
    for span in sorted(spans, key=lambda span: span.begin):
        stretch = " ".join(texts[span.field][span.begin : span.end].split())
        words.setdefault(span.label, {})[stretch] = None
    return {label: list(stretches) for label, stretches in words.items()}


def _trim(body: str, span: Span) -> Span:
    """Leave out white space at the ends: it marks nothing that can be read."""
    stretch = body[span.begin : span.end]
    begin = span.begin + len(stretch) - len(stretch.lstrip())
    return replace(span, begin=begin, end=span.end - len(stretch) + len(stretch.rstrip()))


def _pieces(body: str, spans: Sequence[Span], found: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    stretches = [*((span.begin, span.end) for span in spans), *found]
    edges = sorted({0, len(body), *(edge for stretch in stretches for edge in stretch)})
    for begin, end in pairwise(edges):
        over = [span for span in spans if span.begin <= begin and end <= span.end]
        over.sort(key=lambda span: -span.weight)
        made = _piece(body[begin:end], over, end) if over else Piece(body[begin:end])
        sought = any(first <= begin and end <= last for first, last in found)
        yield replace(made, found=True) if sought else made


def _piece(text: str, over: Sequence[Span], end: int) -> Piece:
    strongest = over[0]
    return Piece(
        text,
        strength=1 + sum(strongest.weight >= least for least in _STRONG),
        label=strongest.label,
        tags=tuple(dict.fromkeys(told(TAGS[span.label]) for span in over if span.end == end)),
        about=", ".join(
            f"{told(LABEL_NAMES[span.label])} +{fraction(span.weight, 1)}" for span in over
        ),
    )
