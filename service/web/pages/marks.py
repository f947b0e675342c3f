"""Cuts a comment's body into pieces by the stretches that raised a score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from classifier import Span
from service.domain.wording import LABEL_NAMES

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
    """A part of a body: plain when `strength` is 0, else marked.

    `label` is the one it raised most; `tags` name the labels whose stretch ends here; `about`
    says what it adds to which label, in log-odds.
    """

    text: str
    strength: int = 0
    label: str = ""
    tags: tuple[str, ...] = ()
    about: str = ""


def telling(spans: Sequence[Span], reasons: Sequence[str]) -> list[Span]:
    """Return the spans of the labels that a comment was held for; if of none, the strong ones."""
    of_reasons = [span for span in spans if span.label in reasons]
    return of_reasons or [span for span in spans if span.weight >= _STRONG[1]]


def pieces(body: str, spans: Sequence[Span]) -> list[Piece]:
    """Return the body in order, whole, and marked; spans may overlap."""
    trimmed = (_trim(body, span) for span in spans if span.begin < span.end <= len(body))
    return list(_pieces(body, [span for span in trimmed if span.begin < span.end]))


def _trim(body: str, span: Span) -> Span:
    """Leave out white space at the ends: it marks nothing that can be read."""
    stretch = body[span.begin : span.end]
    begin = span.begin + len(stretch) - len(stretch.lstrip())
    return replace(span, begin=begin, end=span.end - len(stretch) + len(stretch.rstrip()))


def _pieces(body: str, spans: Sequence[Span]) -> Iterator[Piece]:
    edges = sorted({0, len(body), *(edge for span in spans for edge in (span.begin, span.end))})
    for begin, end in pairwise(edges):
        over = [span for span in spans if span.begin <= begin and end <= span.end]
        over.sort(key=lambda span: -span.weight)
        yield _piece(body[begin:end], over, end) if over else Piece(body[begin:end])


def _piece(text: str, over: Sequence[Span], end: int) -> Piece:
    strongest = over[0]
    return Piece(
        text,
        strength=1 + sum(strongest.weight >= least for least in _STRONG),
        label=strongest.label,
        tags=tuple(dict.fromkeys(TAGS[span.label] for span in over if span.end == end)),
        about=", ".join(f"{LABEL_NAMES[span.label]} +{span.weight:.1f}" for span in over),
    )
